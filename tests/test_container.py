"""What Dockerfile and compose.yaml promise stands in them; no engine is needed to read that."""

from __future__ import annotations

import re
import shlex

import yaml
from commands import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def instructions(word: str) -> list[str]:
    return re.findall(rf"^{word} +(.+)$", DOCKERFILE, re.MULTILINE)


def test_what_is_copied_into_the_image_is_there_and_is_let_through() -> None:
    let_through = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for line in instructions("COPY"):
        words = shlex.split(line)
        if words[0].startswith("--from="):
            continue
        for name in words[:-1]:
            assert (ROOT / name).exists() and f"!{name}" in let_through, name


def test_the_image_runs_without_root_and_watches_by_default() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert instructions("ENTRYPOINT") == ['["photocolor"]']
    assert instructions("CMD") == ['["watch", "/in", "--out", "/out"]']
    stages = {name: base for base, name in re.findall(r"^FROM (\S+) AS (\S+)$", DOCKERFILE, re.MULTILINE)}
    assert stages["cpu"] == stages["cuda"] == "plain"
    assert list(stages)[-1] == "cpu"  # what `docker build .` makes


def test_the_service_writes_into_one_folder_and_has_neither_rights_nor_a_network() -> None:
    service = SERVICES["photocolor"]
    assert service["read_only"] is True and service["network_mode"] == "none" and service["cap_drop"] == ["ALL"]
    assert [volume.endswith(":ro") for volume in service["volumes"]] == [True, False]
    assert service["command"][0] == "watch" and service["init"] is True
    assert SERVICES["photocolor-cuda"]["build"]["target"] == "cuda"
