"""Says which share of a run's photos is worked on, and on which machines they and the work lie."""

from __future__ import annotations

from dataclasses import dataclass

from photocolor.errors import UsageError

SHARDS_MAX = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Describes one of several shares of the photos, for runs on several machines at the same time.

    Attributes:
        number: which one, from 1.
        count: how many there are.
    """

    number: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.count <= SHARDS_MAX:
            raise UsageError(f"{self.count} shards are outside 1 to {SHARDS_MAX}")
        if not 1 <= self.number <= self.count:
            message = f"shard {self.number} is outside 1 to {self.count}"
            raise UsageError(message, "The first shard is 1, the last is N.")

    def __str__(self) -> str:
        return f"shard {self.number} of {self.count}"

    @property
    def label(self) -> str:
        """Returns its name in file names, such as 2-of-8."""
        return f"{self.number}-of-{self.count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Describes a Ray cluster that works on the photos.

    Attributes:
        address: host:port of its head; "" for the one this machine belongs to, or else one of its own.
        gpus_per_worker: share of a GPU that each worker reserves; None is one where the cluster has any.
    """

    address: str = ""
    gpus_per_worker: float | None = None

    def __post_init__(self) -> None:
        if self.gpus_per_worker is not None and not 0 <= self.gpus_per_worker < float("inf"):
            raise UsageError(f"num-gpus-per-worker {self.gpus_per_worker:g} is no share of a GPU")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLocations:
    """Holds the sources and the output of a run that are remote.

    Attributes:
        sources: addresses of photos and folders; none if the sources are files.
        out: address of the folder for the results; "" if it is one of this machine.
    """

    sources: tuple[str, ...] = ()
    out: str = ""
