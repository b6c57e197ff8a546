"""What is said twice about packaging agrees: groups, version, lock file, hooks, and what runs on every change."""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import groups
import pytest
import yaml

import photocolor

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
WORKFLOW = ROOT / ".github" / "workflows" / "check.yml"


def name_of(requirement: str) -> str:
    """The normalized name of a requirement: "moto[server]>=5" is moto."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


def names(requirements: list[str]) -> set[str]:
    return {name_of(each) for each in requirements}


def locked(name: str) -> dict[str, Any]:
    return next(package for package in LOCK["package"] if package["name"] == name)


def test_the_version_stands_in_one_place() -> None:
    assert "version" in PYPROJECT["project"]["dynamic"] and "version" not in PYPROJECT["project"]
    text = (ROOT / "photocolor" / "__init__.py").read_text(encoding="utf-8")
    assert re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE) == [photocolor.__version__]
    assert metadata.version("photocolor") == photocolor.__version__, "install again: scripts/environment .venv-dev"


def test_a_release_is_dated_and_cited_by_its_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", changes, re.MULTILINE)[0] == "Unreleased"
    dated = dict(re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d{2}-\d{2})$", changes, re.MULTILINE))
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], cited["date-released"]) == (photocolor.__version__, dated[photocolor.__version__])
    assert cited["repository-code"] == PYPROJECT["project"]["urls"]["Homepage"]


def test_the_pages_for_strangers_name_the_versions_of_python_that_are_tested() -> None:
    known = re.findall(r":: Python :: (3\.\d+)$", "\n".join(PYPROJECT["project"]["classifiers"]), re.MULTILINE)
    jobs = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"].values()
    tested = [
        job["strategy"]["matrix"]["python"] for job in jobs if "python" in job.get("strategy", {}).get("matrix", {})
    ]
    assert tested and all(versions == known for versions in tested)
    for page in ("README.md", "CONTRIBUTING.md", "docs/install.md", "docs/tutorial.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert re.search(rf"Python {re.escape(known[0])} to {re.escape(known[-1])}\b", text), page
        assert "or newer" not in re.findall(r"Python 3\.\d+ (or newer)", text), page


def test_each_command_that_an_installation_brings_is_a_function() -> None:
    commands = PYPROJECT["project"]["scripts"] | PYPROJECT["project"]["gui-scripts"]
    assert set(commands) == {"photocolor", "photocolor-desktop"}
    for name, entry in commands.items():
        module, _, function = entry.partition(":")
        assert callable(getattr(importlib.import_module(module), function)), name


def test_who_reports_a_fault_is_asked_for_the_doctors_answer() -> None:
    for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.stem != "config":
            asked = [field for field in form["body"] if "photocolor doctor --json" in str(field)]
            assert any(field["validations"]["required"] for field in asked if "validations" in field), path.name
    assert "photocolor doctor --json" in (ROOT / ".github" / "pull_request_template.md").read_text(encoding="utf-8")


def test_a_release_needs_no_secret_and_publishes_what_was_tried() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    assert "secrets" not in text and yaml.safe_load(text)["permissions"] == {"contents": "read"}
    assert jobs["publish"]["needs"] == "as-built" and jobs["as-built"]["needs"] == "build"
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    tried = jobs["as-built"]["strategy"]["matrix"]
    quick = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["quick"]["strategy"]["matrix"]
    assert (tried["os"], tried["python"]) == (quick["os"], quick["python"])


def test_a_release_is_refused_where_its_version_is_not_dated(tmp_path: Path) -> None:
    for name in ("CHANGELOG.md", "CITATION.cff", "photocolor/__init__.py", "scripts/release"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    changes = tmp_path / "CHANGELOG.md"
    changes.write_text(changes.read_text(encoding="utf-8").replace(f"## {photocolor.__version__} - ", "## "))
    refused = subprocess.run([tmp_path / "scripts" / "release", "--dry-run"], capture_output=True, text=True)
    assert refused.returncode == 3 and "has no dated section" in refused.stderr


def test_each_model_goes_into_the_wheel_with_the_checksum_of_its_bytes() -> None:
    assert PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["photocolor"]
    models = sorted((ROOT / "photocolor" / "models").glob("*.onnx"))
    assert {"default.onnx", "negatives.onnx"} <= {path.name for path in models}
    checksums = sorted((ROOT / "photocolor" / "models").glob("*.sha256"))
    assert [path.stem for path in checksums] == [path.stem for path in models], "a checksum alone is a lost model"
    for path in models:
        stated = path.with_suffix(".sha256").read_text(encoding="utf-8").split()
        assert stated == [hashlib.sha256(path.read_bytes()).hexdigest(), path.name]
    ignored = subprocess.run(["git", "check-ignore", *models, *checksums], cwd=ROOT, capture_output=True, text=True)
    assert ignored.stdout == "", "the build leaves out what git ignores"


def test_the_source_archive_has_all_that_git_holds() -> None:
    """Its tests import training, read the workflows, and compare pages with all of it."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    tracked = {name.split("/")[0] for name in listed.splitlines()}
    taken = set(PYPROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])
    assert tracked == taken | {"pyproject.toml", ".gitignore"}  # which hatchling takes by itself


