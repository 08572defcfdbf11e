"""Every character has a glyph, and can be copied out of the file again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics, ttfonts

from kaohe.documents.fonts import (
    FontError,
    FontFace,
    FontSet,
    clean_text,
    load_fonts,
    read_override,
)

RARE = "䶮㛃𬭎龘囍"


def charset(codec: str, rows: range, cells: range) -> set[str]:
    """All characters of a double-byte codec."""
    found = set()
    for row in rows:
        for cell in cells:
            try:
                found.add(bytes((row, cell)).decode(codec))
            except UnicodeDecodeError:
                continue
    return found


def has(fonts: FontSet, role: str, char: str) -> bool:
    """Whether a role's own face covers a character."""
    return ord(char) in pdfmetrics.getFont(fonts.name(role)).face.charToGlyph


@pytest.mark.parametrize("role", ["body", "strong", "title", "hei", "hei_strong"])
def test_every_face_covers_gb2312(fonts: FontSet, role: str) -> None:
    wanted = charset("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))

    assert len(wanted) == 7445
    assert {c for c in wanted if not has(fonts, role, c)} == set()


def test_faces_together_cover_the_han_of_gbk(fonts: FontSet) -> None:
    wanted = {c for c in charset("gbk", range(0x81, 0xFF), range(0x40, 0xFF)) if "一" <= c <= "龥"}

    assert len(wanted) == 20902
    assert {c for c in wanted if not (has(fonts, "body", c) or has(fonts, "rest", c))} == set()


def test_rare_name_characters_find_a_glyph(fonts: FontSet) -> None:
    assert [c for c in RARE if fonts.find("hei_strong", c) is None] == []


def test_faces_have_names_of_their_own(fonts: FontSet) -> None:
    names = {r: pdfmetrics.getFont(fonts.name(r)).face.name for r in fonts.faces}
    files = {face.path for face in fonts.faces.values()}

    assert len(set(names.values())) == len(files)


def test_licence_lies_beside_the_files(fonts: FontSet) -> None:
    text = (fonts.faces["body"].path.parent / "OFL.txt").read_text("utf-8")

    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Adobe" in text.splitlines()[0]


def test_uncovered_character_is_named(fonts: FontSet) -> None:
    assert "".join(text for _, text in fonts.cover("好😀", "body")) == "好〔U+1F600〕"


def test_role_without_face_is_replaced_and_said_so(fonts: FontSet) -> None:
    assert fonts.name("fangsong") == fonts.name("body")
    assert fonts.substituted == {"kai": "body", "fangsong": "body"}


@given(st.text(max_size=60))
def test_any_text_is_covered(text: str) -> None:
    from kaohe_fonts.hooks import register_fonts

    for name, run in load_fonts(register_fonts()).cover(text, "strong"):
        face = pdfmetrics.getFont(name).face
        assert [c for c in run if c != "\n" and ord(c) not in face.charToGlyph] == []


def test_text_is_cleaned() -> None:
    assert clean_text("a\x00b\r\nc\td\u200be\u202ef\ud800g\xa0h") == "ab\nc defg h"


def test_no_fonts_says_what_to_install() -> None:
    with pytest.raises(FontError, match="pip install kaohe-fonts"):
        load_fonts(())


def test_file_that_is_no_font_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "坏字体.ttf"
    bad.write_bytes(b"no font")

    with pytest.raises(FontError, match="坏字体"):
        load_fonts([FontFace("body", bad)]).name("body")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FontError, match=r"没有\.ttf"):
        load_fonts([FontFace("body", tmp_path / "没有.ttf")]).name("body")


def test_unknown_role_is_refused() -> None:
    with pytest.raises(FontError, match="songti"):
        load_fonts((), override={"songti": "a.ttf"})


def test_office_font_counts_before_the_plugins(fonts: FontSet) -> None:
    own = fonts.faces["hei"].path
    chosen = load_fonts(fonts.faces.values(), override={"fangsong": str(own)})

    assert chosen.name("fangsong") == chosen.name("hei")


def test_override_is_read_from_text() -> None:
    assert read_override("body=a.ttf, title=b.ttc#1,") == {"body": "a.ttf", "title": "b.ttc#1"}


def test_characters_beyond_the_bmp_are_mapped_as_pairs() -> None:
    cmap = ttfonts.makeToUnicodeCMap("x", [0x4E00, 0x2CB4E])

    assert "<00> <4E00>" in cmap
    assert "<01> <D872DF4E>" in cmap
