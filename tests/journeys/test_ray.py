"""A run on a real Ray cluster that loses a worker in the middle: every photo once, and the records of a local run."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import photos
import psutil
import pytest
from clusters import ray_cluster
from commands import photocolor, started
from runs import read_tree, write_tree

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs_group("cluster"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.timeout(600),
]

PHOTOS = int(os.environ.get("PHOTOCOLOR_SCALE_PHOTOS", "40"))
"""200 in the run that docs/scale.md tells of."""
PATIENCE_S = 120.0
OF_A_RUN = {"time", "seconds", "run", "target"}
"""What two runs of the same photos may say differently; targets, because they are in two folders here."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with ray_cluster(workers=2) as address:
        yield address


def scans_in(folder: Path) -> Path:
    kinds = (("png", photos.png), ("jpg", photos.jpeg))
    files = {}
    for number in range(PHOTOS):
        suffix, write = kinds[number % 2]
        files[f"box {number % 3}/scan {number:03d}.{suffix}"] = write(photos.gray(48, 64, seed=number))
    files["box 0/not a photo.jpg"] = b"\xff\xd8 no"
    return write_tree(folder, files)


def manifest(out: Path) -> dict[str, dict[str, object]]:
    lines = [json.loads(line) for line in (out / ".photocolor" / "manifest.jsonl").read_text().splitlines()]
    assert len({line["relative"] for line in lines}) == len(lines), "a photo has two lines"
    return {line["relative"]: {key: line[key] for key in line.keys() - OF_A_RUN} for line in lines}


def actors() -> list[psutil.Process]:
    """The processes that color: Ray names them after the class."""
    found = []
    for process in psutil.process_iter(["cmdline", "username"]):
        words = process.info["cmdline"] or [""]
        if words[0].startswith("ray::Actor"):
            found.append(process)
    return found


def test_a_worker_killed_in_the_middle_costs_no_photo_and_the_results_are_those_of_a_local_run(
    tmp_path: Path, cluster: str
) -> None:
    scans = scans_in(tmp_path / "scans")
    local, far = tmp_path / "local", tmp_path / "far"
    command = ("restore", scans, "--device", "cpu", "--json", "--quiet")
    assert photocolor(*command, "--out", local).code == 3
    with started(*command, "--out", far, "--engine", "ray", "--address", cluster) as process:
        assert process.stdout is not None
        first = [process.stdout.readline() for _ in range(PHOTOS // 3)]
        victim = actors()[0]
        victim.send_signal(signal.SIGKILL)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3, err.decode()
    told = [json.loads(line) for line in [*first, *out.splitlines()]]
    assert len(told) == PHOTOS + 1
    assert [line["relative"] for line in told if line["status"] == "failed"] == ["box 0/not a photo.jpg"]
    assert manifest(far) == manifest(local)
    assert read_tree(far) == read_tree(local), "byte for byte, and no temporary file"
    deadline = time.monotonic() + PATIENCE_S
    while any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in actors()):
        time.sleep(0.1)
        assert time.monotonic() < deadline, "actors outlive their run"


def test_ctrl_c_ends_the_run_and_the_same_command_goes_on_with_it_on_this_machine(tmp_path: Path, cluster: str) -> None:
    scans, out = scans_in(tmp_path / "scans"), tmp_path / "out"
    command = ("restore", scans, "--device", "cpu", "--json", "--quiet", "--out", out)
    with started(*command, "--engine", "ray", "--address", cluster) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        rest, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, err.decode()
    assert "Run the same command again" in err.decode()
    assert "Traceback" not in err.decode()
    done = sum(json.loads(line)["status"] == "done" for line in [first, *rest.splitlines()])
    results = read_tree(out)
    assert len(results) == done < PHOTOS, "whole files only, and no temporary one"
    again = photocolor(*command)
    statuses = [json.loads(line)["status"] for line in again.out.splitlines()]
    assert again.code == 3
    assert statuses.count("skipped") == done
    assert results.items() <= read_tree(out).items()
    assert len(read_tree(out)) == PHOTOS


def test_a_cluster_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.png": photos.png()})
    answer = photocolor("restore", scans, "--out", tmp_path / "out", "--engine", "ray", "--address", "127.0.0.1:9")
    assert answer.code == 4
    assert "the Ray cluster at 127.0.0.1:9 cannot be joined" in answer.err
    assert not (tmp_path / "out").exists()
