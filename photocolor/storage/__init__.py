"""Storage that is no file system of this machine: addresses, what lies there, and getting it here and back."""
