"""Pictures in files: formats, decoding, encoding."""
