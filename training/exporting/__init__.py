"""Exports a run's weights as the model file that the product loads."""
