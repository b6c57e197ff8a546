"""Signed results, read back by the library that others read them with; and what is refused before any work."""

from __future__ import annotations

import io
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import c2pa
import format_rows
import imagecodecs
import photos
import pytest
from certificates import KEYS, Papers, other_forms, papers
from commands import photocolor, started, words_of
from fakes import write_model
from runs import read_tree, write_tree

from photocolor.containers.boxes import boxes, make_box
from photocolor.containers.formats import by_name
from photocolor.errors import CertificateInvalid
from photocolor.image.decode import decode
from photocolor.metadata.provenance import DIGITAL_SOURCE_TYPE
from photocolor.metadata.signing import Statement, open_seal
from photocolor.settings import Credential
from photocolor.verify.files import verify_file

from .test_carry import PROVENANCE

FORMAT_OF = {".jpg": "jpeg", ".png": "png", ".tif": "tiff", ".webp": "webp", ".jxl": "jxl", ".avif": "avif"}


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "tint.onnx")


def scans(folder: Path) -> Path:
    gray, deep = photos.gray(60, 80), photos.gray(60, 80, 16)
    return write_tree(
        folder,
        {
            "scan.jpg": photos.jpeg(gray, orientation=6),
            "scan.png": photos.png(deep),
            "intel.tif": photos.tiff(gray),
            "motorola.tif": photos.tiff(deep, byteorder=">"),
            "big.tif": photos.tiff(gray, bigtiff=True),
            "scan.webp": photos.webp(photos.tinted(60, 80)),
            "scan.jxl": format_rows.jxl(gray, 1, lossless=True),
            "scan.avif": format_rows.avif(format_rows.neutral(), 1, matrix=0),
        },
    )