def test_the_group_of_the_first_hour_needs_neither_torch_nor_qt_nor_a_cluster() -> None:
    assert set(PYPROJECT["dependency-groups"]) == {"dev", "desktop", "cluster", "docs", "release", "train"}
    heavy = {"torch", "pyside6-essentials", "ray", "s3fs", "moto", "matplotlib"}
    assert not names(PYPROJECT["dependency-groups"]["dev"]) & heavy


def test_every_library_that_a_test_may_miss_is_in_the_group_that_it_names() -> None:
    brought = {"pyside6": "pyside6-essentials", "boto3": "moto", "botocore": "s3fs", "fsspec": "s3fs"}
    brought |= {"mkdocs": "mkdocs-material"}
    for library, group in groups.GROUP_OF.items():
        package = brought.get(library.lower(), name_of(library))
        assert package in names(PYPROJECT["dependency-groups"][group]), library


def test_a_group_and_the_extra_of_its_name_ask_for_the_same_qt() -> None:
    assert PYPROJECT["dependency-groups"]["desktop"] == PYPROJECT["project"]["optional-dependencies"]["desktop"]


def test_the_lock_file_fits_pyproject() -> None:
    said = locked("photocolor")["metadata"]
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    asked = names(PYPROJECT["project"]["dependencies"]).union(*(names(each) for each in extras))
    assert {each["name"] for each in said["requires-dist"]} == asked
    in_groups = {group: {each["name"] for each in entries} for group, entries in said["requires-dev"].items()}
    assert in_groups == {group: names(entries) for group, entries in PYPROJECT["dependency-groups"].items()}


def test_a_plain_install_from_the_lock_brings_no_cuda() -> None:
    """Walks from the product and all groups, without extras, along every dependency that any platform can have."""
    reached, rest = set(), ["photocolor"]
    project = locked("photocolor")
    while rest:
        name = rest.pop()
        if name in reached:
            continue
        reached.add(name)
        for package in (each for each in LOCK["package"] if each["name"] == name):
            for entry in package.get("dependencies", []):
                rest += [entry["name"]] if "none" not in entry.get("marker", "") else []
        if name == "photocolor":
            for entries in project["dev-dependencies"].values():
                rest += [entry["name"] for entry in entries if "none" not in entry.get("marker", "")]
    assert {"onnxruntime-gpu", "ray", "pytest"} <= reached
    assert not {name for name in reached if name.startswith(("nvidia", "torch", "triton"))}


