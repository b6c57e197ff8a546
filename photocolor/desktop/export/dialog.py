"""Asks how and where a photo is exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from photocolor.containers.formats import FORMATS, by_name, result_suffix
from photocolor.containers.recognize import PHOTO_SUFFIXES
from photocolor.desktop.export.photo_export import place_beside
from photocolor.desktop.language import QT_TR_NOOP, tr
from photocolor.desktop.plain import PlainLabel
from photocolor.desktop.run.run_options import MENDS
from photocolor.settings import QUALITY_RANGE, FileSettings, Layers, Mend, OutputFormat, VisibleMark

LAYERS: tuple[tuple[str, Layers], ...] = (
    (QT_TR_NOOP("none"), Layers.NONE),
    (QT_TR_NOOP("OpenRaster, for Krita and GIMP"), Layers.ORA),
    (QT_TR_NOOP("PSD, for Photoshop"), Layers.PSD),
    (QT_TR_NOOP("color layer alone, PNG"), Layers.PNG),
)


class ExportDialog(QDialog):
    """Shows format, quality, layers and place.

    Args:
        source: the photo.
        usual: how it is written if nothing is changed.
        parent: the window.
    """

    def __init__(self, source: Path, usual: FileSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export {file}").format(file=source.name))
        self._source, self._usual = source, usual
        self.format = _choice(tr("Format"), [(_title(each), each) for each in OutputFormat])
        self.quality = QSpinBox()
        self.quality.setRange(*QUALITY_RANGE)
        self.quality.setValue(usual.quality)
        self.quality.setAccessibleName(tr("Quality"))
        self.layers = _choice(tr("Layers"), [(tr(text), layers) for text, layers in LAYERS])
        self.mend = _choice(tr("Damage"), [(tr(text), mend) for mend, text in MENDS.items()])
        self.mend.setCurrentIndex(self.mend.findData(usual.mend))
        self.told = PlainLabel()
        self.told.setWordWrap(True)
        self.format.setCurrentIndex(self.format.findData(usual.format))
        self.place = QLineEdit(str(place_beside(source, usual.format)))
        self.place.setAccessibleName(tr("File"))
        self.place.setMinimumWidth(360)
        self.browse = QPushButton(tr("Bro&wse…"))
        self.browse.clicked.connect(self._browse)
        where = QHBoxLayout()
        where.addWidget(self.place, 1)
        where.addWidget(self.browse)
        form = QFormLayout()
        form.addRow(tr("&Format"), self.format)
        form.addRow(tr("&Quality"), self.quality)
        form.addRow(tr("&Damage"), self.mend)
        form.addRow(tr("&Layers beside it"), self.layers)
        name = QLabel(tr("F&ile"))
        name.setBuddy(self.place)
        form.addRow(name, where)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.told)
        column.addWidget(self.buttons)
        # after the box has its place: only then does Tab follow the order in which this system shows the buttons
        self.export = self.buttons.addButton(tr("&Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.place.textChanged.connect(lambda text: self.export.setEnabled(bool(text.strip())))
        self.format.currentIndexChanged.connect(self._format_chosen)
        self._format_chosen()

    @property
    def files(self) -> FileSettings:
        """Returns how the photo is to be written."""
        return replace(
            self._usual,
            format=self.format.currentData(),
            quality=self.quality.value(),
            layers=self.layers.currentData(),
            mend=Mend(self.mend.currentData()),
        )

    @property
    def target(self) -> Path:
        """Returns where it is to be written: beside the photo if no folder is named, in a folder that is named alone.

        A name that ends like photos of another format gets the ending of the format that was chosen.
        """
        place = self._source.parent / Path(self.place.text().strip()).expanduser()
        if place.is_dir():
            place /= place_beside(self._source).name
        suffix = place.suffix.lower()
        if suffix in self._suffixes:
            return place
        right = result_suffix(self._source.suffix, OutputFormat(self.format.currentData()))
        return place.with_suffix(right) if suffix in PHOTO_SUFFIXES else place.with_name(place.name + right)

    @property
    def _suffixes(self) -> tuple[str, ...]:
        """Returns the endings that the chosen format has, in lower case."""
        wanted = OutputFormat(self.format.currentData())
        if wanted is not OutputFormat.KEEP:
            return by_name(wanted.value).suffixes
        kept = result_suffix(self._source.suffix, wanted).lower()
        return next((row.suffixes for row in FORMATS if kept in row.suffixes), (kept,))

    def _format_chosen(self) -> None:
        wanted = OutputFormat(self.format.currentData())
        self.place.setText(str(self.target))
        lossy = wanted is OutputFormat.KEEP or by_name(wanted.value).has_quality
        self.quality.setEnabled(lossy)
        depth = tr("The bit depth is the photo's own.")
        if wanted is not OutputFormat.KEEP:
            most = by_name(wanted.value).most_bits
            depth = tr("The bit depth is the photo's own, but no more than {most} bits.").format(most=most)
        sentences = [depth, tr("Metadata go along, and say that a model made the colors, as in a run.")]
        if self._usual.mark is not VisibleMark.NONE:
            sentences.append(tr("The picture is marked in a corner, as the options of the run say."))
        self.told.setText(" ".join(sentences))

    def _browse(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Export to"), self.place.text())
        if name:
            self.place.setText(name)


def _title(wanted: OutputFormat) -> str:
    return tr("as the photo") if wanted is OutputFormat.KEEP else by_name(wanted.value).title


def _choice(name: str, items: Sequence[tuple[str, object]]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    for title, value in items:
        combo.addItem(title, value)
    return combo
