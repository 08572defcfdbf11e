"""The fonts documents are set in: which file for which role, and a glyph for every character.

reportlab neither falls back to another font nor warns: a character the font lacks prints as □ or
as nothing.  So every character is looked up here first, and what no font covers is printed as its
code point, 〔U+1F600〕, where a reader can see that something is missing.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics, ttfonts

ROLES = {
    "title": "标题（小标宋）",
    "body": "正文（宋体）",
    "strong": "正文加粗",
    "hei": "黑体",
    "hei_strong": "黑体加粗",
    "kai": "楷体",
    "fangsong": "仿宋",
    "rest": "生僻字补位",
}
SUBSTITUTES = {
    "title": ("strong", "body"),
    "strong": ("title", "body"),
    "hei": ("hei_strong", "body"),
    "hei_strong": ("hei", "strong", "body"),
    "kai": ("body",),
    "fangsong": ("body",),
}
REMEDY = (
    "请安装字体包：pip install kaohe-fonts；"
    "或在环境变量 KAOHE_FONTS 中指定本单位的 TrueType 字体，例如 KAOHE_FONTS=body=宋体文件.ttf。"
)
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufff9-\uffff]")
_lock = threading.Lock()


class FontError(Exception):
    """There is no font to print with; the text says what to do."""


@dataclass(frozen=True, slots=True)
class FontFace:
    """A font file for a role (a key of `ROLES`)."""

    role: str
    path: Path
    number: int = 0
    """Which font of a ``.ttc`` collection."""


@dataclass(slots=True)
class FontSet:
    """Fonts by role."""

    faces: dict[str, FontFace]
    chosen: dict[tuple[str, str], str | None] = field(default_factory=dict)

    @property
    def substituted(self) -> dict[str, str]:
        """Roles without a face of their own -> the role that stands in."""
        return {r: self._real(r) for r in ROLES if r != "rest" and r not in self.faces}

    def _real(self, role: str) -> str:
        if role in self.faces:
            return role
        for other in (*SUBSTITUTES.get(role, ()), "body"):
            if other in self.faces:
                return other
        raise FontError(f"没有可用的中文字体，无法生成文件。{REMEDY}")

    def name(self, role: str) -> str:
        """Return reportlab's name of the role's font, registered."""
        return _register(self.faces[self._real(role)])

    def find(self, role: str, char: str) -> str | None:
        """Return the name of the first font that covers a character, the role's own preferred."""
        key = (role, char)
        if key not in self.chosen:
            self.chosen[key] = self._search(role, char)
        return self.chosen[key]

    def _search(self, role: str, char: str) -> str | None:
        tried = [self._real(role), *(r for r in ("body", "hei", "rest") if r in self.faces)]
        for each in dict.fromkeys((*tried, *self.faces)):
            name = _register(self.faces[each])
            if ord(char) in pdfmetrics.getFont(name).face.charToGlyph:
                return name
        return None

    def cover(self, text: str, role: str) -> list[tuple[str, str]]:
        """Return (font name, characters) runs in which every character has a glyph."""
        runs: list[tuple[str, str]] = []
        for char in clean_text(text):
            name = self.name(role) if char == "\n" else self.find(role, char)
            if name is None:
                char, name = f"〔U+{ord(char):04X}〕", self.name("body")
            if runs and runs[-1][0] == name:
                runs[-1] = (name, runs[-1][1] + char)
            else:
                runs.append((name, char))
        return runs


def clean_text(text: str) -> str:
    """Return text as it can be printed: composed, without control and invisible characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\xa0", " ")
    return INVISIBLE.sub("", CONTROL.sub("", unicodedata.normalize("NFC", text)))


def char_width(font: str, char: str, size: float) -> float:
    """Return the width of one character."""
    face = pdfmetrics.getFont(font).face
    return float(face.charWidths.get(ord(char), face.defaultWidth)) * size / 1000


@cache
def _register(face: FontFace) -> str:
    key = hashlib.sha256(f"{face.path}|{face.number}".encode()).hexdigest()[:10]
    name = f"kaohe-{key}"
    with _lock:
        try:
            font = ttfonts.TTFont(name, str(face.path), subfontIndex=face.number, shapable=False)
        except (ttfonts.TTFError, OSError) as error:
            raise FontError(
                f"字体文件用不了：{face.path}（{ROLES.get(face.role, face.role)}）。"
                f"需要 TrueType 轮廓的 .ttf 或 .ttc，不支持 CFF 轮廓的 .otf。{REMEDY}"
                f"原因：{error}"
            ) from error
        # Two files with one PostScript name overwrite each other silently in a PDF.  From the
        # content, not the path: the same document is the same file on every machine.
        mark = hashlib.sha256(face.path.read_bytes()).hexdigest()[:6]
        font.face.name = font.face.name + f"-{mark}-{face.number}".encode()
        pdfmetrics.registerFont(font)
    return name


def load_fonts(faces: Iterable[FontFace], *, override: Mapping[str, str] | None = None) -> FontSet:
    """Return a font set; of two faces for a role the later one counts, `override` before all.

    Args:
        faces: what plugins offer.
        override: role -> file, from the setting KAOHE_FONTS (``file.ttc#1`` picks one font).
    """
    chosen = {face.role: face for face in faces}
    for role, place in (override or {}).items():
        if role not in ROLES:
            raise FontError(f"KAOHE_FONTS 中没有这种用途：{role}。可用：{'、'.join(ROLES)}。")
        path, _, number = place.partition("#")
        chosen[role] = FontFace(role, Path(path), int(number) if number.isdigit() else 0)
    if not chosen:
        raise FontError(f"没有可用的中文字体，无法生成文件。{REMEDY}")
    return FontSet(chosen)


def read_override(text: str) -> dict[str, str]:
    """Return the setting KAOHE_FONTS (``body=a.ttf,title=b.ttf``) as role -> file."""
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return {role.strip(): path.strip() for role, _, path in pairs}


def font_override() -> dict[str, str]:
    """Return role -> file as the setting or the environment variable KAOHE_FONTS says."""
    from django.conf import settings  # late: documents can be made without Django

    if settings.configured:
        return dict(getattr(settings, "KAOHE_FONTS", {}))
    return read_override(os.environ.get("KAOHE_FONTS", ""))


@cache
def default_fonts() -> FontSet:
    """Return the fonts of the installed plugins and the setting KAOHE_FONTS."""
    from django.conf import settings

    from kaohe.plugins import get_plugins  # late: plugins are asked only when something is printed

    names = tuple(settings.KAOHE_PLUGINS) if settings.configured else ("*",)
    offered = get_plugins(names).collect("register_fonts")
    return load_fonts((face for _, face in offered), override=font_override())


_plain_cmap = ttfonts.makeToUnicodeCMap
_BEYOND = re.compile(r"(?m)^(<[0-9A-F]{2}>) <([0-9A-F]{5,6})>$")


def _wide_cmap(fontname: str, subset: list[int]) -> str:
    """Write characters beyond the BMP as UTF-16 pairs: reportlab writes five digits, and 𬭎 would
    be copied out of the PDF as another character."""
    return _BEYOND.sub(
        lambda m: f"{m[1]} <{chr(int(m[2], 16)).encode('utf-16-be').hex().upper()}>",
        _plain_cmap(fontname, subset),
    )


ttfonts.makeToUnicodeCMap = _wide_cmap
