"""How many threads the work on one photo may use; OpenCV keeps the number, which is loaded only once it is asked for.

A process that plans a run must not wait for OpenCV.
"""

from __future__ import annotations


def limit_threads(count: int | None) -> None:
    """Lets the work on a photo use at most `count` threads of this process; as many as there are processors if None."""
    import cv2

    cv2.setNumThreads(-1 if count is None else count)


def threads_of_a_photo() -> int:
    """Returns how many threads the work on one photo may use: what `limit_threads` said, or one for each processor."""
    import cv2

    return max(1, cv2.getNumThreads())
