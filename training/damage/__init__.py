"""The damage finder: a small network that marks dust, hairs, scratches, creases and stains on a scan."""
