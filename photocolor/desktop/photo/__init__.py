"""The open photo in the window: its picture, points and colors."""
