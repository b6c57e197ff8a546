"""Marks the words of other rooms that the window shows, so that Qt's tools find them for the translators."""

from __future__ import annotations

from photocolor.desktop.language import QT_TR_NOOP
from photocolor.settings import Preset

COLORS = (
    QT_TR_NOOP("black"),
    QT_TR_NOOP("white"),
    QT_TR_NOOP("gray"),
    QT_TR_NOOP("dark gray"),
    QT_TR_NOOP("light gray"),
    QT_TR_NOOP("brown"),
    QT_TR_NOOP("dark brown"),
    QT_TR_NOOP("olive"),
    QT_TR_NOOP("dark olive"),
    QT_TR_NOOP("wine red"),
    QT_TR_NOOP("dark wine red"),
    QT_TR_NOOP("pink"),
    QT_TR_NOOP("light pink"),
    QT_TR_NOOP("pale pink"),
    QT_TR_NOOP("red"),
    QT_TR_NOOP("dark red"),
    QT_TR_NOOP("light red"),
    QT_TR_NOOP("pale red"),
    QT_TR_NOOP("orange"),
    QT_TR_NOOP("light orange"),
    QT_TR_NOOP("pale orange"),
    QT_TR_NOOP("yellow"),
    QT_TR_NOOP("light yellow"),
    QT_TR_NOOP("pale yellow"),
    QT_TR_NOOP("green"),
    QT_TR_NOOP("dark green"),
    QT_TR_NOOP("light green"),
    QT_TR_NOOP("pale green"),
    QT_TR_NOOP("turquoise"),
    QT_TR_NOOP("dark turquoise"),
    QT_TR_NOOP("light turquoise"),
    QT_TR_NOOP("pale turquoise"),
    QT_TR_NOOP("blue"),
    QT_TR_NOOP("dark blue"),
    QT_TR_NOOP("light blue"),
    QT_TR_NOOP("pale blue"),
    QT_TR_NOOP("violet"),
    QT_TR_NOOP("dark violet"),
    QT_TR_NOOP("light violet"),
    QT_TR_NOOP("pale violet"),
)
"""What `preview.color_names` says."""
SUGGESTIONS = (
    QT_TR_NOOP("the model's own"),
    QT_TR_NOOP("livelier"),
    QT_TR_NOOP("elsewhere in the photo"),
    QT_TR_NOOP("fair skin"),
    QT_TR_NOOP("brown skin"),
    QT_TR_NOOP("clear sky"),
    QT_TR_NOOP("hazy sky"),
    QT_TR_NOOP("leaves"),
    QT_TR_NOOP("dry grass"),
    QT_TR_NOOP("earth"),
    QT_TR_NOOP("brick"),
    QT_TR_NOOP("wood"),
    QT_TR_NOOP("red"),
    QT_TR_NOOP("navy blue"),
    QT_TR_NOOP("no color"),
)
"""What `preview.suggest` says."""
DEVICES = (
    QT_TR_NOOP("the processor"),
    QT_TR_NOOP("an NVIDIA GPU"),
    QT_TR_NOOP("an NVIDIA GPU (TensorRT)"),
    QT_TR_NOOP("Apple's accelerator"),
    QT_TR_NOOP("a GPU (DirectML)"),
    QT_TR_NOOP("an AMD GPU"),
)
"""What `device_words` says."""
REASONS = (
    QT_TR_NOOP("in color already"),
    QT_TR_NOOP("another file has the result's name"),
)
"""What `report.people.reason` says of photos that were skipped."""
PRESET_NAMES = {
    Preset.CALM: QT_TR_NOOP("calm"),
    Preset.NATURAL: QT_TR_NOOP("natural"),
    Preset.VIVID: QT_TR_NOOP("vivid"),
}
"""The words of `--preset`."""
