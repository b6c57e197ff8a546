"""Shows a run: overall progress, each photo at work, failures, and the command that does the same."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from photocolor.batch.reporter import Summary
from photocolor.desktop.plain import PlainLabel, tooltip
from photocolor.outcome import Failed, Job
from photocolor.report.phrases import count, duration

ROWS = 4
BELOW_PX = 96
"""Bars and failures have this height from the first run on: a button must not move away under the mouse."""
STAGES = {"decode": "reading", "color": "coloring", "paint": "painting", "encode": "writing"}


class RunPanel(QWidget):
    """Shows everything about a run in one place."""

    run_asked = Signal()
    pause_asked = Signal(bool)
    cancel_asked = Signal()
    retry_asked = Signal()
    photo_asked = Signal(object)
    out_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run = QPushButton("Color &all photos")
        self.pause = QPushButton("&Pause")
        self.pause.setCheckable(True)
        self.cancel = QPushButton("Cancel")
        self.retry = QPushButton("Try failed again")
        self.run.clicked.connect(self.run_asked)
        self.pause.toggled.connect(self._pause_toggled)
        self.cancel.clicked.connect(self.cancel_asked)
        self.retry.clicked.connect(self.retry_asked)
        self.total = QProgressBar()
        self.total.setAccessibleName("All photos")
        self.told = PlainLabel()
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told.setAccessibleName("How far the run is")
        self._below = QWidget()
        self.failures = QTableWidget(0, 3)
        self.out = QLineEdit()
        self.browse = QPushButton("Bro&wse…")
        self.command = QLineEdit()
        self._jobs: dict[str, int] = {}
        self._bars = [(PlainLabel(), QProgressBar()) for _ in range(ROWS)]
        self._lay_out()
        self.told.hide()
        self._idle(has_failures=False)

    def _lay_out(self) -> None:
        """Lays out the panel: buttons, overall progress, bars beside failures, and lines of text."""
        buttons = QHBoxLayout()
        for part in (self.run, self.pause, self.cancel, self.retry):
            buttons.addWidget(part)
        buttons.addWidget(self.total, 1)
        self._prepare_failures()
        self._below.setFixedHeight(BELOW_PX)
        below = QHBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self._photo_bars(), 2)
        below.addWidget(self.failures, 3)
        self._below.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.addLayout(buttons)
        column.addWidget(self.told)
        column.addWidget(self._below)
        column.addLayout(self._text_lines())

    def _photo_bars(self) -> QWidget:
        """Returns the bars of the photos at work, hidden until there are some."""
        bars = QWidget()
        grid = QGridLayout(bars)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(ROWS, 1)
        for row, (name, bar) in enumerate(self._bars):
            bar.setTextVisible(True)
            bar.setFixedHeight(16)
            grid.addWidget(name, row, 0)
            grid.addWidget(bar, row, 1)
            name.hide()
            bar.hide()
        return bars

    def _prepare_failures(self) -> None:
        """Makes the table of failures read-only, selected by rows, and wide enough for its sentences."""
        self.failures.setHorizontalHeaderLabels(["Photo", "Reason", "What to do"])
        self.failures.setAccessibleName("Photos that failed")
        self.failures.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.failures.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.failures.setTabKeyNavigation(False)
        self.failures.verticalHeader().hide()
        header = self.failures.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.failures.itemActivated.connect(self._activated)

    def _text_lines(self) -> QGridLayout:
        """Returns the line of the output folder above that of the command."""
        self.command.setReadOnly(True)
        self.command.setAccessibleName("The same as a command")
        self.out.setAccessibleName("Folder for the results")
        self.out.textChanged.connect(self.out_changed)
        self.browse.setAccessibleName("Choose the folder for the results")
        self.browse.clicked.connect(self._choose_out)
        where = QLabel("&Results in")
        where.setBuddy(self.out)
        label = QLabel("Co&mmand")
        label.setBuddy(self.command)
        self.copy = QPushButton("Copy")
        self.copy.setAccessibleName("Copy the command")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.command.text()))
        lines = QGridLayout()
        for row, items in enumerate(((where, self.out, self.browse), (label, self.command, self.copy))):
            for place, item in enumerate(items):
                lines.addWidget(item, row, place)
        return lines

    def _choose_out(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder for the results", self.out.text())
        if chosen:
            self.out.setText(chosen)

    # -- the run's news

    def begin(self, photos: int) -> None:
        """Shows that a run starts."""
        self._clear_bars()
        self.failures.setRowCount(0)
        self._below.show()
        self.total.setRange(0, max(photos, 1))
        self.total.setValue(0)
        self.total.show()
        for part, on in ((self.run, False), (self.pause, True), (self.cancel, True), (self.retry, False)):
            part.setEnabled(on)
        self.tell(f"{count(photos)} to look at")
        self.cancel.setFocus()

    def at_work(self, job: Job, stage: str, done: int, total: int) -> None:
        """Moves the bar of one photo."""
        row = self._jobs.get(job.relative)
        if row is None:
            row = next((number for number in range(ROWS) if number not in self._jobs.values()), -1)
            if row < 0:
                return
            self._jobs[job.relative] = row
        name, bar = self._bars[row]
        what = STAGES.get(stage, stage)
        name.setText(f"{_short(job.relative)}: {what}")
        bar.setAccessibleName(job.relative)
        bar.setRange(0, total if stage == "color" and total else 0)
        bar.setValue(done)
        bar.setFormat(f"tile {done} of {total}" if total else "")
        name.show()
        bar.show()

    def settled(self, relative: str, summary: Summary, seconds_left: float | None) -> None:
        """Counts one more photo with an outcome."""
        row = self._jobs.pop(relative, None)
        if row is not None:
            for part in self._bars[row]:
                part.hide()
        self.total.setValue(summary.settled)
        parts = [f"{summary.settled:,} of {count(summary.photos)}", f"{summary.done:,} colored"]
        parts += [f"{summary.skipped.total():,} skipped"] * bool(summary.skipped)
        parts += [f"{summary.failed.total():,} failed"] * bool(summary.failed)
        if seconds_left is not None and summary.settled < summary.photos:
            parts.append(f"{duration(seconds_left)} left")
        self.tell(", ".join(parts))

    def failed(self, outcome: Failed) -> None:
        """Adds a line for a photo that could not be colored."""
        row = self.failures.rowCount()
        self.failures.insertRow(row)
        for column, text in enumerate((outcome.job.relative, outcome.message, outcome.hint)):
            item = QTableWidgetItem(text)
            item.setToolTip(tooltip(text))
            item.setData(Qt.ItemDataRole.UserRole, outcome.job.source)
            self.failures.setItem(row, column, item)

    def end(self, words: str) -> None:
        """Shows that the run is over."""
        self._clear_bars()
        self.tell(words)
        self._idle(has_failures=self.failures.rowCount() > 0)
        if self.isAncestorOf(QApplication.focusWidget() or self):
            self.run.setFocus()

    def tell(self, words: str) -> None:
        """Shows how far the run is."""
        self.told.setText(words)
        self.told.show()

    def _idle(self, *, has_failures: bool) -> None:
        self.pause.setChecked(False)
        for part, on in ((self.run, True), (self.pause, False), (self.cancel, False), (self.retry, has_failures)):
            part.setEnabled(on)

    def _clear_bars(self) -> None:
        self._jobs.clear()
        for bar in self._bars:
            for part in bar:
                part.hide()

    def _pause_toggled(self, on: bool) -> None:
        self.pause.setText("&Go on" if on else "&Pause")
        self.pause_asked.emit(on)

    def _activated(self, item: QTableWidgetItem) -> None:
        source: Path = item.data(Qt.ItemDataRole.UserRole)
        self.photo_asked.emit(source)


def _short(name: str, letters: int = 28) -> str:
    return name if len(name) <= letters else "…" + name[-letters + 1 :]
