"""A real Ray cluster on this machine, for tests: small, without a dashboard, and gone afterwards."""

from __future__ import annotations

import gc
import os
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STORE_BYTES = 80 * 2**20

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # here, because Ray reads all this once, when it is imported
if "RAY_ADDRESS" not in os.environ:  # a token of its own, and nothing in anybody's home folder
    os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


@contextmanager
def ray_cluster(workers: int = 2) -> Iterator[str]:
    """Starts one node with this many processors, joins it, and gives its address.

    With RAY_ADDRESS set, the cluster there is used: `ray start --head --num-cpus 2` saves its start in each trial.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Ray's own news about coming versions
        import ray

        new = {"address": "local", "num_cpus": workers, "include_dashboard": False, "object_store_memory": STORE_BYTES}
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])  # the fake works are importable there
        ray.init(
            **({} if os.environ.get("RAY_ADDRESS") else new),
            log_to_driver=False,
            logging_level="error",
            runtime_env={"env_vars": {"PYTHONPATH": path}},
        )
    try:
        yield str(ray.get_runtime_context().gcs_address)
    finally:
        ray.shutdown()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Ray lets go of processes that it ended without waiting for them
            gc.collect()
