"""Maps the name of a photo's class folder to those of ImageNet's 1,000 classes that it shows.

The numbers are those of ILSVRC 2012 in the order of its identifiers, in which all published classifiers give their
scores. A folder stands here if its name means the same as one class, or as a few that people would call by that one
name; sunflowers, roses or helicopters have no class. Each entry was tried: of color photos from such folders a
classifier names most by one of these numbers.
"""

from __future__ import annotations

CLASSES: dict[str, tuple[int, ...]] = {
    # the ten classes of Imagenette, as ImageNet's identifiers
    "n01440764": (0,),  # tench
    "n02102040": (217,),  # English springer
    "n02979186": (482,),  # cassette player
    "n03000684": (491,),  # chain saw
    "n03028079": (497,),  # church
    "n03394916": (566,),  # French horn
    "n03417042": (569,),  # garbage truck
    "n03425413": (571,),  # gas pump
    "n03445777": (574,),  # golf ball
    "n03888257": (701,),  # parachute
    # classes of Caltech-101 and of sets of flowers and groceries
    "accordion": (401,),
    "ant": (310,),
    "beaver": (337,),
    "binocular": (447,),
    "dalmatian": (251,),
    "daisy": (985,),
    "electric_guitar": (546,),
    "flamingo": (130,),
    "grand_piano": (579,),
    "hedgehog": (334,),
    "lamp": (846,),
    "llama": (355,),
    "lobster": (122, 123),
    "nautilus": (117,),
    "panda": (388,),
    "platypus": (103,),
    "revolver": (763,),
    "rooster": (7,),
    "saxophone": (776,),
    "schooner": (780,),
    "scorpion": (71,),
    "soccer_ball": (805,),
    "starfish": (327,),
    "strawberry": (949,),
    "tick": (78,),
    "trilobite": (69,),
    "umbrella": (879,),
    "zucchini": (939,),
    # several classes under one name
    "cat": (281, 282, 283, 284, 285),
    "cats": (281, 282, 283, 284, 285),
    "dog": tuple(range(151, 269)),
    "dogs": tuple(range(151, 269)),
    "elephant": (101, 385, 386),
}


def classes_of(folder: str) -> frozenset[int]:
    """Returns the numbers of the correct classes for photos of a class folder; none if it names no class."""
    return frozenset(CLASSES.get(folder.lower(), ()))
