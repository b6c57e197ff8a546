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
from photocolor.desktop.language import QT_TR_NOOP, figure, tr
from photocolor.desktop.plain import PlainLabel, tooltip
from photocolor.desktop.run.run_options import RunOptions
from photocolor.outcome import Job
from photocolor.report.phrases import duration

ROWS = 4
BELOW_PX = 96
"""Bars and failures have this height from the first run on: a button must not move away under the mouse."""
STAGES = {
    "decode": QT_TR_NOOP("reading"),
    "color": QT_TR_NOOP("coloring"),
    "paint": QT_TR_NOOP("painting"),
    "encode": QT_TR_NOOP("writing"),
}


class RunPanel(QWidget):
    """Shows everything about a run in one place."""

    run_asked = Signal()
    pause_asked = Signal(bool)
    cancel_asked = Signal()
    retry_asked = Signal()
    photo_asked = Signal(object)
    out_changed = Signal(str)
    grown = Signal()
    """There is more or less to see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run = QPushButton(tr("Color &all photos"))
        self.pause = QPushButton(tr("&Pause"))
        self.pause.setCheckable(True)
        self.cancel = QPushButton(tr("Cancel"))
        self.retry = QPushButton(tr("Try failed again"))
        self.run.clicked.connect(self.run_asked)
        self.pause.toggled.connect(self._pause_toggled)
        self.cancel.clicked.connect(self.cancel_asked)
        self.retry.clicked.connect(self.retry_asked)
        self.total = QProgressBar()
        self.total.setAccessibleName(tr("All photos"))
        self.told = PlainLabel()
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told.setAccessibleName(tr("How far the run is"))
        self.told.setWordWrap(True)
        self._below = QWidget()
        self.failures = QTableWidget(0, 3)
        self.out = QLineEdit()
        self.browse = QPushButton(tr("Bro&wse…"))
        self.show_folder = QPushButton(tr("Sho&w results"))
        self.report = QPushButton(tr("Open repor&t"))
        self.options = RunOptions()
        self.more = QPushButton(tr("O&ptions"))
        self.more.setCheckable(True)
        self.more.toggled.connect(self._show_options)
        self._failed = 0
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
        buttons.addWidget(self.more)
        self._prepare_failures()
        self._below.setFixedHeight(BELOW_PX)
        below = QHBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self._photo_bars(), 2)
        below.addWidget(self.failures, 3)
        self._below.hide()
        self.options.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.addLayout(buttons)
        column.addWidget(self.told)
        column.addWidget(self._below)
        column.addWidget(self.options)
        column.addLayout(self._text_lines())
        column.addStretch(1)  # room that is left stays below, or the rows would move apart

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
        self.failures.setHorizontalHeaderLabels([tr("Not colored"), tr("Reason"), tr("What to do")])
        self.failures.setAccessibleName(tr("Photos that failed or were skipped, and why"))
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
        self.command.setAccessibleName(tr("The same as a command"))
        self.out.setAccessibleName(tr("Folder for the results"))
        self.out.textChanged.connect(self.out_changed)
        self.browse.setAccessibleName(tr("Choose the folder for the results"))
        self.browse.clicked.connect(self._choose_out)
        where = QLabel(tr("&Results in"))
        where.setBuddy(self.out)
        label = QLabel(tr("Co&mmand"))
        label.setBuddy(self.command)
        self.copy = QPushButton(tr("Copy"))
        self.copy.setAccessibleName(tr("Copy the command"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.command.text()))
        lines = QGridLayout()
        rows = ((where, self.out, self.browse, self.show_folder, self.report), (label, self.command, self.copy))
        for row, items in enumerate(rows):
            for place, item in enumerate(items):
                lines.addWidget(item, row, place)
        return lines

    def _choose_out(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder for the results"), self.out.text())
        if chosen:
            self.out.setText(chosen)
            self.out.editingFinished.emit()

    # -- the run's news

    def begin(self, photos: int) -> None:
        """Shows that a run starts."""
        self._clear_bars()
        self.failures.setRowCount(0)
        self._failed = 0
        self._below.show()
        self.grown.emit()
        self.total.setRange(0, max(photos, 1))
        self.total.setValue(0)
        self.total.show()
        for part, on in ((self.run, False), (self.pause, True), (self.cancel, True), (self.retry, False)):
            part.setEnabled(on)
        self.tell(tr("%Ln photos to look at", "", photos))
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
        what = tr(STAGES.get(stage, stage))
        name.setText(f"{_short(job.relative)}: {what}")
        bar.setAccessibleName(job.relative)
        bar.setRange(0, total if stage == "color" and total else 0)
        bar.setValue(done)
        bar.setFormat(tr("tile {number} of {many}").format(number=done, many=total) if total else "")
        name.show()
        bar.show()

    def settled(self, relative: str, summary: Summary, seconds_left: float | None) -> None:
        """Counts one more photo with an outcome."""
        row = self._jobs.pop(relative, None)
        if row is not None:
            for part in self._bars[row]:
                part.hide()
        self.total.setValue(summary.settled)
        parts = [
            tr("{number} of %Ln photos", "", summary.photos).format(number=figure(summary.settled)),
            tr("{number} colored").format(number=figure(summary.done)),
        ]
        parts += [tr("{number} skipped").format(number=figure(summary.skipped.total()))] * bool(summary.skipped)
        parts += [tr("{number} failed").format(number=figure(summary.failed.total()))] * bool(summary.failed)
        if seconds_left is not None and summary.settled < summary.photos:
            parts.append(tr("{time} left").format(time=duration(seconds_left)))
        self.tell(", ".join(parts))

    def not_colored(self, job: Job, why: str, hint: str, *, failed: bool) -> None:
        """Adds a line for a photo that could not be colored, or was not to be."""
        self._failed += failed
        row = self.failures.rowCount()
        self.failures.insertRow(row)
        for column, text in enumerate((job.relative, why, hint)):
            item = QTableWidgetItem(text)
            item.setToolTip(tooltip(text))
            item.setData(Qt.ItemDataRole.UserRole, job.source)
            self.failures.setItem(row, column, item)

    def end(self, words: str) -> None:
        """Shows that the run is over."""
        self._clear_bars()
        self.tell(words)
        self._idle(has_failures=self._failed > 0)
        if self.isAncestorOf(QApplication.focusWidget() or self):
            self.run.setFocus()

    def tell(self, words: str) -> None:
        """Shows how far the run is, or what is to be said before it; nothing if there are no words."""
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def _idle(self, *, has_failures: bool) -> None:
        self.pause.setChecked(False)
        for part, on in ((self.run, True), (self.pause, False), (self.cancel, False), (self.retry, has_failures)):
            part.setEnabled(on)

    def _clear_bars(self) -> None:
        self._jobs.clear()
        for bar in self._bars:
            for part in bar:
                part.hide()

    def _show_options(self, on: bool) -> None:
        self.options.setVisible(on)
        self.grown.emit()

    def _pause_toggled(self, on: bool) -> None:
        self.pause.setText(tr("&Go on") if on else tr("&Pause"))
        self.pause_asked.emit(on)

    def _activated(self, item: QTableWidgetItem) -> None:
        source: Path = item.data(Qt.ItemDataRole.UserRole)
        self.photo_asked.emit(source)


def _short(name: str, letters: int = 28) -> str:
    return name if len(name) <= letters else "…" + name[-letters + 1 :]
