"""The one error that all readers of file syntax raise."""


class Malformed(ValueError):
    """Raised if the bytes do not follow their format; the message says where."""
