"""Whether a watched folder under load colors every file once and whole: `python -m benchmarks.watched_folder FOLDER`.

Files arrive in bursts and in every way that files arrive: at once, in pieces, in pieces with long pauses by a program
that holds the file open, under another name and renamed, at full length before the content is there, as a small version
that is replaced. In the middle the watch is killed with kill -9 and started again at once. In the end the manifest and
the results are compared with the files.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from PIL import Image

from benchmarks.endurance import scene

ROOT = Path(__file__).resolve().parents[1]
INTERVAL_S = 2.0
PIECES = 4
PAUSE_S = 0.25 * INTERVAL_S
"""Between two pieces of a file that nobody holds open: shorter than what settles it, with room for a busy machine."""
STALL_S = 2.0 * INTERVAL_S
"""Between two pieces of a file that its writer holds open: longer than what settles a file."""
LONG_AGO_S = 1_000_000_000
"""The time of change that a copy keeps of its original, in seconds since 1970."""
PATIENCE_S = 120.0
"""Without any new line in the manifest for so long the trial ends."""
QUIET_INTERVALS = 4
"""Intervals to wait after the last photo: further looks must find nothing to do."""


@dataclass(frozen=True, slots=True)
class Load:
    """What arrives, and what happens meanwhile.

    Attributes:
        photos: how many files.
        bursts: in how many bursts.
        workers: of the watch.
        kill: who is killed in the middle: "group" for the watch with its workers, "parent" for it alone, "" for nobody.
    """

    photos: int = 500
    bursts: int = 5
    workers: int = 2
    kill: str = "parent"


@dataclass(slots=True)
class Finding:
    """What the trial found.

    Attributes:
        ways: how many files arrived in each way.
        statuses: lines of the manifest by status.
        faults: everything that is not as promised; empty if all is.
        seconds: from the first file to the last line.
        killed_after: lines in the manifest when the watch was killed; 0 if it was not.
        said: what the watches wrote to standard error.
    """

    ways: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0
    killed_after: int = 0
    said: str = ""


def main() -> None:
    """Runs it and prints what was found; exit 1 if anything is not as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="an empty folder for photos and results")
    parser.add_argument("--photos", type=int, default=Load().photos)
    parser.add_argument("--bursts", type=int, default=Load().bursts)
    parser.add_argument("--workers", type=int, default=Load().workers)
    parser.add_argument("--kill", choices=("parent", "group", ""), default=Load().kill)
    asked = parser.parse_args()
    found = trial(asked.folder, Load(asked.photos, asked.bursts, asked.workers, asked.kill))
    for way, count in sorted(found.ways.items()):
        print(f"{count:5d} {way}")
    print(f"killed after {found.killed_after} lines; {dict(found.statuses)} in {found.seconds:.0f} s")
    print("\n".join([*found.faults, found.said]) if found.faults else "every file once, none half-read")
    sys.exit(bool(found.faults))


