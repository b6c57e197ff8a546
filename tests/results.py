"""Makes a real result of a source whose bytes a test gives, in any format."""

from __future__ import annotations

from pathlib import Path

from photocolor.outcome import Done, Fingerprint, Job, NoProgress
from photocolor.pipeline.photo import colorize_source, open_pipeline
from photocolor.settings import FileSettings, OutputFormat, Settings


def result_of(data: bytes, suffix: str, wanted: OutputFormat, folder: Path, model: Path) -> tuple[Path, Path]:
    """Writes a source with these bytes, colors it, and returns the paths of source and result.

    Args:
        data: the source's bytes.
        suffix: of its name, as ".tif".
        wanted: format of the result.
        folder: where both are written.
        model: an ONNX file.
    """
    source, target = folder / f"scan{suffix}", folder / "out" / f"scan.{wanted.value}"
    source.write_bytes(data)
    stat = source.stat()
    files = FileSettings(format=wanted)
    pipeline = open_pipeline(Settings(sources=(), out=Path(), model=str(model), device="cpu", files=files))
    job = Job(source, target, target.name, Fingerprint(stat.st_size, stat.st_mtime_ns), "0123abcd")
    assert isinstance(colorize_source(job, pipeline, NoProgress()), Done)
    return source, target
