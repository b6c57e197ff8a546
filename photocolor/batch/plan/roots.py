"""Checks the sources that a user names, before anything below them is read."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from photocolor.batch.plan.results_folder import is_bag_of_results, is_output_folder
from photocolor.errors import UsageError
from photocolor.system.spelling import spelling_hint


def roots_of(sources: Sequence[Path], out: Path) -> tuple[list[str], str, list[str]]:
    """Returns the sources as absolute paths, the folder that they share, and folders of results that are none.

    A shell that was asked for `scans/*` names the output folder that lies there since the first run. What is none has
    no say in which folder they share, so that the same command goes on with the same results.

    Raises:
        UsageError: as `harvest`.
    """
    every = [os.path.abspath(source) for source in sources]  # noqa: PTH100 -- resolve() would rename linked folders
    results = [root for root in every if _holds_results(root, out)]
    if len(results) == len(every):  # nothing else was asked for
        results = []
    chosen = [(source, root) for source, root in zip(sources, every, strict=True) if root not in results]
    roots = [root for _, root in chosen]
    _refuse_bad_roots([source for source, _ in chosen], roots, out)
    return roots, _shared_folder(roots), results


def _holds_results(root: str, out: Path) -> bool:
    if not os.path.isdir(root):  # noqa: PTH112 -- Path raises where it may not look
        return False
    return _key(Path(root).resolve()) == _key(out.resolve()) or is_output_folder(root) or is_bag_of_results(root)


def _refuse_bad_roots(sources: Sequence[Path], roots: Sequence[str], out: Path) -> None:
    if not sources:
        raise UsageError("no source is named", "Name at least one photo or folder.")
    by_identity: dict[object, Path] = {}
    reals: dict[Path, Path] = {}
    out_key = _key(out.resolve())
    for source, root in zip(sources, roots, strict=True):
        _refuse_what_cannot_be_read(source, Path(root))
        real = Path(root).resolve()
        if _key(real) in by_identity:
            raise UsageError(f"the source {source} is named twice", "Name each source once.")
        if Path(root).is_dir() and (_key(real) == out_key or out_key in map(_key, real.parents)):
            where = "is the output folder" if _key(real) == out_key else f"lies inside the output folder {out}"
            raise UsageError(f"the source {source} {where}", "Choose an --out that does not contain a source.")
        by_identity[_key(real)] = source
        reals[real] = source
    for real, source in reals.items():
        for parent in real.parents:
            if (other := by_identity.get(_key(parent))) is not None:
                raise UsageError(f"the source {source} lies inside the source {other}", "Name each photo once.")


def _key(path: Path) -> object:
    """Returns a key that identifies a folder, however it is spelled or mounted.

    For a file, or where there is none, that is its path.
    """
    return (identity_of(path) if os.path.isdir(path) else None) or path  # noqa: PTH112 -- Path raises where it may not look


def _refuse_what_cannot_be_read(source: Path, root: Path) -> None:
    try:
        mode = root.stat().st_mode
    except FileNotFoundError as error:
        raise UsageError(f"the source {source} does not exist", spelling_hint(source)) from error
    except OSError as error:
        cause = error.strerror or str(error)
        raise UsageError(f"the source {source} cannot be looked at: {cause}", "Check its permissions.") from error
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise UsageError(f"the source {source} is neither a file nor a folder", "Name a photo or a folder of photos.")


def _shared_folder(roots: Sequence[str]) -> str:
    try:
        return os.path.commonpath([root if Path(root).is_dir() else str(Path(root).parent) for root in roots])
    except ValueError as error:  # different drives on Windows
        raise UsageError("the sources share no folder", "Run each drive into its own --out.") from error


def identity_of(folder: Path) -> tuple[int, int] | None:
    """Returns what tells a folder from all others, however it is named; None if it does not exist."""
    try:
        status = folder.stat()
    except OSError:
        return None  # it does not exist yet, so no walk can meet it
    return (status.st_dev, status.st_ino) if status.st_ino else None
