"""Shows the settings beside the canvas: strength, detail, doubt, faces, model and device."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QWidget,
)

from photocolor.desktop.language import QT_TR_NOOP, tr
from photocolor.desktop.memory.history import History
from photocolor.desktop.vocabulary import PRESET_NAMES
from photocolor.engine.probe import PROVIDERS
from photocolor.errors import UsageError
from photocolor.models.registry import registered
from photocolor.settings import STRENGTH_RANGE, ColorSettings, Detail, Faces, Preset
from photocolor.system.device_words import device_words

DETAILS: tuple[tuple[str, Detail], ...] = (
    (QT_TR_NOOP("automatic"), "auto"),
    ("768 px", 768),
    ("1024 px", 1024),
    ("1536 px", 1536),
    ("2048 px", 2048),
    (QT_TR_NOOP("full size, slow"), "full"),
)
OTHER_MODEL = QT_TR_NOOP("another model…")


class Knob(QWidget):
    """Sets a number by slider or by keys."""

    changed = Signal(float)

    def __init__(self, name: str, top: float, usual: float, tip: str) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round(top * 100))
        self.slider.setPageStep(20)
        self.slider.setSingleStep(5)
        self.box = QDoubleSpinBox()
        self.box.setRange(0.0, top)
        self.box.setSingleStep(0.05)
        self.box.setDecimals(2)
        for part in (self.slider, self.box):
            _describe(part, name, tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        self.setFocusProxy(self.slider)
        self.slider.valueChanged.connect(lambda value: self.box.setValue(value / 100))
        self.box.valueChanged.connect(self._follow)
        self.set_value(usual)

    @property
    def value(self) -> float:
        """Returns the number."""
        return round(self.box.value(), 2)

    def set_value(self, value: float) -> None:
        """Shows another number."""
        self.box.setValue(value)

    def put(self, value: object) -> None:
        """Shows a number out of the history."""
        if isinstance(value, float):
            self.set_value(value)

    def _follow(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value * 100))
        self.changed.emit(value)


class Controls(QGroupBox):
    """Shows the settings that are options on the command line."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Color"), parent)
        usual = ColorSettings()
        top = STRENGTH_RANGE[1]
        self.strength = Knob(tr("Strength"), top, usual.strength, tr("0 leaves gray, 1 is the model's own color"))
        self.fade = Knob(
            tr("Doubt fade"), 1.0, usual.fade_doubt, tr("Color goes toward gray where the model is guessing")
        )
        self.preset = _combo(tr("Preset"), tr("How much color: more where the model is sure, less where it guesses"))
        for preset, word in PRESET_NAMES.items():
            self.preset.addItem(tr(word), preset.value)
        self._choose(self.preset, usual.preset.value)
        self.detail = _combo(
            tr("Detail"), tr("Size at which the model sees the photo; more finds smaller things, and takes time")
        )
        for title, value in DETAILS:
            self.detail.addItem(tr(title), value)
        self.faces = QCheckBox(tr("Look &closer at small faces"))
        _describe(
            self.faces,
            tr("Look closer at small faces"),
            tr(
                "The model looks a second time, closer, at faces that are small in the photo, as in groups. It can be "
                "wrong: faces are missed, and other things taken for faces. Results say how many it took."
            ),
        )
        self.faces.setChecked(usual.faces is Faces.ON)
        self.model = _combo(tr("Model"), tr("What makes the color"))
        self._set_models(registered())
        self.device = _combo(tr("Device"), tr("Where the model runs"))
        self._kept_device = ""  # chosen earlier, and not known to work yet: what works is found out in a thread
        self.set_devices(())
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for label, widget in (
            (tr("&Strength"), self.strength),
            (tr("Doubt &fade"), self.fade),
            (tr("&Preset"), self.preset),
            (tr("&Detail"), self.detail),
            ("", self.faces),
            (tr("&Model"), self.model),
            (tr("De&vice"), self.device),
        ):
            if not label:
                form.addRow(widget)
                continue
            name = QLabel(label)
            name.setBuddy(widget)
            form.addRow(name, widget)
        self.strength.changed.connect(lambda _: self.changed.emit())
        self.fade.changed.connect(lambda _: self.changed.emit())
        self.preset.activated.connect(lambda _: self.changed.emit())
        self.detail.activated.connect(lambda _: self.changed.emit())
        self.faces.toggled.connect(lambda _: self.changed.emit())
        self.device.activated.connect(self._device_chosen)
        self.model.activated.connect(self._model_chosen)

    @property
    def color(self) -> ColorSettings:
        """Returns the settings of color."""
        detail: Detail = self.detail.currentData()
        return ColorSettings(
            detail=detail,
            strength=self.strength.value,
            fade_doubt=self.fade.value,
            preset=Preset(self.preset.currentData()),
            faces=Faces.ON if self.faces.isChecked() else Faces.OFF,
        )

    @property
    def model_name(self) -> str:
        """Returns the name or the path of the model."""
        return str(self.model.currentData())

    @property
    def device_name(self) -> str:
        """Returns the name of the device."""
        return str(self.device.currentData())

    def set_devices(self, names: tuple[str, ...]) -> None:
        """Offers devices that work here, beside auto and cpu."""
        chosen = self._kept_device or self.device.currentData()
        self.device.clear()
        for name in dict.fromkeys(("auto", "cpu", *names)):
            words = device_words(PROVIDERS.get(name, name))
            self.device.addItem(tr("automatic") if name == "auto" else tr(words), name)
        self._choose(self.device, chosen)
        if self._kept_device and chosen == self.device_name:
            self._kept_device = ""
            self.changed.emit()

    def watch(self, history: History) -> None:
        """Makes every setting undoable."""
        for name, knob in ((QT_TR_NOOP("strength"), self.strength), (QT_TR_NOOP("doubt fade"), self.fade)):
            history.watch(name, knob.changed, partial(getattr, knob, "value"), knob.put)
        history.watch(QT_TR_NOOP("faces"), self.faces.toggled, self.faces.isChecked, self._put_faces)
        for name, combo in (
            (QT_TR_NOOP("preset"), self.preset),
            (QT_TR_NOOP("detail"), self.detail),
            (QT_TR_NOOP("device"), self.device),
            (QT_TR_NOOP("model"), self.model),
        ):
            changed = self.changed if combo is self.model else combo.activated  # a model's file is asked for first
            history.watch(name, changed, combo.currentData, partial(self._put, combo))

    def _put(self, combo: QComboBox, value: object) -> None:
        self._choose(combo, value)
        self._last_model = self.model_name
        self.changed.emit()

    def _put_faces(self, value: object) -> None:
        self.faces.setChecked(bool(value))

    def save(self, settings: QSettings) -> None:
        """Stores the settings for the next window."""
        settings.setValue("strength", self.strength.value)
        settings.setValue("fade_doubt", self.fade.value)
        settings.setValue("preset", str(self.preset.currentData()))
        settings.setValue("detail", str(self.detail.currentData()))
        settings.setValue("faces", self.color.faces.value)
        settings.setValue("model", self.model_name)
        settings.setValue("device", self._kept_device or self.device_name)

    def load(self, settings: QSettings) -> None:
        """Restores stored settings, as far as they are still valid."""
        self.strength.set_value(_number(settings.value("strength"), self.strength.value))
        self.fade.set_value(_number(settings.value("fade_doubt"), self.fade.value))
        self._choose(self.preset, str(settings.value("preset")))
        self._choose(self.detail, _detail(str(settings.value("detail"))))
        self.faces.setChecked(str(settings.value("faces")) == Faces.ON.value)
        model = str(settings.value("model", ""))
        if model.endswith(".onnx") and os.path.isfile(model):  # noqa: PTH113 -- Path raises where a name is too long
            self._add_model(model)
        if model:
            self._choose(self.model, model)
        device = str(settings.value("device", ""))
        self._choose(self.device, device)
        self._kept_device = "" if device == self.device_name else device

    def _set_models(self, names: tuple[str, ...]) -> None:
        for name in names:
            self.model.addItem(name, name)
        self.model.addItem(tr(OTHER_MODEL), "")
        self._last_model = names[0]

    def _add_model(self, path: str) -> None:
        if self.model.findData(path) < 0:
            self.model.insertItem(self.model.count() - 1, Path(path).name, path)

    def _device_chosen(self) -> None:
        self._kept_device = ""
        self.changed.emit()

    def _model_chosen(self) -> None:
        if self.model_name == "":
            path, _ = QFileDialog.getOpenFileName(
                self, tr("Choose a model"), "", tr("Models ({kinds})").format(kinds="*.onnx")
            )
            if path:
                self._add_model(path)
            self._choose(self.model, path or self._last_model)
        self._last_model = self.model_name
        self.changed.emit()

    def _choose(self, combo: QComboBox, value: object) -> None:
        index = combo.findData(value)
        if index >= 0:
            combo.setCurrentIndex(index)


def _describe(widget: QWidget, name: str, tip: str) -> None:
    """Gives a widget its name and its tip, also for screen readers."""
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(tip)
    widget.setToolTip(tip)


def _combo(name: str, tip: str) -> QComboBox:
    combo = QComboBox()
    _describe(combo, name, tip)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(12)
    combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return combo


def _number(stored: object, usual: float) -> float:
    try:
        return float(str(stored))
    except ValueError:
        return usual


def _detail(stored: str) -> Detail | None:
    try:
        return ColorSettings(detail=int(stored)).detail if len(stored) < 9 else None  # Qt takes no longer number
    except UsageError:
        return None
    except ValueError:
        return "full" if stored == "full" else "auto"
