"""What an office leaves out because it goes without saying: no points of a finding, no single item."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest

from kaohe.records import RecordErrors, read_record
from kaohe.records.workbook_template import template_xlsx
from kaohe.scheme.reading import SchemeSource, read_source
from kaohe.scoring import compile_scheme

SCHEME = """\
id: demo.short
version: "2026.1"
title: 满意率
source: {document: 示例}
period: year
decimals: 2
subjects: {dept: {title: 科室, kind: organization}}
items:
  rates: {title: 满意率, items: [{id: rate, title: 病人满意率, points: 100}]}
instruments:
  survey: {type: sheet, title: 调查表, by: assessors, items: rates}
entries:
  accident: {title: 事故, sign: none}
  fault: {title: 差错, sign: "-"}
  part: {title: 参加活动, sign: +, points: {活动: 2}, quantity: percent}
scores:
  points: {title: 满意度得分, interpolate: {of: {item: survey.rate}, anchors: {80: 0, 90: 12, 98: 20}}}
  total: {title: 总分, sum: [points, {entries: [fault, part]}]}
  times: {title: 事故次数, count: accident, decimals: 0}
"""


def source() -> SchemeSource:
    return read_source(SCHEME, name="x.yaml")


def filled(rows: dict[str, list[dict[str, Any]]]) -> bytes:
    """The template with rows by key."""
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(source())))
    for title, lines in rows.items():
        sheet = book[title]
        keys = [cell.value for cell in sheet[3]]
        for number, line in enumerate(lines, start=4):
            for key, value in line.items():
                sheet.cell(number, keys.index(key) + 1, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def scores(content: bytes, name: str) -> dict[str, str]:
    record = read_record(content, source=source(), name=name)
    (one,) = compile_scheme(record.scheme).score(record.facts).subjects
    return {key: str(value) for key, value in one.scores.items()}


def entry(**more: Any) -> dict[str, Any]:
    return {"entries:subject": "内科", **more}


DEPT = {"title": "内科", "survey#1": 92.5}


def test_a_finding_needs_no_points_in_a_workbook() -> None:
    rows = [entry(rule="事故", reason="通报一"), entry(rule="事故", reason="通报二")]

    assert scores(filled({"成绩": [DEPT], "加减分": rows}), "a.xlsx")["times"] == "2"


def test_a_row_of_a_table_in_percent_counts_in_full_without_a_figure() -> None:
    """As in JSON; a figure beside it is the percentage."""
    whole = filled({"成绩": [DEPT], "加减分": [entry(rule="参加活动", label="活动")]})
    half = filled({"成绩": [DEPT], "加减分": [entry(rule="参加活动", label="活动", quantity=50)]})

    assert scores(whole, "a.xlsx")["total"] == "16.50"
    assert scores(half, "a.xlsx")["total"] == "15.50"


def test_a_deduction_without_points_is_still_refused() -> None:
    """Negative control."""
    with pytest.raises(RecordErrors, match="没有分值"):
        scores(filled({"成绩": [DEPT], "加减分": [entry(rule="差错")]}), "a.xlsx")


def test_the_total_of_a_sheet_with_one_item_is_that_item() -> None:
    data = {"subjects": [{"title": "内科", "survey": [92.5]}]}

    assert scores(filled({"成绩": [DEPT]}), "a.xlsx")["points"] == "14.50"
    assert scores(json.dumps(data).encode(), "a.json")["points"] == "14.50"


def test_total_and_item_that_differ_are_still_refused() -> None:
    data = {"subjects": [{"title": "内科", "survey": [{"total": 90, "rate": 92.5}]}]}

    with pytest.raises(RecordErrors):
        scores(json.dumps(data).encode(), "a.json")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03", "2026-03"), ("2026年3月", "2026-03"), ("２０２６年３月", "2026-03"),
        ("2026-3", "2026-03"), ("2026.03", "2026-03"), ("2026年第一季度", "2026-Q1"), ("2026年", "2026"),
    ],
)  # fmt: skip
def test_earlier_periods_are_written_as_people_write_them(written: str, meant: str) -> None:
    standing = [{"period": written, "value": 90}]
    data = {"subjects": [{"title": "内科", "standing": standing}]}
    record = read_record(json.dumps(data).encode(), source=source(), name="a.json")

    assert [row.period for row in record.facts.standing] == [meant]


def test_a_period_that_may_have_lost_a_nought_is_refused() -> None:
    """2026.10 typed as a number comes out as 2026.1."""
    data = {"subjects": [{"title": "内科", "standing": [{"period": "2026.1", "value": 90}]}]}

    with pytest.raises(RecordErrors, match=r"看不懂时期“2026\.1”"):
        read_record(json.dumps(data).encode(), source=source(), name="a.json")
