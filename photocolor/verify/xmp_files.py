"""Checks that the XMP files beside a source are fully contained in their copies or in the result."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from photocolor.metadata.limits import XMP_MOST_BYTES
from photocolor.metadata.model import Log
from photocolor.metadata.provenance import Provenance
from photocolor.metadata.xmp.result_packet import opened
from photocolor.metadata.xmp.sidecar_packet import SIDECAR_LEFT_BEHIND, SIDECAR_OF, merged, names_result, owner_of
from photocolor.pipeline.xmp_files import Sidecar, is_in_its_own_way, read_sidecars
from photocolor.settings import Sidecars
from photocolor.system.safe_files import open_regular
from photocolor.verify.changes import compare_tags, explained
from photocolor.verify.intended import Difference, Pair
from photocolor.verify.moved import texts_of
from photocolor.verify.tags import Tags, add_xmp, base_name
from photocolor.verify.verdict import Check

NAME = "sidecar"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class RecordedSidecars:
    """Holds what the manifest says about the XMP files of a photo.

    Attributes:
        sha256: digest of those beside the source; "" without any.
        copies: file names of those beside the result.
        verbatim: whether the photo was copied, and they with it, byte for byte.
        merged: whether none were to be copied, because they were merged into results.
    """

    sha256: str = ""
    copies: frozenset[str] = frozenset()
    verbatim: bool = False
    merged: bool = False


@dataclass(frozen=True, slots=True)
class ColoredPhoto:
    """Describes the result beside which copies of XMP files lie.

    Attributes:
        path: where it lies.
        source_sha256: digest of its source.
        width: columns of its stored grid; 0 if it was not looked at, because it was copied.
        height: rows of it, likewise.
    """

    path: Path
    source_sha256: str
    width: int = 0
    height: int = 0


def merges(provenance: Provenance | None) -> bool:
    """Returns whether a result says that the XMP files of its source were merged into it."""
    return provenance is not None and provenance.settings.get("sidecars") == Sidecars.MERGE


def merged_tags(
    source: Path, result: Path, provenance: Provenance | None, own_xmp: bytes | None
) -> tuple[Tags, tuple[str, ...]]:
    """Returns the tags of the XMP files that were merged into a result; none if they were not.

    Args:
        source: path of the photo.
        result: path of its result.
        provenance: what the result says of itself.
        own_xmp: the photo's own packet.

    Returns:
        The tags, and the names of the files that had to stay out: with the photo's own XMP they are more than is taken
        of one file, as `restore` reported.
    """
    merged_so_far, left_out, packet = Tags(), list[str](), None
    for item in read_sidecars(source, result, Sidecars.MERGE).found if merges(provenance) else ():
        log = Log()
        packet = merged(opened(own_xmp, Log()) if packet is None else packet, item.data, log)
        if any(warning.startswith(SIDECAR_LEFT_BEHIND) for warning in log.warnings):
            left_out.append(item.place.name)
            continue
        own_tags = Tags()
        add_xmp(own_tags, item.data)
        newer = set(map(base_name, own_tags))
        for tag in [tag for tag in merged_so_far if base_name(tag) in newer]:
            merged_so_far[tag] = own_tags.get(tag, merged_so_far[tag])
        for tag, value in own_tags.items():
            if tag not in merged_so_far:
                merged_so_far.put(base_name(tag), value)
    return merged_so_far, tuple(left_out)


def check_merged(
    pair: Pair, source: Path, result: Path, provenance: Provenance | None, left_out: tuple[str, ...] = ()
) -> Iterator[Check]:
    """Yields whether the result says all that the merged files do, and the files are still the same."""
    if provenance is None or not merges(provenance):
        return
    now, was = read_sidecars(source, result, Sidecars.MERGE), provenance.settings.get("sidecars_sha256", "")
    if not now.is_recorded_as(str(was)):
        yield Check(NAME, False, "the XMP files beside the source are not those that were merged into the result")
        return
    lost = [tag for tag, value in pair.sidecar.items() if not _is_said(tag, value, pair)]
    if lost:
        yield Check(NAME, False, f"not in the result: {', '.join(lost[:_SHOWN])}")
    elif pair.sidecar:
        yield Check(NAME, True, f"{len(pair.sidecar)} tags of it are in the result")
    if left_out:
        yield Check(NAME, True, f"{', '.join(left_out)} stayed out: too much together with the photo's own XMP")


def _is_said(tag: str, value: object, pair: Pair) -> bool:
    now = pair.after.get(tag)
    if now == value or set(texts_of(value)) <= set(texts_of(now)):
        return True
    kind = "changed" if tag in pair.after else "lost"
    return bool(explained(Difference(kind, base_name(tag), value, now, pair)))


def check_copies(source: Path, result: ColoredPhoto, recorded: RecordedSidecars) -> Iterator[Check]:
    """Yields whether the copy of each XMP file is there, names its result, and has every tag."""
    here = read_sidecars(source, result.path, Sidecars.COPY)
    known = here.is_recorded_as(recorded.sha256)
    if recorded.sha256 and not known:
        yield Check(NAME, False, "an XMP file beside the source was changed, added or removed after it was copied")
    for item in here.found:
        copy = result.path.with_name(item.copy)
        data = _read(copy)
        if data is None and item.copy in recorded.copies:
            yield Check(NAME, False, f"{copy.name}, the copy of {item.place.name}, is gone, or is no file")
        elif data is not None and (item.copy in recorded.copies or names_result(owner_of(data), _printed(result.path))):
            yield _check_copy(item, data, result, recorded)
        elif recorded.sha256 and known and not recorded.merged and not is_in_its_own_way(item.place):
            yield Check(NAME, False, _never_copied(item, copy))
    for name in sorted(recorded.copies - {item.copy for item in here.found}):
        yield Check(NAME, False, f"the file that {name} is a copy of is gone")


def _never_copied(item: Sidecar, copy: Path) -> str:
    """Returns what is the matter with an XMP file that no run copied, because something was in the way."""
    if os.path.lexists(copy):
        return f"{copy.name} lies in the place of the copy of {item.place.name}; move it away and run restore again"
    return f"{copy.name}, the copy of {item.place.name}, is missing; run restore again"


def _check_copy(item: Sidecar, data: bytes, result: ColoredPhoto, recorded: RecordedSidecars) -> Check:
    name = item.copy
    if recorded.verbatim:
        same = data == item.data
        return Check(NAME, same, f"{name} {'is' if same else 'is not'} {item.place.name}, byte for byte")
    before, after = Tags(), Tags()
    add_xmp(before, item.data)
    add_xmp(after, data)
    is_of_result = names_result(owner_of(data), _printed(result.path))
    if after.get("XMP/photocolor:SourceSHA256") != result.source_sha256 or not is_of_result:
        return Check(NAME, False, f"{name} does not say that it belongs to this result")
    pair = Pair("xmp>xmp", result.width, result.height, before, after)
    wrong = [change.tag for change in compare_tags(pair).unintended if change.tag != f"XMP/{SIDECAR_OF}"]
    if wrong:
        return Check(NAME, False, f"{name} differs from {item.place.name}: {', '.join(wrong[:_SHOWN])}")
    return Check(NAME, True, f"{name} says all that {item.place.name} does")


def _printed(result: Path) -> str:
    return os.fsencode(result.name).decode("utf-8", "replace")


def _read(path: Path) -> bytes | None:
    try:
        with open_regular(path, links=False) as file:
            return file.read(XMP_MOST_BYTES)
    except OSError:
        return None
