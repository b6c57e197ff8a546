"""Makes the pool of a Ray cluster from a run's settings, and refuses before the first photo what cannot work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from photocolor import __version__
from photocolor.batch.pools.opener import PipelineOpener
from photocolor.batch.pools.pool import PHOTO_BYTES, ClusterCrew, Opener, Pool
from photocolor.batch.reporter import Reporter
from photocolor.errors import EnvironmentFault, UsageError
from photocolor.settings import Cluster, Settings
from photocolor.storage.staging import open_remote

if TYPE_CHECKING:
    from photocolor.pipeline.photo import Pipeline

INSTALL = 'Install it on every node with: pip install "photocolor[ray]"'


@dataclass(frozen=True, slots=True)
class WorkerRequirements:
    """Holds what every worker must have, or its results would not be those of the run.

    Attributes:
        settings: the run, with a device that is the same for all.
        model_sha256: hex digest of the driver's model file.
        version: of the driver's photocolor.
    """

    settings: Settings
    model_sha256: str
    version: str = __version__


def cluster_pool(settings: Settings, cluster: Cluster, model_sha256: str, photos: int, reporter: Reporter) -> Pool:
    """Returns the pool of a Ray cluster.

    Raises:
        UsageError: GPUs are asked for, and the CPU as the device.
        EnvironmentFault: Ray is not installed, or there is no cluster, or it has no room for a worker.
    """
    if settings.device == "cpu" and cluster.gpus_per_worker:
        raise UsageError(
            f"--num-gpus-per-worker {cluster.gpus_per_worker:g} and --device cpu contradict each other",
            "Leave one of them out.",
        )
    if find_spec("ray") is None:
        raise EnvironmentFault("--engine ray needs Ray, which is not installed", INSTALL)
    from photocolor.batch.pools.ray_pool import RayPool, join_cluster, living_nodes

    join_cluster(cluster.address)
    crew = choose_cluster_crew(living_nodes(), settings, cluster.gpus_per_worker, photos)
    crew = replace(crew, limit_s=settings.photo_timeout_s)
    share = f", each with {crew.gpus:g} of a GPU" if crew.gpus else ""
    reporter.note(f"The Ray cluster works on {crew.workers} photos at a time{share}.")
    opener: Opener = partial(open_promised, WorkerRequirements(_for_nodes(settings, gpus=crew.gpus), model_sha256))
    return RayPool(partial(open_remote, opener) if settings.remote else opener, crew)


def choose_cluster_crew(
    nodes: Sequence[Mapping[str, float]], settings: Settings, gpus: float | None, photos: int
) -> ClusterCrew:
    """Returns how a run uses the cluster.

    Args:
        nodes: what each node has.
        settings: --workers, which may ask for more than fits where a cluster grows, and --device.
        gpus: --num-gpus-per-worker; None is one where the cluster has any.
        photos: how many photos there are.

    Raises:
        EnvironmentFault: no node has room for a single worker.
    """
    has_gpus = any(node.get("GPU", 0) for node in nodes)
    share = gpus if gpus is not None else float(has_gpus and settings.device != "cpu")
    room = [_room(node, share) for node in nodes]
    if not any(room):
        needs = f"one processor, {PHOTO_BYTES / 1e9:.1f} GB" + (f" and {share:g} of a GPU" if share else "")
        raise EnvironmentFault(f"no node of the Ray cluster has {needs} for a worker", "ray status shows what it has.")
    return ClusterCrew(max(1, min(settings.workers or sum(room), photos)), share)


def _room(node: Mapping[str, float], gpus: float) -> int:
    fitting = [node.get("CPU", 0), node.get("memory", 0) // PHOTO_BYTES]
    return int(min([*fitting, node.get("GPU", 0) / gpus] if gpus else fitting))


def _for_nodes(settings: Settings, *, gpus: float) -> Settings:
    """Returns the settings in a form that means the same on every node: one kind of device, and absolute paths."""
    device = settings.device if settings.device != "auto" else "cuda" if gpus else "cpu"
    model = str(Path(settings.model).absolute()) if settings.model.endswith(".onnx") else settings.model
    reference = settings.reference.absolute() if settings.reference else None
    return replace(settings, device=device, model=model, reference=reference)


def open_promised(promise: WorkerRequirements, threads: int) -> Pipeline:
    """Returns the work of one worker, if its node has the driver's model and version of photocolor.

    Raises:
        EnvironmentFault: it has others.
        PhotocolorError: as `photocolor.pipeline.photo.open_pipeline`.
    """
    if __version__ != promise.version:
        raise EnvironmentFault(
            f"a node of the Ray cluster has photocolor {__version__}, and this run is of {promise.version}",
            "Install the same version on every node.",
        )
    pipeline = PipelineOpener(promise.settings)(threads)
    if pipeline.model.sha256 != promise.model_sha256:
        raise EnvironmentFault(
            f"a node of the Ray cluster has another model under the name {promise.settings.model}",
            "Copy the same model file to every node.",
        )
    return pipeline
