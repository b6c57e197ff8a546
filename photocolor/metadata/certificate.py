"""Reads a certificate with its key, and checks whatever can be checked without signing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from photocolor.errors import CertificateInvalid, SigningUnavailable
from photocolor.metadata.certificate_forms import certificate_hint, key_hint, password_hint
from photocolor.settings import Credential
from photocolor.system.safe_files import read_regular

_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
"""C2PA's names of algorithms by the curve of the key. Source: C2PA 2.2, 13.2."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Identifies who signs.

    Attributes:
        algorithm: C2PA's name of it, as "es256".
        chain: the certificates as PEM, the signer's first.
        key: the private key as PEM (PKCS #8).
    """

    algorithm: str
    chain: bytes
    key: bytes


def read_identity(credential: Credential) -> Identity:
    """Returns the certificate and the key of a run.

    Raises:
        SigningUnavailable: the library that reads them is not installed.
        CertificateInvalid: one of them cannot be read or used, or they do not belong together.
    """
    try:
        from cryptography import x509
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
    except ImportError as error:
        raise SigningUnavailable(f"signing needs cryptography, which cannot be loaded ({error})") from error
    chain, secret = _bytes(credential.certificate), _bytes(credential.key)
    try:
        certificates = x509.load_pem_x509_certificates(chain)
    except ValueError as error:
        hint = certificate_hint(credential.certificate, chain)
        raise CertificateInvalid(f"{credential.certificate} holds no certificate in PEM form", hint) from error
    _refuse_wrong_time(credential.certificate, certificates[0])
    _refuse_broken_chain(credential.certificate, certificates)
    try:
        key = serialization.load_pem_private_key(secret, password=None)
    except TypeError as error:
        hint = password_hint(credential.key, secret)
        raise CertificateInvalid(f"the key {credential.key} is protected by a password", hint) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        hint = key_hint(credential.key, secret)
        raise CertificateInvalid(f"{credential.key} holds no private key in PEM form", hint) from error
    spki = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if key.public_key().public_bytes(*spki) != certificates[0].public_key().public_bytes(*spki):
        raise CertificateInvalid(
            f"the key {credential.key} does not belong to the first certificate in {credential.certificate}",
            "The signer's own certificate must stand first, those that vouch for it below.",
        )
    plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Identity(_algorithm(credential.key, key), chain, key.private_bytes(*plain))


def _bytes(path: Path) -> bytes:
    try:
        return read_regular(path)[0]
    except OSError as error:
        raise CertificateInvalid(f"{path} cannot be read: {error.strerror or error}") from error


def _refuse_wrong_time(path: Path, certificate: Any) -> None:
    now = datetime.now(UTC)
    if now > certificate.not_valid_after_utc:
        raise CertificateInvalid(
            f"the certificate {path} expired on {certificate.not_valid_after_utc:%Y-%m-%d}", "Give one that is valid."
        )
    if now < certificate.not_valid_before_utc:
        begins = f"{certificate.not_valid_before_utc:%Y-%m-%d}"
        raise CertificateInvalid(
            f"the certificate {path} is valid from {begins} only", "Check the date of this machine, or wait."
        )


def _refuse_broken_chain(path: Path, certificates: list[Any]) -> None:
    """Raises if a certificate is not vouched for by the one below it: no reader could trust what it signs."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    for number, (lower, upper) in enumerate(pairwise(certificates), start=1):
        try:
            lower.verify_directly_issued_by(upper)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm) as error:
            raise CertificateInvalid(
                f"certificate {number + 1} in {path} does not vouch for certificate {number}",
                "The signer's own certificate must stand first, below it the one that vouches for it, and so on.",
            ) from error


def _algorithm(path: Path, key: Any) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey):
        return "ps256"
    raise CertificateInvalid(
        f"the key {path} is of a kind that C2PA does not know", "Use P-256, P-384, P-521, Ed25519 or RSA."
    )
