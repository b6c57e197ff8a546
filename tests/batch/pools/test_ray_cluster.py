from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from commands import ROOT, photocolor
from runs import Listener

from photocolor.batch.pools.pool import PHOTO_BYTES, ClusterCrew
from photocolor.batch.pools.ray_cluster import WorkerRequirements, choose_cluster_crew, cluster_pool, open_promised
from photocolor.errors import EnvironmentFault, UsageError
from photocolor.models.registry import find_model
from photocolor.settings import Cluster, Settings

SETTINGS = Settings(sources=(), out=Path("out"))
LARGE = {"CPU": 16.0, "memory": 64e9}
SMALL = {"CPU": 8.0, "memory": 3.5 * PHOTO_BYTES}
GPUS = {"CPU": 16.0, "memory": 64e9, "GPU": 2.0}


def test_the_crew_is_as_large_as_the_nodes_have_room() -> None:
    assert choose_cluster_crew([LARGE, SMALL], SETTINGS, None, 500) == ClusterCrew(workers=16 + 3, gpus=0)
    assert choose_cluster_crew([LARGE, GPUS], SETTINGS, None, 500) == ClusterCrew(workers=2, gpus=1)
    assert choose_cluster_crew([LARGE, GPUS], SETTINGS, 0.25, 500) == ClusterCrew(workers=8, gpus=0.25)
    on_cpu = replace(SETTINGS, device="cpu")
    assert choose_cluster_crew([LARGE, GPUS], on_cpu, None, 500) == ClusterCrew(workers=32, gpus=0)
    assert choose_cluster_crew([LARGE], SETTINGS, None, 3).workers == 3
    assert choose_cluster_crew([LARGE], replace(SETTINGS, workers=70), None, 500).workers == 70, "a cluster may grow"


@pytest.mark.parametrize("gpus", [0.5, None])
def test_a_cluster_without_room_for_a_single_worker_is_an_error(gpus: float | None) -> None:
    needs = rf"one processor, {PHOTO_BYTES / 1e9:.1f} GB" + (r" and 0\.5 of a GPU" if gpus else "")
    with pytest.raises(EnvironmentFault, match=f"no node of the Ray cluster has {needs} for a worker"):
        choose_cluster_crew([LARGE] if gpus else [{"CPU": 4.0, "memory": 0.9 * PHOTO_BYTES}], SETTINGS, gpus, 500)


def test_gpus_for_workers_on_the_cpu_are_a_contradiction() -> None:
    with pytest.raises(UsageError, match="contradict"):
        cluster_pool(replace(SETTINGS, device="cpu"), Cluster(gpus_per_worker=1.0), "", 1, Listener())
    with pytest.raises(UsageError, match="no share"):
        Cluster(gpus_per_worker=float("nan"))


def test_a_node_with_another_model_or_another_photocolor_does_not_work_along() -> None:
    sha256 = find_model("default").sha256
    settings = replace(SETTINGS, device="cpu")
    assert open_promised(WorkerRequirements(settings, sha256), 1).model.sha256 == sha256
    with pytest.raises(EnvironmentFault, match="another model under the name default"):
        open_promised(WorkerRequirements(settings, "0" * 64), 1)
    with pytest.raises(EnvironmentFault, match=r"and this run is of 0\.0\.0"):
        open_promised(WorkerRequirements(settings, sha256, "0.0.0"), 1)


def test_without_ray_one_line_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes((ROOT / "samples").glob("*.jpg").__next__().read_bytes())
    hide = "import sys; sys.modules['ray'] = None; from photocolor.cli.app import main; main()"
    command = [sys.executable, "-c", hide, "restore", str(tmp_path), "--out", str(tmp_path / "out"), "--engine", "ray"]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 4
    assert 'Install it on every node with: pip install "photocolor[ray]"' in answer.stderr
    assert not (tmp_path / "out").exists()


def test_a_cluster_that_is_described_must_be_asked_for(tmp_path: Path) -> None:
    answer = photocolor("restore", tmp_path, "--out", tmp_path / "out", "--address", "head:6379")
    assert answer.code == 2
    assert "Add --engine ray." in answer.err
