"""The window speaks four languages, and every text of it is translated."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import photos
import pytest
from hands import wait_for
from PySide6.QtCore import QCoreApplication, QSettings, QTranslator
from PySide6.QtWidgets import QApplication, QPushButton

from photocolor.cli.desktop import WindowLanguage
from photocolor.desktop import vocabulary
from photocolor.desktop.actions import LANGUAGE_NAMES
from photocolor.desktop.language import LANGUAGES, figure, percent, speak, tr
from photocolor.preview.color_names import color_name
from photocolor.preview.suggest import MEMORY
from photocolor.report import people
from photocolor.system import device_words

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "photocolor" / "desktop" / "translations"
TOOL = Path(sys.executable).with_name("pyside6-lupdate")
OTHERS = tuple(language for language in LANGUAGES if language != "en")


def messages(path: Path) -> dict[str, list[str]]:
    """Every text of a translators' file with its translations: several of one that counts something."""
    found = {}
    for message in ET.parse(path).iter("message"):  # noqa: S314 -- our own file
        source, translation = message.find("source"), message.find("translation")
        assert source is not None and translation is not None
        forms = [form.text or "" for form in translation.findall("numerusform")] or [translation.text or ""]
        unfinished = translation.get("type") is not None
        found[str(source.text)] = [""] if unfinished else forms
    return found


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The texts that Qt's own tool finds in the window's modules."""
    collected = tmp_path_factory.mktemp("texts") / "texts_de.ts"
    modules = sorted((ROOT / "photocolor" / "desktop").rglob("*.py"))
    subprocess.run([TOOL, *modules, "-ts", collected], check=True, capture_output=True)
    return set(messages(collected))


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_a_translation_with_the_same_placeholders(language: str, sources: set[str]) -> None:
    translated = messages(FOLDER / f"photocolor_{language}.ts")
    assert sources - translated.keys() == set(), "run scripts/translations, and translate what is new"
    assert translated.keys() - sources == set(), "run scripts/translations: these are gone"
    for text, forms in translated.items():
        for form in forms:
            assert form, f"{language} lacks: {text}"
            assert sorted(re.findall(r"\{\w+\}|%Ln", form)) == sorted(re.findall(r"\{\w+\}|%Ln", text)), form
            assert form.count("&") == text.count("&"), f"a key to press is lost or too many: {form}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_the_translators_wrote(app: QApplication, language: str) -> None:
    translator = QTranslator()
    assert translator.load(f"photocolor_{language}", str(FOLDER))
    for text, forms in messages(FOLDER / f"photocolor_{language}.ts").items():
        if len(forms) == 1:
            assert translator.translate("", text) == forms[0], "run scripts/translations"
        else:
            assert [translator.translate("", text, None, number) for number in (1, 2)] == forms[:2]


def test_words_of_other_rooms_are_marked_for_the_translators() -> None:
    shades = (0, 40, 80, 120, 160, 200, 240, 255)
    colors = {color_name(f"#{red:02x}{green:02x}{blue:02x}") for red, green, blue in product(shades, repeat=3)}
    assert colors <= set(vocabulary.COLORS)
    names = {"the model's own", "livelier", "elsewhere in the photo", *(name for name, _, _ in MEMORY)}
    assert names == set(vocabulary.SUGGESTIONS)
    assert set(device_words._WORDS.values()) - {"OpenVINO"} == set(vocabulary.DEVICES)
    assert {people.reason(word) for word in ("already_color", "exists")} == set(vocabulary.REASONS)


def test_the_lists_of_languages_agree() -> None:
    assert {language.value for language in WindowLanguage} == set(LANGUAGES) == LANGUAGE_NAMES.keys()
    assert {path.stem.removeprefix("photocolor_") for path in FOLDER.glob("*.ts")} == set(LANGUAGES)
    assert {path.stem.removeprefix("photocolor_") for path in FOLDER.glob("*.qm")} == set(LANGUAGES)


@pytest.fixture
def english(app: QApplication) -> Iterator[QCoreApplication]:
    """The application, which speaks English again afterwards."""
    yield app
    speak(app, "en")


@pytest.mark.parametrize(("language", "run", "many", "save", "share"), [
    ("en", "Color &all photos", "2,000 photos", "Save", "25%"),
    ("de", "&Alle Fotos färben", "2.000 Fotos", "Speichern", "25 %"),
    ("fr", "Colorer &toutes les photos", "2\u202f000 photos", "Enregistrer", "25 %"),
    ("es", "Colorear &todas las fotos", "2000 fotos", "Guardar", "25 %"),
])  # fmt: skip
def test_the_window_speaks_the_language(
    english: QCoreApplication, settings: QSettings, tmp_path: Path, language: str, run: str, many: str, save: str,
    share: str,
) -> None:  # fmt: skip
    from photocolor.desktop.window import Window

    speak(english, language)
    assert tr("%Ln photos", "", 2000) == many
    assert tr("%Ln photos", "", 1)[-1] != many[-1] or language == "en"
    assert percent(0.25) == share and figure(7) == "7"
    assert QCoreApplication.translate("QPlatformTheme", "Save").replace("&", "") == save, "Qt's own buttons, too"
    window = Window(settings)
    window.show()
    assert run in {button.text() for button in window.findChildren(QPushButton)}
    photo = tmp_path / "a.jpg"
    photo.write_bytes(photos.jpeg(photos.gray(120, 160)))
    window.open_paths([photo])
    wait_for(lambda: window.up_to_date, "color")
    window.controls.strength.set_value(0.5)
    assert window.history.undoText()
    window.close()


@pytest.mark.parametrize(("variables", "language"), [
    ({"LANG": "fr_CA.UTF-8"}, "fr"), ({"LANGUAGE": "de", "LANG": "de_AT.UTF-8"}, "de"), ({"LANG": "pt_BR.UTF-8"}, "en"),
    ({"LANG": "C"}, "en"),
])  # fmt: skip
def test_the_systems_language_is_the_windows(variables: dict[str, str], language: str) -> None:
    script = "from photocolor.desktop.language import system_language; print(system_language())"
    others = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    answer = subprocess.run(
        [sys.executable, "-c", script], env=others | variables, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == language
