"""Every row of the format table × depth × orientation through the real pipeline, and all real odd files.

The judge is `photocolor verify`, whose gray is computed by other code than the one that colors.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
import photos
import pytest
from fakes import write_model
from PIL import Image

from photocolor.boxes.box import boxes, make_box
from photocolor.boxes.heif import with_additions
from photocolor.boxes.jxl import with_orientation
from photocolor.color.icc import srgb_profile
from photocolor.errors import PhotoError
from photocolor.image.decode import decode, probe
from photocolor.image.heif import orientation_boxes
from photocolor.outcome import Done, Fingerprint, Job, Quiet, Skipped
from photocolor.pipeline import Studio, colorize_source, open_studio
from photocolor.settings import AlreadyColor, FileSettings, Settings
from photocolor.verify.files import verify_file

HEIGHT, WIDTH = 40, 56


def scene(depth: int = 8) -> photos.Array:
    """A small gray scene."""
    return photos.gray(HEIGHT, WIDTH, depth)


def sepia(depth: int = 8) -> photos.Array:
    """The scene with one tint."""
    return photos.tinted(HEIGHT, WIDTH, depth)


def lab(depth: int) -> photos.Array:
    """The scene as CIELAB without color."""
    lightness = scene(depth)
    return np.dstack([lightness, np.zeros_like(lightness), np.zeros_like(lightness)])


def cmyk(depth: int) -> photos.Array:
    """The scene in black ink."""
    black = np.iinfo(scene(depth).dtype).max - scene(depth)
    return np.dstack([np.zeros_like(black)] * 3 + [black])


def fax(orientation: int, compression: str) -> bytes:
    """A bilevel TIFF by libtiff."""
    file = io.BytesIO()
    Image.fromarray(scene() > 128).save(file, "TIFF", compression=compression, tiffinfo={274: orientation, 262: 0})
    return file.getvalue()


def jxl(samples: photos.Array, orientation: int, **how: object) -> bytes:
    """A JPEG XL codestream with an orientation, in a container; 8 bits only, which is labeled as sRGB."""
    data = bytes(imagecodecs.jpegxl_encode(samples, usecontainer=True, **how))
    parts = [
        make_box(b"jxlc", with_orientation(data[box.start : box.end], orientation))
        if box.kind == b"jxlc"
        else data[box.head : box.end]
        for box in boxes(data)
    ]
    return b"".join(parts)


def jp2(samples: photos.Array, orientation: int, **how: object) -> bytes:
    """A JP2 with EXIF in the box that ExifTool knows."""
    data = bytes(imagecodecs.jpeg2k_encode(samples, codecformat="jp2", **{"level": 0, "reversible": True, **how}))
    return data + make_box(b"uuid", b"JpgTiffExif->JP2" + photos.exif(orientation)) if orientation > 1 else data


def jp2_first_boxes(data: bytes) -> bytes:
    """The same with the codestream at the end."""
    found = list(boxes(data))
    return b"".join(data[box.head : box.end] for box in sorted(found, key=lambda box: box.kind == b"jp2c"))


def avif(samples: photos.Array, orientation: int, **how: object) -> bytes:
    """An AVIF that says how to turn it."""
    data = bytes(imagecodecs.avif_encode(samples, **{"level": 100, "primaries": 1, "transfer": 13, **how}))
    return with_additions(data, [], orientation_boxes(orientation))


def heic(samples: photos.Array, orientation: int, **how: object) -> bytes:
    """A HEIC that says how to turn it."""
    library = pytest.importorskip("pillow_heif")
    deep = samples.dtype == np.uint16
    mode = "RGB;16" if deep else "RGB"
    file = io.BytesIO()
    picture = library.from_bytes(mode=mode, size=(samples.shape[1], samples.shape[0]), data=samples.tobytes())
    picture.save(file, **{"quality": -1, "chroma": 444, "matrix_coefficients": 0, "full_range_flag": 1, **how})
    return with_additions(file.getvalue(), [], orientation_boxes(orientation))


def neutral(depth: int = 8) -> photos.Array:
    """The scene as RGB."""
    return np.ascontiguousarray(np.dstack([scene(depth)] * 3))


def jpeg12(orientation: int) -> bytes:
    """A 12-bit JPEG."""
    data = bytes(imagecodecs.jpeg_encode(scene(12), level=98, bitspersample=12))
    return photos.with_segment(data, 0xE1, b"Exif\x00\x00" + photos.exif(orientation))


Build = Callable[[int], bytes]

# row of docs/archive.md → (suffix, builder by orientation, bits of the result)
TABLE: dict[str, tuple[str, Build, int]] = {
    "JPEG gray": (".jpg", lambda n: photos.jpeg(scene(), orientation=n), 8),
    "JPEG color space RGB, toned": (".jpg", lambda n: photos.jpeg(sepia(), orientation=n), 8),
    "JPEG progressive": (".jpg", lambda n: photos.jpeg(scene(), orientation=n, progressive=True), 8),
    "JPEG CMYK": (
        ".jpg",
        lambda n: photos.jpeg(neutral() // 2 + 90, orientation=n, cmyk=True, icc=photos.cmyk_profile(), quality=95),
        8,
    ),
    "PNG gray 8": (".png", lambda n: photos.png(scene(), chunks=[(b"eXIf", photos.exif(n))]), 8),
    "PNG gray 16": (".png", lambda n: photos.png(scene(16), chunks=[(b"eXIf", photos.exif(n))]), 16),
    "PNG gray and alpha": (
        ".png",
        lambda n: photos.png(scene(), alpha=photos.alpha(HEIGHT, WIDTH), chunks=[(b"eXIf", photos.exif(n))]),
        8,
    ),
    "PNG RGB 16 and alpha": (
        ".png",
        lambda n: photos.png(sepia(16), alpha=photos.alpha(HEIGHT, WIDTH, 16), chunks=[(b"eXIf", photos.exif(n))]),
        16,
    ),
    "PNG 1 bit": (".png", lambda n: photos.png(scene(1), depth=1, chunks=[(b"eXIf", photos.exif(n))]), 8),
    "PNG 4 bit": (".png", lambda n: photos.png(scene(4), depth=4, chunks=[(b"eXIf", photos.exif(n))]), 8),
    "PNG palette": (
        ".png",
        lambda n: photos.png(
            scene(), palette=np.repeat(np.arange(256)[:, None], 3, axis=1), chunks=[(b"eXIf", photos.exif(n))]
        ),
        8,
    ),
    "TIFF gray 8": (".tif", lambda n: photos.tiff(scene(), orientation=n), 8),
    "TIFF gray 16, MM, LZW": (
        ".tif",
        lambda n: photos.tiff(scene(16), orientation=n, byteorder=">", compression="lzw", predictor=2),
        16,
    ),
    "BigTIFF tiled": (
        ".tif",
        lambda n: photos.tiff(scene(16), orientation=n, bigtiff=True, tile=(16, 32), compression="zlib"),
        16,
    ),
    "TIFF white is zero": (".tif", lambda n: photos.tiff(scene(), orientation=n, white_is_zero=True), 8),
    "TIFF planar": (".tif", lambda n: photos.tiff(sepia(16), orientation=n, planar=True), 16),
    "TIFF bilevel": (".tif", lambda n: photos.tiff(scene() > 128, orientation=n), 8),
    "TIFF bilevel PackBits": (".tif", lambda n: photos.tiff(scene() > 128, orientation=n, compression="packbits"), 8),
    "TIFF G3": (".tif", lambda n: fax(n, "group3"), 8),
    "TIFF G4": (".tif", lambda n: fax(n, "group4"), 8),
    "TIFF 4 bit": (".tif", lambda n: photos.tiff(scene(4), orientation=n, bitspersample=4), 8),
    "TIFF 12 bit packed": (".tif", lambda n: photos.tiff(scene(12), orientation=n, bitspersample=12), 16),
    "TIFF 14 bit packed": (".tif", lambda n: photos.tiff(scene(14), orientation=n, bitspersample=14), 16),
    "TIFF float 16": (
        ".tif",
        lambda n: photos.tiff((neutral(16) / 65535).astype(np.float16), orientation=n, icc=srgb_profile()),
        16,
    ),
    "TIFF float 32": (
        ".tif",
        lambda n: photos.tiff((scene(16) / 65535).astype(np.float32), orientation=n, icc=photos.gray_gamma(1.0)),
        16,
    ),
    "TIFF float 64": (
        ".tif",
        lambda n: photos.tiff(neutral(16) / 65535, orientation=n, icc=srgb_profile()),
        16,
    ),
    "TIFF CMYK 8": (
        ".tif",
        lambda n: photos.tiff(cmyk(8), orientation=n, photometric="separated", icc=photos.cmyk_profile()),
        8,
    ),
    "TIFF CMYK 16": (
        ".tif",
        lambda n: photos.tiff(cmyk(16), orientation=n, photometric="separated", icc=photos.cmyk_profile()),
        16,
    ),
    "TIFF Lab 8": (".tif", lambda n: photos.tiff(lab(8), orientation=n, photometric="cielab"), 16),
    "TIFF Lab 16": (".tif", lambda n: photos.tiff(lab(16), orientation=n, photometric="cielab"), 16),
    "TIFF YCbCr JPEG": (".tif", lambda n: photos.tiff(neutral(), orientation=n, compression="jpeg"), 8),
    "TIFF palette": (
        ".tif",
        lambda n: photos.tiff(scene(), orientation=n, palette=(np.arange(256) * 257)[None].repeat(3, 0).astype("u2")),
        8,
    ),
    "TIFF gray and alpha": (
        ".tif",
        lambda n: photos.tiff(scene(), alpha=photos.alpha(HEIGHT, WIDTH), orientation=n),
        8,
    ),
    "TIFF of three pages": (
        ".tif",
        lambda n: photos.tiff_of(
            [scene(), scene(16)[:30], sepia()[:, :20]], extratags=[[(274, 3, 1, n, True)]] * 3, compression="zlib"
        ),
        8,
    ),
    "WebP lossless": (".webp", lambda n: photos.webp(neutral(), orientation=n), 8),
    "WebP lossy": (".webp", lambda n: photos.webp(neutral(), orientation=n, lossless=False, quality=95), 8),
    "JPEG 2000 gray 8": (".jp2", lambda n: jp2_first_boxes(jp2(scene(), n)), 8),
    "JPEG 2000 gray 16": (".jp2", lambda n: jp2_first_boxes(jp2(scene(16), n)), 16),
    "JPEG 2000 12 bit": (".jp2", lambda n: jp2_first_boxes(jp2(scene(12), n, bitspersample=12)), 16),
    "JPEG 2000 RGB": (".jp2", lambda n: jp2_first_boxes(jp2(sepia(), n)), 8),
    "JPEG XL gray 8": (".jxl", lambda n: jxl(scene(), n, lossless=True), 8),
    "JPEG XL 16": (".jxl", lambda n: jxl(scene(16), n, lossless=True), 16),
    "JPEG XL 12 bit": (".jxl", lambda n: jxl(scene(12), n, lossless=True, bitspersample=12), 16),
    "JPEG XL lossy": (".jxl", lambda n: jxl(neutral(), n, distance=0.5), 8),
    "AVIF lossless 8": (".avif", lambda n: avif(neutral(), n, matrix=0), 8),
    "AVIF lossless 10": (".avif", lambda n: avif(neutral(10), n, matrix=0, bitspersample=10), 16),
    "AVIF lossless 12": (".avif", lambda n: avif(neutral(12), n, matrix=0, bitspersample=12), 16),
    "AVIF lossy": (".avif", lambda n: avif(neutral(), n, level=90), 8),
    "HEIC lossless": (".heic", lambda n: heic(neutral(), n), 8),
    "HEIC lossy": (".heic", lambda n: heic(neutral(), n, quality=90, matrix_coefficients=6), 8),
}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A tiny real model, opened once."""
    model = write_model(tmp_path_factory.mktemp("model") / "tint.onnx")
    return open_studio(Settings(sources=(), out=Path(), model=str(model), device="cpu", files=FileSettings()))


