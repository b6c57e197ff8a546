"""Keeps the name of a result whose photo is spelled in another way now: other case, or accents encoded otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Container, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from photocolor.batch.plan.targets import FilePlan, PlannedPhoto
from photocolor.batch.records.manifest import Past, Record
from photocolor.system.file_bytes import digest_of
from photocolor.system.printable import clean
from photocolor.system.safe_files import open_regular
from photocolor.system.spelling import PlacesNow, composed, folded, spelled_alike

_NAMED = 3


def named_as_before(plan: FilePlan, past: Past, note: Callable[[str], None]) -> FilePlan:
    """Returns the plan in which such a photo has the result that an earlier run made of it.

    A copy through a Mac encodes accents in another way, and one through Windows may change the case of names; the photo
    would be colored a second time, or its own result be taken for somebody else's file. One that failed or was left
    alone has the name under which that is recorded, or it would count as two.

    Args:
        plan: what is to be done; with a shard only accents may differ, because a name decides whose a photo is.
        past: what earlier runs say.
        note: is told which results keep their names.
    """
    recorded: tuple[Collection[str], ...] = past.done, past.passed, past.failed
    unknown = [entry for entry in plan.entries if not any(entry.relative in names for names in recorded)]
    if not unknown or not any(recorded):
        return plan
    former = _former_names(unknown, {entry.relative for entry in plan.entries}, recorded)
    kept = dict[str, str]()
    for entry in unknown:
        names = former.get(folded(entry.relative), set())
        if len(names) == 1 and _may_be(name := min(names), plan, entry) and _is_of(name, plan.out, past, entry):
            kept[entry.relative] = name
    if kept:
        note(_sentence(sorted(kept.values())))
    kept |= _in_folders_there(unknown, kept, plan.out)
    if not kept:
        return plan
    renamed = [replace(entry, relative=kept.get(entry.relative, entry.relative)) for entry in plan.entries]
    return replace(plan, entries=renamed)


def _in_folders_there(unknown: Iterable[PlannedPhoto], kept: Container[str], out: Path) -> dict[str, str]:
    """Returns the places of new photos whose folder of results is there, with its accents encoded in another way."""
    now, moved = PlacesNow(out), dict[str, str]()
    for entry in unknown:
        folder, slash, name = entry.relative.rpartition("/")
        if not folder.isascii() and entry.relative not in kept and (there := now.place(folder)) != folder:
            moved[entry.relative] = there + slash + name
    return moved


def _former_names(
    unknown: Iterable[PlannedPhoto], present: set[str], recorded: Iterable[Collection[str]]
) -> dict[str, set[str]]:
    """Returns the recorded names of photos that are not in the plan under them, by what these are folded."""
    wanted = {folded(entry.relative) for entry in unknown}
    former: dict[str, set[str]] = {}
    for relative in chain.from_iterable(recorded):
        if relative not in present and (key := folded(relative)) in wanted:
            former.setdefault(key, set()).add(relative)
    return former


def _may_be(name: str, plan: FilePlan, entry: PlannedPhoto) -> bool:
    """Returns whether both names are of one shard, which does not heed how accents are encoded."""
    return plan.shard is None or composed(name) == composed(entry.relative)


def _is_of(name: str, out: Path, past: Past, entry: PlannedPhoto) -> bool:
    """Returns whether what is recorded under a name is of this photo."""
    if (record := past.done.get(name)) is not None and _is_result_of(out / name, record, entry):
        return True
    if os.path.lexists(out / name):
        return False  # it is another photo's
    left = past.passed.get(name)
    is_it = name in past.failed or (left is not None and left.size_bytes == entry.found.size_bytes)
    return is_it and not _has_twin(entry.found.path, entry.found.relative.count("/") + 1)


def _is_result_of(result: Path, record: Record, entry: PlannedPhoto) -> bool:
    """Returns whether a result is that of this photo, and no other could be meant by its name.

    As for any photo, length and time tell, and bytes where the time is another one.
    """
    photo = entry.found
    try:
        if photo.size_bytes != record.size_bytes or not os.path.lexists(result):
            return False  # a result that is not as recorded is looked at under its name, as any: a killed run's, too
        if _has_twin(photo.path, photo.relative.count("/") + 1):
            return False
        if photo.mtime_ns == record.mtime_ns:
            return True
        with open_regular(Path(photo.path)) as file:
            return digest_of(file) == record.source_sha256
    except OSError:
        return False


def _has_twin(path: str, depth: int) -> bool:
    """Returns whether another file or folder beside a path's last parts has the same name but for its spelling."""
    for _ in range(depth):
        if spelled_alike(path) != 1:
            return True
        path = os.path.dirname(path)  # noqa: PTH120 -- names of any bytes
    return False


def _sentence(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    shown = ", ".join(map(clean, names[:_NAMED])) + more
    whose = f"{len(names):,} photos have names" if len(names) > 1 else "1 photo has a name"
    how = "spelled otherwise than in an earlier run (in case, or in how accents are encoded)"
    return f"{whose} {how}; results keep theirs: {shown}."
