"""XMP files beside photos in a real S3 server: the same as beside files, whichever end of a run is remote."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import photos
import pytest
from commands import Answer, photocolor, started
from runs import read_tree, write_tree
from stores import BUCKET, Bucket, s3_server

from photocolor.metadata.limits import SOURCE_XMP_MOST_BYTES
from photocolor.metadata.xmp.edit import Packet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

COLOR = ("--device", "cpu", "--workers", "1", "--json", "--quiet", "--already-color", "copy")
Rows = dict[str, dict[str, object]]


def sidecar(caption: str, more: str = "") -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">'
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{caption}</rdf:li></rdf:Alt></dc:description>{more}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


TREE = {
    "a.jpg": photos.jpeg(),
    "a.xmp": sidecar("the scan"),
    "sub/b.tif": photos.tiff(),
    "sub/b.tif.xmp": sidecar("the negative"),
    "sub/b.XMP": sidecar("the box"),
    "c.png": photos.png(),
    "s.jpg": photos.jpeg(photos.gray(seed=2)),
    "s.tif": photos.tiff(photos.gray(seed=2)),
    "s.xmp": sidecar("both"),
    "s.tif.xmp": sidecar("the tif"),
    "n.jpg": photos.jpeg(photos.gray(seed=3)),
    "n.jpg.xmp": sidecar("of n.jpg"),
    "n.jpg.tif": photos.tiff(photos.gray(seed=4)),
    "raw.jpg": photos.jpeg(photos.gray(seed=5)),
    "raw.xmp": sidecar("raw", "<photoshop:SidecarForExtension>CR2</photoshop:SidecarForExtension>"),
    "orphan.xmp": sidecar("of no photo"),
    "color.jpg": photos.jpeg(photos.rgb()),
    "color.xmp": sidecar("in color"),
    "torn.png": photos.png(photos.gray(seed=6)),
    "torn.xmp": b"<x:xmpmeta>cut",
}
PHOTOS = {name for name in TREE if not name.lower().endswith(".xmp")}


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with s3_server() as server:
        yield server


def put(bucket: Bucket, folder: str, tree: dict[str, bytes] = TREE) -> str:
    bucket.put({f"{folder}/{name}": data for name, data in tree.items()})
    return f"s3://{BUCKET}/{folder}"


def restore(
    bucket: Bucket, source: object, out: object, *options: object, code: int = 0
) -> dict[str, dict[str, object]]:
    answer = photocolor("restore", source, "--out", out, *COLOR, *options, **bucket.environment)
    assert answer.code == code, answer.err
    return {row["relative"]: row for row in map(json.loads, answer.out.splitlines())}


def verify(source: Path, out: Path) -> Answer:
    return photocolor("verify", source, out, "--quiet")


def done(rows: Rows) -> set[str]:
    return {name for name, row in rows.items() if row["status"] == "done"}


def facts(rows: Rows) -> dict[str, tuple[object, ...]]:
    kept = ("status", "sidecars_sha256", "sidecars", "result_sha256")
    return {name: tuple(row.get(fact) for fact in kept) for name, row in rows.items()}


@pytest.mark.parametrize("mode", ["copy", "merge", "ignore"])
def test_all_ways_give_the_tree_of_a_run_over_files(mode: str, bucket: Bucket, tmp_path: Path) -> None:
    scans, near = write_tree(tmp_path / "in", TREE), tmp_path / "near"
    option = ("--sidecars", mode)
    told = restore(bucket, scans, near, *option)
    whole = read_tree(near)
    assert any(name.endswith(".xmp") for name in whole) == (mode == "copy")
    source, out = put(bucket, f"{mode}/in"), f"s3://{BUCKET}/{mode}"
    ways = ((source, f"{out}/far"), (scans, f"{out}/up"), (source, tmp_path / "down"))
    for begin, end in ways[: 1 if mode == "ignore" else 3]:
        rows = restore(bucket, begin, end, *option)
        assert facts(rows) == facts(told), (begin, end)
        tree = read_tree(end) if isinstance(end, Path) else bucket.tree(end.removeprefix(f"s3://{BUCKET}/") + "/")
        assert tree == whole, (begin, end)
        again = restore(bucket, begin, end, *option)
        assert {row["status"] for row in again.values()} == {"skipped"}, (begin, end)
    copy = write_tree(tmp_path / "fetched", bucket.tree(f"{mode}/far/"))
    (copy / "color.jpg").unlink()  # what was copied is told by the manifest alone, which stayed behind
    answer = verify(scans, copy)
    assert {line.split()[0] for line in answer.out.splitlines() if "color" not in line and "does not" in line} == set()
    assert mode == "ignore" or verify(scans, tmp_path / "down").code == 0
    assert bucket.tree(f"{mode}/in/") == TREE


def test_what_is_told_names_the_objects(bucket: Bucket) -> None:
    large = {"l.png": photos.png(), "l.xmp": b" " * (SOURCE_XMP_MOST_BYTES + 1), "raw.jpg": TREE["raw.jpg"]}
    place = put(bucket, "told/in", large | {"raw.xmp": TREE["raw.xmp"], "a.jpg": TREE["a.jpg"], "a.xmp": TREE["a.xmp"]})
    bucket.put({"told/out/a.xmp": b"somebody's own"})
    rows = restore(bucket, place, f"s3://{BUCKET}/told/out", "--overwrite")
    assert done(rows) == {"l.png", "raw.jpg", "a.jpg"}
    said = {name: " ".join(map(str, row["warnings"])) for name, row in rows.items()}  # type: ignore[call-overload]
    assert f"{place}/l.xmp does not go along: it has more than 12 MiB" in said["l.png"]
    assert f"{place}/raw.xmp does not go along: it is for .CR2 files" in said["raw.jpg"]
    assert f"{place}/a.xmp was not copied: s3://{BUCKET}/told/out/a.xmp is there already" in said["a.jpg"]
    assert bucket.read("told/out/a.xmp") == b"somebody's own"
    assert not [name for name in bucket.names("told/out/") if name.endswith("l.xmp") or name.endswith("raw.xmp")]
    assert {r["status"] for r in restore(bucket, place, f"s3://{BUCKET}/told/out").values()} == {"skipped"}


def test_a_copy_of_another_result_is_never_replaced(bucket: Bucket) -> None:
    first = put(bucket, "owner/first", {"a.jpg": TREE["a.jpg"], "a.xmp": TREE["a.xmp"]})
    other = put(bucket, "owner/other", {"a.tif": TREE["s.tif"], "a.xmp": sidecar("of another photo")})
    out = f"s3://{BUCKET}/owner/out"
    restore(bucket, first, out)
    kept = bucket.tree("owner/out/")
    row = restore(bucket, other, out, "--overwrite")["a.tif"]
    assert row["sidecars"] == [] and "belongs to another result, a.jpg" in str(row["warnings"])
    assert {name: data for name, data in bucket.tree("owner/out/").items() if name != "a.tif"} == kept


def test_a_photo_is_done_again_when_its_sidecar_changes_or_the_copy_is_gone(bucket: Bucket) -> None:
    tree = {name: TREE[name] for name in ("a.jpg", "a.xmp", "c.png", "s.jpg", "s.tif", "s.xmp")}
    place, out = put(bucket, "again/in", tree), f"s3://{BUCKET}/again/out"
    restore(bucket, place, out)
    first = bucket.tree("again/out/")

    def redone() -> set[str]:
        return done(restore(bucket, place, out))

    assert redone() == set()
    bucket.client.delete_object(Bucket=BUCKET, Key="again/out/a.xmp")
    assert redone() == {"a.jpg"} and bucket.tree("again/out/") == first
    bucket.put({"again/in/s.xmp": sidecar("both, again"), "again/in/c.xmp": sidecar("new")})
    assert redone() == {"s.jpg", "s.tif", "c.png"} and redone() == set()
    assert Packet(bucket.read("again/out/s.tif.xmp")).get("dc:description") == "both, again"
    bucket.client.delete_object(Bucket=BUCKET, Key="again/in/a.xmp")
    assert redone() == {"a.jpg"} and redone() == set()


def test_objects_that_are_named_one_by_one_and_shards_find_theirs(bucket: Bucket, tmp_path: Path) -> None:
    place = put(bucket, "single/in")
    whole = tmp_path / "whole"
    restore(bucket, write_tree(tmp_path / "in", TREE), whole)
    named = [f"{place}/{name}" for name in sorted(PHOTOS) if "/" not in name]
    answer = photocolor("restore", *named, "--out", f"s3://{BUCKET}/single/out", *COLOR, **bucket.environment)
    assert answer.code == 0, answer.err
    here = {name: data for name, data in read_tree(whole).items() if "/" not in name}
    assert bucket.tree("single/out/") == here
    for number in (1, 2, 3):
        restore(bucket, place, f"s3://{BUCKET}/single/shards", "--shard", f"{number}/3")
    assert bucket.tree("single/shards/") == read_tree(whole)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_run_that_is_killed_again_and_again_ends_in_the_same_tree(bucket: Bucket, tmp_path: Path) -> None:
    tree = {f"{number:02d}.png": photos.png(photos.gray(48, 64, seed=number)) for number in range(12)}
    tree |= {f"{number:02d}.xmp": sidecar(f"photo {number}") for number in range(12)}
    restore(bucket, write_tree(tmp_path / "in", tree), tmp_path / "whole")
    place, out = put(bucket, "killed/in", tree), f"s3://{BUCKET}/killed/out"
    whole = read_tree(tmp_path / "whole")
    for _ in range(3):
        with started("restore", place, "--out", out, *COLOR, **bucket.environment) as process:
            assert process.stdout is not None
            for _ in range(3):
                process.stdout.readline()
            os.killpg(process.pid, signal.SIGKILL)
        left = bucket.tree("killed/out/")
        assert left.items() <= whole.items()
        assert {f"{name[:-4]}.xmp" for name in left if name.endswith(".png")} <= set(left), "a copy comes before"
    restore(bucket, place, out)
    assert bucket.tree("killed/out/") == whole
    assert {row["status"] for row in restore(bucket, place, out).values()} == {"skipped"}


def test_a_sidecar_that_is_too_much_with_the_photos_own_xmp_stays_out_by_name(bucket: Bucket) -> None:
    words = "<dc:subject><rdf:Bag>" + "<rdf:li>w</rdf:li>" * 55_000 + "</rdf:Bag></dc:subject>"
    own = photos.png(chunks=[(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + sidecar("own", words))])
    place = put(bucket, "much/in", {"a.png": own, "a.xmp": sidecar("new", words.replace(">w<", ">v<"))})
    row = restore(bucket, place, f"s3://{BUCKET}/much/out", "--sidecars", "merge")["a.png"]
    assert row["status"] == "done" and "metadata_left_behind: XMP sidecar" in str(row["warnings"])


def test_what_was_in_the_way_of_a_copy_and_is_gone_lets_it_be_made(bucket: Bucket, tmp_path: Path) -> None:
    tree = {"a.jpg": TREE["a.jpg"], "a.xmp": TREE["a.xmp"]}
    place, scans = put(bucket, "way/in", tree), write_tree(tmp_path / "in", tree)
    for number, (begin, far) in enumerate(((place, True), (scans, True), (place, False))):
        out = f"s3://{BUCKET}/way/out{number}" if far else tmp_path / "out"
        if far:
            bucket.put({f"way/out{number}/a.xmp": b"somebody's own"})
        else:
            write_tree(tmp_path / "out", {"a.xmp": b"somebody's own"})
        assert restore(bucket, begin, out)["a.jpg"]["sidecars"] == []
        loud = [option for option in COLOR if option != "--quiet"]
        again = photocolor("restore", begin, "--out", out, *loud, **bucket.environment)
        assert f"{begin}/a.xmp: not copied, because {out}/a.xmp is in the way" in " ".join(again.err.split())
        assert json.loads(again.out)["reason"] == "done"
        if far:
            bucket.client.delete_object(Bucket=BUCKET, Key=f"way/out{number}/a.xmp")
        else:
            (tmp_path / "out/a.xmp").unlink()
        assert restore(bucket, begin, out)["a.jpg"]["sidecars"] == ["a.xmp"]
        assert restore(bucket, begin, out)["a.jpg"]["reason"] == "done"
