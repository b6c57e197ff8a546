"""What millions of photos take: a simulation of workers, a storage and lost machines, fed with measured figures.

Run as `python -m benchmarks.scale_model`; `--measure` first measures the processor time of one photo on this machine.
Every event is simulated (a photo fetched, colored, delivered; a worker lost), for a sample of the photos; then the time
is scaled to all of them, because a long run is the same minute again and again.
"""

from __future__ import annotations

import argparse
import heapq
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

PHOTOS = 10_000_000
SAMPLE = 400_000
"""Photos that are simulated; more only smooths the dice."""
PAGE = 1000
"""Objects in one answer to a listing of S3."""
BLOCK = 256
"""Photos in one note of what is begun; see `photocolor.batch.remote.records`."""
LINES = 500
"""Lines in one part of the manifest."""
HOUR_S = 3600.0
WORKERS = (8, 64, 512, 4096)
COMPUTE_S, SOURCE_BYTES, RESULT_BYTES = 0.41, 5.8e6, 8.5e6
"""A gray 24-megapixel JPEG on one processor, measured by --measure."""
_HAND_OVER, _FETCH, _COLOR, _DELIVER, _DONE = range(5)


@dataclass(frozen=True)
class Photo:
    """What one photo takes.

    Attributes:
        compute_s: seconds of a worker.
        source_bytes: of its file.
        result_bytes: of its result.
    """

    compute_s: float
    source_bytes: float
    result_bytes: float


@dataclass(frozen=True)
class Park:
    """The machines, the storage, and what they cost.

    Attributes:
        workers: photos at work at the same time.
        lost_per_hour: how often a worker is lost in an hour, as spot machines are.
        back_s: until another one stands in for it, with its model opened.
        driver_s: of the driver's processor, per photo; measured by `benchmarks.cluster`.
        latency_s: of one request.
        bandwidth: bytes per second of the storage, in and out together, for all workers.
        worker_bandwidth: bytes per second of one worker's own connection.
        failed: share of requests that fail and are sent again.
        wait_s: before a failed request is sent again, on average.
        get_price: dollars of a thousand reads.
        put_price: dollars of a thousand writes and listings.
        worker_price: dollars of a worker's hour.
    """

    workers: int
    lost_per_hour: float = 0.05
    back_s: float = 120.0
    driver_s: float = 0.002
    latency_s: float = 0.03
    bandwidth: float = 5e9
    worker_bandwidth: float = 100e6
    failed: float = 0.001
    wait_s: float = 0.5
    get_price: float = 0.0004
    put_price: float = 0.005
    worker_price: float = 0.05


@dataclass(frozen=True)
class Outcome:
    """What a run takes.

    Attributes:
        hours: from start to end.
        dollars: requests and machines.
        requests: of these dollars, for requests.
        busy: share of the time for which workers, storage and driver work.
        again: photos that were begun twice because a worker was lost.
    """

    hours: float
    dollars: float
    requests: float
    busy: dict[str, float]
    again: int

    @property
    def bottleneck(self) -> str:
        """What has the least to spare."""
        return max(self.busy, key=lambda name: self.busy[name])


class Line:
    """Something that serves one after the other: the storage's bandwidth, the driver."""

    def __init__(self) -> None:
        self.free_at = 0.0
        self.busy_s = 0.0

    def serve(self, now: float, seconds: float) -> float:
        """When a request of that many seconds is fulfilled that comes now."""
        self.free_at = max(self.free_at, now) + seconds
        self.busy_s += seconds
        return self.free_at


