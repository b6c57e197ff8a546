"""What the Ray pool costs per photo beside the pool of processes: work that does nothing, and small real photos.

Run as `python -m benchmarks.cluster [PHOTOS]`; it starts a Ray cluster with two workers on this machine, and ends it.
"""

from __future__ import annotations

import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import ray

from benchmarks.pictures import gray
from photocolor.batch.pools.choose import open_pool
from photocolor.batch.pools.pool import Broken, ClusterCrew, Crew, Finished, Opener, Pool
from photocolor.batch.pools.ray_pool import RayPool
from photocolor.outcome import Done, Fingerprint, Job, Outcome, ProgressListener, Work
from photocolor.pipeline.photo import open_pipeline
from photocolor.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
WORKERS = 2
STORE_BYTES = 80 * 2**20
SMALL_MP = 0.01


def nothing(job: Job, watch: ProgressListener) -> Outcome:
    """The outcome of a photo that nobody looked at."""
    return Done(job, "0" * 64, "0" * 64, 1, 0.0, 0.0, "none", 0)


def open_nothing(threads: int) -> Work:
    """Work that costs nothing, so that only the pool's own cost is left."""
    return nothing


def open_small(threads: int) -> Work:
    """The real work."""
    return open_pipeline(Settings(sources=(), out=Path(), device="cpu"), threads)


def jobs_of(source: Path, out: Path, photos: int) -> list[Job]:
    """One photo, as often as wanted."""
    stat = source.stat()
    seen = Fingerprint(stat.st_size, stat.st_mtime_ns)
    return [Job(source, out / f"{n}.jpg", f"{n}.jpg", seen, secrets.token_hex(4)) for n in range(photos)]


def work_off(pool: Pool, jobs: list[Job]) -> tuple[float, float]:
    """Wall and driver's processor seconds per photo; the workers are warm before."""
    for batch, measured in ((jobs[: 4 * WORKERS], False), (jobs[4 * WORKERS :], True)):
        started, used = time.perf_counter(), time.process_time()
        waiting, done = list(reversed(batch)), 0
        while done < len(batch):
            while waiting and pool.free:
                pool.submit(waiting.pop())
            for event in pool.poll(0.1):
                if isinstance(event, Broken):
                    raise event.error
                done += isinstance(event, Finished)
        if measured:
            return (time.perf_counter() - started) / len(batch), (time.process_time() - used) / len(batch)
    raise AssertionError("unreachable")


def compare(opener: Opener, photos: int) -> None:
    """Prints what each pool costs, measured in turn so that a busy machine hits both alike."""
    pools: dict[str, Callable[[], Pool]] = {
        "processes": lambda: open_pool(Crew(inline=False, workers=WORKERS, threads=1), opener),
        "ray": lambda: RayPool(opener, ClusterCrew(WORKERS, 0)),
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in pools}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "scan.jpg"
        cv2.imwrite(str(source), gray(SMALL_MP))
        for _ in range(ROUNDS):
            for name, make in pools.items():
                pool = make()
                found[name].append(work_off(pool, jobs_of(source, Path(folder) / name, photos)))
                pool.close()
    for name, values in found.items():
        wall, driver = (1000 * statistics.median(column) for column in zip(*values, strict=True))
        low, high = 1000 * min(value[0] for value in values), 1000 * max(value[0] for value in values)
        print(f"  {name:10} {wall:7.2f} ms per photo ({low:.2f}–{high:.2f}), of the driver's processor {driver:.2f} ms")


def main() -> None:
    """Measures both kinds of work."""
    photos = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    ray.init(
        address="local",
        num_cpus=WORKERS,
        include_dashboard=False,
        object_store_memory=STORE_BYTES,
        log_to_driver=False,
        logging_level="error",
        runtime_env={"env_vars": {"PYTHONPATH": str(ROOT)}},
    )
    for what, opener in (("nothing to do", open_nothing), (f"photos of {SMALL_MP} megapixels", open_small)):
        print(f"{what}, {photos} photos, {WORKERS} workers, {ROUNDS} rounds in turn:")
        compare(opener, photos)
    ray.shutdown()


if __name__ == "__main__":
    main()
