"""Paints over narrow damage from the pixels around it, some rows at a time."""
