"""One photo from its bytes to its result, with a real model on ONNX Runtime."""

from __future__ import annotations

import hashlib
from pathlib import Path

import imagecodecs
import numpy as np
import photos
import pytest
from fakes import write_model
from hypothesis import given, settings
from hypothesis import strategies as st

from photocolor.color.lab import gray_of, lab_of, lightness_of
from photocolor.errors import HintsInvalid, SourceChanged, SourceVanished, TooLarge, UnreadableSource, UnsupportedPhoto
from photocolor.hints.sidecar import Hints, Point, Polygon, format_hints
from photocolor.image.codecs.exact_luma import luma_of
from photocolor.image.decode import decode
from photocolor.image.display.thumbnail import thumbnail
from photocolor.image.orient import stored, upright
from photocolor.metadata.carry import read_provenance
from photocolor.outcome import Done, Fingerprint, Job, NoProgress, Skipped
from photocolor.pipeline import result
from photocolor.pipeline.coloring import PER_DOUBT, PRESETS, USUAL_DOUBT
from photocolor.pipeline.photo import Pipeline, colorize_source, open_pipeline
from photocolor.settings import AlreadyColor, ColorSettings, FileSettings, OutputFormat, Preset, Settings
from photocolor.system.photo_threads import limit_threads

JPEG_MEAN_LIGHTNESS = 0.6
"""Mean |ΔL*| that JPEG's own rounding may add at quality 95, 4:4:4."""

SIXTEEN_BIT_CODES = 2


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny real model that colors by lightness."""
    return write_model(tmp_path_factory.mktemp("model") / "tint.onnx")


def studio_of(model: Path, files: FileSettings | None = None, color: ColorSettings | None = None) -> Pipeline:
    """The model, opened on the CPU."""
    return open_pipeline(
        Settings(
            sources=(),
            out=Path(),
            model=str(model),
            device="cpu",
            color=color or ColorSettings(),
            files=files or FileSettings(),
        )
    )


def job_for(source: Path, target: Path) -> Job:
    """A job with the file's present fingerprint."""
    stat = source.stat()
    return Job(source, target, target.name, Fingerprint(stat.st_size, stat.st_mtime_ns), "0123abcd")


def color(data: bytes, folder: Path, name: str, pipeline: Pipeline) -> tuple[Done, bytes]:
    """The outcome and the result's bytes."""
    source, target = folder / name, folder / "out" / name
    source.write_bytes(data)
    outcome = colorize_source(job_for(source, target), pipeline, NoProgress())
    assert isinstance(outcome, Done)
    assert source.read_bytes() == data
    assert [path.name for path in target.parent.iterdir()] == [name]
    result = target.read_bytes()
    target.unlink()
    assert hashlib.sha256(result).hexdigest() == outcome.result_sha256 and len(result) == outcome.result_bytes
    return outcome, result


