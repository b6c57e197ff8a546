"""Says what kept a file from being written: its name, its place, or the file system."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from photocolor.errors import DiskFull, OutputError, TargetBlocked
from photocolor.system.printable import not_in_names
from photocolor.system.safe_files import NotOurs

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_BLOCKED = {errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.EINVAL, errno.ELOOP, errno.EILSEQ}
_REMOVED = "Find out who removes folders there, then run the same command again."
_RENAME = "Rename the photo or its folder, or choose another --out."


def output_error(error: OSError, target: Path) -> OutputError | TargetBlocked:
    """Returns the error that says what kept `target` from being written."""
    cause = error.strerror or str(error)
    if isinstance(error, NotOurs):
        hint = "Move it away: results are only written into real folders below the output folder."
        return TargetBlocked(f"{target} cannot be written, because of {error.filename}: {cause}", hint)
    if error.errno in _NO_SPACE:
        return DiskFull(f"no space left while writing {target}")
    if error.errno == errno.EFBIG:
        hint = "FAT takes files up to 4 GB: choose another --out, or a --format that takes less space."
        return TargetBlocked(f"{target} cannot be written: it is too large for its file system", hint)
    if error.errno == errno.EILSEQ:
        return TargetBlocked(f"{target} cannot be written: {cause}", _RENAME)
    missing = _first_missing(target)
    names = (name for name in (error.filename, error.filename2) if isinstance(name, str))
    refused = missing.name in map(os.path.basename, names)
    may_be_name = error.errno == errno.EINVAL or (error.errno == errno.ENOENT and refused)  # exFAT says the latter
    if may_be_name and (odd := not_in_names(target.relative_to(missing.parent))):
        return TargetBlocked(f"{target} cannot be written: {cause}; many file systems take no {odd} in names", _RENAME)
    if error.errno == errno.ENOENT and missing != target:
        return TargetBlocked(f"{target} cannot be written: the folder {missing} was removed meanwhile", _REMOVED)
    if error.errno in _BLOCKED:
        return TargetBlocked(f"{target} cannot be written: {cause}")
    return OutputError(f"{target} cannot be written: {cause}")


def _first_missing(target: Path) -> Path:
    """Returns the outermost folder of a file that is not there, or the file itself: a system refuses to make that."""
    missing = target
    while not os.path.lexists(missing.parent) and missing.parent != missing:
        missing = missing.parent
    return missing
