"""Reads the comment of a JPEG or JPEG 2000, which does not say in which encoding it is."""

from __future__ import annotations


def text_of_comment(comment: bytes) -> str:
    """Returns a comment's text without the zeros at its end.

    It is UTF-8 if it can be, else the code page of old Windows, else Latin-1, which has a character for each byte.
    """
    for codec in ("utf-8", "cp1252"):
        try:
            return comment.decode(codec).rstrip("\0")
        except UnicodeDecodeError:
            continue
    return comment.decode("latin-1").rstrip("\0")
