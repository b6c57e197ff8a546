"""Shows answers as small pictures to click, and how much color this one photo gets."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from photocolor.desktop.language import QT_TR_NOOP, tr
from photocolor.desktop.plain import PlainLabel
from photocolor.desktop.vocabulary import PRESET_NAMES
from photocolor.settings import Preset

PICTURE = QSize(132, 88)
AS_THE_RUN = QT_TR_NOOP("as in Color")
LOOKING = QT_TR_NOOP("Looking for other answers…")


class VariantRow(QWidget):
    """Shows the answers from the left; hidden until it is asked for."""

    chosen = Signal(int)
    preset_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[QToolButton] = []
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self.message = PlainLabel()
        self.message.setWordWrap(True)
        self.preset = QComboBox()
        self.preset.setAccessibleName(tr("Color of this photo"))
        self.preset.setToolTip(tr("How much color this photo gets, whatever the run says; kept beside the photo"))
        self.preset.addItem(tr(AS_THE_RUN), "")
        for preset, name in PRESET_NAMES.items():
            self.preset.addItem(tr(name), preset.value)
        self.preset.activated.connect(lambda _: self.preset_chosen.emit(self._chosen_preset()))
        self._pictures = QHBoxLayout()
        self._pictures.setSpacing(4)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 6, 4)
        row.addLayout(self._pictures)
        row.addWidget(self.message, 1)
        row.addLayout(self._beside())
        self.hide()

    def _beside(self) -> QVBoxLayout:
        label = QLabel(tr("&This photo"))
        label.setBuddy(self.preset)
        column = QVBoxLayout()
        column.addStretch(1)
        column.addWidget(label)
        column.addWidget(self.preset)
        column.addStretch(1)
        return column

    def _chosen_preset(self) -> Preset | None:
        word = str(self.preset.currentData())
        return Preset(word) if word else None

    @property
    def names(self) -> list[str]:
        """Returns the names of the answers that are shown."""
        return [button.accessibleName() for button in self._buttons]

    def clear(self, message: str) -> None:
        """Shows a sentence instead of answers."""
        for button in self._buttons:
            self._group.removeButton(button)
            self._pictures.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        self.message.setText(message)

    def add(self, name: str, picture: QImage) -> None:
        """Shows one more answer."""
        button = QToolButton()
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setIconSize(PICTURE)
        button.setIcon(QIcon(_fitted(picture)))
        button.setText(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(name)
        button.setToolTip(tr("Answer {number}: {name}").format(number=len(self._buttons) + 1, name=name))
        self._group.addButton(button, len(self._buttons))
        self._pictures.addWidget(button)
        self._buttons.append(button)

    def show_chosen(self, index: int | None, preset: Preset | None) -> None:
        """Marks the answer that the photo has, and its preset."""
        self._group.setExclusive(False)
        for number, button in enumerate(self._buttons):
            button.setChecked(number == index)
        self._group.setExclusive(index is not None)
        with QSignalBlocker(self.preset):
            self.preset.setCurrentIndex(self.preset.findData("" if preset is None else preset.value))


def _fitted(picture: QImage) -> QPixmap:
    kept = Qt.AspectRatioMode.KeepAspectRatio
    return QPixmap.fromImage(picture.scaled(PICTURE * 2, kept, Qt.TransformationMode.SmoothTransformation))
