"""Writes layers as PSD, which Photoshop, Affinity, GIMP and Krita open, by psd-tools (the extra `photocolor[psd]`).

Source: Adobe Photoshop File Formats Specification, November 2019.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

import numpy as np

from photocolor.color.icc import srgb_profile
from photocolor.errors import EnvironmentFault, UnsupportedPhoto
from photocolor.image.layers.stack import COLOR_NAME, LUMA_NAME, PHOTO_NAME, LayerStack
from photocolor.image.photo import Pixels

if TYPE_CHECKING:
    from psd_tools.psd import PSD
    from psd_tools.psd.layer_and_mask import ChannelData, LayerInfo, LayerRecord
    from psd_tools.psd.tagged_blocks import TaggedBlocks

MAX_SIDE_PX = 30_000
MOST_BYTES = 2_000_000_000
TRANSPARENCY = -1
"""Number of the channel that says how opaque a layer is."""
_ICC, _XMP = 1039, 1060  # image resources
_RUNS = 1  # PackBits, which every reader knows in every depth
_INSTEAD = "Use --layers ora."


class _Layer(NamedTuple):
    """Describes one layer: its name, blend mode in four letters, channels by their numbers, and whether it is clipped.

    A clipped layer shows only where the layer at the bottom does.
    """

    name: str
    mode: bytes
    channels: tuple[tuple[int, Pixels], ...]
    clipped: bool = False


def refuse_without_library() -> None:
    """Raises unless PSD can be written.

    Raises:
        EnvironmentFault: psd-tools is missing.
    """
    if find_spec("psd_tools") is None:
        raise EnvironmentFault("--layers psd needs psd-tools", 'Install it with: pip install "photocolor[psd]"')


def write_photoshop(file: BinaryIO, stack: LayerStack, xmp: bytes) -> None:
    """Writes the layers, with the result as the merged picture.

    Args:
        file: the file to write.
        stack: the layers.
        xmp: packet that says what they are.

    Raises:
        UnsupportedPhoto: PSD cannot hold a picture of this size.
    """
    height, width = stack.shape
    if max(height, width) > MAX_SIDE_PX:
        size = f"{width} × {height}"
        raise UnsupportedPhoto(f"PSD holds at most {MAX_SIDE_PX} pixels a side; the photo has {size}", _INSTEAD)
    if 12 * height * width * stack.bit_depth // 8 > MOST_BYTES:
        raise UnsupportedPhoto(f"the layers of {width} × {height} pixels may be too large for a PSD (2 GB)", _INSTEAD)
    _document(stack, xmp).write(file)


def _document(stack: LayerStack, xmp: bytes) -> PSD:
    from psd_tools.constants import ColorMode
    from psd_tools.psd import PSD
    from psd_tools.psd.header import FileHeader
    from psd_tools.psd.image_data import ImageData
    from psd_tools.psd.image_resources import ImageResource, ImageResources
    from psd_tools.psd.layer_and_mask import GlobalLayerMaskInfo, LayerAndMaskInformation, LayerInfo

    (height, width), depth = stack.shape, stack.bit_depth
    merged = _merged(stack)
    header = FileHeader(
        version=1, channels=len(merged), height=height, width=width, depth=depth, color_mode=ColorMode.RGB
    )
    resources = ImageResources()
    for key, data in ((_ICC, srgb_profile()), (_XMP, xmp)):
        resources[key] = ImageResource(key=key, data=data)
    pixels = ImageData(_RUNS)
    pixels.set_data([_raw(plane) for plane in merged], header)
    info = _layer_info(stack)
    layers = (
        LayerAndMaskInformation(info)
        if depth == 8
        else LayerAndMaskInformation(LayerInfo(), GlobalLayerMaskInfo(), _tagged(info))
    )
    return PSD(header=header, image_resources=resources, layer_and_mask_information=layers, image_data=pixels)


def _merged(stack: LayerStack) -> list[Pixels]:
    """Returns the channels of the whole picture, laid over white where it is transparent, as the format wants it."""
    colors = [stack.color[..., number] for number in range(3)]
    if stack.alpha is None:
        return colors
    top = np.uint64(np.iinfo(stack.alpha.dtype).max)
    alpha = stack.alpha.astype(np.uint64)
    over = [((color * alpha + top * (top - alpha) + top // np.uint64(2)) // top) for color in colors]
    return [*(cast(Pixels, plane.astype(stack.alpha.dtype)) for plane in over), stack.alpha]


def _tagged(info: LayerInfo) -> TaggedBlocks:
    """Returns the place of their own that layers of 16 bits have."""
    from psd_tools.constants import Tag
    from psd_tools.psd.layer_and_mask import LayerInfoBlock
    from psd_tools.psd.tagged_blocks import TaggedBlock, TaggedBlocks

    block = LayerInfoBlock(info.layer_count, info.layer_records, info.channel_image_data)
    blocks = TaggedBlocks()
    blocks[Tag.LAYER_16] = TaggedBlock(key=Tag.LAYER_16, data=block)  # type: ignore[arg-type]  # the library says bytes
    return blocks


def _layers(stack: LayerStack) -> Iterator[_Layer]:
    """Yields the layers from the bottom to the top, as the format has them."""
    clipped = stack.alpha is not None
    yield _Layer(PHOTO_NAME, b"norm", _channels(stack.photo, stack.alpha))
    yield _Layer(LUMA_NAME, b"norm", tuple((number, stack.luma) for number in range(3)), clipped)
    yield _Layer(COLOR_NAME, b"colr", _channels(stack.color), clipped)


def _channels(pixels: Pixels, alpha: Pixels | None = None) -> tuple[tuple[int, Pixels], ...]:
    """Returns the planes with their numbers; a layer without transparency is opaque."""
    colors = tuple((number, pixels[..., number]) for number in range(3))
    return colors if alpha is None else ((TRANSPARENCY, alpha), *colors)


def _layer_info(stack: LayerStack) -> LayerInfo:
    from psd_tools.psd.layer_and_mask import ChannelDataList, ChannelImageData, LayerInfo, LayerRecords

    records, planes = LayerRecords(), ChannelImageData()
    for layer in _layers(stack):
        data = [_compressed(plane) for _, plane in layer.channels]
        records.append(_record(layer, stack.shape, [2 + len(one.data) for one in data]))
        planes.append(ChannelDataList(data))  # type: ignore[arg-type]  # the library's own type of lists
    # a negative count says that the fourth channel of the merged picture is its transparency
    return LayerInfo(len(records) if stack.alpha is None else -len(records), records, planes)


def _record(layer: _Layer, shape: tuple[int, int], lengths: list[int]) -> LayerRecord:
    from psd_tools.psd.layer_and_mask import ChannelInfo, LayerRecord

    numbers = [number for number, _ in layer.channels]
    return LayerRecord(
        bottom=shape[0],
        right=shape[1],
        channel_info=[ChannelInfo(number, length) for number, length in zip(numbers, lengths, strict=True)],
        blend_mode=layer.mode,
        clipping=int(layer.clipped),
        name=layer.name,
    )


def _compressed(plane: Pixels) -> ChannelData:
    from psd_tools.psd.layer_and_mask import ChannelData

    data = ChannelData(_RUNS)
    data.set_data(_raw(plane), plane.shape[1], plane.shape[0], 8 * plane.dtype.itemsize)
    return data


def _raw(plane: Pixels) -> bytes:
    return plane.astype(plane.dtype.newbyteorder(">")).tobytes()
