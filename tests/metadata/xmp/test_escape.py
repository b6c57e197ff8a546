"""Text as XML spells it, judged by the standard library's own function."""

from __future__ import annotations

from xml.sax.saxutils import escape as judge

from hypothesis import given
from hypothesis import strategies as st

from photocolor.metadata.xmp.escape import escape

TEXTS = st.text(st.sampled_from("ab<>&\"';łß\n"))


@given(TEXTS)
def test_text_is_spelled_as_the_standard_library_spells_it(text: str) -> None:
    assert escape(text) == judge(text)
    assert escape(text, '"') == judge(text, {'"': "&quot;"})
    assert escape(text, "\"'") == judge(text, {'"': "&quot;", "'": "&apos;"})
