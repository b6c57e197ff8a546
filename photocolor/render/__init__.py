"""Puts the model's small color onto the photo's own gray, fast and exactly."""