def trial(place: Path, load: Load) -> Finding:
    """Lets files arrive in `place`/in while a watch colors them into `place`/out, and compares."""
    source, out, found = place / "in", place / "out", Finding()
    source.mkdir(parents=True)
    arrivals = Arrivals(source, load, found.ways)
    started = time.monotonic()
    with tempfile.TemporaryFile() as said:
        with _watch(source, out, load, said) as first:
            for number in range(load.bursts // 2 + 1):
                arrivals.burst(number)
                _wait_for(lambda: _lines(out), load.photos * (2 * number + 1) // (2 * load.bursts), first)
            found.killed_after = len(_lines(out)) if load.kill else 0
            if first.poll() is not None:
                found.faults.append(f"the watch ended by itself with {first.returncode}")
            elif load.kill:
                (os.killpg if load.kill == "group" else os.kill)(first.pid, signal.SIGKILL)
            else:
                first.terminate()
            first.wait()
        with _watch(source, out, load, said) as second:
            for number in range(load.bursts // 2 + 1, load.bursts):
                arrivals.burst(number)
            _wait_for(lambda: _lines(out), load.photos, second)
            found.seconds = time.monotonic() - started
            arrivals.join()
            time.sleep(QUIET_INTERVALS * INTERVAL_S)
            second.terminate()
            if second.wait(timeout=60) != 0:
                found.faults.append(f"the watch ended with {second.returncode}")
        said.seek(0)
        found.said = said.read().decode(errors="replace")
    _compare(source, out, load, found)
    return found


@contextmanager
def _watch(source: Path, out: Path, load: Load, said: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "photocolor", "watch", source, "--out", out, "--interval", INTERVAL_S]
    command += ["--device", "cpu", "--workers", load.workers, "--json"]
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*map(str, command)], stdout=subprocess.DEVNULL, stderr=said, env=variables, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _lines(out: Path) -> list[dict[str, Any]]:
    manifest = out / ".photocolor" / "manifest.jsonl"
    whole = manifest.read_bytes().rpartition(b"\n")[0] if manifest.exists() else b""
    return [json.loads(line) for line in whole.splitlines()]


def _wait_for(lines: Callable[[], list[Any]], count: int, process: subprocess.Popen[bytes]) -> None:
    """Waits until there are so many lines, the process has ended, or nothing happens any more."""
    seen, since = -1, time.monotonic()
    while (now := len(lines())) < count and process.poll() is None and time.monotonic() - since < PATIENCE_S:
        if now != seen:
            seen, since = now, time.monotonic()
        time.sleep(0.2)


def _compare(source: Path, out: Path, load: Load, found: Finding) -> None:
    lines = _lines(out)
    found.statuses = Counter(line["status"] for line in lines)
    by_name = Counter(line["relative"] for line in lines)
    files = {path.relative_to(source).as_posix(): path for path in source.rglob("*") if path.is_file()}
    found.faults += [f"{name} has {count} lines" for name, count in by_name.items() if count > 1]
    found.faults += [f"{name} has no line" for name in sorted(files.keys() - by_name.keys())]
    found.faults += [f"{name} is no file that arrived" for name in sorted(by_name.keys() - files.keys())]
    found.faults += [f"{line['relative']} is {line['status']}: {line}" for line in lines if line["status"] != "done"]
    if len(files) != load.photos:
        found.faults.append(f"{len(files)} files arrived instead of {load.photos}")
    for line in (line for line in lines if line["status"] == "done" and line["relative"] in files):
        name = line["relative"]
        if line["source_sha256"] != hashlib.sha256(files[name].read_bytes()).hexdigest():
            found.faults.append(f"{name} was read before it was whole")
        if line["result_sha256"] != hashlib.sha256((out / name).read_bytes()).hexdigest():
            found.faults.append(f"the result of {name} is not that of its line")
    results = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    left = sorted(name for name in results - files.keys() if not name.startswith(".photocolor/"))
    found.faults += [f"{name} was left in the output folder" for name in left]


class Arrivals:
    """Lets files arrive in a folder, each by a writer of its own.

    Args:
        folder: where they arrive, in three folders below.
        load: how many.
        ways: counts in which way each of them came.
    """

    def __init__(self, folder: Path, load: Load, ways: Counter[str]) -> None:
        self._folder, self._load, self._ways = folder, load, ways
        self._writers: list[threading.Thread] = []
        self._count = 0

    def burst(self, number: int) -> None:
        """Begins the files of one burst; those that come in pieces go on for some seconds."""
        until = self._load.photos * (number + 1) // self._load.bursts
        for index in range(self._count, until):
            way = WAYS[index % len(WAYS)]
            path = self._folder / f"box {index % 3}" / f"{number}-{index:04d} {way.__name__}.jpg"
            path.parent.mkdir(exist_ok=True)
            self._ways[way.__name__] += 1
            writer = threading.Thread(target=way, args=(path, _photo(index)))
            self._writers.append(writer)
            writer.start()
        self._count = until

    def join(self) -> None:
        """Waits for the last piece."""
        for writer in self._writers:
            writer.join()


def _photo(index: int) -> bytes:
    """Returns a gray JPEG like no other, that can be decoded in part when it is cut."""
    file = io.BytesIO()
    Image.fromarray(scene(index)).save(file, "JPEG", progressive=bool(index % 2))
    return file.getvalue()


def _pieces(data: bytes) -> list[bytes]:
    size = -(-len(data) // PIECES)
    return [data[start : start + size] for start in range(0, len(data), size)]


def at_once(path: Path, data: bytes) -> None:
    """Writes the file as fast as it goes."""
    path.write_bytes(data)


def in_pieces(path: Path, data: bytes) -> None:
    """Writes as a program does that opens the file anew for each piece."""
    for piece in _pieces(data):
        with path.open("ab") as file:
            file.write(piece)
        time.sleep(PAUSE_S)


def held_open(path: Path, data: bytes) -> None:
    """Writes as a copy over a network that stalls: open all the time, with a pause that would settle a file."""
    half = len(data) // 2
    with path.open("wb", buffering=0) as file:
        file.write(data[:half])
        time.sleep(STALL_S)
        file.write(data[half:])


def at_full_length(path: Path, data: bytes) -> None:
    """Writes as a program does that takes the room first: the length never changes, and the time is set at the end."""
    with path.open("wb", buffering=0) as file:
        file.truncate(len(data))
        time.sleep(STALL_S)
        for piece in _pieces(data):
            file.write(piece)
            time.sleep(PAUSE_S)
        os.utime(file.fileno(), (LONG_AGO_S, LONG_AGO_S))


def renamed_part(path: Path, data: bytes) -> None:
    """Writes under another suffix, as browsers and synchronizing programs do."""
    part = path.with_name(f"{path.name}.part")
    in_pieces(part, data)
    time.sleep(STALL_S)
    part.rename(path)


def renamed_hidden(path: Path, data: bytes) -> None:
    """Writes under a hidden name with the suffix of a photo, keeps the original's time, and renames."""
    part = path.with_name(f".{path.name}")
    in_pieces(part, data)
    os.utime(part, (LONG_AGO_S, LONG_AGO_S))
    time.sleep(STALL_S)
    part.rename(path)


def moved_in(path: Path, data: bytes) -> None:
    """Moves a file that was written elsewhere on the disk, with its old time."""
    elsewhere = path.parents[2] / path.name
    elsewhere.write_bytes(data)
    os.utime(elsewhere, (LONG_AGO_S, LONG_AGO_S))
    elsewhere.rename(path)


def renamed_later(path: Path, data: bytes) -> None:
    """Writes under the name that a camera gives, and gives it another one before it is settled."""
    first = path.with_name(f"DSC {path.name}")
    first.write_bytes(data)
    time.sleep(PAUSE_S)
    first.rename(path)


def replaced(path: Path, data: bytes) -> None:
    """Writes a small version first and replaces it in one step, as some scanners do."""
    path.write_bytes(_photo(7))
    time.sleep(PAUSE_S)
    better = path.with_name(f".{path.name}.tmp")
    better.write_bytes(data)
    better.replace(path)


WAYS = (
    *(at_once, at_once, at_once, at_once),
    *(in_pieces, held_open, at_full_length, renamed_part, renamed_hidden, moved_in, renamed_later, replaced),
)

if __name__ == "__main__":
    main()
