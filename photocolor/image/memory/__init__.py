"""Pictures that come from no file: Pillow images and arrays."""
