"""XMP files beside photos: copied with the provenance of the result, or merged, and never touched where they lie."""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path

import annotated
import photos
import pytest
from commands import Answer
from commands import photocolor as command
from fakes import write_model
from PIL import Image
from runs import read_tree, write_tree

from photocolor import colorize_file
from photocolor.batch.records.in_progress import InProgressNote, remove_temporaries_of
from photocolor.metadata.carry import read_blocks
from photocolor.metadata.limits import SOURCE_XMP_MOST_NODES
from photocolor.metadata.provenance import DIGITAL_SOURCE_TYPE
from photocolor.metadata.xmp.edit import EMPTY, Packet
from photocolor.pipeline.xmp_files import copy_token
from photocolor.settings import ColorSettings, FileSettings, Sidecars, settings_digest
from photocolor.system.file_bytes import digest_of

HEAD = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">'
)


def sidecar(caption: str = "Grandma 1931", more: str = "") -> bytes:
    body = f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{caption}</rdf:li></rdf:Alt></dc:description>'
    return f"{HEAD}{body}{more}</rdf:Description></rdf:RDF></x:xmpmeta>".encode()


def restore(source: Path, out: Path, *options: object) -> Answer:
    answer = command("restore", source, "--out", out, "--workers", 1, "--device", "cpu", *options)
    assert answer.code == 0, answer.err
    return answer


def verify(source: Path, out: Path) -> Answer:
    return command("verify", source, out, "--quiet")


def outcomes(answer: Answer) -> dict[str, dict[str, object]]:
    return {row["relative"]: row for row in map(json.loads, answer.out.splitlines())}


def said(path: Path) -> Packet:
    return Packet(path.read_bytes())


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return digest_of(file)


def files(folder: Path) -> set[str]:
    return set(read_tree(folder))


TREE = {
    "a.jpg": photos.jpeg(),
    "a.xmp": sidecar("the scan"),
    "sub/b.tif": photos.tiff(),
    "sub/b.tif.xmp": sidecar("the negative"),
    "c.png": photos.png(),
}


def test_copies_say_of_which_result_they_are_and_what_colored_it(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "in", TREE), tmp_path / "out"
    before = read_tree(scans)
    rows = outcomes(restore(scans, out, "--json"))
    assert read_tree(scans) == before
    assert files(out) == set(TREE)
    assert [rows[name]["sidecars"] for name in ("a.jpg", "sub/b.tif", "c.png")] == [["a.xmp"], ["sub/b.tif.xmp"], []]
    for name, source, caption in (("a.xmp", "a.jpg", "the scan"), ("sub/b.tif.xmp", "sub/b.tif", "the negative")):
        packet = said(out / name)
        assert packet.get("dc:description") == caption
        assert packet.get("Iptc4xmpExt:DigitalSourceType") == DIGITAL_SOURCE_TYPE
        assert packet.get("photocolor:SourceSHA256") == sha256(scans / source)
        assert packet.get("photocolor:SidecarOf") == Path(source).name
    assert verify(scans, out).code == 0


def test_another_format_changes_the_names_of_the_copies_with_those_of_the_results(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "in", TREE), tmp_path / "out"
    restore(scans, out, "--format", "png", "--quiet")
    assert files(out) == {"a.png", "a.xmp", "sub/b.png", "sub/b.png.xmp", "c.png"}
    assert verify(scans, out).code == 0


def test_the_same_command_redoes_nothing_until_a_sidecar_or_its_copy_changes(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "in", TREE), tmp_path / "out"
    restore(scans, out, "--quiet")
    first = read_tree(out)

    def redone() -> set[str]:
        return {name for name, row in outcomes(restore(scans, out, "--json")).items() if row["status"] == "done"}

    assert redone() == set()
    (out / "a.xmp").unlink()
    assert redone() == {"a.jpg"} and read_tree(out) == first
    (scans / "sub/b.tif.xmp").write_bytes(sidecar("the print"))
    assert redone() == {"sub/b.tif"}
    assert said(out / "sub/b.tif.xmp").get("dc:description") == "the print"
    (scans / "c.xmp").write_bytes(sidecar("new"))
    assert redone() == {"c.png"} and redone() == set()


