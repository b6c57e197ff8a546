"""Reads what people wrote with programs of their own."""
