"""Colors in words."""

from __future__ import annotations

import pytest

from photocolor.preview.color_names import color_name


@pytest.mark.parametrize(
    ("color", "name"),
    [
        ("#000000", "black"),
        ("#ffffff", "white"),
        ("#808080", "gray"),
        ("#303030", "dark gray"),
        ("#a8b8c4", "pale blue"),
        ("#d03020", "red"),
        ("#601010", "dark red"),
        ("#e08020", "orange"),
        ("#6a4220", "brown"),
        ("#e8d020", "light yellow"),
        ("#30a040", "green"),
        ("#104010", "dark green"),
        ("#20a0a0", "turquoise"),
        ("#2050c0", "blue"),
        ("#a0d0f0", "light blue"),
        ("#8030a0", "violet"),
        ("#f0a0c0", "light pink"),
    ],
)
def test_a_color_has_the_name_that_people_give_it(color: str, name: str) -> None:
    assert color_name(color) == name