def test_a_sidecar_that_two_photos_share_is_copied_for_each(tmp_path: Path) -> None:
    tree = {"s.jpg": photos.jpeg(), "s.tif": photos.tiff(), "s.xmp": sidecar("both"), "s.tif.xmp": sidecar("the tif")}
    scans, out = write_tree(tmp_path / "in", tree), tmp_path / "out"
    restore(scans, out, "--quiet")
    assert files(out) == {"s.jpg", "s.tif", "s.jpg.xmp", "s.tif.xmp", "s.tif.shared.xmp"}
    for name, source in (("s.jpg.xmp", "s.jpg"), ("s.tif.xmp", "s.tif"), ("s.tif.shared.xmp", "s.tif")):
        assert said(out / name).get("photocolor:SourceSHA256") == sha256(scans / source)
    assert said(out / "s.tif.xmp").get("dc:description") == "the tif"
    assert verify(scans, out).code == 0
    assert outcomes(restore(scans, out, "--json"))["s.jpg"]["status"] == "skipped"


def test_a_name_that_is_the_beginning_of_another_is_told_from_it(tmp_path: Path) -> None:
    tree = {"a.jpg": photos.jpeg(), "a.jpg.xmp": sidecar("of a.jpg"), "a.jpg.tif": photos.tiff()}
    scans, out = write_tree(tmp_path / "in", tree), tmp_path / "out"
    restore(scans, out, "--quiet")
    assert files(out) == {"a.jpg", "a.jpg.xmp", "a.jpg.tif", "a.jpg.tif.xmp"}
    assert said(out / "a.jpg.xmp").get("photocolor:SidecarOf") == "a.jpg"
    assert verify(scans, out).code == 0


def test_a_file_that_lies_in_the_place_of_a_copy_stays_and_is_told(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "in", TREE), write_tree(tmp_path / "out", {"a.xmp": b"mine"})
    outside = tmp_path / "outside.xmp"
    outside.write_bytes(sidecar("outside"))
    (out / "sub").mkdir()
    (out / "sub/b.tif.xmp").symlink_to(outside)
    rows = outcomes(restore(scans, out, "--json", "--overwrite"))
    assert (out / "a.xmp").read_bytes() == b"mine"
    assert outside.read_bytes() == sidecar("outside") and (out / "sub/b.tif.xmp").is_symlink()
    for name in ("a.jpg", "sub/b.tif"):
        assert any("was not copied" in str(warning) for warning in rows[name]["warnings"])
        assert rows[name]["sidecars"] == []


def test_the_sources_own_sidecar_is_never_written_where_results_lie_beside_it(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "in", {"a.jpg": photos.jpeg(), "a.xmp": sidecar()})
    rows = outcomes(restore(scans / "a.jpg", scans, "--format", "png", "--json"))
    assert (scans / "a.xmp").read_bytes() == sidecar()
    assert any("the source's own" in str(warning) for warning in rows["a.png"]["warnings"])


def test_copying_or_not_does_not_change_a_result_and_merging_does(tmp_path: Path) -> None:
    digests = {mode: settings_digest(ColorSettings(), FileSettings(sidecars=mode)) for mode in Sidecars}
    assert digests[Sidecars.COPY] == digests[Sidecars.IGNORE] == settings_digest(ColorSettings(), FileSettings())
    assert digests[Sidecars.MERGE] != digests[Sidecars.COPY]
    scans, out = write_tree(tmp_path / "in", TREE), tmp_path / "out"
    restore(scans, out, "--sidecars", "ignore", "--quiet")
    assert files(out) == {"a.jpg", "sub/b.tif", "c.png"}
    assert verify(scans, out).code == 0
    rows = outcomes(restore(scans, out, "--sidecars", "ignore", "--json"))
    assert {row["status"] for row in rows.values()} == {"skipped"}
    results = read_tree(out)
    restore(scans, out, "--quiet")
    assert {name: data for name, data in read_tree(out).items() if not name.endswith(".xmp")} == results


EMBEDDED = sidecar("of the photo", "<dc:subject><rdf:Bag><rdf:li>one</rdf:li></rdf:Bag></dc:subject>"
    "<photoshop:City>Wien</photoshop:City><photoshop:Credit>Archive</photoshop:Credit>")  # fmt: skip
NEWER = sidecar("of the sidecar", "<dc:subject><rdf:Bag><rdf:li>two</rdf:li></rdf:Bag></dc:subject>"
    "<photoshop:City>Graz</photoshop:City><photoshop:Headline>New</photoshop:Headline>")  # fmt: skip