def restored(data: bytes, name: str, folder: Path, studio: Studio) -> Done | Skipped:
    """The outcome of a file with these bytes; what was done lies under `out`."""
    source = folder / name
    source.write_bytes(data)
    stat = source.stat()
    job = Job(source, folder / "out" / name, name, Fingerprint(stat.st_size, stat.st_mtime_ns), "0123abcd")
    outcome = colorize_source(job, studio, Quiet())
    assert source.read_bytes() == data
    assert isinstance(outcome, Done | Skipped)
    return outcome


@pytest.mark.parametrize("row", TABLE)
def test_every_row_in_all_orientations_is_restored_and_proved(row: str, studio: Studio, tmp_path: Path) -> None:
    suffix, build, bits = TABLE[row]
    for orientation in range(1, 9):
        data = build(orientation)
        assert decode(data, 100).orientation == orientation
        assert isinstance(restored(data, f"{orientation}{suffix}", tmp_path, studio), Done)
        verdict = verify_file(tmp_path / f"{orientation}{suffix}", tmp_path / "out" / f"{orientation}{suffix}")
        assert verdict.holds, [(check.name, check.detail) for check in verdict.broken]
        result = (tmp_path / "out" / f"{orientation}{suffix}").read_bytes()
        assert decode(result, 100).bit_depth == bits
        assert decode(result, 100).pixels.ndim == 3
        assert probe(result).pages == probe(data).pages


