"""Chooses the device that runs the model: what was asked for, what is available, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from photocolor.engine.probe import CPU, INDEXED, PROVIDERS, is_built_in, obstacle
from photocolor.errors import DeviceUnavailable, UsageError

AUTO = "auto"
# TensorRT only by name: building its engine takes minutes. CoreML, too: it was never measured, and leaves the
# rounding between integer convolutions to the CPU, one by one.
_AUTO_ORDER = ("cuda",)

_OPTIONS = {
    # Measured on an H100 and an H200 with ONNX Runtime 1.31.1 and cuDNN 9 (docs/performance.md). By its source ONNX
    # Runtime times no convolutions since it uses cuDNN's frontend: EXHAUSTIVE and HEURISTIC are heuristic modes B
    # and A, so the choice is the same each time, and A plans a new shape in two thirds of B's time. TF32 rounds
    # factors to 10 bits of mantissa: it moved ab by up to 0.36 and made nothing faster. What opens a session, and
    # `doctor`, compare the device's colors with the CPU's all the same.
    "cuda": {
        "arena_extend_strategy": "kSameAsRequested",  # the default doubles, and meets the end of memory early
        "cudnn_conv_algo_search": "HEURISTIC",
        "cudnn_conv_use_max_workspace": "1",
        "use_tf32": "0",
    },
    "coreml": {"ModelFormat": "MLProgram"},
}


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """Describes the device that a run uses.

    Attributes:
        requested: the device as the user named it.
        provider: ONNX Runtime's name of it.
        options: what the provider is started with.
        reason: why this one, as a phrase.
        fallback: True if `auto` found a better device, or looked for one, and does without it.
    """

    requested: str
    provider: str
    options: dict[str, str] = field(default_factory=dict, hash=False)
    reason: str = ""
    fallback: bool = False

    @property
    def notice(self) -> str:
        """Returns the sentence that the user reads once; empty if there is nothing to say."""
        return f"Using the CPU: {self.reason}." if self.fallback else ""


@dataclass(frozen=True, slots=True)
class ProviderState:
    """Describes one provider of this installation, and whether it works.

    Attributes:
        name: short name, as --device takes it.
        provider: ONNX Runtime's name.
        cause: why it cannot work; empty if nothing is known to be in the way.
    """

    name: str
    provider: str
    cause: str


def choose(device: str) -> DeviceChoice:
    """Returns the device for "auto", "cpu", "cuda", "cuda:1" or another provider's short name.

    The machine is probed, not the build: ONNX Runtime's own list names what it was compiled with. That the choice
    works is proved when `OnnxSession` opens it, before any photo is touched.

    Raises:
        UsageError: there is no such device name.
        DeviceUnavailable: a device asked for by name cannot work; the message is the cause.
    """
    if device == AUTO:
        return _automatic()
    name, index = _parse(device)
    if cause := ("" if name == "cpu" else obstacle(name, index)):
        raise DeviceUnavailable(f"device {device} cannot be used: {cause}")
    return DeviceChoice(device, PROVIDERS[name], _options(name, index), "asked for")


def cuda_options(index: str) -> dict[str, str]:
    """Returns CUDA's options where it takes the nodes that TensorRT leaves."""
    return {"device_id": index} | _OPTIONS["cuda"]


def cpu_instead(choice: DeviceChoice, cause: str) -> DeviceChoice:
    """Returns the CPU in place of `choice`, which failed because of `cause`."""
    return DeviceChoice(choice.requested, CPU, {}, cause, fallback=True)


def short_name(provider: str) -> str:
    """Returns the name that --device uses for ONNX Runtime's name of a provider."""
    return next((name for name, full in PROVIDERS.items() if full == provider), provider)


def provider_states() -> tuple[ProviderState, ...]:
    """Returns all providers photocolor knows, each with the cause if it cannot work here."""
    return tuple(
        ProviderState(name, provider, "" if name == "cpu" else obstacle(name)) for name, provider in PROVIDERS.items()
    )


def _automatic() -> DeviceChoice:
    causes = []
    for name in filter(is_built_in, _AUTO_ORDER):
        cause = obstacle(name)
        if not cause:
            return DeviceChoice(AUTO, PROVIDERS[name], _options(name, 0), f"{name} is there")
        causes.append(cause)
    if causes:
        return DeviceChoice(AUTO, CPU, {}, "; ".join(causes), fallback=True)
    return DeviceChoice(AUTO, CPU, {}, "this ONNX Runtime is built without CUDA")


def _parse(device: str) -> tuple[str, int]:
    """Returns the short name and index of a device such as "cuda:1"."""
    name, colon, index = device.partition(":")
    names = ", ".join((AUTO, *PROVIDERS))
    if name not in PROVIDERS:
        raise UsageError(f"there is no device '{device}'", f"Devices: {names}; one of several as cuda:N.")
    if colon and (name not in INDEXED or not (index.isascii() and index.isdigit() and len(index) < 4)):
        raise UsageError(f"there is no device '{device}'", "A device's number stands after a colon: cuda:0, cuda:1.")
    return name, int(index or 0)


def _options(name: str, index: int) -> dict[str, str]:
    numbered = {"device_id": str(index)} if name in INDEXED else {}
    return numbered | _OPTIONS.get(name, {})
