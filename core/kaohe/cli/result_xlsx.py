"""Results as a workbook: the table, and a sheet that says what it was computed from."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import xlsxwriter

from kaohe.scoring.rendering import outcome_lines, tie_lines

if TYPE_CHECKING:
    from kaohe.scheme.model import ListRule, Scheme, StreakRule
    from kaohe.scoring.derivation import Result


def results_xlsx(result: Result, scheme: Scheme) -> bytes:
    """The bytes of the workbook; figures are numbers shown with the scheme's decimals."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    head = book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
    text = book.add_format({"border": 1})
    places = "0" if not scheme.decimals else "0." + "0" * scheme.decimals
    figure = book.add_format({"border": 1, "num_format": places})
    sheet = book.add_worksheet("结果")
    heading = ["名次", "编号", "名称", "类别"]
    heading += [node.title for node in scheme.scores.values()]
    heading += [grade.title for grade in scheme.grades.values()]
    outcomes: dict[str, ListRule | StreakRule] = {**scheme.lists, **scheme.streaks}
    heading += [one.title for one in outcomes.values()] + ["标注"]
    for column, word in enumerate(heading):
        sheet.write_string(0, column, word, head)
    classes = {k: t for kind in scheme.subjects.values() for k, t in kind.classes.items()}
    for row, one in enumerate(result.subjects, start=1):
        if one.rank is None:
            sheet.write_string(row, 0, "—", text)
        else:
            sheet.write_number(row, 0, one.rank, text)
        for column, word in enumerate((one.subject, one.title, classes.get(one.group, "")), 1):
            sheet.write_string(row, column, word, text)
        for column, key in enumerate(scheme.scores, start=4):
            value = one.scores[key]
            if value is None:
                sheet.write_string(row, column, "—", text)
            else:
                # Workbooks keep binary figures; the shown digits are exactly the score's.
                sheet.write_number(row, column, float(value), figure)
        start = 4 + len(scheme.scores)
        for column, key in enumerate(scheme.grades, start=start):
            sheet.write_string(row, column, one.grades[key].label or "—", text)
        start += len(scheme.grades)
        for column, key in enumerate(outcomes, start=start):
            sheet.write_string(row, column, "是" if one.lists[key].member else "", text)
        flags = "；".join(f"{flag.title}：{flag.sentence}" for flag in one.flags)
        sheet.write_string(row, start + len(outcomes), flags, text)
    sheet.freeze_panes(1, 3)
    sheet.set_column(1, 2, 18)
    sheet.set_column(3, len(heading) - 2, 11)
    sheet.set_column(len(heading) - 1, len(heading) - 1, 50)
    titles = {one.subject: one.title for one in result.subjects}
    told = [*tie_lines(result, scheme), *outcome_lines(result.lists, result.quotas, titles)]
    if told:
        lists = book.add_worksheet("名单和名额")
        for row, line in enumerate(told):
            lists.write_string(row, 0, line.strip(), book.add_format({"text_wrap": True}))
        lists.set_column(0, 0, 110)
    about = book.add_worksheet("依据")
    lines = [
        ("考核办法", f"{scheme.title}（{result.scheme}）"), ("版本", result.version),
        ("指纹", result.fingerprint), ("考核周期", result.period), ("核对码", result.digest),
        *((scheme.parameters[k].title, str(v)) for k, v in result.parameters.items()),
    ]  # fmt: skip
    for row, pair in enumerate(lines):
        about.write_row(row, 0, pair)
    about.set_column(0, 1, 40)
    book.close()
    return buffer.getvalue()
