"""Documents are printed with the shipped fonts, and every glyph is watched."""

from __future__ import annotations

from typing import Any

import pytest
from reportlab.pdfbase import ttfonts

from kaohe.documents.fonts import FontSet, load_fonts


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    """The faces of kaohe-fonts."""
    hooks = pytest.importorskip("kaohe_fonts.hooks")
    return load_fonts(hooks.register_fonts())


@pytest.fixture
def uncovered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Characters that were drawn with a font that lacks them."""
    found: list[tuple[str, str]] = []
    original = ttfonts.TTFont.splitString

    def watched(self: Any, text: Any, *args: Any, **options: Any) -> Any:
        shown = text if isinstance(text, str) else text.decode()
        found.extend((self.fontName, c) for c in shown if ord(c) not in self.face.charToGlyph)
        return original(self, text, *args, **options)

    monkeypatch.setattr(ttfonts.TTFont, "splitString", watched)
    return found
