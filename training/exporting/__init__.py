"""From a run's weights to the model file that the product loads."""
