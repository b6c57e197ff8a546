"""Checks strips and tiles of TIFFs that are JPEG streams for wholeness."""

from __future__ import annotations

from functools import partial

from photocolor.containers.jpeg import EOI, FRAMES, coding_only, frame_marker, refuse_many_scans, segments_of
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs.jpeg import holes, samples_of
from photocolor.image.codecs.jpeg_damage import ARITHMETIC, doubts, refuse_damaged
from photocolor.image.codecs.jpeg_scans import refuse_missing

_END = b"\xff\xd9"


def doubts_of_strip(data: bytes, tables: bytes | None) -> tuple[str, ...]:
    """Returns signs of damage in a strip or tile, one sentence each.

    Streams without a start marker, which old-style JPEG has, cannot be checked.

    Args:
        data: the stream.
        tables: a stream with the tables that it needs beside its own.

    Raises:
        ValueError: a part of it is missing or damaged.
    """
    if not data.startswith(b"\xff\xd8"):
        return ()
    joined = tables[: -len(_END)] + data[2:] if tables else data
    try:
        segments = list(segments_of(joined))
        frame = next((joined[s.start : s.end] for s in segments if s.marker in FRAMES), b"")
        if len(frame) < 6:
            return ()
        refuse_many_scans(joined, segments)
        coarse = refuse_missing(joined, segments)
        coding = coding_only(joined, segments, of_color=False)
        if segments[-1].marker != EOI:
            coding += _END  # or the decoder would report nothing but the missing end
        warnings = refuse_damaged(coding, inks=frame[5] == 4) if frame[0] == 8 else ()
        if frame[0] == 8 and frame_marker(segments) not in ARITHMETIC:
            return *coarse, *(warnings or holes(joined, segments))
        decode = partial(samples_of, bits=frame[0])
        return (*coarse, *warnings, *(doubts(coding, decode, decode(coding)) or holes(joined, segments)))
    except (TruncatedPhoto, UnsupportedPhoto) as error:
        raise ValueError(error.message) from error