def test_hooks_run_the_projects_own_tools() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [entry["repo"] for entry in config["repos"]] == ["local"]
    for hook in config["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        assert os.access(ROOT / hook["entry"].split()[0], os.X_OK), hook["entry"]


def test_every_change_is_tried_on_three_systems_and_on_every_python_that_is_promised() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    matrix = jobs["quick"]["strategy"]["matrix"]
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(PYPROJECT["project"]["classifiers"]))
    assert matrix["python"] == promised and PYPROJECT["project"]["requires-python"] == f">={promised[0]}"
    assert {system.split("-")[0] for system in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert "secrets" not in text and yaml.safe_load(text)["permissions"] == {"contents": "read"}


def test_what_the_workflow_runs_is_there() -> None:
    for workflow in WORKFLOW.parent.glob("*.yml"):
        for job in yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values():
            assert job["timeout-minutes"] <= 120
            for script in re.findall(r"scripts/\w+", "\n".join(step.get("run", "") for step in job["steps"])):
                assert os.access(ROOT / script, os.X_OK), script


SAMPLES = {
    "test_top.py": "import sample_extra",
    "test_inside.py": "def test_anything() -> None:\n    import sample_extra",
    "test_other_top.py": "import another_name",
    "test_other_inside.py": "def test_anything() -> None:\n    import another_name",
}


def test_a_missing_group_skips_with_its_name_and_any_other_missing_module_fails(tmp_path: Path) -> None:
    """The conftest of these tests, in a folder where `sample_extra` is a library of the group train."""
    for name in ("conftest.py", "groups.py", "browser.py"):
        (tmp_path / name).write_bytes((ROOT / "tests" / name).read_bytes())
    with (tmp_path / "groups.py").open("a") as more:
        more.write('\nGROUP_OF["sample_extra"] = "train"\n')
    for name, text in SAMPLES.items():
        (tmp_path / name).write_text(text + "\n")
    options = ["-q", "-rsfE", "-p", "no:cacheprovider", "-o", "addopts=", "--continue-on-collection-errors"]
    command = [sys.executable, "-m", "pytest", *options, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    here, ci = (
        subprocess.run(command, capture_output=True, text=True, env={**environment, "CI": value}, cwd=tmp_path).stdout
        for value in ("false", "true")
    )
    summary = here.split("short test summary info")[1]
    assert summary.count("sample_extra is not installed: pip install --group train") == 2
    assert "1 failed, 2 skipped, 1 error" in summary and "test_other_top" in summary and "test_other_inside" in summary
    assert "2 failed, 2 errors" in ci  # where all is to be tested, nothing skips


def test_the_recipe_for_an_application_can_be_read_and_knows_commands_that_there_are() -> None:
    spec = (ROOT / "packaging" / "photocolor.spec").read_text(encoding="utf-8")
    compile(spec, "photocolor.spec", "exec")
    window = (ROOT / "packaging" / "window.py").read_text(encoding="utf-8")
    commands = re.findall(r"\w+", window.split("commands = {")[1].split("}")[0])
    assert "restore" in commands
    for command in commands:
        assert list((ROOT / "photocolor" / "cli").glob(f"{command}*")), command
    packages = re.findall(r'"([\w-]+)"', spec.split("packages = [")[1].split("]")[0])
    assert set(packages) <= names(PYPROJECT["project"]["dependencies"])


def test_the_flatpak_names_files_a_command_and_a_version_that_there_are() -> None:
    folder = ROOT / "packaging" / "flatpak"
    manifest = yaml.safe_load((folder / "org.photocolor.desktop.yaml").read_text(encoding="utf-8"))
    assert manifest["command"] in PYPROJECT["project"]["gui-scripts"]
    assert not [word for word in manifest["finish-args"] if "network" in word]  # nothing leaves the machine
    sources = [source["path"] for source in manifest["modules"][0]["sources"] if source["type"] == "file"]
    assert len(sources) == 3
    assert all((folder / path).is_file() for path in sources)
    metainfo = ElementTree.parse(folder / "org.photocolor.desktop.metainfo.xml").getroot()  # noqa: S314 -- it is ours
    assert metainfo.findtext("id") == manifest["id"]
    assert metainfo.find("releases/release").get("version") == photocolor.__version__
    entry = (folder / "org.photocolor.desktop.desktop").read_text(encoding="utf-8").splitlines()
    assert f"Exec={manifest['command']} %F" in entry and f"Icon={manifest['id']}" in entry