def simulate(photo: Photo, park: Park, photos: int = PHOTOS, seed: int = 1) -> Outcome:
    """The whole run, from a sample of it.

    Workers take the next photo when they are free, in the order of time; a lost worker's photo is begun again by
    another. The storage's bandwidth is one line that all bytes go through, the driver another one.
    """
    dice, storage, driver = random.Random(seed), Line(), Line()  # noqa: S311 -- a simulation
    sample = min(photos, max(SAMPLE, 40 * park.workers))
    events = [(dice.random() * photo.compute_s, 0, worker) for worker in range(park.workers)]
    heapq.heapify(events)
    done = again = 0
    compute_s = end = 0.0
    while done < sample:
        now, stage, worker = heapq.heappop(events)
        step = 1
        if stage == _HAND_OVER:
            after = driver.serve(now, park.driver_s)
        elif stage in (_FETCH, _DELIVER) and dice.random() < park.failed:
            after, step = now + park.latency_s + park.wait_s, 0  # the same request once more
        elif stage in (_FETCH, _DELIVER):
            size = photo.source_bytes if stage == _FETCH else photo.result_bytes
            after = max(storage.serve(now, size / park.bandwidth), now + size / park.worker_bandwidth) + park.latency_s
        elif stage == _COLOR and dice.random() < park.lost_per_hour * photo.compute_s / HOUR_S:
            again, after, step = again + 1, now + park.back_s, -_COLOR  # somebody else begins with it
        elif stage == _COLOR:
            compute_s, after = compute_s + photo.compute_s, now + photo.compute_s * dice.uniform(0.8, 1.2)
        else:
            done, end, after, step = done + 1, now, now, -_DONE
        heapq.heappush(events, (after, stage + step, worker))
    scale = photos / sample
    seconds = end * scale + photos / PAGE * park.latency_s  # the listing goes before
    requests = _requests(photos, park)
    dollars = requests + seconds / HOUR_S * park.workers * park.worker_price
    served = {"storage": storage.busy_s, "driver": driver.busy_s}  # also wishes that wait at the end
    busy = {"workers": compute_s / (end * park.workers)} | {name: min(1.0, s / end) for name, s in served.items()}
    return Outcome(seconds / HOUR_S, dollars, requests, busy, round(again * scale))


def _requests(photos: int, park: Park) -> float:
    """Dollars: a read and a write for each photo, its share of records, and both folders listed."""
    reads = photos * (1 + park.failed)
    writes = photos * (1 + park.failed) + photos / BLOCK + photos / LINES + 2 * photos / PAGE
    return (reads * park.get_price + writes * park.put_price) / 1000


def cases(photo: Photo) -> Iterator[tuple[str, Photo, Park]]:
    """The questions of docs/scale.md."""
    for workers in WORKERS:
        yield f"{workers:,} workers", photo, Park(workers)
    large = Park(WORKERS[-1])
    yield "… storage of 25 GB/s", photo, replace(large, bandwidth=25e9)
    yield "… one request in ten fails", photo, replace(large, failed=0.1)
    yield "… a worker lost every hour", photo, replace(large, lost_per_hour=1.0)
    fast = replace(photo, compute_s=photo.compute_s / 50)
    yield "512 workers, fifty times as fast", fast, Park(512, worker_price=1.0)
    yield "… the same, in 16 shards of 32", fast, replace(Park(512, worker_price=1.0), driver_s=0.002 / 16)


def measure(megapixels: float = 24.0, rounds: int = 3) -> Photo:
    """One JPEG on one processor, the model already open; its own seconds, so that other load counts less."""
    from benchmarks.pictures import jpeg
    from photocolor.api import open_colorizer

    with tempfile.TemporaryDirectory() as folder:
        source = jpeg(Path(folder) / "scan.jpg", megapixels)
        target = Path(folder) / "color.jpg"
        with open_colorizer(device="cpu") as colorizer:
            colorizer.file(source, target)
            seconds = []
            for _ in range(rounds):
                used = time.process_time()
                colorizer.file(source, target)
                seconds.append(time.process_time() - used)
        return Photo(sorted(seconds)[rounds // 2], source.stat().st_size, target.stat().st_size)


def main() -> None:
    """Prints the table of docs/scale.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--measure", action="store_true", help="measure a 24-megapixel JPEG on this machine first")
    parser.add_argument("--compute-s", type=float, default=COMPUTE_S, help="seconds of a worker per photo")
    options = parser.parse_args()
    photo = measure() if options.measure else Photo(options.compute_s, SOURCE_BYTES, RESULT_BYTES)
    sizes = f"{photo.source_bytes / 1e6:.1f} MB in, {photo.result_bytes / 1e6:.1f} MB out"
    print(f"A photo: {photo.compute_s:.2f} s, {sizes}.")
    print("| 10 million photos | days | dollars | of them requests | workers | storage | driver | begun twice |")
    print("|---|---|---|---|---|---|---|---|")
    for name, what, park in cases(photo):
        found = simulate(what, park)
        shares = [
            f"**{100 * share:.0f} %**" if kind == found.bottleneck else f"{100 * share:.0f} %"
            for kind, share in found.busy.items()
        ]
        print(
            f"| {name} | {found.hours / 24:,.1f} | {found.dollars:,.0f} | {found.requests:,.0f} | "
            f"{' | '.join(shares)} | {found.again:,} |"
        )


if __name__ == "__main__":
    main()
