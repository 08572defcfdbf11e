"""The result table as a workbook: figures are figures, text is never a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from kaohe.documents.fonts import clean_text
from kaohe.documents.inputs import TableInput, TableRow

MOST_CHARS = 32_767
"""What a cell of a workbook can hold."""
CUT_OFF = "…（后略）"
RISKY = tuple("=+-@＝＋－＠﹢﹣﹦﹫−")
"""First characters that some program takes for a formula; cells with them are marked as text."""
CREATED = datetime(2000, 1, 1)
"""In place of the clock: equal results give equal files."""


def table_xlsx(data: TableInput) -> bytes:
    """Return the table, with method and parameters on a second sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {"title": data.imprint.campaign, "author": "", "created": CREATED, "company": ""}
    )
    _Sheets(book, data).fill()
    book.close()
    return out.getvalue()


def safe_text(text: str) -> str:
    """Text as a cell can hold it: printable and not too long."""
    text = clean_text(text)
    if len(text) > MOST_CHARS:
        text = text[: MOST_CHARS - len(CUT_OFF)] + CUT_OFF
    return text


class _Sheets:
    def __init__(self, book: Any, data: TableInput) -> None:
        self.book, self.data = book, data
        font = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        edge = {"border": 1, "border_color": "#999999"}
        figures = "0" + ("." + "0" * data.decimals if data.decimals else "")
        self.plain = book.add_format({**font, **edge})
        # Marked as text for programs that look again when a cell is edited.
        self.marked = book.add_format({**font, **edge, "quote_prefix": True})
        self.figure = book.add_format({**font, **edge, "num_format": figures})
        self.strong = book.add_format({**font, **edge, "num_format": figures, "bold": True})
        self.whole = book.add_format({**font, **edge, "num_format": "0", "align": "center"})
        self.head = book.add_format(
            {**font, **edge, "bold": True, "bg_color": "#EEEEEE", "align": "center",
             "text_wrap": True}
        )  # fmt: skip
        self.title = book.add_format({**font, "font_size": 16, "bold": True})
        self.note = book.add_format({**font, "text_wrap": True, "valign": "top"})

    def fill(self) -> None:
        """Write both sheets."""
        self._results(self.book.add_worksheet("得分汇总"))
        self._method(self.book.add_worksheet("方法与参数"))

    def _heads(self) -> list[tuple[str, float]]:
        data = self.data
        heads = [("序号", 6.0), ("单位", 26.0), ("类别", 14.0)]
        heads += [(f"{c.title}（{c.weight}）" if c.weight else c.title, 13.0) for c in data.columns]
        heads += [(data.total, 12.0), ("名次", 8.0), ("本类名次", 10.0), ("负责人", 12.0)]
        for _, title in data.grades:
            heads += [(title, 13.0), (f"{title}（系统建议）", 16.0)]
        return [*heads, ("备注", 36.0)]

    def _results(self, sheet: Any) -> None:
        data = self.data
        words = (data.imprint.campaign, "得分汇总表", f"（{data.state}）" if data.state else "")
        sheet.write_string(0, 0, safe_text(" ".join(words)), self.title)
        sheet.set_row(0, 28)
        for column, (head, width) in enumerate(self._heads()):
            self._text(sheet, 1, column, head, self.head)
            sheet.set_column(column, column, width)
        sheet.set_row(1, 32)
        for line, row in enumerate(data.rows, start=2):
            for column, (value, look) in enumerate(self._cells(row, line - 1)):
                if isinstance(value, str):
                    self._text(sheet, line, column, value, look)
                elif value is None:
                    sheet.write_blank(line, column, None, look)
                else:
                    # A Decimal: written digit by digit, no binary fraction on the way.
                    sheet.write_number(line, column, value, look)
        sheet.freeze_panes(2, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)
        sheet.set_footer("&L" + _footer(data.imprint.foot[0]) + "&R第 &P 页 共 &N 页")

    def _cells(
        self, row: TableRow, number: int
    ) -> Iterable[tuple[str | Decimal | int | None, Any]]:
        data = self.data
        yield number, self.whole
        yield row.title, self.plain
        yield row.group, self.plain
        for column in data.columns:
            yield row.scores.get(column.key), self.figure
        yield row.total, self.strong
        yield row.rank, self.whole
        yield row.group_rank, self.whole
        yield row.person, self.plain
        for key, _ in data.grades:
            cell = row.grades.get(key)
            yield cell.label if cell else "", self.plain
            yield cell.proposed if cell else "", self.plain
        yield row.remark, self.plain

    def _text(self, sheet: Any, line: int, column: int, value: str, look: Any) -> None:
        text = safe_text(value)
        if look is self.plain and text.lstrip().startswith(RISKY):
            look = self.marked
        sheet.write_string(line, column, text, look)

    def _method(self, sheet: Any) -> None:
        data, method = self.data, self.data.method
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 100)
        imprint = data.imprint
        rows = [
            ("考核办法", f"{imprint.scheme} {imprint.version}"),
            ("考核周期", imprint.period),
            *(("计算方法", words) for words in method.sums),
            *(("等次", words) for words in method.bands),
            *((f"条款：{title}", clause) for title, clause in method.scores),
            *(
                (f"名单：{x.title}", f"{'、'.join(x.members) or '无'}（{x.sentence}）")
                for x in data.lists
            ),
            *((f"参数：{title}", value) for title, value in method.parameters),
            *((f"原文：{about}", f"处理：{resolution}") for about, resolution in method.gaps),
            ("办法指纹", imprint.fingerprint),
            ("结果指纹", imprint.digest),
            ("日志存证", imprint.anchor),
        ]
        for line, (label, value) in enumerate(rows):
            sheet.write_string(line, 0, safe_text(label), self.note)
            sheet.write_string(line, 1, safe_text(value), self.note)
        sheet.freeze_panes(0, 1)


def _footer(text: str) -> str:
    return text.replace("&", "&&")[:100]
