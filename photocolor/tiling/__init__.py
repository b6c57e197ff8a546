"""Places tiles on a picture, and blends them without seams."""
