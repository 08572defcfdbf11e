"""The office's own workbook with the wrong cells coloured and commented, and a sheet of findings."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl  # type: ignore[import-untyped]
from openpyxl.cell.cell import MergedCell  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font, PatternFill  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from kaohe.comparing.comparison import ranked_by_row
from kaohe.comparing.report_text import repeated_causes, summary_line

if TYPE_CHECKING:
    from kaohe.comparing.model import Comparison, Difference

_AUTHOR = "kaohe"
_RED = PatternFill("solid", start_color="FFF4B6B6")
_ORANGE = PatternFill("solid", start_color="FFFBE0B5")
_GREY = PatternFill("solid", start_color="FFD9D9D9")
_HEADINGS = (
    ("单元格", 10), ("名称", 20), ("列", 16), ("单位", 11), ("应为", 11), ("相差", 9), ("原因", 18),
    ("说明", 60), ("单位的算法", 56), ("应为的算法", 56), ("也可能", 50),
)  # fmt: skip
_WIDTH, _LINE_HEIGHT, _LINE = 420, 19, 30
_MOST_TITLE = 31


def marked_workbook(data: bytes, comparison: Comparison) -> bytes:
    """The workbook as it was, wrong cells marked.

    Args:
        data: the office's file, already read once by `kaohe.workbooks` and found harmless.
    """
    book = openpyxl.load_workbook(io.BytesIO(data))
    for one in comparison.differences:
        fill = _ORANGE if one.is_consequence else _RED
        _mark(book, one.place, fill, _comment(one))
    for problem in comparison.problems:
        place = problem.place.partition("（")[0]
        _mark(book, place, _GREY, f"没有核对：{problem.what}。{problem.remedy}")
    _findings(book, comparison)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _mark(book: Any, place: str, fill: PatternFill, text: str) -> None:
    title, _, ref = place.rpartition("!")
    if title not in book.sheetnames or not ref:
        return
    try:
        cell = book[title][ref]
    except (ValueError, KeyError, AttributeError):
        return
    if isinstance(cell, MergedCell):
        return
    cell.fill = fill
    before = f"{cell.comment.text}\n\n" if cell.comment is not None else ""
    comment = Comment(before + text, _AUTHOR)
    lines = sum(1 + len(line) // _LINE for line in text.splitlines())
    comment.width, comment.height = _WIDTH, _LINE_HEIGHT * (lines + 1)
    cell.comment = comment


def _comment(one: Difference) -> str:
    lines = [f"应为 {one.ours}", f"{one.cause.title}：{one.cause.text}"]
    lines += [f"单位的算法　{step}" for step in one.office_steps]
    lines += [f"应为　{step}" for step in one.our_steps]
    if one.others:
        lines.append("也可能：" + "；".join(other.text for other in one.others))
    return "\n".join(lines)


def _findings(book: Any, comparison: Comparison) -> None:
    sheet = book.create_sheet(_free_title(book.sheetnames))
    sheet.append([summary_line(comparison)])
    sheet["A1"].font = Font(bold=True)
    sheet.append(["红色：错误；橙色：由前面的错误带来；灰色：读不出来，没有核对"])
    sheet.append([])
    sheet.append([title for title, _ in _HEADINGS])
    top = sheet.max_row
    for column, (_, width) in enumerate(_HEADINGS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.cell(top, column).font = Font(bold=True)
    several = len({one.place.rpartition("!")[0] for one in comparison.differences}) > 1
    for one in ranked_by_row(comparison).differences:
        _row(sheet, one, several=several)
    for problem in comparison.problems:
        _write(
            sheet,
            [problem.place, "", "", "", "", "", "没有核对", f"{problem.what}。{problem.remedy}"],
        )
    for repeated in repeated_causes(comparison):
        _write(sheet, ["", "", "", "", "", "", "同一原因", repeated])
    for note in comparison.notes:
        _write(sheet, ["", "", "", "", "", "", "说明", note])
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _row(sheet: Any, one: Difference, *, several: bool) -> None:
    by = "" if one.delta is None else f"{one.delta:+f}"
    _write(
        sheet,
        [
            one.place if several else one.cell, one.title, one.column, one.office, one.ours, by,
            one.cause.title, one.cause.text, "\n".join(one.office_steps), "\n".join(one.our_steps),
            "；".join(other.text for other in one.others),
        ],
    )  # fmt: skip
    fill = _ORANGE if one.is_consequence else _RED
    sheet.cell(sheet.max_row, 4).fill = fill


def _write(sheet: Any, values: list[str]) -> None:
    """Texts as texts: nothing an office wrote becomes a formula here."""
    row = sheet.max_row + 1
    for column, value in enumerate(values, 1):
        cell = sheet.cell(row, column)
        cell.value = value
        if value:
            cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=True)


def _free_title(names: list[str]) -> str:
    title, number = "核对结果", 2
    while title in names:
        title, number = f"核对结果{number}"[:_MOST_TITLE], number + 1
    return title
