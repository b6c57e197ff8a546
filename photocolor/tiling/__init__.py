"""Tiles: where they lie, and how they blend back without seams."""