@pytest.mark.parametrize("kind", ["jpeg", "png", "tiff", "webp", "jxl"])
def test_merged_sidecars_are_the_newer_statement_and_nothing_is_lost(kind: str, tmp_path: Path) -> None:
    photo = photos.with_segment(photos.jpeg(), 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + EMBEDDED)
    scans, out = write_tree(tmp_path / "in", {"a.jpg": photo, "a.xmp": NEWER}), tmp_path / "out"
    rows = outcomes(restore(scans, out, "--sidecars", "merge", "--format", kind, "--json"))
    (row,) = rows.values()
    result = out / str(row["relative"])
    assert files(out) == {result.name}
    xmp = read_blocks(result.read_bytes(), kind).xmp
    assert xmp is not None
    packet = Packet(xmp)
    assert packet.values("dc:description") == ["of the sidecar"] and packet.values("photoshop:City") == ["Graz"]
    assert packet.values("dc:subject") == ["two", "one"]
    assert packet.values("photoshop:Credit") == ["Archive"] and packet.values("photoshop:Headline") == ["New"]
    assert set(packet.values("photocolor:SourceXMP")) == {
        "dc:description (x-default): of the photo", "photoshop:City: Wien",
    }  # fmt: skip
    assert any("says something else" in str(warning) for warning in row["warnings"])
    assert verify(scans, out).code == 0
    assert {
        r["status"] for r in outcomes(restore(scans, out, "--sidecars", "merge", "--format", kind, "--json")).values()
    } == {"skipped"}
    (scans / "a.xmp").write_bytes(NEWER.replace(b"Graz", b"Linz"))
    assert verify(scans, out).code == 3


def test_a_sidecar_that_cannot_be_parsed_is_kept_byte_for_byte(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "in", {"a.jpg": photos.jpeg(), "a.xmp": b"<x:xmpmeta>cut"}), tmp_path / "out"
    answer = restore(scans, out)
    assert "the sidecar a.xmp: metadata_unparsed" in answer.err
    packet = said(out / "a.xmp")
    assert packet.get("photocolor:UnparsedXMP") == "PHg6eG1wbWV0YT5jdXQ="
    assert packet.get("photocolor:SidecarOf") == "a.jpg"
    assert verify(scans, out).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
def test_what_cannot_be_read_is_told_and_the_photo_goes_on(tmp_path: Path) -> None:
    tree = {"a.jpg": photos.jpeg(), "b.jpg": photos.jpeg(), "c.jpg": photos.jpeg(), "c.xmp": b" " * (13 << 20)}
    scans, out = write_tree(tmp_path / "in", tree), tmp_path / "out"
    (scans / "a.xmp").mkdir()
    os.mkfifo(scans / "b.xmp")
    rows = outcomes(restore(scans, out, "--json"))
    assert {row["status"] for row in rows.values()} == {"done"}
    for name in ("a", "b", "c"):
        assert any(f"{name}.xmp does not go along" in str(warning) for warning in rows[f"{name}.jpg"]["warnings"])
    assert {row["status"] for row in outcomes(restore(scans, out, "--json")).values()} == {"skipped"}


def test_a_sidecar_of_a_raw_photo_is_not_taken_for_that_of_its_jpeg(tmp_path: Path) -> None:
    raw = sidecar("raw", "<photoshop:SidecarForExtension>CR2</photoshop:SidecarForExtension>")
    scans, out = write_tree(tmp_path / "in", {"a.jpg": photos.jpeg(), "a.xmp": raw}), tmp_path / "out"
    answer = restore(scans, out)
    assert "it is for .CR2 files" in answer.err and files(out) == {"a.jpg"}


def test_beside_a_photo_that_is_copied_the_sidecar_is_copied_as_it_is(tmp_path: Path) -> None:
    tree = {"a.jpg": photos.jpeg(photos.rgb()), "a.xmp": sidecar()}
    scans, out = write_tree(tmp_path / "in", tree), tmp_path / "out"
    restore(scans, out, "--already-color", "copy", "--quiet")
    assert read_tree(out) == tree and verify(scans, out).code == 0
    (out / "a.xmp").write_bytes(sidecar("other"))
    assert verify(scans, out).code == 3


