"""The one error of all that walk over the syntax of a file."""


class Malformed(ValueError):
    """The bytes do not follow their format; the message says where."""
