"""Plans a run that tries failed photos again, without walking through all the others."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from photocolor.batch.plan.masks import mask_strays_beside
from photocolor.batch.plan.roots import roots_of
from photocolor.batch.plan.strays import sidecars_among
from photocolor.batch.plan.targets import FilePlan, plan_of, target_of
from photocolor.batch.plan.walk import Found, Harvest, gather, photos_in
from photocolor.batch.records.checked import source_place
from photocolor.batch.records.files import refuse_without_records
from photocolor.batch.records.line import FAILED
from photocolor.batch.records.whole import whole_lines
from photocolor.settings import OutputFormat, Shard
from photocolor.system.safe_files import lies_in
from photocolor.system.spelling import as_spelled_now, folded


@dataclass(frozen=True, slots=True)
class Retry:
    """Holds what is tried again, and what is not.

    Attributes:
        plan: the photos whose last line is a failure.
        others: how many photos have another last line.
        elsewhere: failed files that are not below the sources of this run.
        gone: failed files that are not there any more.
        damaged: lines of the manifests that could not be read.
    """

    plan: FilePlan
    others: int
    elsewhere: Sequence[str]
    gone: Sequence[str]
    damaged: int = 0


@dataclass(frozen=True)
class Failures:
    """Holds the last outcome of each photo in all manifests of an output folder.

    Attributes:
        sources: the failed ones: where the run that failed read them, by their place under its sources.
        others: the places of those that have another last line.
        damaged: lines that could not be read; a torn last one is not counted, it is expected after a crash.
    """

    sources: dict[str, str]
    others: AbstractSet[str]
    damaged: int = 0

    def is_settled(self, place: str) -> bool:
        """Returns whether a photo that failed has another last line, under a place that is spelled otherwise."""
        return folded(place) in self._others_folded

    @cached_property
    def _others_folded(self) -> frozenset[str]:
        """Returns the places of the others by what they are folded; needed only where a photo is spelled otherwise."""
        return frozenset(map(folded, self.others))


def recall_failures(out: Path) -> Failures:
    """Returns which photos failed last, by their source's path, since the result's format may have changed.

    Raises:
        OutputError: a manifest cannot be read, or a newer photocolor wrote it.
    """
    failed: dict[str, str] = {}
    fine: set[str] = set()
    damaged = list[Path]()
    for line in whole_lines(out, damaged.append):
        place = source_place(line["relative"], line["source"])
        fine.discard(place)
        failed.pop(place, None)
        if line["status"] == FAILED:
            failed[place] = line["source"]
        else:
            fine.add(place)
    return Failures(failed, fine, len(damaged))


def plan_retry(sources: Sequence[Path], out: Path, output_format: OutputFormat, shard: Shard | None = None) -> Retry:
    """Returns the failed photos of these sources, each with its target.

    A failed folder is read with everything below it.

    Only the folders that hold them are listed, to see that no result would meet another or a source.

    Raises:
        UsageError: no run is recorded in `out`, or as `make_plan`.
        TargetCollision: as `make_plan`.
        OutputError: a manifest cannot be read, or a newer photocolor wrote it.
    """
    refuse_without_records(out, "Name the --out of the run whose failed photos are to be tried again.")
    failures = recall_failures(out)
    roots, base, _ = roots_of(sources, out)
    sidecars = frozenset(sidecars_among([root for root in roots if not Path(root).is_dir()]) if roots[1:] else ())
    harvested, tried, elsewhere, gone = Harvest(), dict[str, None](), list[str](), list[str]()
    for place, recorded in failures.sources.items():
        path = os.path.normpath(os.path.join(base, place))  # noqa: PTH118
        there = _as_spelled_below(path, roots)
        if there in tried or there in sidecars or (there not in ("", path) and failures.is_settled(place)):
            continue  # a later run met it under the name that it has now, or passed it over
        if not _is_of(there or path, roots) or not (there or path == recorded):
            elsewhere.append(recorded)
        elif there:
            gather(harvested, base, there, out, alone=[there] == roots)
            tried[there] = None
        else:
            gone.append(path)
    harvested.strays.extend(mask_strays_beside(list(tried), alone=list(tried) == roots))
    once = {photo.path: photo for photo in harvested.found}  # a failed photo may lie below a folder that failed later
    harvested.found = sorted(once.values(), key=lambda photo: photo.relative.split("/"))
    plan = plan_of(
        harvested, out, partial(target_of, output_format=output_format), tuple(_beside(harvested.found, roots, base))
    )
    return Retry(plan.only(shard), len(failures.others), elsewhere, gone, failures.damaged)


def _is_of(path: str, roots: Iterable[str]) -> bool:
    """Returns whether a walk through the sources reaches a path; it follows no links to folders."""
    return any(path == root or (_is_below(path, [root]) and lies_in(path, root)) for root in roots)


def _as_spelled_below(path: str, roots: Iterable[str]) -> str:
    """Returns a path in these sources as it is spelled now; "" if it is not there, or not in them."""
    if os.path.lexists(path):
        return path
    return as_spelled_now(path) if _is_below(folded(path), map(folded, roots)) else ""


def _is_below(path: str, roots: Iterable[str]) -> bool:
    return any(path == root or path.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


def _beside(photos: Iterable[Found], roots: Sequence[str], base: str) -> Iterator[Found]:
    """Yields the other photos in the folders of those that are tried again.

    Only their results could have the same names.
    """
    tried = {photo.path for photo in photos}
    for folder in sorted({os.path.dirname(path) for path in tried}):  # noqa: PTH120
        for photo in photos_in(folder, base):
            if photo.path not in tried and _is_below(photo.path, roots):
                yield photo
