"""Recognizing scanned negatives."""
