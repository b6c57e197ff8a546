"""Previews a photo before the run: colored at screen size, compared, and shown."""