def test_a_result_is_hashed_while_it_is_written_where_its_beginning_is_known(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`color` compares the digest with that of the file."""
    monkeypatch.setattr("photocolor.image.tiff.write._LARGE_BYTES", 0)
    hashed_anew: list[str] = []
    identity = result.identity
    monkeypatch.setattr(result, "identity", lambda file: hashed_anew.append("") or identity(file))
    pipeline = studio_of(model)
    known = {
        "plain": photos.tiff(photos.gray(91, 131, 16)),
        "odd": photos.tiff(photos.gray(91, 131)),  # its samples end at an odd place
        "motorola": photos.tiff(photos.gray(90, 130, 16), byteorder=">", dpi=(300, 300), rowsperstrip=7),
        "big": photos.tiff(photos.gray(90, 130, 16), bigtiff=True, icc=photos.gray_gamma()),
        "alpha": photos.tiff(photos.gray(90, 130), alpha=photos.alpha(90, 130)),
    }
    for name, data in known.items():
        limit_threads(3)
        _, followed = color(data, tmp_path, f"{name}.tif", pipeline)
        assert not hashed_anew, name
        limit_threads(1)
        assert color(data, tmp_path, f"{name}.tif", pipeline)[1] == followed
        assert hashed_anew.pop() == ""
    limit_threads(3)
    for name, data in {
        "deflate": photos.tiff(photos.gray(90, 130, 16), compression="zlib"),
        "tiles": photos.tiff(photos.gray(90, 130, 16), tile=(32, 48)),
        "gray": photos.jpeg(photos.gray(90, 130)),
    }.items():
        color(data, tmp_path, f"{name}.jpg" if name == "gray" else f"{name}.tif", pipeline)
        assert hashed_anew.pop() == ""
    limit_threads(None)


LOSSLESS = {
    "gray.png": photos.png(photos.gray(90, 130)),
    "deep.png": photos.png(photos.gray(90, 130, depth=16)),
    "gray.tif": photos.tiff(photos.gray(90, 130)),
    "deep.tif": photos.tiff(photos.gray(90, 130, depth=16), byteorder=">"),
    "sepia.png": photos.png(photos.tinted(90, 130)),
    "gray.webp": photos.webp(np.dstack([photos.gray(90, 130)] * 3)),
}


@pytest.mark.parametrize("name", LOSSLESS)
def test_the_gray_of_a_lossless_result_is_the_gray_of_its_source(name: str, model: Path, tmp_path: Path) -> None:
    _, result = color(LOSSLESS[name], tmp_path, name, studio_of(model))
    before, after = decode(LOSSLESS[name], 100), decode(result, 100)
    gray = before.pixels if before.pixels.ndim == 2 else gray_of(before.pixels)
    allowed = 0 if before.bit_depth == 8 else SIXTEEN_BIT_CODES
    assert after.bit_depth == before.bit_depth
    assert np.abs(gray_of(after.pixels).astype(int) - gray.astype(int)).max() <= allowed
    assert np.abs(lab_of(after.pixels)[1]).mean() > 3  # it is in color


@settings(max_examples=25, deadline=None)
@given(
    height=st.integers(8, 200),
    width=st.integers(8, 200),
    seed=st.integers(0, 99),
    strength=st.floats(0, 2),
    quality=st.sampled_from([60, 90, 95]),
)
def test_a_jpeg_keeps_its_lightness_on_average(
    height: int, width: int, seed: int, strength: float, quality: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("jpeg")
    tiny = write_model(folder / "tint.onnx")
    data = photos.jpeg(photos.gray(height, width, seed=seed), quality=quality)
    _, result = color(data, folder, "a.jpg", studio_of(tiny, color=ColorSettings(strength=strength)))
    before = lightness_of(decode(data, 100).pixels)
    assert np.abs(lab_of(decode(result, 100).pixels)[0] - before).mean() <= JPEG_MEAN_LIGHTNESS


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_model_sees_the_photo_upright_and_the_stored_grid_stays(
    orientation: int, model: Path, tmp_path: Path
) -> None:
    upright_gray = photos.gray(96, 160)
    grid = np.ascontiguousarray(stored(upright_gray, orientation))
    pipeline = studio_of(model)
    _, turned = color(photos.tiff(grid, orientation=orientation), tmp_path, "turned.tif", pipeline)
    _, plain = color(photos.tiff(upright_gray), tmp_path, "plain.tif", pipeline)
    result = decode(turned, 100)
    assert result.orientation == orientation and result.pixels.shape[:2] == grid.shape
    assert np.array_equal(gray_of(result.pixels), grid)
    difference = upright(result.pixels, orientation).astype(int) - decode(plain, 100).pixels
    assert np.abs(difference).mean() < 1.0  # the guided filter's borders and rounding, not another color


def test_the_result_says_what_it_is(model: Path, tmp_path: Path) -> None:
    pipeline = studio_of(model, color=ColorSettings(strength=1.25))
    data = photos.jpeg()
    _, result = color(data, tmp_path, "a.jpg", pipeline)
    made = read_provenance(result, "jpeg")
    assert made is not None
    assert made.source_sha256 == hashlib.sha256(data).hexdigest()
    assert made.model_sha256 == pipeline.model.sha256 and made.settings["strength"] == 1.25


def test_the_same_photo_model_and_settings_give_the_same_bytes(model: Path, tmp_path: Path) -> None:
    for name, data in (
        ("a.jpg", photos.jpeg(photos.gray(300, 400))),
        ("b.tif", photos.tiff()),
        ("c.png", photos.png()),
    ):
        results = {color(data, tmp_path, name, studio_of(model))[1] for _ in range(2)}
        assert len(results) == 1


@pytest.mark.parametrize(("policy", "done"), [("skip", False), ("copy", True), ("force", True)])
def test_a_color_photo_is_skipped_copied_or_forced(policy: str, done: bool, model: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "c.png", tmp_path / "out" / "c.png"
    source.write_bytes(photos.png(photos.rgb(96, 96)))
    pipeline = studio_of(model, FileSettings(already_color=AlreadyColor(policy)))
    outcome = colorize_source(job_for(source, target), pipeline, NoProgress())
    assert isinstance(outcome, Done if done else Skipped)
    assert target.exists() is done
    if policy == "copy":
        assert target.read_bytes() == source.read_bytes()


IN_COLOR = {
    "pages.tif": photos.tiff_of([photos.rgb(seed=1), photos.rgb(seed=2)], photometric="rgb"),
    "wide.tif": photos.tiff(photos.rgb(8, 16_500)),
}
"""Photos that WebP cannot hold; nothing needs to, for they have color already."""


@pytest.mark.parametrize("name", IN_COLOR)
def test_a_color_photo_that_the_format_cannot_hold_is_left_alone_all_the_same(
    name: str, model: Path, tmp_path: Path
) -> None:
    source, target = tmp_path / name, tmp_path / "out" / Path(name).with_suffix(".webp")
    source.write_bytes(IN_COLOR[name])
    wanted = FileSettings(format=OutputFormat.WEBP)
    outcome = colorize_source(job_for(source, target), studio_of(model, wanted), NoProgress())
    assert isinstance(outcome, Skipped) and outcome.reason == "already_color"
    copying = studio_of(model, FileSettings(format=OutputFormat.WEBP, already_color=AlreadyColor.COPY))
    outcome = colorize_source(job_for(source, target), copying, NoProgress())
    assert isinstance(outcome, Done) and target.read_bytes() == IN_COLOR[name]
    assert f"so that {target.name} holds TIFF" in outcome.warnings[0]


def test_a_gray_photo_that_the_format_cannot_hold_still_fails(model: Path, tmp_path: Path) -> None:
    source = tmp_path / "pages.tif"
    source.write_bytes(photos.tiff_of([photos.rgb(), photos.gray()]))
    wanted = FileSettings(format=OutputFormat.WEBP)
    with pytest.raises(UnsupportedPhoto, match="holds one picture, and the file has 2 pages"):
        colorize_source(job_for(source, tmp_path / "out" / "pages.webp"), studio_of(model, wanted), NoProgress())
    deep = tmp_path / "deep.jpg"
    deep.write_bytes(bytes(imagecodecs.jpeg_encode(photos.gray(depth=16) >> 4, level=95, bitspersample=12)))
    with pytest.raises(UnsupportedPhoto, match="12 bits, and JPEG results hold 8"):
        colorize_source(job_for(deep, tmp_path / "out" / "deep.jpg"), studio_of(model), NoProgress())


def test_a_hand_tinted_photo_is_skipped_and_named(model: Path, tmp_path: Path) -> None:
    source = tmp_path / "h.png"
    source.write_bytes(photos.png(photos.hand_tinted(160, 200)))
    outcome = colorize_source(job_for(source, tmp_path / "o.png"), studio_of(model), NoProgress())
    assert isinstance(outcome, Skipped)
    assert outcome.reason == "already_color" and "hand-tinted" in outcome.detail


def test_a_sidecar_colors_its_place_and_is_recorded(model: Path, tmp_path: Path) -> None:
    data, pipeline = photos.png(photos.gray(160, 160)), studio_of(model)
    _, plain = color(data, tmp_path, "a.png", pipeline)
    hints = Hints(polygons=(Polygon(((0, 0), (0.5, 0), (0.5, 1), (0, 1)), "#c00000"),))
    (tmp_path / "a.png.hints.json").write_text(format_hints(hints))
    _, told = color(data, tmp_path, "a.png", pipeline)
    change = np.abs(decode(told, 100).pixels.astype(int) - decode(plain, 100).pixels).mean(axis=(0, 2))
    assert change[:70].mean() > 10 and change[90:].mean() < 1
    made = read_provenance(told, "png")
    assert made is not None and len(made.settings["hints_sha256"]) == 64


def test_the_hints_of_a_turned_photo_lie_where_a_person_saw_them(model: Path, tmp_path: Path) -> None:
    upright_gray, hints = photos.gray(128, 160), Hints((Point(0.1, 0.1, "#c00000", radius=0),))
    pipeline = studio_of(model)
    (tmp_path / "t.tif.hints.json").write_text(format_hints(hints))
    grid = np.ascontiguousarray(stored(upright_gray, 6))
    _, told = color(photos.tiff(grid, orientation=6), tmp_path, "t.tif", pipeline)
    (tmp_path / "t.tif.hints.json").unlink()
    _, plain = color(photos.tiff(grid, orientation=6), tmp_path, "t.tif", pipeline)
    change = np.abs(upright(decode(told, 100).pixels.astype(int) - decode(plain, 100).pixels, 6)).sum(axis=2)
    rows, columns = np.nonzero(change > 20)
    assert rows.mean() == pytest.approx(12.8, abs=4) and columns.mean() == pytest.approx(16, abs=4)


def test_a_point_colors_the_thing_it_stands_on_in_both_passes_and_its_replay_gives_the_same_bytes(
    model: Path, tmp_path: Path
) -> None:
    upright_gray = np.full((400, 600), 90, np.uint8)
    upright_gray[100:300, 200:500] = 160
    data = photos.tiff(np.ascontiguousarray(stored(upright_gray, 6)), orientation=6)
    pipeline = studio_of(model, color=ColorSettings(detail=400))
    _, plain = color(data, tmp_path, "a.tif", pipeline)
    # A color within ±63.5 a* and b*: beyond, all of the photo's colors are rounded to coarser steps.
    (tmp_path / "a.tif.hints.json").write_text(format_hints(Hints((Point(0.5, 0.5, "#b04040"),))))
    outcome, told = color(data, tmp_path, "a.tif", pipeline)
    assert outcome.tiles > 0
    change = np.abs(upright(decode(told, 100).pixels.astype(int) - decode(plain, 100).pixels, 6)).sum(axis=2)
    assert (change[110:290, 210:490] > 20).all()
    change[90:310, 190:510] = 0
    assert not change.any()
    assert color(data, tmp_path, "a.tif", pipeline)[1] == told


def test_a_broken_sidecar_or_a_model_without_hints_fails_the_photo(model: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    source.write_bytes(photos.png())
    sidecar = tmp_path / "a.png.hints.json"
    sidecar.write_text('{"version": 1, "points": [{"x": 3}]}')
    with pytest.raises(HintsInvalid, match="line 1"):
        colorize_source(job_for(source, tmp_path / "o.png"), studio_of(model), NoProgress())
    sidecar.write_text(format_hints(Hints((Point(0, 0, "#ff0000"),))))
    deaf = write_model(tmp_path / "deaf.onnx", hints=False)
    with pytest.raises(HintsInvalid, match="takes no color hints"):
        colorize_source(job_for(source, tmp_path / "o.png"), studio_of(deaf), NoProgress())
    assert not (tmp_path / "o.png").exists()


def test_color_fades_where_the_model_doubts(model: Path, tmp_path: Path) -> None:
    data = photos.tiff(photos.gray(160, 160, depth=16))
    _, plain = color(data, tmp_path, "a.tif", studio_of(model))
    outcome, faded = color(data, tmp_path, "a.tif", studio_of(model, color=ColorSettings(fade_doubt=1.0)))
    before, after = (np.abs(lab_of(decode(result, 100).pixels)[1]).mean() for result in (plain, faded))
    assert outcome.doubt is not None and 0 < outcome.doubt < 1
    assert after == pytest.approx(before * (1 - outcome.doubt), rel=0.05)


def test_presets_give_more_where_the_model_is_sure_and_natural_changes_nothing(model: Path, tmp_path: Path) -> None:
    data = photos.tiff(photos.gray(160, 160, depth=16))
    chroma = {}
    for preset in ("calm", "natural", "vivid"):
        # At half strength, so that every color lies in sRGB.
        settings = ColorSettings(preset=preset, strength=0.5)  # type: ignore[arg-type]  # callers from Python give text
        outcome, result = color(data, tmp_path, "a.tif", studio_of(model, color=settings))
        chroma[preset] = np.hypot(*np.moveaxis(lab_of(decode(result, 100).pixels)[1], -1, 0)).mean()
        if preset == "natural":
            plain = studio_of(model, color=ColorSettings(strength=0.5))
            assert result == color(data, tmp_path, "a.tif", plain)[1]
    assert outcome.doubt is not None
    for preset, (usual, most) in PRESETS.items():
        expected = min(most, usual + PER_DOUBT * (USUAL_DOUBT - outcome.doubt))
        assert chroma[preset] == pytest.approx(chroma["natural"] * expected, rel=0.05)
    assert chroma["calm"] <= chroma["natural"] < chroma["vivid"]


def test_a_preset_in_the_sidecar_goes_before_that_of_the_run(model: Path, tmp_path: Path) -> None:
    vivid, calm = ColorSettings(preset=Preset.VIVID), ColorSettings(preset=Preset.CALM)
    data = photos.png(photos.gray())
    of_run = color(data, tmp_path, "a.png", studio_of(model, color=vivid))[1]
    (tmp_path / "a.png.hints.json").write_text('{"version": 1, "preset": "vivid"}')
    of_photo = color(data, tmp_path, "a.png", studio_of(model, color=calm))[1]
    assert np.array_equal(decode(of_run, 100).pixels, decode(of_photo, 100).pixels)
    assert b"vivid" in of_photo and b"calm" not in of_photo  # the result says how it was made
    plain = write_model(tmp_path / "plain.onnx", hints=False)
    assert isinstance(color(data, tmp_path, "a.png", studio_of(plain))[0], Done)  # it is no color


def test_strength_zero_is_the_gray_photo(model: Path, tmp_path: Path) -> None:
    data = photos.png(photos.gray())
    _, result = color(data, tmp_path, "a.png", studio_of(model, color=ColorSettings(strength=0)))
    pixels = decode(result, 100).pixels
    assert np.array_equal(pixels, np.dstack([photos.gray()] * 3))


def test_another_format_is_written_when_asked_for_and_its_loss_is_told(model: Path, tmp_path: Path) -> None:
    source = tmp_path / "deep.tif"
    source.write_bytes(photos.tiff(photos.gray(depth=16)))
    pipeline = studio_of(model, FileSettings(format=OutputFormat.JPEG))
    outcome = colorize_source(job_for(source, tmp_path / "deep.jpg"), pipeline, NoProgress())
    assert isinstance(outcome, Done) and any("16 bits were reduced" in text for text in outcome.warnings)
    assert (tmp_path / "deep.jpg").read_bytes().startswith(b"\xff\xd8\xff")


def test_a_source_that_vanishes_changes_or_may_not_be_read_is_named(model: Path, tmp_path: Path) -> None:
    pipeline, source = studio_of(model), tmp_path / "a.jpg"
    source.write_bytes(photos.jpeg())
    job = job_for(source, tmp_path / "out.jpg")
    source.write_bytes(photos.jpeg(quality=50))
    with pytest.raises(SourceChanged):
        colorize_source(job, pipeline, NoProgress())
    source.unlink()
    with pytest.raises(SourceVanished):
        colorize_source(job, pipeline, NoProgress())
    source.mkdir()
    with pytest.raises(UnreadableSource):
        colorize_source(job, pipeline, NoProgress())
    assert not (tmp_path / "out.jpg").exists()


def test_a_bomb_is_refused_before_it_explodes(model: Path, tmp_path: Path) -> None:
    source = tmp_path / "bomb.png"
    source.write_bytes(photos.bomb_png())
    with pytest.raises(TooLarge, match="MP"):
        colorize_source(job_for(source, tmp_path / "o.png"), studio_of(model), NoProgress())


@pytest.mark.parametrize("shape", [(1, 1), (2, 700), (700, 3), (64, 64), (65, 33), (60, 900)])
def test_any_shape_is_colored(shape: tuple[int, int], model: Path, tmp_path: Path) -> None:
    _, result = color(photos.png(photos.gray(*shape)), tmp_path, "a.png", studio_of(model))
    assert decode(result, 100).pixels.shape == (*shape, 3)


@pytest.mark.parametrize("fixed_px", [32, 150])
def test_a_model_of_one_size_colors_a_photo_of_any(fixed_px: int, tmp_path: Path) -> None:
    tiny = write_model(tmp_path / "fixed.onnx", hints=False, doubt=False, fixed_px=fixed_px)
    outcome, result = color(photos.png(photos.gray(200, 333)), tmp_path, "a.png", studio_of(tiny))
    assert outcome.tiles > 1
    assert np.array_equal(gray_of(decode(result, 100).pixels), photos.gray(200, 333))


def test_a_16_bit_thumbnail_has_8_bits() -> None:
    assert thumbnail(photos.rgb(700, 500, depth=16)).dtype == np.uint8
    assert thumbnail(photos.rgb(700, 500)).shape == (320, 229, 3)


def test_exact_luma_keeps_the_gray_decode_the_orientation_and_the_metadata(model: Path, tmp_path: Path) -> None:
    data = photos.with_segment(photos.jpeg(photos.gray(90, 130), orientation=6, dpi=(300, 300)), 0xFE, b"from box 12")
    _, result = color(data, tmp_path, "a.jpg", studio_of(model, FileSettings(exact_luma=True)))
    before, after = decode(data, 100), decode(result, 100)
    assert np.array_equal(luma_of(result), before.pixels)
    assert (after.orientation, after.container.dpi) == (6, (300.0, 300.0)) and b"from box 12" in result
    assert np.abs(lab_of(after.pixels)[1]).mean() > 3
    provenance = read_provenance(result, "jpeg")
    assert provenance is not None and provenance.settings["exact_luma"] is True


def test_exact_luma_fails_a_photo_that_cannot_be_exact_and_writes_nothing(model: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    source.write_bytes(photos.png())
    with pytest.raises(UnsupportedPhoto, match="bit-identical"):
        colorize_source(
            job_for(source, tmp_path / "out" / "a.png"), studio_of(model, FileSettings(exact_luma=True)), NoProgress()
        )
    assert not (tmp_path / "out").exists()
