"""A real Chromium without a window, driven over its debugging pipe; no driver and no library is needed."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome")
# no sandbox: root cannot have one; the others keep it from asking the network for anything
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def find_browser() -> str | None:
    """The program's path; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page in a fresh browser.

    Args:
        program: the browser.
        profile: an empty folder.
        size: (width, height) of the page in pixels.
        flags: further ones.
    """

    def __init__(self, program: str, profile: Path, size: tuple[int, int] = (900, 800), *flags: str) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        width, height = size
        command = [program, *FLAGS, f"--window-size={width},{height}", f"--user-data-dir={profile}", *flags]

        def place() -> None:  # the browser reads from 3 and writes to 4
            spare_in, spare_out = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(spare_in, 3)
            os.dup2(spare_out, 4)

        self._process = subprocess.Popen(
            [*command, "about:blank"],
            preexec_fn=place,
            pass_fds=(3, 4, theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._number = 0
        self._rest = b""
        self._session = ""
        page = next(t for t in self._ask("Target.getTargets")["targetInfos"] if t["type"] == "page")
        attached = self._ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(10)
        os.close(self._in)
        os.close(self._out)

    def open(self, url: str) -> None:
        """Loads a page to its end."""
        self._ask("Page.navigate", url=url)
        end = time.monotonic() + 20
        while self.value("document.readyState") != "complete" or self.value("location.href") == "about:blank":
            assert time.monotonic() < end, "the page did not load"
            time.sleep(0.05)

    def value(self, script: str) -> Any:
        """What an expression gives in the page."""
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def mouse(self, kind: str, x: float, y: float) -> None:
        """A real mouse event: mousePressed, mouseMoved or mouseReleased."""
        button = {"button": "left", "buttons": 1, "clickCount": 1}
        self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        """A real touch event: touchStart, touchMove or touchEnd."""
        self._ask("Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": x, "y": y} for x, y in points])

    def key(self, kind: str, key: str, code: int) -> None:
        """A real key event: rawKeyDown or keyUp."""
        self._ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def prefer(self, scheme: str) -> None:
        """Makes the system light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._ask("Emulation.setEmulatedMedia", features=features)

    @contextmanager
    def sized(self, width: int, height: int) -> Iterator[None]:
        """Gives the page another size in pixels."""
        size = {"width": width, "height": height}
        self._ask("Emulation.setDeviceMetricsOverride", **size, deviceScaleFactor=1, mobile=False)
        try:
            yield
        finally:
            self._ask("Emulation.clearDeviceMetricsOverride")

    @contextmanager
    def printed(self) -> Iterator[None]:
        """Lays the page out as for paper."""
        self._ask("Emulation.setEmulatedMedia", media="print")
        try:
            yield
        finally:
            self._ask("Emulation.setEmulatedMedia", media="")

    def screenshot(self, path: Path | None = None) -> bytes:
        """What the page looks like, as PNG."""
        data = base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])
        if path is not None:
            path.write_bytes(data)
        return data

    def _ask(self, method: str, **params: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def _next(self) -> Any:
        while b"\0" not in self._rest:
            piece = os.read(self._in, 1 << 16)
            assert piece, "the browser ended"
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)