def test_pages_keep_their_own_metadata_and_every_one_says_what_made_it(studio: Studio, tmp_path: Path) -> None:
    names = ["first", "second", "third"]
    data = photos.tiff_of([scene(), scene(16), scene()], description=names, compression=[None, "lzw", "zlib"])
    assert isinstance(restored(data, "book.tif", tmp_path, studio), Done)
    asked = ["-a", "-G1", "-s", "-ImageDescription", "-Compression", "-SourceSHA256", "-BitsPerSample"]
    told = subprocess.run(
        ["exiftool", *asked, tmp_path / "out" / "book.tif"], capture_output=True, text=True, check=True
    )
    for number, name in enumerate(names):
        assert f"[IFD{number}]          ImageDescription                : {name}" in told.stdout
    assert told.stdout.count("SourceSHA256") == 3
    kinds = ["Uncompressed", "LZW", "Adobe Deflate"]
    assert [line.split(": ")[1] for line in told.stdout.splitlines() if "Compression" in line] == kinds
    assert "16 16 16" in told.stdout


def test_a_color_page_among_gray_ones_keeps_its_pixels_and_a_book_of_color_is_left_alone(
    studio: Studio, tmp_path: Path
) -> None:
    colors = photos.rgb(96, 96)
    data = photos.tiff_of([scene(), colors])
    outcome = restored(data, "mixed.tif", tmp_path, studio)
    assert isinstance(outcome, Done)
    assert outcome.warnings == ("page 2 has color already and keeps it",)
    assert np.array_equal(decode((tmp_path / "out" / "mixed.tif").read_bytes(), 100, 1).pixels, colors)
    assert isinstance(restored(photos.tiff_of([colors, colors]), "color.tif", tmp_path, studio), Skipped)
    assert studio.files.already_color is AlreadyColor.SKIP


