"""A paragraph of Chinese text: pieces in, justified lines out.

Text is never markup: ``<b>`` typed by a user prints as ``<b>``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from reportlab.lib.colors import Color, black
from reportlab.platypus import Flowable

from kaohe.documents.fonts import FontSet, char_width
from kaohe.documents.lines import Line, break_lines

CUT_OFF = "…（后略）"
MOST_BALANCED = 4
MOST_STRETCH = 0.2
"""Of the font size: a justified line is never spread wider than this between characters."""
CENTRE_OF_GLYPH = 0.36
"""Of the font size: how far above the baseline the middle of a Chinese character lies."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is set; lengths in points."""

    role: str = "body"
    size: float = 10.5
    leading: float = 17
    align: Literal["left", "center", "right", "justify"] = "justify"
    first: float = 0
    """Indent of the first line, in characters."""
    left: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    color: Color = black
    with_next: bool = False
    hang: bool = True

    def but(self, **changes: Any) -> Style:
        """Return the style with some things changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text inside a paragraph; what is not given follows the paragraph's style."""

    text: str
    role: str = ""
    size: float = 0
    color: Color | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Font, size and colour of a run of characters."""

    font: str
    size: float
    color: Color


Content = str | Piece | Sequence[str | Piece]


class Paragraph(Flowable):
    """Text set in lines by `break_lines`."""

    def __init__(self, content: Content, style: Style, fonts: FontSet) -> None:
        super().__init__()
        self.style = style
        self.spaceBefore, self.spaceAfter = style.before, style.after
        self.keepWithNext = style.with_next
        self.chars: list[str] = []
        self.looks: list[Look] = []
        self.is_tail = False
        self.goes_on = False
        self.most = 0
        """Lines at most; 0: any number.  A table's row has to fit on a page."""
        self.fonts = fonts
        for piece in [content] if isinstance(content, str | Piece) else content:
            self._add(Piece(piece) if isinstance(piece, str) else piece, fonts)
        self.widths = [
            0.0 if char == "\n" else char_width(look.font, char, look.size)
            for char, look in zip(self.chars, self.looks, strict=True)
        ]
        self.lines: list[Line] = []

    def _add(self, piece: Piece, fonts: FontSet) -> None:
        size, color = piece.size or self.style.size, piece.color or self.style.color
        for font, text in fonts.cover(piece.text, piece.role or self.style.role):
            look = Look(font, size, color)
            self.chars += text
            self.looks += [look] * len(text)

    def _indent(self) -> float:
        return 0 if self.is_tail else self.style.first * self.style.size

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Break the text for a width; return the space it takes."""
        self.width = availWidth
        self.lines = self._break(availWidth)
        if self.style.align == "center" and 1 < len(self.lines) <= MOST_BALANCED:
            self._balance(availWidth)
        if self.most and len(self.lines) > self.most:
            self._cut_off()
            self.lines = self._break(availWidth)
        self.height = len(self.lines) * self.style.leading
        return availWidth, self.height

    def _break(self, width: float) -> list[Line]:
        room = max(width - self.style.left - self.style.right, 1)
        return break_lines(
            self.chars,
            self.widths,
            first=room - self._indent(),
            rest=room,
            hang=self.style.hang,
        )

    def _balance(self, width: float) -> None:
        """Make the lines of a title about equally long instead of leaving two characters over."""
        low, high = width / len(self.lines), width
        while high - low > 1:
            middle = (low + high) / 2
            if len(self._break(middle)) > len(self.lines):
                low = middle
            else:
                high = middle
        self.lines = self._break(high)

    def _cut_off(self) -> None:
        """End the text on the last line there is room for, and say that it goes on."""
        last = self.lines[self.most - 1]
        end = max(last.start, last.end - len(CUT_OFF) - 1)
        del self.chars[end:], self.looks[end:], self.widths[end:]
        self._add(Piece(CUT_OFF), self.fonts)
        self.widths += [
            char_width(look.font, char, look.size)
            for char, look in zip(self.chars[end:], self.looks[end:], strict=True)
        ]

    def minWidth(self) -> float:
        """Return the width below which words break apart."""
        return max(self.widths, default=0) + self.style.left + self.style.right

    def natural_width(self) -> float:
        """Return the width of the longest line if nothing has to break."""
        longest = used = 0.0
        for char, width in zip(self.chars, self.widths, strict=True):
            used = 0.0 if char == "\n" else used + width
            longest = max(longest, used)
        return longest + self._indent() + self.style.left + self.style.right

    def split(self, availWidth: float, availHeight: float) -> list[Flowable]:
        """Split between lines, never leaving a single line on either page."""
        self.wrap(availWidth, availHeight)
        fitting, total = int((availHeight + 0.01) // self.style.leading), len(self.lines)
        if total <= fitting:
            return [self]
        fitting = min(fitting, total - 2)
        if fitting < 2:
            return []
        cut = self.lines[fitting].start
        head, tail = self._part(0, cut), self._part(cut, len(self.chars))
        head.goes_on, tail.is_tail, tail.goes_on = True, True, self.goes_on
        head.is_tail = self.is_tail
        head.spaceAfter = tail.spaceBefore = 0
        return [head, tail]

    def _part(self, start: int, end: int) -> Paragraph:
        part = Paragraph("", self.style, _NO_FONTS)
        if end > start and self.chars[end - 1] == "\n":
            end -= 1
        part.chars, part.looks = self.chars[start:end], self.looks[start:end]
        part.widths = self.widths[start:end]
        return part

    def draw(self) -> None:
        """Draw the lines."""
        style = self.style
        room = self.width - style.left - style.right
        top = self.height
        for number, line in enumerate(self.lines):
            indent = self._indent() if number == 0 else 0.0
            spare = room - indent - line.width
            last = line.closes and not (self.goes_on and number == len(self.lines) - 1)
            spread = 0.0
            if style.align == "justify" and not last:
                spread = self._spread(line, spare)
            offset = {"center": spare / 2, "right": spare}.get(style.align, 0.0)
            middle = top - style.leading / 2
            self._draw_line(line, style.left + indent + offset, middle, spread)
            top -= style.leading

    def _spread(self, line: Line, spare: float) -> float:
        gaps = line.end - line.start - (0 if line.hangs else 1)
        if gaps < 1 or spare <= 0:
            return 0.0
        spread = spare / gaps
        return spread if spread <= MOST_STRETCH * self.style.size else 0.0

    def _draw_line(self, line: Line, x: float, middle: float, spread: float) -> None:
        if line.start == line.end:
            return
        size = max(self.looks[at].size for at in range(line.start, line.end))
        text = self.canv.beginText(x, middle - CENTRE_OF_GLYPH * size)
        text.setCharSpace(spread)
        at = line.start
        while at < line.end:
            look, start = self.looks[at], at
            while at < line.end and self.looks[at] is look:
                at += 1
            text.setFont(look.font, look.size)
            text.setFillColor(look.color)
            text.textOut("".join(self.chars[start:at]))
        self.canv.drawText(text)


_NO_FONTS = FontSet({})
