"""Tells masks among remote objects from photos, once all names of a listing are known."""

from __future__ import annotations

from collections.abc import Iterator

from photocolor.batch.plan.masks import awaited, masked_name, stem_of_mask
from photocolor.batch.plan.strays import Stray
from photocolor.batch.plan.walk import AWAITED, MASKS, OUTPUTS
from photocolor.batch.remote.index import SourceIndex
from photocolor.batch.remote.listing import Kind, ListedObject, Listing

_MISNAMED = "it looks like the mask of a photo beside it; a mask has that photo's whole name, as in photo.jpg.mask.png"


def with_lone_masks(listing: Listing, index: SourceIndex, strays: list[Stray]) -> Iterator[ListedObject]:
    """Yields what a listing has, without masks; at the end those that are photos, because no photo has their names.

    Args:
        listing: of the sources.
        index: knows the photos that were yielded, by the end.
        strays: takes up the masks that no photo uses.
    """
    for listed in listing.walk():
        if listed.kind is Kind.MASK:
            index.add_mask(listed.name, listed.size_bytes, listed.mtime_ns)
        else:
            yield listed
    for name, size_bytes, mtime_ns in index.masks():
        if any(name.startswith(f"{folder}/") for folder in listing.output_folders):
            listing.passed[OUTPUTS] += 1
        elif _is_mask(name, listing, index, strays):
            continue
        else:
            yield ListedObject(name, size_bytes, mtime_ns, listing.kind_of_photo(name))


def _is_mask(name: str, listing: Listing, index: SourceIndex, strays: list[Stray]) -> bool:
    """Returns whether a file that is named like a mask is one; counts it, and names one that no photo uses."""
    folder, slash, mask = name.rpartition("/")
    place, whole = str(listing.base / folder) if folder else str(listing.base), masked_name(mask)
    has_photo = index.has_photo(folder + slash + (whole or stem_of_mask(mask)))
    if not whole and has_photo:
        strays.append(Stray(f"{place}/{mask}", _MISNAMED))
    elif whole and not has_photo:
        strays.append(awaited(place, mask))
    if whole or has_photo:
        listing.passed[MASKS if has_photo else AWAITED] += 1
    return bool(whole or has_photo)
