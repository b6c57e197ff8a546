"""Devices in words that people use."""

from __future__ import annotations

import pytest

from photocolor.system.device_words import device_words


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        ("CPUExecutionProvider", "the processor"),
        ("CUDAExecutionProvider", "an NVIDIA GPU"),
        ("CUDAExecutionProvider + CPUExecutionProvider", "an NVIDIA GPU and the processor"),
        ("NewExecutionProvider", "New"),
        ("", ""),
    ],
)
def test_devices(provider: str, words: str) -> None:
    assert device_words(provider) == words