def test_one_bad_page_fails_the_file_names_the_page_and_leaves_nothing(studio: Studio, tmp_path: Path) -> None:
    inks = np.zeros((30, 30, 4), np.uint8)
    data = photos.tiff_of([scene(), inks, scene()], photometric=["minisblack", "separated", "minisblack"])
    with pytest.raises(PhotoError, match=r"page 2 of 3: CMYK without a color profile"):
        restored(data, "book.tif", tmp_path, studio)
    assert not list((tmp_path / "out").glob("*"))


def test_pages_do_not_fit_into_a_format_of_one_picture(studio: Studio, tmp_path: Path) -> None:
    from dataclasses import replace

    from photocolor.settings import OutputFormat

    one = replace(studio, files=FileSettings(format=OutputFormat.JPEG))
    with pytest.raises(PhotoError, match="holds one picture, and the file has 2 pages"):
        restored(photos.tiff_of([scene(), scene()]), "book.tif", tmp_path, one)


def test_a_jpeg_of_12_bits_is_kept_whole_in_tiff_and_refused_where_8_would_be_left(
    studio: Studio, tmp_path: Path
) -> None:
    from dataclasses import replace

    from photocolor.settings import OutputFormat

    with pytest.raises(PhotoError, match="12 bits, and JPEG results hold 8") as caught:
        restored(jpeg12(6), "deep.jpg", tmp_path, studio)
    assert "--format tiff" in caught.value.hint
    assert isinstance(
        restored(jpeg12(6), "deep.jpg", tmp_path, replace(studio, files=FileSettings(format=OutputFormat.TIFF))), Done
    )
    assert decode((tmp_path / "out" / "deep.jpg").read_bytes(), 100).bit_depth == 16


