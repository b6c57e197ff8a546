"""Shows and edits the open photo: its picture, points and colors."""
