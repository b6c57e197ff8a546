"""Compares one result with one source, from their bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from photocolor.containers.recognize import sniff
from photocolor.errors import PhotoError
from photocolor.image.decode import probe
from photocolor.image.open import open_photo
from photocolor.metadata.carry import read_blocks, read_provenance
from photocolor.metadata.provenance import DIGITAL_SOURCE_TYPE, Provenance
from photocolor.metadata.signing import signature_fault
from photocolor.settings import FileSettings
from photocolor.system.file_bytes import Stored, remembered
from photocolor.system.printable import shortened
from photocolor.verify.changes import SHOWN_LETTERS, compare_tags
from photocolor.verify.checks import COLOR, Candidate, check_picture
from photocolor.verify.claims.mended import MendedClaim, claim_of
from photocolor.verify.container.further_pages import check_further_pages
from photocolor.verify.container.strays import check_strays
from photocolor.verify.decoders import check_masks, check_source
from photocolor.verify.evidence import Evidence, open_evidence
from photocolor.verify.intended import Pair
from photocolor.verify.pixels import has_color
from photocolor.verify.tags import tags_of
from photocolor.verify.verdict import Check, TagReport, Verdict
from photocolor.verify.xmp_files import (
    ColoredPhoto,
    RecordedSidecars,
    check_copies,
    check_merged,
    merged_tags,
    merges,
)

UNINTENDED_SHOWN = 3
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Holds what the manifest says about a result.

    Attributes:
        source_sha256: digest of the source when it was colored.
        result_sha256: digest of the result that was written.
        result_bytes: its length.
        model_sha256: digest of the model that the run used.
        sidecars_sha256: digest of the XMP files beside the source; "" without any.
        sidecars: places of their copies in the output folder.
        merges: whether they were to be merged into results.
    """

    source_sha256: str
    result_sha256: str
    result_bytes: int
    model_sha256: str
    sidecars_sha256: str = ""
    sidecars: tuple[str, ...] = ()
    merges: bool = False

    @property
    def beside(self) -> RecordedSidecars:
        """Returns what is recorded of the XMP files beside the source and the result."""
        names = frozenset(place.rpartition("/")[2] for place in self.sidecars)
        return RecordedSidecars(self.sidecars_sha256, names, self.copied, self.merges)

    @property
    def copied(self) -> bool:
        """Returns True if the run copied a photo that had color already."""
        return self.source_sha256 == self.result_sha256


def verify_file(
    source: Path,
    result: Path,
    recorded: Recorded | None = None,
    max_megapixels: float = FileSettings().max_megapixels,
) -> Verdict:
    """Returns whether a result is its source, in color and in nothing else; neither file is changed.

    Args:
        source: the photo as it was.
        result: what photocolor made of it.
        recorded: the manifest's line about it, if there is one.
        max_megapixels: larger pictures are not opened.

    Returns:
        Every check with what was measured. A file that cannot be read is a check that does not hold, not an error.
    """
    names = str(source), str(result)
    try:
        with open_evidence(source) as before, open_evidence(result) as after:
            checks, tags = _look((before, after), recorded, max_megapixels)
            before.refuse_changed()
            after.refuse_changed()
    except PhotoError as error:
        return Verdict(*names, checks=(Check("readable", False, error.message),))
    return Verdict(*names, checks=checks, tags=tags)


def _look(
    files: tuple[Evidence, Evidence], recorded: Recorded | None, max_megapixels: float
) -> tuple[tuple[Check, ...], TagReport]:
    if recorded is None:
        return _compare(files, max_megapixels, recorded)
    record = tuple(_check_record(recorded, files))
    if recorded.copied:
        copy = _check_copy(files, max_megapixels)
        copies = check_copies(files[0].path, ColoredPhoto(files[1].path, files[0].sha256), recorded.beside)
        return (copy, *record, *copies), TagReport()
    checks, tags = _compare(files, max_megapixels, recorded)
    return (*checks, *record), tags


def _check_copy(files: tuple[Evidence, Evidence], max_megapixels: float) -> Check:
    """Returns whether a copy is its source, and that is one that a run copies: a gray photo is colored."""
    if files[0].sha256 != files[1].sha256:
        return Check("copy", False, "the copy is not the source")
    with remembered(files[0].data) as data:
        try:
            for page in range(probe(data).pages):
                with open_photo(data, max_megapixels, page) as photo:
                    if has_color(photo):
                        return Check("copy", True, "the source has color and was copied byte for byte")
        except PhotoError as error:  # it may be a library that is missing here
            return Check("copy", True, f"copied byte for byte; whether it has color was not looked at: {error.message}")
    return Check("copy", False, "it is the source itself, which has no color; a run would have colored it")


def _compare(
    files: tuple[Evidence, Evidence], max_megapixels: float, recorded: Recorded | None
) -> tuple[tuple[Check, ...], TagReport]:
    with remembered(files[0].data) as before, remembered(files[1].data) as after:
        return _compare_data((before, after), files, max_megapixels, recorded)


