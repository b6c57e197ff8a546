"""Shows how a run reads and writes files: the options that the command line has."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from photocolor.containers.formats import by_name
from photocolor.containers.recognize import PHOTO_SUFFIXES
from photocolor.desktop.language import QT_TR_NOOP, tr
from photocolor.desktop.memory.history import History
from photocolor.errors import PhotocolorError
from photocolor.pipeline.reference import digest_of_reference
from photocolor.settings import QUALITY_RANGE, AlreadyColor, FileSettings, Mend, OutputFormat, VisibleMark

ALREADY_COLOR = {
    AlreadyColor.SKIP: QT_TR_NOOP("pass over"),
    AlreadyColor.COPY: QT_TR_NOOP("copy"),
    AlreadyColor.FORCE: QT_TR_NOOP("color anyway"),
}
MENDS = {Mend.NONE: QT_TR_NOOP("leave"), Mend.SPOTS: QT_TR_NOOP("mend spots")}
MARKS = {VisibleMark.NONE: QT_TR_NOOP("none"), VisibleMark.CORNER: QT_TR_NOOP("in a corner")}
LETTERS = 9
COLUMNS = 3


class RunOptions(QWidget):
    """Sets format, quality, and what happens to photos in color, the mark in the picture, and the reference.

    Attributes:
        reference_photo: the photo whose palette the results shall have; None without one.
        reference_sha256: its digest.
    """

    changed = Signal()
    refused = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        usual = FileSettings()
        self.format = _combo(tr("Format of the results"))
        for kind in OutputFormat:
            title = tr("as the photo") if kind is OutputFormat.KEEP else by_name(kind.value).title
            self.format.addItem(title, kind)
        self.quality = QSpinBox()
        self.quality.setRange(*QUALITY_RANGE)
        self.quality.setValue(usual.quality)
        self.quality.setAccessibleName(tr("Quality of the results, where the format has one"))
        self.already_color = _combo(tr("Photos that have color already"))
        for each, text in ALREADY_COLOR.items():
            self.already_color.addItem(tr(text), each)
        self.mark = _combo(tr("Mark in the picture that it is colorized"))
        for mark, text in MARKS.items():
            self.mark.addItem(tr(text), mark)
        self.mend = _combo(tr("What happens to dust and hairs that are marked"))
        for mend, text in MENDS.items():
            self.mend.addItem(tr(text), mend)
        self.reference = QPushButton()
        self.reference.clicked.connect(self._ask_reference)
        self.forget = QPushButton("×")
        self.forget.setFixedWidth(28)
        self.forget.setAccessibleName(tr("No reference"))
        self.forget.setToolTip(tr("No reference"))
        self.forget.clicked.connect(lambda: self._choose_reference(None))
        self.reference_photo: Path | None = None
        self.reference_sha256 = ""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._many = 0
        self.add(tr("F&ormat"), self.format)
        self.add(tr("&Quality"), self.quality)
        self.add(tr("Mar&k"), self.mark)
        self.add(tr("In color alread&y"), self.already_color)
        self.add(tr("R&eference"), _in_a_row(self.reference, self.forget), self.reference)
        self.add(tr("&Damage"), self.mend)
        self.show_reference()
        self.format.activated.connect(lambda _: self._format_chosen())
        self.quality.valueChanged.connect(lambda _: self.changed.emit())
        for combo in (self.already_color, self.mark, self.mend):
            combo.activated.connect(lambda _: self.changed.emit())

    def add(self, label: str, widget: QWidget, buddy: QWidget | None = None) -> None:
        """Adds one more option; a label with & goes to its buddy."""
        name = QLabel(label)
        name.setBuddy(buddy or widget)
        row, column = divmod(self._many, COLUMNS)
        self._grid.addWidget(name, row, 2 * column)
        self._grid.addWidget(widget, row, 2 * column + 1)
        self._grid.setColumnStretch(2 * column + 1, 1)
        self._many += 1

    @property
    def files(self) -> FileSettings:
        """Returns how files are read and written."""
        return self.files_with(Mend(self.mend.currentData()))

    def files_with(self, mend: Mend) -> FileSettings:
        """Returns the same with another answer to what happens to damage."""
        return FileSettings(
            format=self.format.currentData(),
            quality=self.quality.value(),
            already_color=self.already_color.currentData(),
            mark=self.mark.currentData(),
            mend=mend,  # with which finder is found out when the run begins, in its thread
        )

    def watch(self, history: History) -> None:
        """Makes every option undoable."""
        history.watch(
            QT_TR_NOOP("format"), self.format.activated, self.format.currentData, partial(self._put, self.format)
        )
        history.watch(QT_TR_NOOP("quality"), self.quality.valueChanged, self.quality.value, self._put_quality)
        for name, combo in (
            (QT_TR_NOOP("photos in color"), self.already_color),
            (QT_TR_NOOP("mark"), self.mark),
            (QT_TR_NOOP("damage"), self.mend),
        ):
            history.watch(name, combo.activated, combo.currentData, partial(self._put, combo))
        history.watch(QT_TR_NOOP("reference"), self.changed, lambda: self.reference_photo, self._put_reference)

    def save(self, settings: QSettings) -> None:
        """Stores the options for the next window."""
        files = self.files
        settings.setValue("format", files.format.value)
        settings.setValue("quality", files.quality)
        settings.setValue("already_color", files.already_color.value)
        settings.setValue("mark", files.mark.value)
        settings.setValue("mend", files.mend.value)
        settings.setValue("reference", str(self.reference_photo or ""))

    def load(self, settings: QSettings) -> None:
        """Restores stored options, as far as they are still valid."""
        for combo, key in (
            (self.format, "format"),
            (self.already_color, "already_color"),
            (self.mark, "mark"),
            (self.mend, "mend"),
        ):
            values = [str(combo.itemData(row)) for row in range(combo.count())]
            if (stored := str(settings.value(key))) in values:
                combo.setCurrentIndex(values.index(stored))
        quality = str(settings.value("quality"))
        if quality.isdecimal() and len(quality) < 9:  # Qt takes no longer number
            self.quality.setValue(int(quality))
        reference = str(settings.value("reference") or "")
        if reference and os.path.isfile(reference):  # noqa: PTH113 -- Path raises where a name is too long
            self._choose_reference(Path(reference))
        self._format_chosen()

    def show_reference(self) -> None:
        """Shows which photo the reference is."""
        photo = self.reference_photo
        text = tr("none…") if photo is None else photo.name
        self.reference.setText(text if len(text) <= 2 * LETTERS else f"{text[: 2 * LETTERS - 1]}…")
        name = tr("Reference: a photo in color whose palette the results shall have")
        self.reference.setAccessibleName(f"{name}, {text}")
        self.reference.setToolTip(name if photo is None else f"{name}\n{photo}")
        self.forget.setEnabled(photo is not None)

    def _ask_reference(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in sorted(PHOTO_SUFFIXES))
        start = str(self.reference_photo or "")
        name, _ = QFileDialog.getOpenFileName(
            self, tr("A photo whose palette the results shall have"), start, tr("Photos ({kinds})").format(kinds=kinds)
        )
        if name:
            self._choose_reference(Path(name))

    def _choose_reference(self, photo: Path | None) -> None:
        try:
            digest = digest_of_reference(photo)
        except PhotocolorError as error:
            self.refused.emit(error.message, error.hint)
            return
        self.reference_photo, self.reference_sha256 = photo, digest
        self.show_reference()
        self.changed.emit()

    def _format_chosen(self) -> None:
        kind = OutputFormat(self.format.currentData())
        self.quality.setEnabled(kind is OutputFormat.KEEP or by_name(kind.value).has_quality)
        self.changed.emit()

    def _put(self, combo: QComboBox, value: object) -> None:
        combo.setCurrentIndex(combo.findData(value))
        self._format_chosen()

    def _put_quality(self, value: object) -> None:
        if isinstance(value, int):
            self.quality.setValue(value)

    def _put_reference(self, value: object) -> None:
        self._choose_reference(value if isinstance(value, Path) else None)


def _in_a_row(wide: QWidget, narrow: QWidget) -> QWidget:
    """Returns both side by side; the first takes the width that is left."""
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(wide, 1)
    row.addWidget(narrow)
    return both


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setToolTip(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(LETTERS)
    combo.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return combo
