"""Speaks the user's language: Qt's own translations, English where there is none."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

LANGUAGES = ("en", "de", "fr", "es")
"""English stands in the source; of each other one there is a file translations/photocolor_XX.ts."""
AUTOMATIC = ""
"""The language of the system, where it is one of these."""


def tr(text: str, comment: str = "", number: int = -1) -> str:
    """Returns a text in the user's language; `pyside6-lupdate` finds it by this function's name.

    Args:
        text: in English, as a literal; `{name}` is filled by `format` afterwards, `%n` by `number`.
        comment: tells translators and the dictionary apart what is one word in English.
        number: chooses the plural.
    """
    return QCoreApplication.translate("", text, comment or None, number)


def QT_TR_NOOP(text: str) -> str:  # the name that `pyside6-lupdate` looks for
    """Returns a text unchanged: it is translated where it is shown, but has to be found where it stands."""
    return text


def figure(number: int) -> str:
    """Returns a number with the language's separators of thousands."""
    return QLocale().toString(number)


def percent(share: float) -> str:
    """Returns a share as percent, such as 25 %."""
    return f"{round(share * 100)} %" if QLocale().language() != QLocale.Language.English else f"{share:.0%}"


def share_of(share: float) -> str:
    """Returns a small share as percent with two digits that count, such as 0.012 %; it is never rounded to nothing."""
    text = QLocale().toString(100 * share, "g", 2) if share >= 1e-6 else QLocale().toString(1e-4, "f", 4)
    return f"{text} %" if QLocale().language() != QLocale.Language.English else f"{text}%"


def system_language() -> str:
    """Returns the first language that the system asks for and there is; English without one."""
    wanted = (name.replace("_", "-").split("-")[0] for name in QLocale.system().uiLanguages())
    return next((language for language in wanted if language in LANGUAGES), "en")


def speak(app: QCoreApplication, language: str) -> None:
    """Sets the language of everything that the application shows from now on, Qt's own dialogs too.

    Args:
        app: the application.
        language: one of `LANGUAGES`, or "" for the system's.
    """
    language = language or system_language()
    QLocale.setDefault(QLocale(language) if language != "en" else QLocale(QLocale.Language.English))
    folder = Path(str(files("photocolor.desktop").joinpath("translations")))
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for translator in app.findChildren(QTranslator):
        app.removeTranslator(translator)
        translator.deleteLater()
    for name, place in (("qtbase", qt_folder), ("photocolor", str(folder))):
        translator = QTranslator(app)
        if translator.load(f"{name}_{language}", place):
            app.installTranslator(translator)
