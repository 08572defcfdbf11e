"""Slips to cut out: QR code, typed code in large letters, one line of instruction, no number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from kaohe.documents.fonts import FontError, FontSet, default_fonts
from kaohe.documents.pages import FAINT, GREY, Writer, draw_pdf
from kaohe.documents.paragraphs import Style

COLUMNS, ROWS = 2, 4
MARGIN_X, MARGIN_Y = 10 * mm, 12 * mm
WIDTH = (A4[0] - 2 * MARGIN_X) / COLUMNS
HEIGHT = (A4[1] - 2 * MARGIN_Y) / ROWS
QR = 38 * mm
PAD = 4 * mm
GAP = 3 * mm
UNIT = Style("hei_strong", 12.5, 17, "left", hang=False)
TITLE = Style("hei", 10.5, 15, "left", hang=False)
STRATUM = Style("hei", 10, 15, "left", hang=False)
CODE = Style("hei_strong", 17, 24, "left", hang=False)
HELP = Style("body", 9, 13, "left", color=GREY, hang=False)


class Slip(Protocol):
    """What is printed on a slip (`kaohe.ballots.printing.PrintedSlip`, `SlipInput`)."""

    @property
    def title(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def stratum(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def typed(self) -> str: ...


class Run(Protocol):
    """A print run (`kaohe.ballots.printing.SlipBatch`, `SlipRun`)."""

    @property
    def title(self) -> str: ...
    @property
    def slips(self) -> Sequence[Slip]: ...


def slips_pdf(batch: Run, *, fonts: FontSet | None = None) -> bytes:
    """Print a run, eight slips a page.  Each poll starts a page: stacks are cut by meeting.

    Slips come in the order given, which is random, and carry nothing that tells one from another
    but their codes.
    """
    writer = Writer(fonts or default_fonts())
    stacks: dict[tuple[str, str], list[Slip]] = {}
    for slip in batch.slips:
        stacks.setdefault((slip.unit, slip.title), []).append(slip)

    def draw(canvas: Canvas) -> None:
        for stack in stacks.values():
            for start in range(0, len(stack), COLUMNS * ROWS):
                _page(canvas, writer, stack[start : start + COLUMNS * ROWS])

    return draw_pdf(draw, writer=writer, title=batch.title)


def _is_ready() -> bool:
    """Whether there are fonts to print with, and they can be read."""
    try:
        default_fonts().name("hei_strong")
        default_fonts().name("body")
    except FontError:
        return False
    return True


slips_pdf.is_ready = _is_ready  # type: ignore[attr-defined]


def group_code(typed: str) -> str:
    """The typed code in groups of 3-4-3, as it is read aloud; other lengths stay as they are."""
    plain = typed.replace("-", "").replace(" ", "")
    return f"{plain[:3]}-{plain[3:7]}-{plain[7:]}" if len(plain) == 10 else typed


def _page(canvas: Canvas, writer: Writer, slips: Sequence[Slip]) -> None:
    canvas.setStrokeColor(FAINT)
    canvas.setLineWidth(0.5)
    canvas.setDash(3, 3)
    used = -(-len(slips) // COLUMNS)
    top, bottom = A4[1] - MARGIN_Y, A4[1] - MARGIN_Y - used * HEIGHT
    for column in range(COLUMNS + 1):
        x = MARGIN_X + column * WIDTH
        canvas.line(x, bottom, x, top)
    for row in range(used + 1):
        y = top - row * HEIGHT
        canvas.line(MARGIN_X, y, A4[0] - MARGIN_X, y)
    canvas.setDash()
    for number, slip in enumerate(slips):
        left = MARGIN_X + (number % COLUMNS) * WIDTH
        _slip(canvas, writer, slip, left, top - (number // COLUMNS) * HEIGHT)
    canvas.showPage()


def _slip(canvas: Canvas, writer: Writer, slip: Slip, left: float, top: float) -> None:
    _draw_qr(canvas, slip.url, left + PAD, top - PAD - 3 * mm - QR)
    x = left + PAD + QR + GAP
    room = WIDTH - 2 * PAD - QR - GAP
    y = _stack(
        canvas, writer, [(slip.unit, UNIT), (slip.title, TITLE)], x, top - PAD - 3 * mm, room
    )
    if slip.stratum:
        y = _stack(canvas, writer, [(f"投票人类别：{slip.stratum}", STRATUM)], x, y, room)
    _stack(canvas, writer, [("票码", HELP), (group_code(slip.typed), CODE)], x, y - 8, room)
    words = f"用手机扫码，或打开 {slip.address} 输入票码。不记名，一票一次，请勿转给他人。"
    _stack(canvas, writer, [(words, HELP)], left + PAD, top - HEIGHT + PAD + 26, WIDTH - 2 * PAD)


def _stack(
    canvas: Canvas,
    writer: Writer,
    lines: Iterable[tuple[str, Style]],
    x: float,
    top: float,
    room: float,
) -> float:
    """Draw paragraphs under each other; return where the next one starts."""
    for words, style in lines:
        paragraph = writer.text(words, style)
        paragraph.most = 2
        paragraph.wrapOn(canvas, room, HEIGHT)
        top -= paragraph.height
        paragraph.drawOn(canvas, x, top)
    return top


def _draw_qr(canvas: Canvas, url: str, x: float, y: float) -> None:
    """Draw a QR code as black rectangles, runs of modules joined."""
    modules = [list(row) for row in segno.make(url, error="m", micro=False).matrix]
    step = QR / len(modules)
    path = canvas.beginPath()
    for number, row in enumerate(modules):
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end]:
                end += 1
            if end > start:
                at = y + QR - (number + 1) * step
                path.rect(x + start * step, at, (end - start) * step, step)
            start = end + 1
    canvas.setFillColor("black")
    canvas.drawPath(path, stroke=0, fill=1)
