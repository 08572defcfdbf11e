"""The tables inside a score sheet: ballots by aspect, marks by item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.platypus import Flowable, KeepTogether, Spacer

from kaohe.documents.pages import FAINT, SHADE, Writer
from kaohe.documents.paragraphs import Content, Piece, Style
from kaohe.results.explanation.sheets import SheetTable
from kaohe.results.explanation.tables import BallotTable

HEAD = Style("hei", 8.5, 13, "left", hang=False)
CELL = Style("body", 8.5, 13, "left", hang=False)
FIGURE = Style("hei", 8.5, 13, "right", hang=False)
SMALL_TABLE = 12
"""Rows a table may have and still be kept on one page."""
MOST_SHEETS = 6
"""Columns of sheets side by side; more sheets make further tables."""


def _grid(
    writer: Writer,
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    left: float,
    **extra: Any,
) -> Flowable:
    """A ruled table moved in by `left`."""
    moved = [["", *row] for row in rows]
    rules = [
        ("LINEABOVE", (1, 0), (-1, 0), 0.6, "black"),
        ("LINEBELOW", (1, 0), (-1, 0), 0.4, "black"),
        ("LINEBELOW", (1, 1), (-1, -2), 0.25, FAINT),
        ("LINEBELOW", (1, -1), (-1, -1), 0.6, "black"),
        ("BACKGROUND", (1, 0), (-1, 0), SHADE),
        *extra.get("rules", ()),
    ]
    table = writer.table(moved, widths=[left, *widths], rules=rules, head=1, pad=1.2)
    table.spaceBefore, table.spaceAfter = 3, 4
    return KeepTogether([table]) if len(rows) <= SMALL_TABLE else table


def ballot_table(
    writer: Writer, ballot: BallotTable, *, left: float, width: float
) -> Iterator[Flowable]:
    """Counts of a ballot, the quotient, the exact and the rounded value of every aspect."""
    text = writer.text
    room = width - left
    heads = ["方面", *(f"{label}" for label, _ in ballot.options), "有效", "舍入前", "得分"]
    count = len(ballot.options) + 1
    narrow = min(34.0, room * 0.42 / count)
    widths = [room - narrow * count - 120, *([narrow] * count), 70, 50]
    points = ["", *(f"{points} 分" for _, points in ballot.options), "", "", ""]
    top = [
        [text(h, HEAD.but(align="right" if i else "left")), text(p, CELL.but(size=7, leading=9, align="right"))]
        if p else text(h, HEAD.but(align="right" if i else "left"))
        for i, (h, p) in enumerate(zip(heads, points, strict=True))
    ]  # fmt: skip
    rows: list[list[Any]] = [top]
    for row in ballot.rows:
        exact = row.exact.text if row.exact else ""
        shown = ["—" if row.hidden else count for _, count in row.counts]
        rows.append([
            text(row.title, CELL), *(text(c, FIGURE) for c in shown),
            text(row.valid or "—", FIGURE), text(exact, FIGURE),
            text(Piece(row.value or "—", "hei_strong"), FIGURE),
        ])  # fmt: skip
    yield _grid(writer, rows, widths, left)


def marks_table(
    writer: Writer, sheets: SheetTable, *, left: float, width: float
) -> Iterator[Flowable]:
    """Marks of all sheets side by side, with the reasons for points taken off below."""
    text = writer.text
    for start in range(0, max(len(sheets.heads), 1), MOST_SHEETS):
        part = slice(start, start + MOST_SHEETS)
        heads = sheets.heads[part]
        if not heads:
            return
        room = width - left
        each = min(76.0, (room - 150) / len(heads))
        widths = [room - each * len(heads) - 40, 40, *([each] * len(heads))]
        rows: list[list[Any]] = [
            [text("项目", HEAD), text("满分", HEAD, align="right"),
             *(text(h, HEAD, align="right") for h in heads)]
        ]  # fmt: skip
        for row in sheets.rows:
            cells = [
                text(Piece(c.value or "—", "hei_strong" if c.short else "hei"), FIGURE)
                for c in row.cells[part]
            ]
            title = text(row.title, HEAD if row.is_section else CELL)
            rows.append([title, text(row.points, FIGURE), *cells])
        rows.append([
            text("合计", HEAD), text(sheets.full, FIGURE),
            *(text(Piece(t, "hei_strong"), FIGURE) for _, t in sheets.totals[part]),
        ])  # fmt: skip
        yield _grid(writer, rows, widths, left)
    counted = [
        f"{row.title}（{head} {cell.value}）：{cell.note}"
        for row in sheets.rows
        for head, cell in zip(sheets.heads, row.cells, strict=True)
        if cell.note
    ]
    if counted:
        yield text(
            [Piece("计分依据　", "hei"), "；".join(counted)], CELL.but(left=left, align="justify")
        )
        yield Spacer(1, 2)
    reasons = [
        f"{row.title}（{head} {cell.value}）：{cell.reason}"
        for row in sheets.rows
        for head, cell in zip(sheets.heads, row.cells, strict=True)
        if cell.reason
    ]
    if reasons:
        pieces: Content = [Piece("扣分理由　", "hei"), "；".join(reasons)]
        yield text(pieces, CELL.but(left=left, align="justify"))
        yield Spacer(1, 2)
