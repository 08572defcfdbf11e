"""A4 pages: margins, running heads, page numbers in two passes, tables of paragraphs."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer, Table

from kaohe.documents.fonts import FontSet
from kaohe.documents.paragraphs import Content, Paragraph, Style

GREY = HexColor("#555555")
LINE = HexColor("#999999")
WASH = HexColor("#f0eee8")

TITLE = Style(role="title", size=20, leading=30, align="center", after=6)
SUBTITLE = Style(role="body", size=11, leading=18, align="center", color=GREY, after=8)
HEADING = Style(
    role="hei_strong", size=12, leading=20, align="left", before=10, after=3, with_next=True
)
BODY = Style(size=12, leading=22, first=2)
TEXT = Style(size=10, leading=15.5, align="left")
SMALL = Style(size=8.5, leading=13, align="left", color=GREY)
CELL = Style(size=9, leading=13, align="left", hang=False)
FIGURE = CELL.but(align="right")
HEAD = CELL.but(role="hei", align="center")


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands on every page."""

    head: str = ""
    foot: str = ""
    wide: bool = False
    """Landscape."""


class _Numbered(Canvas):
    """Draws “第 X 页 共 Y 页” once the number of pages is known."""

    def __init__(self, *args: Any, draw: Callable[[Canvas, int, int], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._draw_furniture, self._states = draw, []  # type: ignore[var-annotated]

    def showPage(self) -> None:
        """Keep the page until all are known."""
        self._states.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Number and write all pages."""
        total = len(self._states)
        for number, state in enumerate(self._states, start=1):
            self.__dict__.update(state)
            self._draw_furniture(self, number, total)
            Canvas.showPage(self)
        Canvas.save(self)


def build_pdf(
    story: Sequence[Flowable], *, fonts: FontSet, title: str, furniture: Furniture
) -> bytes:
    """Set a story on pages; equal input gives equal bytes."""
    out = io.BytesIO()
    size = landscape(A4) if furniture.wide else A4
    side = 15 * mm if furniture.wide else 24 * mm
    top, bottom = (18 * mm, 18 * mm) if furniture.wide else (26 * mm, 24 * mm)
    document = BaseDocTemplate(
        out, pagesize=size, title=title, author="", creator="kaohe", producer="kaohe", invariant=1,
        leftMargin=side, rightMargin=side, topMargin=top, bottomMargin=bottom,
        initialFontName=fonts.name("body"),
    )  # fmt: skip
    frame = Frame(side, bottom, size[0] - 2 * side, size[1] - top - bottom, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))

    def draw(canvas: Canvas, number: int, total: int) -> None:
        width = size[0] - 2 * side
        for text, y, align in (
            (furniture.head, size[1] - top + 6 * mm, "left"),
            (furniture.foot, bottom - 9 * mm, "left"),
            (f"第 {number} 页  共 {total} 页", bottom - 9 * mm, "right"),
        ):
            if text:
                line = Paragraph(text, SMALL.but(align=align, size=8, leading=11), fonts)
                line.wrap(width if align == "right" else width * 0.8, 40)
                line.width = width if align == "right" else width * 0.8
                line.drawOn(canvas, side, y - line.height + 11)

    def canvas(*args: Any, **kwargs: Any) -> Canvas:
        kwargs["invariant"] = 1
        kwargs["initialFontName"] = fonts.name("body")
        return _Numbered(*args, draw=draw, **kwargs)

    document.build(list(story), canvasmaker=canvas)
    return out.getvalue()


def grid(
    rows: Sequence[Sequence[Content | Flowable]],
    widths: Sequence[float],
    *,
    fonts: FontSet,
    heads: int = 1,
    right: Sequence[int] = (),
    style: Style = CELL,
    spans: Sequence[tuple[Any, ...]] = (),
    lines: bool = True,
) -> Table:
    """A table of paragraphs whose heading rows repeat on every page.

    Args:
        right: columns of figures, set flush right.
        spans: further reportlab style commands.
    """
    cells: list[list[Flowable]] = []
    for number, row in enumerate(rows):
        out: list[Flowable] = []
        for column, content in enumerate(row):
            if isinstance(content, Flowable):
                out.append(content)
                continue
            look = (
                HEAD if number < heads else style.but(align="right") if column in right else style
            )
            out.append(Paragraph(content, look, fonts))
        cells.append(out)
    commands: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), fonts.name("body")),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        *spans,
    ]
    if lines:
        commands += [
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
            ("LINEABOVE", (0, 0), (-1, 0), 1, black),
            ("LINEBELOW", (0, -1), (-1, -1), 1, black),
        ]
        if heads:
            commands += [
                ("BACKGROUND", (0, 0), (-1, heads - 1), WASH),
                ("LINEBELOW", (0, heads - 1), (-1, heads - 1), 0.8, black),
            ]
    table = Table(cells, colWidths=list(widths), repeatRows=heads, hAlign="LEFT")
    table.setStyle(commands)
    return table


def gap(height: float) -> Spacer:
    """Some white."""
    return Spacer(1, height)


__all__ = [
    "BODY", "CELL", "FIGURE", "GREY", "HEAD", "HEADING", "LINE", "SMALL", "SUBTITLE", "TEXT",
    "TITLE", "WASH", "Furniture", "build_pdf", "gap", "grid", "mm", "white",
]  # fmt: skip
