"""Fixtures for the command line."""

from __future__ import annotations

import pytest
from commands import Here


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """The command line, run in this process."""
    return Here(monkeypatch, capsys)