def claims(path: Path, anchor: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a file's signature is worth to who trusts this authority, and what it says."""
    trust = {"verify": {"verify_trust": True}, "trust": {"trust_anchors": anchor}}
    with (
        path.open("rb") as file,
        c2pa.Context.from_dict(trust) as context,
        c2pa.Reader(by_name(FORMAT_OF[path.suffix]).media_type, file, context=context) as reader,
    ):
        found = json.loads(reader.json())
        yield reader.get_validation_state(), found["manifests"][found["active_manifest"]]


def test_every_format_is_signed_and_says_what_it_is_and_what_it_was_made_of(
    tmp_path: Path, signer: Papers, model: Path
) -> None:
    source, out = scans(tmp_path / "scans"), tmp_path / "color"
    command = (
        "restore",
        source,
        "--out",
        out,
        "--model",
        model,
        "--device",
        "cpu",
        "--workers",
        1,
        "--json",
        *signer.options,
    )
    told = photocolor(*command)
    assert told.code == 0, told.err
    for row in map(json.loads, told.out.splitlines()):
        ((state, claim),) = claims(Path(row["target"]), signer.anchor)
        assert state == "Trusted", row["relative"]
        (ingredient,) = claim["ingredients"]
        assert ingredient["relationship"] == "parentOf" and ingredient["title"] == row["relative"]
        assert ingredient["instance_id"] == f"urn:sha256:{row['source_sha256']}"
        assertions = {assertion["label"]: assertion["data"] for assertion in claim["assertions"]}
        opened, edited = assertions["c2pa.actions.v2"]["actions"]
        assert (opened["action"], edited["action"]) == ("c2pa.opened", "c2pa.edited")
        assert edited["digitalSourceType"] == DIGITAL_SOURCE_TYPE
        assert edited["softwareAgent"]["name"] == claim["claim_generator_info"][0]["name"] == "photocolor"
        assert edited["parameters"]["photocolor.ModelName"] == "tint"
        assert edited["parameters"]["photocolor.SourceSHA256"] == row["source_sha256"]
    assert not list(out.glob("**/*.tmp"))
    proved = photocolor("verify", source, out, "--json")
    assert proved.code == 0, proved.out
    assert proved.out.count('"signature"') == len(list(source.iterdir()))
    again = photocolor(*command)
    assert again.out.count('"reason": "done"') == len(list(source.iterdir())), "what is signed is done"


def test_a_signed_file_that_was_changed_is_found_out(
    tmp_path: Path, signer: Papers, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_tree(tmp_path / "scans", {"scan.tif": photos.tiff(photos.gray(60, 80))})
    out = tmp_path / "color"
    command = ("restore", source, "--out", out, "--model", model, "--device", "cpu", "--workers", 1, *signer.options)
    assert photocolor(*command).code == 0
    monkeypatch.setattr("photocolor.verify.evidence.HELD_BYTES", 0)  # as a large one, which stays where it is
    held = {check.name: check for check in verify_file(source / "scan.tif", out / "scan.tif").checks}
    assert held["signature"].holds and "valid" in held["signature"].detail
    signed = (out / "scan.tif").read_bytes()
    gray = bytes(decode(signed, 1).pixels[30, 40])
    (out / "scan.tif").write_bytes(signed.replace(gray, gray[::-1] if gray != gray[::-1] else b"\0\0\0", 1))
    found = photocolor("verify", source / "scan.tif", out / "scan.tif", "--json")
    checks = {check["name"]: check for check in json.loads(found.out)["checks"]}
    assert not checks["signature"]["holds"]
    assert "mismatch" in checks["signature"]["detail"]


def test_what_has_no_place_for_a_signature_is_refused_by_name_and_the_others_are_signed(
    tmp_path: Path, signer: Papers, model: Path
) -> None:
    gray = photos.gray(60, 80)
    files = {
        "scan.jp2": format_rows.jp2(gray, 1),
        "book.tif": photos.tiff_of([gray, gray]),
        "scan.png": photos.png(gray),
    }
    source = write_tree(tmp_path / "scans", files)
    command = (
        "restore",
        source,
        "--out",
        tmp_path / "color",
        "--model",
        model,
        "--device",
        "cpu",
        "--workers",
        1,
        *signer.options,
    )
    told = photocolor(*command, "--json")
    assert told.code == 3
    rows = {row["relative"]: row for row in map(json.loads, told.out.splitlines())}
    assert rows["book.tif"]["message"] == "a TIFF file of 2 pages cannot be signed"
    assert rows["scan.jp2"]["message"] == "a JPEG 2000 file has no place for a C2PA signature"
    assert "--format tiff" in rows["scan.jp2"]["hint"]
    assert set(read_tree(tmp_path / "color")) == {"scan.png"}


@pytest.mark.parametrize("kind", KEYS)
def test_keys_of_every_kind_can_sign(kind: str, tmp_path: Path) -> None:
    made = papers(tmp_path, kind)
    assert open_seal(Credential(certificate=made.certificate, key=made.key)) is not None
    assert open_seal(None) is None


def test_certificates_and_keys_that_cannot_sign_are_refused_with_the_cause(tmp_path: Path) -> None:
    good, other = papers(tmp_path / "good"), papers(tmp_path / "other")
    old, early = papers(tmp_path / "old", valid_days=(-9, -2)), papers(tmp_path / "early", valid_days=(2, 9))
    locked = papers(tmp_path / "locked", password=b"secret")
    authority = tmp_path / "authority.pem"
    authority.write_text(good.anchor)
    missing, broken = tmp_path / "missing.pem", tmp_path / "broken.pem"
    own = good.certificate.read_text().partition("-----END CERTIFICATE-----\n")
    broken.write_text("".join(own[:2]) + other.anchor)
    wrong = [
        (old.certificate, old.key, "expired on"),
        (early.certificate, early.key, "is valid from .* only"),
        (good.certificate, other.key, "does not belong"),
        (authority, good.key, "does not belong"),
        (locked.certificate, locked.key, "protected by a password"),
        (good.key, good.key, "holds no certificate"),
        (good.certificate, good.certificate, "holds no private key"),
        (broken, good.key, "certificate 2 in .* does not vouch for certificate 1"),
        (missing, good.key, r"missing\.pem cannot be read"),
        (good.certificate, missing, r"missing\.pem cannot be read"),
    ]
    for certificate, key, said in wrong:
        with pytest.raises(CertificateInvalid, match=said):
            open_seal(Credential(certificate=certificate, key=key))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the advice is a command of OpenSSL")
@pytest.mark.parametrize("kind", KEYS)
def test_the_advice_about_papers_in_other_forms_makes_such_as_can_sign(kind: str, tmp_path: Path) -> None:
    good = papers(tmp_path / "my papers", kind)
    for name, data in other_forms(good, password=b"secret").items():
        other = good.key.with_name(name)
        other.write_bytes(data)
        is_key, is_both = name.startswith("key"), name.endswith(".p12")
        certificate, key = (good.certificate, other) if is_key else (other, other if is_both else good.key)
        credential = Credential(certificate=certificate, key=key)
        for _ in range(1 + is_both):
            with pytest.raises(CertificateInvalid) as refusal:
                open_seal(credential)
            *_, command = refusal.value.hint.partition(": ")
            words = words_of(command)
            typed = ["-passin", "pass:secret"] * ("locked" in name or is_both)
            subprocess.run([*words, *typed], check=True, capture_output=True, timeout=30)
            made = Path(words[-1])
            if name.endswith(".p7b"):  # a set, whose order says nothing: the advice says what to do
                assert "the signer's own certificate moved to its beginning" in refusal.value.hint
                made.write_text(good.certificate.read_text())
            is_about_key = b"PRIVATE" in made.read_bytes()
            credential = replace(credential, **{"key" if is_about_key else "certificate": made})
        assert open_seal(credential) is not None, name
        assert other.read_bytes() == data, "what was given stays as it was"


def test_an_authority_is_no_signer(tmp_path: Path) -> None:
    """Only the library knows what a signer's certificate may be used for; it is asked before any photo is colored."""
    made = papers(tmp_path, may_vouch=True)
    with pytest.raises(CertificateInvalid, match=r"chain\.pem cannot sign C2PA claims"):
        open_seal(Credential(certificate=made.certificate, key=made.key))


@pytest.mark.skipif(sys.platform == "win32", reason="limits the length of files, as POSIX can")
def test_a_disk_that_is_full_while_signing_is_told_as_such_and_the_file_stays(tmp_path: Path, signer: Papers) -> None:
    """The library only says that something could not be written."""
    import resource

    path = tmp_path / "result.jpg"
    path.write_bytes(photos.jpeg(photos.rgb(100, 100)))
    before = path.read_bytes()
    seal = open_seal(Credential(certificate=signer.certificate, key=signer.key))
    assert seal is not None
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            seal.sign(path, Statement(PROVENANCE, "scan.jpg", io.BytesIO(before), "jpeg", "jpeg"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_command_that_cannot_sign_touches_nothing(tmp_path: Path, signer: Papers, model: Path) -> None:
    source, out = write_tree(tmp_path / "scans", {"a.png": photos.png()}), tmp_path / "color"
    command = ("restore", source, "--out", out, "--model", model, "--device", "cpu")
    half = photocolor(*command, "--c2pa-key", signer.key)
    assert half.code == 2 and "belong together" in half.err
    shadow = tmp_path / "shadow" / "c2pa.py"  # as if it were not installed
    shadow.parent.mkdir()
    shadow.write_text("raise ImportError('No module named c2pa')\n")
    with started(*command, *signer.options, PYTHONPATH=f"{shadow.parent}:{Path(__file__).parents[2]}") as process:
        said = process.communicate()[1].decode()
    assert process.returncode == 4 and "photocolor[c2pa]" in said
    assert not out.exists()


@pytest.mark.parametrize("signs", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_the_signature_of_a_source_is_not_left_in_a_jpeg_xl(
    tmp_path: Path, signer: Papers, model: Path, signs: bool, packed: bool
) -> None:
    """It signs the gray pixels; with a signature of the result's own it would be the one that is read."""
    source, out = tmp_path / "scan.jxl", tmp_path / "color"
    gray = format_rows.jxl(photos.gray(60, 80), 1, lossless=True)
    data = gray_signed(signer, gray, "image/jxl")
    parts = [(box.kind, data[box.start : box.end]) for box in boxes(data)]
    pack = imagecodecs.brotli_encode
    source.write_bytes(
        b"".join(
            make_box(b"brob", kind + pack(content)) if packed and kind == b"jumb" else make_box(kind, content)
            for kind, content in [*parts, (b"jhgm", b"a gain map"), (b"note", b"kept")]
        )
    )
    command = ("restore", source, "--out", out, "--model", model, "--device", "cpu", "--workers", 1)
    told = photocolor(*command, *(signer.options if signs else ()))
    assert told.code == 0, told.err
    kinds = [box.kind for box in boxes((out / "scan.jxl").read_bytes())]
    assert kinds.count(b"jumb") == signs and kinds.count(b"note") == 1 and b"jhgm" not in kinds
    assert photocolor("verify", source, out / "scan.jxl").code == 0


def test_the_signature_of_a_source_is_not_left_in_a_jpeg_2000(tmp_path: Path, signer: Papers, model: Path) -> None:
    signed = gray_signed(signer, format_rows.jxl(photos.gray(60, 80), 1, lossless=True), "image/jxl")
    (jumb,) = (signed[box.start : box.end] for box in boxes(signed) if box.kind == b"jumb")
    source, out = tmp_path / "scan.jp2", tmp_path / "color"
    source.write_bytes(format_rows.jp2(photos.gray(60, 80), 1) + make_box(b"jumb", jumb) + make_box(b"xml ", b"<a/>"))
    assert photocolor("restore", source, "--out", out, "--model", model, "--device", "cpu").code == 0
    kinds = [box.kind for box in boxes((out / "scan.jp2").read_bytes())]
    assert b"jumb" not in kinds and b"xml " in kinds
    assert photocolor("verify", source, out / "scan.jp2").code == 0


def gray_signed(signer: Papers, data: bytes, media_type: str) -> bytes:
    """A photo that its scanner signed."""
    info = c2pa.C2paSignerInfo("es256", signer.certificate.read_bytes(), signer.key.read_bytes(), None)
    created = {"action": "c2pa.created", "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/scan"}
    actions = {"label": "c2pa.actions.v2", "data": {"actions": [created]}}
    claim = {"claim_generator_info": [{"name": "scanner"}], "format": media_type, "assertions": [actions]}
    signed = io.BytesIO()
    with (
        c2pa.Signer.from_info(info) as seal,
        c2pa.Context.from_dict({"builder": {"thumbnail": {"enabled": False}}}) as context,
        c2pa.Builder(claim, context) as builder,
    ):
        builder.sign(seal, media_type, io.BytesIO(data), signed)
    return signed.getvalue()
