"""Signs results by C2PA with the user's certificate, as the last change to their bytes.

The library is optional. What is wrong with it, with the certificate or with the key is found before any photo is
colored, by signing a tiny picture and reading it back.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from types import ModuleType
from typing import Any, BinaryIO

from PIL import Image

from photocolor.containers.formats import by_name
from photocolor.errors import CertificateInvalid, SigningFailed, SigningUnavailable, UnsupportedPhoto
from photocolor.metadata.certificate import Identity, read_identity
from photocolor.metadata.provenance import DIGITAL_SOURCE_TYPE, Provenance
from photocolor.settings import Credential
from photocolor.system.file_bytes import Writable
from photocolor.system.safe_files import read_regular
from photocolor.system.temporary.folders import temporary_folder

_UNKNOWN_TYPE = "application/octet-stream"
_SOURCE = "source"
_COPY_BYTES = 1 << 20
_VALID = ("Valid", "Trusted")
# Nothing is fetched from the net; pictures of the picture inside of the signature would make it 70 KB larger.
_SETTINGS = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}


@dataclass(frozen=True, slots=True)
class Statement:
    """Holds what a signature says.

    Attributes:
        provenance: tool, model, settings and source.
        title: the source's file name.
        source: the source, at its beginning.
        source_format: name of its row in `containers.formats`.
        result_format: the same of the result.
    """

    provenance: Provenance
    title: str
    source: BinaryIO
    source_format: str
    result_format: str

    @property
    def manifest(self) -> dict[str, object]:
        """Returns the claim as the library takes it: the source was opened, a negative inverted, and colored."""
        provenance = self.provenance
        tool = {"name": "photocolor", "version": provenance.version}
        edited = {
            "action": "c2pa.edited",
            "digitalSourceType": DIGITAL_SOURCE_TYPE,
            "softwareAgent": tool,
            "description": provenance.deed,
            "parameters": {name.replace(":", "."): value for name, value in provenance.properties.items()},
        }
        opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [_SOURCE]}}
        inversion = provenance.alterations.inversion
        inverted = {"action": "c2pa.color_adjustments", "softwareAgent": tool, "description": inversion}
        steps = [opened, inverted, edited] if inversion else [opened, edited]
        actions = {"label": "c2pa.actions.v2", "data": {"actions": steps}}
        return {
            "claim_generator_info": [tool],
            "title": self.title,
            "format": by_name(self.result_format).media_type,
            "assertions": [actions],
        }

    @property
    def ingredient(self) -> dict[str, str]:
        """Returns the source as an ingredient, named by its digest."""
        digest = f"urn:sha256:{self.provenance.source_sha256}"
        return {"title": self.title, "relationship": "parentOf", "label": _SOURCE, "instance_id": digest}


class Seal:
    """Signs files; made by `open_seal`, safe to share between threads."""

    def __init__(self, library: ModuleType, identity: Identity) -> None:
        self._library = library
        self._identity = identity

    def sign(self, path: Writable, statement: Statement) -> None:
        """Replaces the file by its signed version, in place.

        The signed copy has no name until it is whole: where it stands a crash leaves nothing behind.

        Raises:
            SigningFailed: the library refuses, for a reason that the message has.
            OSError: the file cannot be written.
        """
        with path.open("r+b") as file, tempfile.TemporaryFile(dir=path.parent) as signed:
            witness = _Witness(signed)
            try:
                self._sign(file, witness, statement)
            except self._library.C2paError as error:
                if witness.failure is not None:
                    raise witness.failure from error
                raise SigningFailed(f"the result could not be signed: {error}") from error
            signed.seek(0)
            file.seek(0)
            shutil.copyfileobj(signed, file, _COPY_BYTES)
            file.truncate()

    def _sign(self, file: BinaryIO, target: Any, statement: Statement) -> None:
        library, identity = self._library, self._identity
        info = library.C2paSignerInfo(identity.algorithm, identity.chain, identity.key, None)
        with (
            library.Signer.from_info(info) as signer,
            library.Context.from_dict(_SETTINGS) as context,
            library.Builder(statement.manifest, context) as builder,
        ):
            self._add_source(builder, statement)
            builder.sign(signer, by_name(statement.result_format).media_type, file, target)

    def _add_source(self, builder: Any, statement: Statement) -> None:
        """Adds the source with its own signatures; one that the library cannot parse is named without them."""
        media_type = by_name(statement.source_format).media_type or _UNKNOWN_TYPE
        try:
            builder.add_ingredient(statement.ingredient, media_type, statement.source)
        except self._library.C2paError:
            statement.source.seek(0)
            builder.add_ingredient(statement.ingredient, _UNKNOWN_TYPE, statement.source)


def open_seal(credential: Credential | None) -> Seal | None:
    """Returns what signs the results of a run; None if nothing was asked for.

    Raises:
        SigningUnavailable: the library is not installed.
        CertificateInvalid: certificate or key cannot be used.
    """
    if credential is None:
        return None
    library = _library()
    seal = Seal(library, read_identity(credential))
    with _blamed_on(credential, library):
        _try(seal, library)
    return seal


def refuse_unsignable(seal: Seal | None, format_name: str, title: str, pages: int = 1) -> None:
    """Raises if results are signed and the format has no place for a signature.

    Raises:
        UnsupportedPhoto: it has none.
    """
    if seal is None:
        return
    if not by_name(format_name).media_type:
        raise UnsupportedPhoto(
            f"a {title} file has no place for a C2PA signature", "Use --format tiff or png, or run it without signing."
        )
    if pages > 1:  # the library would add one more page, which has no picture
        raise UnsupportedPhoto(
            f"a {title} file of {pages} pages cannot be signed",
            "Split it into single pages, or run it without signing.",
        )


def signature_fault(data: BinaryIO, format_name: str) -> str | None:
    """Returns what is wrong with a file's signature; "" if nothing is, None if the library is not installed.

    That nobody vouches for the certificate is no fault of the file.
    """
    try:
        library = _library()
    except SigningUnavailable:
        return None
    try:
        with (
            library.Context.from_dict(_SETTINGS) as context,
            library.Reader(by_name(format_name).media_type or _UNKNOWN_TYPE, data, context=context) as reader,
        ):
            return "" if reader.get_validation_state() in _VALID else _codes(reader)
    except library.C2paError as error:
        return str(error)


def digest_of_certificate(credential: Credential | None) -> str:
    """Returns SHA-256 of the certificate's file; "" without one.

    Raises:
        CertificateInvalid: it cannot be read.
    """
    if credential is None:
        return ""
    try:
        return hashlib.sha256(read_regular(credential.certificate)[0]).hexdigest()
    except OSError as error:
        raise CertificateInvalid(f"{credential.certificate} cannot be read: {error.strerror or error}") from error


def _library() -> ModuleType:
    try:
        import c2pa
    except (ImportError, OSError) as error:  # its native part may be missing for this machine
        raise SigningUnavailable(f"signing needs c2pa-python, which cannot be loaded ({error})") from error
    library: ModuleType = c2pa
    return library


def _try(seal: Seal, library: ModuleType) -> None:
    """Signs a tiny picture and reads it back, as a test."""
    provenance = Provenance("0", "none", "0", "0" * 64, {}, "0" * 64)
    with temporary_folder("photocolor-") as folder:
        path = folder / "trial.jpg"
        Image.new("L", (8, 8)).save(path)
        seal.sign(path, Statement(provenance, "trial", BytesIO(path.read_bytes()), "jpeg", "jpeg"))
        with path.open("rb") as file:
            fault = signature_fault(file, "jpeg")
    if fault:
        raise SigningFailed(f"what it signs is not valid ({fault})")


@contextlib.contextmanager
def _blamed_on(credential: Credential, library: ModuleType) -> Iterator[None]:
    try:
        yield
    except (SigningFailed, library.C2paError) as error:
        raise CertificateInvalid(f"{credential.certificate} cannot sign C2PA claims: {error}") from error


def _codes(reader: Any) -> str:
    status = json.loads(reader.json()).get("validation_status", [])
    return ", ".join(dict.fromkeys(str(item.get("code")) for item in status)) or "not valid"


class _Witness:
    """Remembers, as a file, why writing failed, which the library does not report."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.failure: OSError | None = None
        self.read, self.seek, self.tell, self.flush = file.read, file.seek, file.tell, file.flush

    def write(self, data: bytes) -> int:
        """Writes to the file, and keeps the error if that fails."""
        try:
            return int(self._file.write(data))
        except OSError as error:
            self.failure = error
            raise
