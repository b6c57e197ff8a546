"""One photo out of the window: into a file, beside the original, or onto the clipboard."""
