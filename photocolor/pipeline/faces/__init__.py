"""Where the faces of a photo are that the model may see a second time."""
