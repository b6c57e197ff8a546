"""Makes a file of a reference picture of any kind, whose palette the results shall have."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from photocolor.api.given import checked_path
from photocolor.errors import ReferenceInvalid
from photocolor.image.display.notebook import codes_of
from photocolor.image.memory.pillow import PillowImage, image_of, loaded
from photocolor.system.temporary.folders import temporary_folder


@contextmanager
def reference_file(reference: Any) -> Iterator[Path | None]:
    """Yields the file that holds a reference, which exists while the block runs; None without a reference.

    Raises:
        ReferenceInvalid: it is no picture in color.
    """
    if reference is None or isinstance(reference, str | os.PathLike):
        yield None if reference is None else checked_path(reference)
        return
    with temporary_folder("photocolor-") as folder:
        path = folder / "reference.png"
        if isinstance(reference, bytes | bytearray | memoryview):
            path.write_bytes(bytes(reference))
        else:
            _image_of(reference).save(path)
        yield path


def _image_of(reference: Any) -> PillowImage:
    if isinstance(reference, PillowImage):
        return loaded(reference).convert("RGB")
    array = np.asarray(reference)
    if array.ndim != 3 or 0 in array.shape or array.shape[2] not in (3, 4) or array.dtype.kind not in "uf":
        raise ReferenceInvalid(f"a reference of shape {array.shape} and type {array.dtype} is no picture in color")
    return image_of(codes_of(array)[..., :3], None)
