"""Recognizes certificates and keys in other forms than PEM, and names the command that converts them."""

from __future__ import annotations

from pathlib import Path

from photocolor.system.printable import command_line

_SEQUENCE = 0x30
_PKCS12 = bytes.fromhex("020103")
_PKCS7 = bytes.fromhex("06092a864886f70d010702")
"""What follows the outer length. Source: RFC 7292, 4 (version 3), and RFC 5652, 5 (the name of signed data)."""

_UNLOCKED = "a copy without one that only you can read"


def key_hint(path: Path, data: bytes) -> str:
    """Returns how a private key becomes PEM that is not protected; "" if it is in no known form."""
    inner = _inside(data)
    if inner.startswith(_PKCS12):
        return _command("pkcs12", "-in", path, "-nocerts", "-nodes", "-out", _beside(path, "key"))
    if inner.startswith(_PKCS7) or not inner:
        return ""
    return _command("pkey", "-inform", "DER", "-in", path, "-out", _beside(path, "key"))


def certificate_hint(path: Path, data: bytes) -> str:
    """Returns how a certificate, or a chain of them, becomes PEM; "" if it is in no known form."""
    inner = _inside(data)
    if inner.startswith(_PKCS12):
        return _command("pkcs12", "-in", path, "-nokeys", "-out", _beside(path, "chain"))
    if inner.startswith(_PKCS7) or b"BEGIN PKCS7" in data:
        form = ("-inform", "DER") if inner else ()
        words = ("pkcs7", *form, "-in", path, "-print_certs", "-out", _beside(path, "chain"))
        return _command(*words, what="such a file, with the signer's own certificate moved to its beginning")
    if inner[:1] != bytes((_SEQUENCE,)):
        return ""  # a key begins with a number
    return _command("x509", "-inform", "DER", "-in", path, "-out", _beside(path, "certificate"))


def password_hint(path: Path, data: bytes) -> str:
    """Returns how a key that a password protects becomes one without."""
    form = ("-inform", "DER") if _inside(data) else ()
    return _command("pkey", *form, "-in", path, "-out", _beside(path, "key"), what=_UNLOCKED)


def _inside(data: bytes) -> bytes:
    """Returns what the outermost sequence of DER holds; b"" if the data are none, or are not whole."""
    if len(data) < 2 or data[0] != _SEQUENCE:
        return b""
    long = data[1] & 0x7F if data[1] & 0x80 else 0
    length = int.from_bytes(data[2 : 2 + long], "big") if long else data[1]
    inner = data[2 + long :]
    return inner if len(inner) == length else b""


def _beside(path: Path, what: str) -> Path:
    """Returns a free name beside the file."""
    plain = path.with_suffix(".pem")
    return plain if plain != path and not plain.exists() else path.with_name(f"{path.stem}-{what}.pem")


def _command(*words: object, what: str = "such a file") -> str:
    return f"Give {what}: {command_line(['openssl', *map(str, words)])}"
