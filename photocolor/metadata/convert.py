"""Converts the source's metadata to what the result's container can hold, correct for the colored picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

from photocolor.containers.formats import MetadataPlaces, by_name
from photocolor.containers.ifd import ByteLayout
from photocolor.containers.malformed import Malformed
from photocolor.metadata.exif.block import ExifTarget, built, corrected, minimal
from photocolor.metadata.exif.fields import in_layout
from photocolor.metadata.exif.thumbnail import Maker
from photocolor.metadata.formats import tiff
from photocolor.metadata.formats.comments import text_of_comment
from photocolor.metadata.formats.png_text import text_chunk
from photocolor.metadata.formats.trailer import readable
from photocolor.metadata.iptc import datasets, merge_into_xmp, photoshop
from photocolor.metadata.limits import MOST_BLOCKS
from photocolor.metadata.model import Blocks, Log, Picture, listed
from photocolor.metadata.provenance import Provenance
from photocolor.metadata.resolution import stated_dpi, with_stated_resolution
from photocolor.metadata.xmp import result_packet, sidecar_packet
from photocolor.metadata.xmp.edit import Packet

UNBOUNDED_BYTES = 1 << 30
_TEXTS = frozenset({"tEXt", "zTXt", "iTXt"})
_ABOUT_CODING = frozenset({"sRGB", "gAMA", "cHRM"})  # the result's encoder says it anew
_NAME_BYTES = 32


@dataclass(frozen=True, slots=True)
class Conversion:
    """Describes the result that blocks are converted for.

    Attributes:
        source_format: the container they come from.
        result_format: the container they go to.
        picture: the result's stored grid.
        provenance: what colored the photo.
        thumbnail: returns the colored photo, small; or None.
        sidecars: XMP files that are merged into the packet.
    """

    source_format: str
    result_format: str
    picture: Picture
    provenance: Provenance
    thumbnail: Maker | None
    sidecars: tuple[bytes, ...] = ()

    @property
    def title(self) -> str:
        """Returns the name of the result's container for messages."""
        return by_name(self.result_format).title

    @property
    def places(self) -> MetadataPlaces:
        """Returns the places for metadata in the result's container."""
        return by_name(self.result_format).metadata

    @property
    def same(self) -> bool:
        """Returns True if source and result have one format."""
        return self.source_format == self.result_format


def converted(blocks: Blocks, aim: Conversion, log: Log) -> Blocks:
    """Returns the blocks as the result's container holds them, with the provenance."""
    blocks, damaged = _without_damaged(blocks, aim)
    blocks = with_stated_resolution(blocks, by_name(aim.source_format), by_name(aim.result_format), log)
    blocks = _with_fields(blocks, log) if aim.places.exif_as_fields else _with_exif(blocks, aim, log)
    blocks = _with_resources(blocks, aim, log)
    blocks = _with_packet(blocks, aim, damaged, log)
    return _with_extras(blocks, aim, log)


def _with_exif(blocks: Blocks, aim: Conversion, log: Log) -> Blocks:
    """Returns the blocks with EXIF that is correct for the result: the source's, one of TIFF fields, or a new one."""
    room = UNBOUNDED_BYTES if len(blocks.exif_parts) > 1 else aim.places.exif_most_bytes
    block = blocks.exif
    if blocks.fields is not None and blocks.layout is not None:
        classic = ByteLayout(blocks.layout.order)
        block = built(in_layout(blocks.fields, blocks.layout, classic, log), classic, room, log)
    if block and len(block) > room and not aim.same:
        block = _shrunk(block, room, log)
    if block:
        log.kept.append("EXIF")
        return replace(blocks, exif=corrected(block, ExifTarget(aim.picture, aim.thumbnail, room), log))
    if not aim.places.exif_always:
        return replace(blocks, exif=None)
    return replace(blocks, exif=minimal(aim.provenance.version, aim.picture, stated_dpi(blocks)))


def _shrunk(block: bytes, room: int, log: Log) -> bytes | None:
    """Returns the block without its thumbnail and, if that is not enough, without its largest fields."""
    fields, layout = tiff.fields_of_block(block, log)
    return built(fields, layout, room, log)


Damaged = tuple[bytes, Malformed]


