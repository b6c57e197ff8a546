"""Keeps files that are needed only for a while."""
