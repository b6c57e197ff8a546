"""Fixtures for all tests."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from browser import Browser, find_browser
from groups import GROUP_OF, advice, missing_group, missing_library

ROOT = Path(__file__).resolve().parents[1]
NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Skips a test module that imports a library of a group which is not installed."""
    report = yield
    missing = NO_MODULE.findall(str(report.longrepr)) if report.failed else []
    if missing and missing_group(missing[-1]):
        report.outcome = "skipped"
        report.longrepr = (str(collector.path), 0, f"Skipped: {advice(missing[-1])}")
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Skips a test that meets the same while it runs."""
    try:
        return (yield)
    except Exception as error:
        if (library := missing_library(error)) is not None:
            pytest.skip(advice(library))
        raise


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test that starts the program with a group's libraries, and imports none of them itself."""
    for marker in item.iter_markers("needs_group"):
        for library in (name for name, group in GROUP_OF.items() if group in marker.args):
            if missing_group(library):
                pytest.skip(advice(library))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests that take long before the others, so that no process is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Takes one process more than there are processors (`-n auto`), as a third of the time tests wait for others."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Lets a process that has done its tests take over those of another: some take a minute, most a moment."""
    from xdist.scheduler import WorkStealingScheduling  # only here, as pytest runs without it, too

    return WorkStealingScheduling(config, log)


@pytest.fixture(autouse=True)
def safe_path_as_before() -> Iterator[None]:
    """Takes back what a run inside of the tests' own process has set for its workers, so that it ends with the test."""
    before = os.environ.get("PYTHONSAFEPATH")
    yield
    if before is None:
        os.environ.pop("PYTHONSAFEPATH", None)
    else:
        os.environ["PYTHONSAFEPATH"] = before


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared photos beside the checkout; its absence skips, but never in CI."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs the folder of shared photos beside the checkout")
        pytest.skip("the folder of shared photos is not beside this checkout")
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A running Chromium; its absence skips, but never in CI."""
    program = find_browser()
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs Chromium")
        pytest.skip("there is no Chromium on this machine")
    with Browser(program, tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, really full soon; only root can make one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("mounting a small tmpfs needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
