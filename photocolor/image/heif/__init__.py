"""Parts of the AVIF and HEIC codec: which pictures a file has, whether they are whole, and how one is written."""
