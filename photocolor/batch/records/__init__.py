"""Keeps an output folder's records of its runs: manifest, notes, locks."""
