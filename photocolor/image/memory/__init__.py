"""Pictures that come from no file: images of Pillow and arrays."""
