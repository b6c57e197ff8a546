"""Tells folders of results from folders of photos."""

from __future__ import annotations

import os
from pathlib import Path

RECORD_FOLDER = ".photocolor"
"""The folder inside an output folder that holds the manifest; its presence marks an output folder."""


def is_output_folder(folder: str) -> bool:
    """Returns whether runs wrote their results into a folder."""
    return os.path.isdir(os.path.join(folder, RECORD_FOLDER))  # noqa: PTH112, PTH118 -- Path raises where it may not look


def is_bag_of_results(folder: str) -> bool:
    """Returns whether a folder is a bag as `export-bag` makes it: results and copies of sources, with the records."""
    bag = Path(folder)
    return os.path.isfile(bag / "bagit.txt") and os.path.isdir(bag / "data" / "records")  # noqa: PTH112, PTH113 -- as above
