"""Reports a run to people and programs."""