def _without_damaged(blocks: Blocks, aim: Conversion) -> tuple[Blocks, Damaged | None]:
    """Returns the blocks without EXIF that cannot be parsed and moved, and what was taken out, with the error."""
    if blocks.exif is None or aim.same:
        return blocks, None
    try:
        tiff.fields_of_block(blocks.exif, Log())
    except Malformed as error:
        return replace(blocks, exif=None), (blocks.exif, error)
    return blocks, None


def _with_fields(blocks: Blocks, log: Log) -> Blocks:
    """Returns the blocks with the EXIF fields in TIFF's own directory."""
    if blocks.exif is not None:
        fields, layout = tiff.fields_of_block(blocks.exif, log)
        blocks = replace(blocks, fields=fields, layout=layout)
    log.kept.extend(["EXIF"] if blocks.fields else [])
    return blocks


def _with_resources(blocks: Blocks, aim: Conversion, log: Log) -> Blocks:
    """Returns the blocks with corrected Photoshop resources, and IPTC where readers of the format look for it."""
    resources = _without_outdated(blocks.photoshop, log)
    log.kept.extend(["IPTC"] if blocks.iptc or resources.iptc else [])
    log.kept.extend(["Photoshop"] if resources.stream and aim.places.photoshop else [])
    if not (aim.places.photoshop and aim.places.iptc):
        return replace(blocks, photoshop=_with_iptc_inside(resources, blocks.iptc, aim, log), iptc=None)
    if aim.same or resources.iptc is None or resources.stream is None:
        return replace(blocks, photoshop=resources.stream)
    others = photoshop.without(resources.stream, {photoshop.IPTC})  # TIFF readers look for IPTC in its own tag
    return replace(blocks, photoshop=others or None, iptc=resources.iptc)


@dataclass(frozen=True, slots=True)
class _Resources:
    """Holds the Photoshop resources of a source, without what is outdated in its result.

    Attributes:
        stream: the resources as they are stored; None if there are none.
        damaged: True if the stream cannot be read to its end.
    """

    stream: bytes | None
    damaged: bool = False

    @property
    def iptc(self) -> bytes | None:
        """Returns the IPTC records among them."""
        return photoshop.find_iptc(self.stream)


def _without_outdated(stream: bytes | None, log: Log) -> _Resources:
    """Returns the resources without gray previews and profiles, which would be wrong for a color picture."""
    if stream is None:
        return _Resources(None)
    damaged = False
    try:
        numbers = {resource.number for resource in photoshop.resources(stream)}
        log.dropped.extend(name for number, name in photoshop.OUTDATED.items() if number in numbers)
    except Malformed as error:
        damaged = True
        log.unparsed("Photoshop resources, carried as they are", error)
    return _Resources(photoshop.without(stream, photoshop.OUTDATED) or None, damaged)


def _with_iptc_inside(resources: _Resources, outer: bytes | None, aim: Conversion, log: Log) -> bytes | None:
    """Returns the resources with the IPTC block that stood beside them, unless they have a different one."""
    stream, inner = resources.stream or b"", resources.iptc
    if outer is None:
        return resources.stream
    if inner is None:
        resource = photoshop.packed(photoshop.IPTC, outer)
        return resource + stream if resources.damaged else stream + resource  # nobody reads on behind damage
    if outer.rstrip(b"\0") == inner.rstrip(b"\0"):
        return resources.stream
    if not aim.places.photoshop:
        return photoshop.packed(photoshop.IPTC, outer) + stream  # for a moment: all of it becomes XMP
    log.dropped.append("IPTC outside of the Photoshop resources, which have another one")
    log.left_behind("IPTC outside of the Photoshop resources", "these have another one")
    return resources.stream


