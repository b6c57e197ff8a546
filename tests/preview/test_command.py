"""The command that a window shows does what the window does."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import words_of

from photocolor.preview.command import restore_command
from photocolor.settings import AlreadyColor, ColorSettings, FileSettings, OutputFormat, Settings


def test_what_is_usual_is_left_out() -> None:
    settings = Settings(sources=(Path("scans"),), out=Path("color"))
    assert restore_command(settings) == "photocolor restore scans --out color"


def test_names_are_quoted_and_not_taken_for_options() -> None:
    line = restore_command(Settings(sources=(Path("my scans"), Path("-x.jpg")), out=Path("it's")))
    assert words_of(line) == ["photocolor", "restore", "my scans", "./-x.jpg", "--out", "it's"]


@pytest.mark.parametrize("overwrite", [True, False])
def test_the_command_line_understands_the_command_as_it_was_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, overwrite: bool
) -> None:
    import photocolor.cli.prepare
    from photocolor.batch.reporter import Summary
    from photocolor.cli.app import run_app

    meant = Settings(
        sources=(tmp_path / "scans",),
        out=tmp_path / "color",
        model="my model.onnx",
        device="cpu",
        color=ColorSettings(detail=768, strength=0.75, fade_doubt=0.3),
        files=FileSettings(format=OutputFormat.TIFF, quality=80, already_color=AlreadyColor.COPY),
        overwrite=overwrite,
    )
    understood: list[Settings] = []
    monkeypatch.setattr(photocolor.cli.prepare, "color_all", lambda s, *told: understood.append(s) or Summary())
    monkeypatch.setattr("sys.argv", words_of(restore_command(meant)))
    assert run_app() == 0
    assert understood == [meant]