LIES = {
    "a changed caption": lambda data: data.replace(b"the scan", b"the print"),
    "another source": lambda data: data.replace(b"SourceSHA256>", b"SourceSHA255>"),
    "another result": lambda data: data.replace(b">a.jpg<", b">b.jpg<"),
    "nothing": lambda data: b"",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_copy_that_was_changed_does_not_hold(lie: str, tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "in", TREE), tmp_path / "out"
    restore(scans, out, "--quiet")
    (out / "a.xmp").write_bytes(LIES[lie]((out / "a.xmp").read_bytes()))
    answer = verify(scans, out)
    assert answer.code == 3 and "sidecar" in answer.out


def test_a_copy_that_is_gone_and_a_sidecar_that_changed_do_not_hold(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "in", TREE), tmp_path / "out"
    restore(scans, out, "--quiet")
    (out / "a.xmp").unlink()
    (scans / "sub/b.tif.xmp").write_bytes(sidecar("changed"))
    answer = verify(scans, out)
    assert answer.code == 3
    assert "the copy of a.xmp, is gone" in answer.out and "after it was copied" in answer.out


def test_the_page_of_a_tiff_that_comes_first_gets_what_is_merged(tmp_path: Path) -> None:
    pages = photos.tiff_of([photos.gray(), photos.gray(seed=1)])
    scans, out = write_tree(tmp_path / "in", {"a.tif": pages, "a.xmp": sidecar("both pages")}), tmp_path / "out"
    restore(scans, out, "--sidecars", "merge", "--quiet")
    assert verify(scans, out).code == 0
    restore(scans, tmp_path / "copied", "--quiet")
    assert said(tmp_path / "copied/a.xmp").get("dc:description") == "both pages"
    assert verify(scans, tmp_path / "copied").code == 0


def test_the_temporary_file_of_a_copy_is_swept_after_a_crash(tmp_path: Path) -> None:
    of_result = "0123abcd"
    left = tmp_path / f".pc-{copy_token(of_result)}.tmp"
    left.write_bytes(b"half")
    remove_temporaries_of(tmp_path, {"a.jpg": InProgressNote("a.jpg", of_result)})
    assert not left.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_copy_is_for_nobody_who_could_not_read_the_sidecar(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "in", {"a.jpg": photos.jpeg(), "a.xmp": sidecar()}), tmp_path / "out"
    (scans / "a.xmp").chmod(0o600)
    restore(scans, out, "--quiet")
    assert (out / "a.xmp").stat().st_mode & 0o077 == 0


def test_the_python_interface_copies_them_too(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "in", {"a.jpg": photos.jpeg(), "a.jpg.xmp": sidecar()})
    done = colorize_file(scans / "a.jpg", tmp_path / "out" / "b.jpg", device="cpu")
    assert done.sidecars == ("b.jpg.xmp",)
    assert said(tmp_path / "out" / "b.jpg.xmp").get("photocolor:SidecarOf") == "b.jpg"


def test_exiftool_reads_the_copy(tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "in", TREE), tmp_path / "out"
    restore(scans, out, "--quiet")
    (facts,) = annotated.exiftool([out / "a.xmp"]).values()
    assert facts["XMP-dc:Description"] == "the scan" and "ExifTool:Warning" not in facts


def test_a_sidecar_that_is_too_much_with_the_photos_own_xmp_stays_out_by_name(tmp_path: Path) -> None:
    def packet(word: bytes) -> bytes:
        items = b"<rdf:li>" + word + b"</rdf:li>"
        body = b"<dc:subject><rdf:Bag>" + items * (SOURCE_XMP_MOST_NODES - 100) + b"</rdf:Bag></dc:subject>"
        return EMPTY.replace(
            b" </rdf:RDF>",
            b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            + body
            + b"</rdf:Description></rdf:RDF>",
        )

    photo = photos.png(chunks=[(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet(b"own"))])
    scans, out = write_tree(tmp_path / "in", {"a.png": photo, "a.xmp": packet(b"new")}), tmp_path / "out"
    (row,) = outcomes(restore(scans, out, "--sidecars", "merge", "--json")).values()
    assert row["status"] == "done"
    assert [w for w in row["warnings"] if "metadata_left_behind: XMP sidecar" in str(w)]
    assert verify(scans, out).code == 0
    (scans / "a.xmp").write_bytes(packet(b"old"))
    assert verify(scans, out).code == 3


def lightroom(history: int, city: str, size: tuple[int, int] = (4000, 3000)) -> bytes:
    """A packet as photo managers write it: a history, structures, that the photo was gray, another picture's size."""
    events = "".join(f'<rdf:li stEvt:action="saved" stEvt:instanceID="xmp.iid:{at}"/>' for at in range(history))
    spaces = {"photoshop": "photoshop/1.0", "tiff": "tiff/1.0", "exif": "exif/1.0", "xmpMM": "xap/1.0/mm"}
    spaces |= {"stEvt": "xap/1.0/sType/ResourceEvent#", "stRef": "xap/1.0/sType/ResourceRef#"}
    declared = "".join(
        f' xmlns:{prefix}="http://ns.adobe.com/{path}{"" if path.endswith("#") else "/"}"'
        for prefix, path in spaces.items()
    )
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about=""{declared} xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'
        f' photoshop:City="{city} " photoshop:ColorMode="1" photoshop:ICCProfile="Dot Gain 20%" exif:ColorSpace="65535"'
        f' tiff:ImageWidth="{size[0]}" tiff:ImageLength="{size[1]}" exif:PixelXDimension="{size[0]}">'
        f"<xmpMM:History><rdf:Seq>{events}</rdf:Seq></xmpMM:History>"
        f'<xmpMM:DerivedFrom stRef:instanceID="{city}-1" stRef:documentID="{city}-2"/>'
        '<Iptc4xmpCore:CreatorContactInfo rdf:parseType="Resource">'
        f"<Iptc4xmpCore:CiAdrCity>{city}</Iptc4xmpCore:CiAdrCity></Iptc4xmpCore:CreatorContactInfo>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


@pytest.mark.parametrize("mode", ["copy", "merge"])
def test_what_photo_managers_write_holds_however_the_photos_own_packet_differs(mode: str, tmp_path: Path) -> None:
    owns = {"none.jpg": None, "same.jpg": lightroom(2, "Ulm"), "older.jpg": lightroom(1, "Köln", (60, 40))}
    owns |= {"newer.jpg": lightroom(4, "Bonn"), "damaged.jpg": b"<x:xmpmeta>Ulm &"}
    (tmp_path / "scans").mkdir()
    for name, own in owns.items():
        picture = Image.fromarray(photos.gray(40, 60))
        picture.save(tmp_path / "scans" / name, **({} if own is None else {"xmp": own}))
        (tmp_path / "scans" / name).with_suffix(".xmp").write_bytes(lightroom(2, "Ulm"))
    options = ("--model", write_model(tmp_path / "tint.onnx"), "--device", "cpu", "--sidecars", mode)
    assert command("restore", tmp_path / "scans", "--out", tmp_path / "out", *options).code == 0
    proof = command("verify", tmp_path / "scans", tmp_path / "out", "--quiet")
    assert proof.code == 0, proof.out
    if mode == "merge":
        kept = base64.b64encode(owns["damaged.jpg"] or b"")
        assert kept in (tmp_path / "out/damaged.jpg").read_bytes(), "as the warning says"
        older = (tmp_path / "out/older.jpg").read_bytes()
        assert b"instanceID=" in older and "Köln-1".encode() in older and b"<Iptc4xmpCore:CiAdrCity>Ulm" in older


def test_a_damaged_sidecar_is_kept_beside_another_that_is_merged(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    Image.fromarray(photos.gray(40, 60)).save(tmp_path / "scans/a.jpg")
    (tmp_path / "scans/a.xmp").write_bytes(b"<x:xmpmeta>half a file")
    (tmp_path / "scans/a.jpg.xmp").write_bytes(lightroom(2, "Ulm"))
    options = ("--model", write_model(tmp_path / "tint.onnx"), "--device", "cpu", "--sidecars", "merge")
    assert command("restore", tmp_path / "scans", "--out", tmp_path / "out", *options).code == 0
    result = (tmp_path / "out/a.jpg").read_bytes()
    assert b"Ulm" in result and base64.b64encode(b"<x:xmpmeta>half a file") in result
    assert command("verify", tmp_path / "scans", tmp_path / "out", "--quiet").code == 0


def test_no_property_stands_twice_where_two_sidecars_differ_from_the_photo(tmp_path: Path) -> None:
    """Adobe's programs refuse a packet in which one does."""
    (tmp_path / "scans").mkdir()
    Image.fromarray(photos.gray(40, 60)).save(tmp_path / "scans/a.jpg", xmp=lightroom(1, "Köln"))
    (tmp_path / "scans/a.xmp").write_bytes(lightroom(2, "Ulm"))
    (tmp_path / "scans/a.jpg.xmp").write_bytes(lightroom(3, "Bonn"))
    options = ("--model", write_model(tmp_path / "tint.onnx"), "--device", "cpu", "--sidecars", "merge")
    assert command("restore", tmp_path / "scans", "--out", tmp_path / "out", *options).code == 0
    packet = Packet(read_blocks((tmp_path / "out/a.jpg").read_bytes(), "jpeg").xmp or b"")
    names = [name for item in packet.descriptions for name in (*(e.name for e in item.children), *item.attributes)]
    about = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"
    assert [name for name in set(names) if names.count(name) > 1 and name != about] == []
    kept = packet.values("photocolor:SourceXMP")
    assert {line for line in kept if line.startswith("photoshop:City")} == {
        "photoshop:City: Köln",
        "photoshop:City: Ulm",
    }
    assert command("verify", tmp_path / "scans", tmp_path / "out", "--quiet").code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind there")
@pytest.mark.parametrize("name", ["a.jpg", "a.tif"])
def test_what_a_private_sidecar_says_is_read_in_a_merged_result_by_nobody_else(tmp_path: Path, name: str) -> None:
    """Also where the sidecar is a link: whoever may put one there may not see by the result what it leads to."""
    page = photos.gray()
    data = photos.jpeg(page) if name.endswith("jpg") else photos.tiff_of([page, page])
    scans = write_tree(tmp_path / "scans", {name: data, "b.jpg": photos.jpeg(page)})
    secret = tmp_path / "secret"
    secret.write_text("of somebody else")
    secret.chmod(0o600)
    (scans / "a.xmp").symlink_to(secret)
    for path in scans.glob("*.*[gf]"):
        path.chmod(0o644)
    out = tmp_path / "color"
    assert command("restore", scans, "--out", out, "--sidecars", "merge", "--workers", 1).code == 0
    assert [(out / each).stat().st_mode & 0o777 for each in (name, "b.jpg")] == [0o600, 0o644]


def test_what_was_in_the_way_of_a_copy_and_is_gone_lets_it_be_made_and_is_told_until_then(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "in", {"a.jpg": photos.jpeg(), "a.xmp": sidecar()})
    out = write_tree(tmp_path / "out", {"a.xmp": b"mine"})
    assert "with XMP" not in restore(scans, out).err
    before = read_tree(out)
    again = restore(scans, out)
    assert f"{scans / 'a.xmp'}: not copied, because {out / 'a.xmp'} is in the way" in " ".join(again.err.split())
    assert outcomes(restore(scans, out, "--json"))["a.jpg"]["reason"] == "done"
    held = verify(scans, out)
    assert held.code == 3 and "lies in the place of the copy of a.xmp" in held.out
    assert read_tree(out) == before
    (out / "a.xmp").unlink()
    held = verify(scans, out)
    assert held.code == 3 and "a.xmp, the copy of a.xmp, is missing" in held.out
    told = restore(scans, out)
    assert "with XMP" in told.err and "in the way" not in told.err
    assert verify(scans, out).code == 0 and said(out / "a.xmp")
    assert outcomes(restore(scans, out, "--json"))["a.jpg"]["reason"] == "done"


@pytest.mark.parametrize("options", [(), ("--already-color", "copy")])
def test_what_is_merged_or_in_its_own_way_is_no_missing_copy(options: tuple[str, ...], tmp_path: Path) -> None:
    picture = photos.jpeg(photos.rgb()) if options else photos.jpeg()
    scans = write_tree(tmp_path / "in", {"a.jpg": picture, "a.xmp": sidecar()})
    told = restore(scans, tmp_path / "out", "--sidecars", "merge", *options)
    assert ("with XMP" in told.err) == (not options)
    again = restore(scans, tmp_path / "out", "--sidecars", "merge", "--json", *options)
    assert outcomes(again)["a.jpg"]["reason"] == "done" and "in the way" not in again.err
    assert verify(scans, tmp_path / "out").code == 0
    own = tmp_path / "own"
    own.mkdir()
    os.link(scans / "a.xmp", own / "a.xmp")
    assert "the source's own" in " ".join(restore(scans, own, *options).err.split())
    again = restore(scans, own, "--json", *options)
    assert outcomes(again)["a.jpg"]["reason"] == "done" and "in the way" not in again.err
    assert verify(scans, own).code == 0
