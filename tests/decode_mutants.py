"""Decodes damaged files of all formats in one process: `decode_mutants.py COUNT [FOLDER]`.

Prints one JSON object: how many were refused, told or decoded by format, what nobody expected, the slowest, and the
memory that the process took at most.
"""

from __future__ import annotations

import json
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from damages import DAMAGES, find_coded
from format_rows import TABLE

from photocolor.errors import OutOfMemory, PhotoError
from photocolor.image.decode import decode

SEED = 20261127
LIMIT_MP = 2.0
"""A flipped size must not let an honest decoder take the memory that is looked at here."""
LARGEST_BYTES = 60_000


def flipped(data: bytes, dice: random.Random, count: int, end: int) -> bytes:
    """`count` bytes before `end` replaced by others."""
    mutant = bytearray(data)
    for _ in range(count):
        mutant[dice.randrange(min(end, len(mutant)))] ^= dice.randrange(1, 256)
    return bytes(mutant)


def moved(data: bytes, dice: random.Random) -> bytes:
    """A part taken out, and put in elsewhere."""
    start, at = sorted(dice.randrange(len(data)) for _ in range(2))
    end = min(at, start + dice.choice((1, 4, 64)))
    rest = data[:start] + data[end:]
    place = dice.randrange(len(rest) + 1)
    return rest[:place] + data[start:end] + rest[place:]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    lambda data, dice: flipped(data, dice, 1, len(data)),
    lambda data, dice: flipped(data, dice, 1, 256),
    lambda data, dice: flipped(data, dice, 6, 256),
    lambda data, dice: flipped(data, dice, 20, len(data)),
    lambda data, dice: data[: dice.randrange(1, len(data))],
    lambda data, dice: data[: dice.randrange(1, len(data))] + data[-2:],
    moved,
    *(
        lambda data, dice, damage=damage: damage(find_coded(data), dice)
        for kinds in DAMAGES.values()
        for damage in kinds.values()
    ),
)


def originals(folder: Path | None) -> dict[str, bytes]:
    """A file for every row of the table of formats, and the small ones of a folder."""
    found = {f"{row}{suffix}": build(6) for row, (suffix, build, _) in TABLE.items()}
    for path in sorted(folder.iterdir()) if folder else ():
        if path.is_file() and path.stat().st_size <= LARGEST_BYTES:
            found[path.name] = path.read_bytes()
    return found


def mutant_of(data: bytes, dice: random.Random) -> bytes:
    """The file with one damage; a kind that does not fit it is replaced by a cut."""
    try:
        return dice.choice(MUTATIONS)(data, dice)
    except (ValueError, AssertionError):  # what finds the coded pixels expects a whole file of a known kind
        return data[: dice.randrange(1, len(data))]


def main() -> None:
    """Decodes the mutants."""
    count, folder = int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None
    dice, files = random.Random(SEED), originals(folder)
    outcomes, unexpected, slowest = Counter[str](), list[str](), (0.0, "")
    for number in range(count):
        name = dice.choice(sorted(files))
        mutant = mutant_of(files[name], dice)
        started = time.process_time()
        try:
            photo = decode(mutant, LIMIT_MP)
            outcome = "told" if photo.warnings else "decoded"
        except OutOfMemory as error:
            unexpected.append(f"{number} {name}: {error}")
            continue
        except PhotoError as error:
            outcome = error.reason
        except Exception as error:  # the very thing that is looked for
            unexpected.append(f"{number} {name}: {type(error).__name__}: {error}")
            continue
        outcomes[f"{Path(name).suffix} {outcome}"] += 1
        slowest = max(slowest, (time.process_time() - started, name))
    report = {"outcomes": outcomes, "unexpected": unexpected, "slowest_s": slowest, "peak_bytes": _peak_bytes()}
    sys.stdout.write(json.dumps(report) + "\n")


def _peak_bytes() -> int:
    """Returns the most memory that this program had; on Linux getrusage counts what its parent had, too."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.findall(r"VmHWM:\s*(\d+) kB", status.read_text())[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
