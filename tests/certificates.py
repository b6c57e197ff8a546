"""Certificates made on the spot: a small authority, and signers that it vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
PKCS8 = serialization.PrivateFormat.PKCS8
KEYS = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
}


@dataclass(frozen=True)
class Papers:
    """Files that a person would have.

    Attributes:
        certificate: the signer's, with the authority's below.
        key: the signer's.
        anchor: the authority's certificate as text.
    """

    certificate: Path
    key: Path
    anchor: str

    @property
    def options(self) -> tuple[object, ...]:
        """For the command line."""
        return "--c2pa-certificate", self.certificate, "--c2pa-key", self.key


def papers(
    folder: Path,
    kind: str = "P-256",
    *,
    valid_days: tuple[int, int] = (-1, 30),
    password: bytes = b"",
    may_vouch: bool = False,
) -> Papers:
    """A signer with a key of this kind, valid from so many days from now to so many; or an authority in its place."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, key = KEYS["P-256"](), KEYS[kind]()
    anchor = _certificate("Authority", authority, "Authority", authority, (-400, 400), ca=True)
    own = _certificate("Signer", key, "Authority", authority, valid_days, ca=may_vouch)
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    made = Papers(folder / "chain.pem", folder / "key.pem", anchor.public_bytes(PEM).decode())
    made.certificate.write_bytes(own.public_bytes(PEM) + anchor.public_bytes(PEM))
    made.key.write_bytes(key.private_bytes(PEM, PKCS8, lock))
    return made


def other_forms(of: Papers, password: bytes) -> dict[str, bytes]:
    """The same key, or certificates, as authorities and systems hand them out, by file name; some with a password."""
    key: Any = serialization.load_pem_private_key(of.key.read_bytes(), None)
    chain = x509.load_pem_x509_certificates(of.certificate.read_bytes())
    lock, none = serialization.BestAvailableEncryption(password), serialization.NoEncryption()
    forms = {
        "key.der": key.private_bytes(DER, PKCS8, none),
        "key-locked.der": key.private_bytes(DER, PKCS8, lock),
        "key-locked.pem": key.private_bytes(PEM, PKCS8, lock),
        "key.pem.der.pem": key.private_bytes(DER, PKCS8, none),
        "signer.cer": chain[0].public_bytes(DER),
        "chain.p7b": pkcs7.serialize_certificates(chain, DER),
        "chain-text.p7b": pkcs7.serialize_certificates(chain, PEM),
        "both.p12": pkcs12.serialize_key_and_certificates(b"signer", key, chain[0], chain[1:], lock),
    }
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        forms["key-old.der"] = key.private_bytes(DER, serialization.PrivateFormat.TraditionalOpenSSL, none)
    return forms


def _certificate(subject: str, key: Any, issuer: str, by: Any, days: tuple[int, int], *, ca: bool) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not ca:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        ).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    return builder.sign(by, hashes.SHA256())


def _name(common: str) -> x509.Name:
    parts = ((NameOID.COMMON_NAME, f"Test {common}"), (NameOID.ORGANIZATION_NAME, "Test Archive"))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])