def _with_packet(blocks: Blocks, aim: Conversion, damaged: Damaged | None, log: Log) -> Blocks:
    """Returns the blocks with the XMP packet of the result."""
    opened = result_packet.opened(blocks.xmp, log)
    log.kept.extend(["XMP"] if blocks.xmp else [])
    for data in aim.sidecars:
        opened = sidecar_packet.merged(opened, data, log)
    if damaged is not None:
        result_packet.keep_unparsed(opened, "EXIF", damaged[0], log, damaged[1])
    if not aim.places.iptc_read:
        _map_iptc(blocks, aim, opened, log)
    if not aim.same:
        result_packet.add_texts(opened, _homeless_texts(blocks, aim), log)
    xmp = result_packet.complete(opened, aim.picture, aim.provenance, log)
    if aim.places.photoshop or blocks.photoshop is None:
        return replace(blocks, xmp=xmp)
    others = photoshop.without(blocks.photoshop, {photoshop.IPTC})
    if others:
        log.dropped.append("Photoshop")
        log.homeless(f"Photoshop resources {listed(photoshop.names(others))}", aim.title)
    kept = blocks.photoshop if aim.places.iptc else None
    return replace(blocks, xmp=xmp, photoshop=None, iptc=photoshop.find_iptc(kept))


def _map_iptc(blocks: Blocks, aim: Conversion, opened: Packet, log: Log) -> None:
    """Maps IPTC to XMP for containers whose readers look for IPTC nowhere else."""
    blocks_of_iptc = photoshop.all_iptc(blocks.photoshop)
    try:
        stored = (record for data in blocks_of_iptc for record in datasets.read(data))
        records = list(islice(stored, MOST_BLOCKS))
        further = sum(1 for _ in stored)
    except Malformed as error:
        if aim.places.photoshop:
            log.unparsed("IPTC, not mapped to XMP", error)
        else:
            result_packet.keep_unparsed(opened, "IPTC", b"".join(blocks_of_iptc), log, error)
        return
    if aim.places.photoshop:  # so the records themselves go along
        merge_into_xmp.merge_missing(opened, records)
    else:
        if further:
            log.left_behind(f"{further:,} IPTC records", "there are too many")
        merge_into_xmp.merge(opened, records, log)


def _homeless_texts(blocks: Blocks, aim: Conversion) -> list[tuple[str, str]]:
    """Returns comments and keyword texts for which the result's container has no place."""
    comments = [] if aim.places.texts else [("", text_of_comment(comment)) for comment in blocks.comments]
    texts = [pair for pair in blocks.texts if not aim.places.comments or pair[0] != "Comment"]
    behind = [("", text) for block in blocks.trailer.blocks if (text := readable(block))] if blocks.trailer else []
    return comments + texts + behind


def _homeless_trailers(blocks: Blocks) -> list[str]:
    """Returns the names of trailer blocks that are no text."""
    if blocks.trailer is None:
        return []
    pairs = zip(blocks.trailer.names, blocks.trailer.blocks, strict=True)
    return [f"{name} behind the end" for name, block in pairs if not readable(block)]


def _with_extras(blocks: Blocks, aim: Conversion, log: Log) -> Blocks:
    """Returns the blocks with what only one container can hold, if the result has the same."""
    log.kept.extend(["comment"] if blocks.comments or blocks.texts else [])
    if aim.same:
        log.kept.extend(kind for kind, _ in blocks.extras)
        log.kept.extend(["trailer"] if blocks.trailer else [])
        return blocks
    homeless = [extra for extra in blocks.extras if extra[0] not in _TEXTS]
    log.dropped.extend(kind for kind, _ in homeless)
    names = [_name_of_extra(*extra) for extra in homeless if extra[0] not in _ABOUT_CODING]
    names.extend(_homeless_trailers(blocks))
    if names:
        log.homeless(listed(names), aim.title)
    extras, comments = [], []
    if aim.places.texts:
        extras = [text_chunk("Comment", text_of_comment(comment)) for comment in blocks.comments]
    if aim.places.comments:
        comments = [text.encode("utf-8", "replace") for keyword, text in blocks.texts if keyword == "Comment"]
    return replace(blocks, extras=tuple(extras), comments=tuple(comments), exif_parts=(), trailer=None)


def _name_of_extra(kind: str, data: bytes) -> str:
    """Returns the name of a segment, chunk or box for messages, as "APP12 (Ducky)"."""
    begin = data[:_NAME_BYTES].partition(b"\0")[0]
    is_name = len(begin) > 1 and begin.isascii() and begin.decode("ascii").isprintable()
    return f"{kind} ({begin.decode('ascii')})" if is_name else kind
