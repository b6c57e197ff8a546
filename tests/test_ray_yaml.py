"""The example of a Ray cluster in the docs is one that Ray itself takes."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from commands import ROOT

from photocolor import __version__

pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own

EXAMPLE = ROOT / "docs" / "ray-cluster.yaml"


def example() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return loaded


def test_rays_own_validator_takes_the_example_filled_with_rays_defaults() -> None:
    """That is what `ray up` does first, before it asks the cloud anything."""
    from ray.autoscaler._private.util import prepare_config, validate_config

    filled = prepare_config(example())
    validate_config(filled)
    workers = filled["available_node_types"]["worker"]
    assert (workers["min_workers"], workers["max_workers"]) == (4, 32)
    assert filled["head_node_type"] in filled["available_node_types"]
    assert all("photocolor[ray,s3]" in " ".join(filled[f"{node}_setup_commands"]) for node in ("head", "worker"))


def test_rays_validator_would_notice_a_mistake() -> None:
    import jsonschema
    from ray.autoscaler._private.util import validate_config

    config = example()
    del config["available_node_types"]["worker"]["resources"]
    with pytest.raises(jsonschema.ValidationError, match="resources"):
        validate_config(config)


def test_all_nodes_of_the_example_get_this_version() -> None:
    assert re.findall(r"photocolor\[[\w,]+\]==([\d.]+)", EXAMPLE.read_text(encoding="utf-8")) == [__version__]