# -- real odd files ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """What becomes of a file: "done", "already_color", or the reason of its failure, and a word of the message."""

    outcome: str
    said: str = ""


# Written down from the descriptions in index.md before the first run of the whole pipeline over them. Two kinds of
# knowledge came from earlier: which files decode at all, and with which reason they fail, had been seen in the tests of
# `image.decode`. New here is what becomes of each of them, and where the first guess was wrong, the comment says so.
DONE, COLOR = Expected("done"), Expected("already_color")
ODDITIES: dict[str, Expected] = {
    "exifsamples__Arbitro.tiff": COLOR,
    "exifsamples__Cr_mieux11.tiff": DONE,  # guessed to have color from its RGBA; it is handwriting in black
    "exifsamples__DSCN0012.jpg": COLOR,
    "exifsamples__Jobagent.tiff": COLOR,
    "exifsamples__canon-ixus.jpg": COLOR,
    "exifsamples__fujifilm-finepix40i.jpg": COLOR,
    "exifsamples__image00971.jpg": COLOR,
    "exifsamples__image01137.jpg": COLOR,
    "exifsamples__image01713.jpg": DONE,  # guessed as color from its RGB; it is nearly black
    "exifsamples__kodak-dc210.jpg": COLOR,
    "exifsamples__nikon-e950.jpg": COLOR,
    "exifsamples__olympus-c960.jpg": COLOR,
    "libvips__1bit.tif": DONE,
    "libvips__4bit.tif": DONE,
    "libvips__big-height.webp": Expected("unsupported", "animated"),
    "libvips__cd2.1.jpg": DONE,
    "libvips__indexed.png": COLOR,
    "libvips__ojpeg-strip.tif": COLOR,
    "libvips__sample.jpg": COLOR,
    "libvips__truncated.gif": Expected("unsupported", "GIF"),
    "ljt__monkey12.jpg": Expected("unsupported", "12 bits"),  # a JPEG result would have 8; --format tiff keeps them
    "ljt__testimgint.jpg": COLOR,
    "mdx__Casio_EX-S1.jpg": COLOR,
    "mdx__FujiFilm_SP-2500.jpg": COLOR,
    "mdx__HTC_Desire.jpg": COLOR,
    "mdx__Issue_339.jpg": COLOR,
    "pillow__10ct_32bit_128.tiff": Expected("unsupported", "photometric"),
    "pillow__12in16bit.tif": DONE,
    "pillow__16bit.MM.cropped.tif": DONE,
    "pillow__16bit.cropped.tif": DONE,
    "pillow__1_trns.png": DONE,
    "pillow__app13-multiple.jpg": COLOR,
    "pillow__broken.png": Expected("truncated"),
    "pillow__broken_exif_dpi.jpg": DONE,  # one green all over, which counts as a tint
    "pillow__crash-2020-10-test.tif": Expected("truncated"),
    "pillow__delay.png": Expected("unsupported", "animated"),
    "pillow__exif-dpi-zerodivision.jpg": DONE,  # guessed as color from its RGB; it is a gray ramp
    "pillow__exif_typeerror.jpg": COLOR,
    "pillow__g4_orientation_3.tif": DONE,
    "pillow__hopper.Lab.tif": COLOR,
    "pillow__hopper.iccprofile.tif": COLOR,
    "pillow__hopper.psd": Expected("unsupported", "Photoshop"),
    "pillow__hopper_16bit.pgm": Expected("unsupported", "PNM"),
    "pillow__hopper_bad_exif.jpg": Expected("truncated", "missing or damaged"),  # guessed DONE; its stripes are damage
    "pillow__hopper_gray.jpg": DONE,
    "pillow__hopper_lzma.tif": COLOR,
    "pillow__hopper_orientation_2.jpg": COLOR,
    "pillow__hopper_orientation_3.webp": COLOR,
    "pillow__hopper_orientation_5.jpg": COLOR,
    "pillow__hopper_orientation_6.webp": COLOR,
    "pillow__hopper_orientation_8.jpg": COLOR,
    "pillow__hopper_webp.tif": COLOR,
    "pillow__invalid-exif.jpg": DONE,  # the same ramp
    "pillow__jpeg_ff00_header.jpg": COLOR,
    "pillow__lab.tif": DONE,
    "pillow__multipage-lastframe.tif": DONE,  # one blue all over, which counts as a tint
    "pillow__multipage.tiff": DONE,  # three pages of one color each
    "pillow__multiple_exif.jpg": DONE,
    "pillow__p_trns_single.png": COLOR,  # guessed from its name to be gray; it is a rainbow
    "pillow__pil_sample_cmyk.jpg": Expected("unsupported", "inks"),
    "pillow__sugarshack.mpo": Expected("unsupported", "stereo"),
    "pillow__tiff_16bit_RGB.tiff": COLOR,
    "pillow__tiff_strip_cmyk_16l_jpeg.tif": Expected("unsupported", "inks"),
    "pillow__tiff_strip_planar_16bit_RGB.tiff": COLOR,
    "pillow__tiff_tiled_planar_16bit_RGB.tiff": COLOR,
    "pillow__total-pages-zero.tif": DONE,
    "pillow__truncated_app14.jpg": DONE,  # one red on black, which counts as a tint
    "pillow__truncated_image.png": Expected("truncated"),
    "pillow__uint16_1_4660.tif": DONE,
    "pillow__uncompressed_la.png": DONE,
    "pillow__xmp_tags_orientation.avif": COLOR,
    "realesrgan__00017_gray.png": DONE,
    "twelvemonkeys__adobe-unknown-rgb-ids.jpg": COLOR,
    "twelvemonkeys__broken-sos-before-sof.jpg": Expected("truncated"),
    "twelvemonkeys__cmm-exception-corbis-rgb.jpg": COLOR,
    "twelvemonkeys__cmyk-sample.jpg": Expected("unsupported", "inks"),
    "twelvemonkeys__dnl-marker.jpg": DONE,  # one blue on white, which counts as a tint
    "twelvemonkeys__fivepages-scan-causingerrors.tif": DONE,
    "twelvemonkeys__floatingpoint-64bit.tif": Expected("unsupported", "nan"),
    "twelvemonkeys__flower-minisblack-16.tif": DONE,
    "twelvemonkeys__flower-palette-08.tif": COLOR,
    "twelvemonkeys__flower-rgb-contig-16.tif": COLOR,
    "twelvemonkeys__flower-separated-contig-08.tif": Expected("unsupported", "inks"),
    "twelvemonkeys__grayscale-old-style-jpeg.tiff": DONE,
    "twelvemonkeys__gray-sample.jpg": DONE,
    "twelvemonkeys__jfif-cmyk-invalid-icc-profile-srgb.jpg": Expected("unsupported", "profile"),
    "twelvemonkeys__photo-iccp-adobergb.webp": COLOR,
    "twelvemonkeys__scan-mono-iccgray.tif": DONE,
    "twelvemonkeys__warning-embedded-color-profile-invalid-ignored-cmyk.jpg": COLOR,
}


def test_the_table_of_odd_files_is_complete(shared: Path) -> None:
    assert {path.name for path in (shared / "oddities").iterdir()} - {"index.md"} == set(ODDITIES)


@pytest.mark.parametrize("name", ODDITIES)
def test_real_odd_files_end_as_expected(name: str, studio: Studio, tmp_path: Path, shared: Path) -> None:
    expected = ODDITIES[name]
    try:
        outcome = restored((shared / "oddities" / name).read_bytes(), name, tmp_path, studio)
    except PhotoError as error:
        assert error.reason == expected.outcome
        assert expected.said in error.message
        assert not (tmp_path / "out" / name).exists()
        return
    assert (outcome.reason if isinstance(outcome, Skipped) else "done") == expected.outcome
    if isinstance(outcome, Done):
        verdict = verify_file(tmp_path / name, tmp_path / "out" / name)
        assert verdict.holds, [(check.name, check.detail) for check in verdict.broken]