def _compare_data(
    data: tuple[Stored, Stored], files: tuple[Evidence, Evidence], max_megapixels: float, recorded: Recorded | None
) -> tuple[tuple[Check, ...], TagReport]:
    try:
        kinds = sniff(data[0]).name, sniff(data[1]).name
        pages = probe(data[0]).pages, probe(data[1]).pages
        if pages[0] != pages[1]:
            return (Check("readable", False, f"{pages[0]} pages became {pages[1]}"),), TagReport()
        provenance = read_provenance(data[1], kinds[1])
        claim = claim_of(files[1].path, provenance, pages[1])
        checks = [
            Check("readable", True, f"{kinds[0]}, {kinds[1]}"),
            *_check_pages(data, pages[0], max_megapixels, provenance, claim),
            *([claim.check] if claim.check else []),
        ]
        checks.extend(check_masks(data, kinds))
        checks.append(check_strays(data[1], kinds[1]))
        header = probe(data[1], 0)
    except PhotoError as error:
        advice = f"{error.message}. {error.hint}".removesuffix(".")  # it may be a library that is missing here
        return (Check("readable", False, advice),), TagReport()
    before, after = tags_of(data[0], kinds[0]), tags_of(data[1], kinds[1])
    paths = files[0].path, files[1].path
    own_xmp = read_blocks(data[0], kinds[0]).xmp if merges(provenance) else None
    of_sidecars, left_out = merged_tags(*paths, provenance, own_xmp)
    pair = Pair(">".join(kinds), header.width, header.height, before, after, of_sidecars)
    tags = compare_tags(pair)
    checks.append(_check_tags(tags))
    checks.append(_check_provenance(provenance, files[0].sha256, recorded))
    if pages[0] > 1:
        checks.extend(check_further_pages(data, kinds[1], provenance, _check_tags))
    checks.extend(check_merged(pair, *paths, provenance, left_out))
    result = ColoredPhoto(paths[1], files[0].sha256, header.width, header.height)
    checks.extend(check_copies(paths[0], result, recorded.beside if recorded else RecordedSidecars()))
    checks.extend(_check_signature(provenance, files[1], kinds[1]))
    return tuple(checks), tags


def _check_pages(
    data: tuple[Stored, Stored], pages: int, max_megapixels: float, provenance: Provenance | None, claim: MendedClaim
) -> list[Check]:
    """Returns the checks of the picture; of several pages, the failed ones, and one line each for the others."""
    by_check: dict[str, list[Check]] = {}
    for page in range(pages):
        with (
            open_photo(data[0], max_megapixels, page) as source,
            open_photo(data[1], max_megapixels, page) as result,
        ):
            mended = claim.page(page, (result.height, result.width))
            checks = check_picture(Candidate(source, result, *data, provenance, page, mended, pages))
            for check in (*checks, *check_source(source, data[0], page)):
                detail = check.detail if pages == 1 else f"page {page + 1} of {pages}: {check.detail}"
                by_check.setdefault(check.name, []).append(Check(check.name, check.holds, detail))
    if len(by_check.get(COLOR, ())) < pages:  # one page has color; others may be negatives that were left as they are
        by_check.pop(COLOR, None)
    return [check for checks in by_check.values() for check in ([c for c in checks if not c.holds] or checks[-1:])]


def _check_tags(tags: TagReport) -> Check:
    wrong = tags.unintended
    if not wrong:
        intended = len(tags.changed) + len(tags.lost)
        return Check("metadata", True, f"{tags.kept} tags kept, {intended} changed or left out as documented")
    names = [
        f"{shortened(item.tag, SHOWN_LETTERS)} {'is lost' if not item.now else 'is new' if not item.was else 'changed'}"
        for item in wrong
    ]
    more = f" and {len(wrong) - UNINTENDED_SHOWN} more" if len(wrong) > UNINTENDED_SHOWN else ""
    return Check("metadata", False, ", ".join(names[:UNINTENDED_SHOWN]) + more)


def _check_provenance(provenance: Provenance | None, source_sha256: str, recorded: Recorded | None) -> Check:
    if provenance is None:
        return Check("provenance", False, "the result does not say that photocolor made it")
    if provenance.source_sha256 != source_sha256:
        return Check("provenance", False, f"it was made from another source (SHA-256 {provenance.source_sha256[:12]}…)")
    if not _SHA256.fullmatch(provenance.model_sha256):
        return Check(
            "provenance",
            False,
            f"the model's SHA-256 is not recorded ({shortened(provenance.model_sha256, SHOWN_LETTERS)!r})",
        )
    if provenance.source_type != DIGITAL_SOURCE_TYPE:
        said = shortened(provenance.source_type.rpartition("/")[2], SHOWN_LETTERS)
        term = DIGITAL_SOURCE_TYPE.rpartition("/")[2]
        return Check("provenance", False, f"its DigitalSourceType is {said or 'missing'}, not {term}")
    if recorded is not None and provenance.model_sha256 != recorded.model_sha256:
        return Check("provenance", False, "the manifest names another model than the result")
    names = (
        shortened(text, SHOWN_LETTERS) for text in (provenance.tool, f"{provenance.model} {provenance.model_version}")
    )
    return Check("provenance", True, f"{', model '.join(names)}, this source")


def _check_signature(provenance: Provenance | None, result: Evidence, kind: str) -> Iterator[Check]:
    """Checks a result that says it is signed: the signature is there and fits the bytes."""
    if provenance is None or not provenance.settings.get("c2pa_certificate_sha256"):
        return
    fault = signature_fault(result.file, kind)
    if fault is None:
        yield Check("signature", True, "not looked at; that needs photocolor[c2pa]")
    else:
        yield Check("signature", not fault, fault or "valid; whom its certificate belongs to is not judged here")


def _check_record(recorded: Recorded, files: tuple[Evidence, Evidence]) -> Iterator[Check]:
    source, result = files
    if recorded.source_sha256 != source.sha256:
        yield Check("record", False, "the source changed after it was colored")
    elif (recorded.result_sha256, recorded.result_bytes) != (result.sha256, len(result.data)):
        yield Check("record", False, "the result changed after it was written")
    else:
        yield Check("record", True, "checksums and size as in the manifest")
