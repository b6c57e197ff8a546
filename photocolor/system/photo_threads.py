"""Holds how many threads the work on one photo may use, so that OpenCV is loaded only when it is needed.

A process that plans a run must not wait for OpenCV.
"""

from __future__ import annotations


def limit_threads(count: int | None) -> None:
    """Limits the work on a photo to `count` threads of this process; None means one for each processor."""
    import cv2

    cv2.setNumThreads(-1 if count is None else count)


def threads_of_a_photo() -> int:
    """Returns how many threads the work on one photo may use: the limit, or one for each processor."""
    import cv2

    return max(1, cv2.getNumThreads())
