"""Slips to cut out: a QR code, the typed code, one line of instruction; no number, no order."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from kaohe.documents.fonts import FontSet, default_fonts
from kaohe.documents.page import GREY, LINE
from kaohe.documents.paragraphs import Paragraph, Style

if TYPE_CHECKING:
    from kaohe.ballots.printing import PrintedSlip, SlipBatch

COLUMNS, ROWS = 2, 5
SIDE, TOP = 12 * mm, 12 * mm


def slips_pdf(batch: SlipBatch, *, fonts: FontSet | None = None) -> bytes:
    """Print a batch, ten slips a page; each stack starts on a page of its own."""
    fonts = fonts or default_fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, initialFontName=fonts.name("body"))
    canvas.setTitle("测评票")
    for _, slips in batch.by_poll:
        for start in range(0, len(slips), COLUMNS * ROWS):
            _page(canvas, slips[start : start + COLUMNS * ROWS], fonts)
    canvas.save()
    return out.getvalue()


def _page(canvas: Canvas, slips: list[PrintedSlip], fonts: FontSet) -> None:
    width = (A4[0] - 2 * SIDE) / COLUMNS
    height = (A4[1] - 2 * TOP) / ROWS
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.setDash(3, 3)
    for column in range(COLUMNS + 1):
        canvas.line(SIDE + column * width, TOP, SIDE + column * width, A4[1] - TOP)
    for row in range(ROWS + 1):
        canvas.line(SIDE, TOP + row * height, A4[0] - SIDE, TOP + row * height)
    canvas.setDash()
    for number, slip in enumerate(slips):
        x = SIDE + (number % COLUMNS) * width
        y = A4[1] - TOP - (number // COLUMNS + 1) * height
        _slip(canvas, slip, x, y, width, height, fonts)
    canvas.showPage()


def _slip(
    canvas: Canvas,
    slip: PrintedSlip,
    x: float,
    y: float,
    width: float,
    height: float,
    fonts: FontSet,
) -> None:
    code = QrCodeWidget(slip.url, barLevel="M")
    left, bottom, right, top = code.getBounds()
    size = 30 * mm
    drawing = Drawing(
        size, size, transform=[size / (right - left), 0, 0, size / (top - bottom), 0, 0]
    )
    drawing.initialFontName = fonts.name("body")
    drawing.add(code)
    renderPDF.draw(drawing, canvas, x + 3 * mm, y + (height - size) / 2)
    room = width - size - 9 * mm
    lines = (
        (slip.unit, Style(role="hei_strong", size=11.5, leading=15, align="left")),
        (
            f"{slip.title}　{slip.stratum}".rstrip("　"),
            Style(role="hei", size=9.5, leading=13, align="left"),
        ),
        (slip.typed, Style(role="hei_strong", size=16, leading=24, align="left")),
        (
            f"扫二维码，或打开 {slip.address} 输入上面的票码。一票一次，不记名，请勿写任何记号。",
            Style(size=8, leading=11.5, align="left", color=GREY),
        ),
    )
    at = y + height - 5 * mm
    for text, style in lines:
        paragraph = Paragraph(text, style, fonts)
        _, used = paragraph.wrap(room, height)
        at -= used
        paragraph.drawOn(canvas, x + size + 6 * mm, at)
        at -= 2
