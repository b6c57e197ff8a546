"""Shows answers as small pictures to click, and how much color this one photo gets."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QGroupBox,
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

PICTURE = QSize(126, 84)
COLUMNS = 2
AS_THE_RUN = QT_TR_NOOP("as in Color")
LOOKING = QT_TR_NOOP("Looking for other answers…")


class VariantPanel(QGroupBox):
    """Shows the answers two by two beside the photo, which keeps its height; hidden until it is asked for."""

    chosen = Signal(int)
    preset_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Other answers"), parent)
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
        self._pictures = QGridLayout()
        self._pictures.setSpacing(2)
        column = QVBoxLayout(self)
        column.addWidget(self.message)
        column.addLayout(self._pictures)
        column.addLayout(self._preset_row())
        self.hide()

    def _preset_row(self) -> QHBoxLayout:
        label = QLabel(tr("&This photo"))
        label.setBuddy(self.preset)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.preset, 1)
        return row

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
        self.show_message(message)

    def show_message(self, message: str) -> None:
        """Shows a sentence above the answers; "" for none."""
        self.message.setText(message)
        self.message.setVisible(bool(message))

    def add(self, name: str, picture: QImage) -> None:
        """Shows one more answer."""
        button = QToolButton()
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setIconSize(PICTURE)
        button.setIcon(QIcon(_fitted(picture)))
        button.setText(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(name)
        button.setToolTip(tr("Answer {number}: {name}").format(number=len(self._buttons) + 1, name=name))
        number = len(self._buttons)
        self._group.addButton(button, number)
        self._pictures.addWidget(button, number // COLUMNS, number % COLUMNS)
        self._buttons.append(button)
        self.setTabOrder(self.preset, button)
        self.setTabOrder(button, self.preset)  # which stands below the answers

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
