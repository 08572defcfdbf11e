"""Pages: margins, running heads and feet, 第 X 页 共 Y 页, and files that come out byte for byte."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Table, TableStyle

from kaohe.documents.fonts import FontSet, clean_text
from kaohe.documents.paragraphs import Content, Paragraph, Style

GREY = HexColor(0x555555)
FAINT = HexColor(0xA6A6A6)
SHADE = HexColor(0xF0F0F0)
FOOT = Style("hei", 8, 11, "left", color=GREY, hang=False)
MOST_LINES = 15
MOST_TITLE = 200
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Layout:
    """A page: size and margins in millimetres, what runs at its head and foot."""

    top: float = 30
    bottom: float = 26
    left: float = 28
    right: float = 26
    wide: bool = False
    head: tuple[str, str] = ("", "")
    """Left and right; from the second page on."""
    foot: tuple[str, str] = ("", "")
    """Left and right of the page number."""
    numbered: bool = True

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return landscape(A4) if self.wide else A4

    @property
    def width(self) -> float:
        """Width of the text in points."""
        return self.size[0] - (self.left + self.right) * mm


@dataclass(frozen=True, slots=True)
class Writer:
    """Makes paragraphs and tables in one set of fonts."""

    fonts: FontSet

    def text(self, content: Content, style: Style, **changes: Any) -> Paragraph:
        """Return a paragraph; `changes` to the style for this one."""
        return Paragraph(content, style.but(**changes) if changes else style, self.fonts)

    def table(
        self,
        rows: Sequence[Sequence[Any]],
        *,
        widths: Sequence[float],
        rules: Sequence[tuple[Any, ...]] = (),
        head: int = 0,
        pad: float = 3,
    ) -> Table:
        """Return a table of flowables; `head` rows are repeated on every page.

        Rows do not split: the text of a cell ends after `MOST_LINES` lines.
        """
        for row in rows:
            for cell in row:
                for part in cell if isinstance(cell, list) else (cell,):
                    if isinstance(part, Paragraph):
                        part.most = MOST_LINES
        commands = [
            # Cells are paragraphs, yet reportlab declares the style's font on every page.
            ("FONT", (0, 0), (-1, -1), self.fonts.name("body")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), pad),
            ("BOTTOMPADDING", (0, 0), (-1, -1), pad),
            *rules,
        ]
        return Table(
            [list(row) for row in rows],
            colWidths=list(widths),
            style=TableStyle(commands),
            repeatRows=head,
            hAlign="LEFT",
        )


class Rule(Flowable):
    """A horizontal line over the full width."""

    def __init__(
        self, *, thickness: float = 0.5, color: Color = black, before: float = 0, after: float = 0
    ) -> None:
        super().__init__()
        self.thickness, self.color = thickness, color
        self.spaceBefore, self.spaceAfter = before, after

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Take the full width."""
        self.width = availWidth
        return availWidth, self.thickness

    def draw(self) -> None:
        """Draw the line."""
        self.canv.setLineWidth(self.thickness)
        self.canv.setStrokeColor(self.color)
        self.canv.line(0, self.thickness / 2, self.width, self.thickness / 2)


class _CountedCanvas(Canvas):
    """Holds pages back until their number is known."""

    layout: Layout
    writer: Writer

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.held: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self.held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, state in enumerate(self.held, start=1):
            self.__dict__.update(state)
            self._furnish(number, len(self.held))
            super().showPage()
        super().save()

    def _furnish(self, number: int, count: int) -> None:
        layout = self.layout
        width, height = layout.size
        left, right = layout.left * mm, layout.right * mm
        if number > 1 and any(layout.head):
            y = height - (layout.top - 10) * mm
            self._line(layout.head, y, left, width - left - right)
            self.setLineWidth(0.4)
            self.setStrokeColor(FAINT)
            self.line(left, y - 3, width - right, y - 3)
        y = (layout.bottom - 12) * mm
        self._line(layout.foot, y, left, width - left - right)
        if layout.numbered:
            page = self.writer.text(f"第 {number} 页　共 {count} 页", FOOT, align="center")
            page.wrapOn(self, width - left - right, height)
            page.drawOn(self, left, y)

    def _line(self, ends: tuple[str, str], y: float, left: float, width: float) -> None:
        for text, align in zip(ends, ("left", "right"), strict=True):
            if text:
                piece = self.writer.text(_shorten(text, self.writer, width * 0.62), FOOT)
                piece.style = FOOT.but(align=align)
                piece.wrapOn(self, width, 100)
                piece.drawOn(self, left, y)


def day_words(day: date) -> str:
    """A date as offices write it: no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def _shorten(text: str, writer: Writer, room: float) -> str:
    """Cut a text of unknown length so that it fits on one line."""
    text = " ".join(text.split())
    if len(text) > 200:
        text = text[:200] + "…"
    while len(text) > 1 and writer.text(text, FOOT).natural_width() > room:
        text = text[: -max(len(text) // 12, 2)].rstrip("…") + "…"
    return text


def build_pdf(
    story: Sequence[Flowable], *, layout: Layout, writer: Writer, title: str, subject: str = ""
) -> bytes:
    """Set the story on pages.  Equal stories give equal bytes: no clock enters the file."""
    canvas = type("PageCanvas", (_CountedCanvas,), {"layout": layout, "writer": writer})
    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=layout.size,
        invariant=1,
        initialFontName=writer.fonts.name("body"),
        title=clean_text(title)[:MOST_TITLE],
        subject=clean_text(subject)[:MOST_TITLE],
        author="",
        creator="kaohe",
        lang="zh-CN",
        pageCompression=1,
    )
    frame = Frame(
        layout.left * mm,
        layout.bottom * mm,
        layout.width,
        layout.size[1] - (layout.top + layout.bottom) * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates([PageTemplate(frames=[frame])])
    # Subsets are cut by seeking in the one font object that all threads share.
    with _lock:
        document.build(list(story), canvasmaker=canvas)
    return out.getvalue()


def draw_pdf(
    draw: Callable[[Canvas], None],
    *,
    writer: Writer,
    title: str,
    size: tuple[float, float] = A4,
) -> bytes:
    """Make a PDF by drawing on a canvas, under the same rules as `build_pdf`."""
    out = io.BytesIO()
    with _lock:
        canvas = Canvas(
            out, pagesize=size, invariant=1, initialFontName=writer.fonts.name("body"), lang="zh-CN"
        )
        canvas.setTitle(clean_text(title)[:MOST_TITLE])
        canvas.setCreator("kaohe")
        canvas.setAuthor("")
        draw(canvas)
        canvas.save()
    return out.getvalue()
