"""Finds models and reads their cards."""
