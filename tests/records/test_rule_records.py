"""Records of item rules, findings, persons and earlier periods: read as meant, faults with place."""

from __future__ import annotations

import copy
import io
import json
from decimal import Decimal as D
from typing import Any

import openpyxl
import pytest

from kaohe.records import Record, RecordErrors, read_record
from kaohe.records.json_template import template_json
from kaohe.records.workbook_template import template_xlsx
from kaohe.scheme.reading import SchemeSource
from kaohe.scoring import compile_scheme
from kaohe.scoring.facts import Standing
from tests.scheme.test_parts import SCHEME

SOURCE = SchemeSource.from_data(SCHEME)
SHEET = {
    "by": "甲", "a": {"late": 2}, "b": {"b": 3, "na": "否"}, "c": {"part": 9, "whole": 10},
    "d": 2, "e": 4, "f": "好", "g": 4,
}  # fmt: skip


def record(**subject: Any) -> dict[str, Any]:
    return {"period": "2025-06", "subjects": [{"id": "x", "class": "v", **subject}]}


def read(data: Any) -> Record:
    return read_record(json.dumps(data, ensure_ascii=False).encode(), source=SOURCE, name="r.json")


def problems(data: Any) -> list[str]:
    with pytest.raises(RecordErrors) as caught:
        read(data)
    return [str(p) for p in caught.value.problems]


def test_figures_of_every_rule_are_read_as_inputs() -> None:
    marks = {m.item: m.value for m in read(record(sheet=[SHEET])).facts.marks}

    assert marks == {
        "a.late": D(2), "b": D(3), "b.na": D(0), "c.part": D(9), "c.whole": D(10), "d": D(2),
        "e": D(4), "f": D(1), "g": D(4),
    }  # fmt: skip


def test_a_count_that_is_not_written_is_zero_once_the_sheet_is_there() -> None:
    sheet = {k: v for k, v in SHEET.items() if k != "a"}

    marks = {m.item: m.value for m in read(record(sheet=[sheet])).facts.marks}

    assert marks["a.late"] == 0


def test_points_of_a_record_follow_the_rules() -> None:
    result = compile_scheme(SOURCE.bind()).score(read(record(sheet=[SHEET])).facts)

    # 甲 10 − 2 × 1
    assert result.subjects[0].scores["item"] == D("8.00")


def test_findings_persons_and_earlier_periods_are_read() -> None:
    data = record(
        note=[{"reason": "通报", "event": "检查", "day": "2025-06-03"}],
        standing=[{"period": "2025-05", "value": 88.5, "lists": ["red"]}],
    )
    data["subjects"].append({"id": "p", "title": "某某", "class": "m", "unit": "x"})

    facts = read(data).facts

    assert [(e.rule, e.event, e.state) for e in facts.entries] == [("note", "检查", "verified")]
    assert facts.standing == (Standing("x", "2025-05", "total", D("88.5"), "", ("red",)),)
    assert [s.unit for s in facts.subjects] == ["", "x"]


def test_mistakes_in_inputs_are_reported_with_place_and_remedy() -> None:
    wrong = {
        **SHEET, "a": {"late": "1.5", "lat": 1}, "b": {"b": 1, "na": "是"}, "f": "中", "g": 9
    }  # fmt: skip
    text = "\n".join(
        problems(
            record(
                sheet=[wrong],
                minus=[{"points": 2, "reason": "会议", "person": "路人"}],
                standing=[{"period": "去年", "value": 1}, {"period": "2025-05", "value": 300}],
            )
        )
    )

    for words in (
        "1.5 不是整数", "a.lat", "既填了“不适用”，又填了数", "“中”", "超过满分 5",
        "“路人”不是", "没有写明是哪一件事", "去年", "不在 0 到 100 之间",
    ):  # fmt: skip
        assert words in text, words
    assert all("r.json:" in line for line in text.splitlines())


def test_json_template_reads_back_empty() -> None:
    facts = read(json.loads(template_json(SOURCE))).facts

    assert (facts.marks, facts.votes, facts.entries, facts.standing) == ((), (), (), ())


def test_filled_workbook_template_reads_as_the_same_facts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(SOURCE)))
    sheets = {name: [c.value for c in book[name][1]] for name in book.sheetnames}

    assert any("评分表" in name for name in sheets), sheets
    empty = read_problems(template_xlsx(SOURCE))
    assert empty == ["工作簿：没有任何考核对象。至少写一个。"]


def read_problems(data: bytes) -> list[str]:
    with pytest.raises(RecordErrors) as caught:
        read_record(data, source=SOURCE, name="工作簿")
    return [str(p) for p in caught.value.problems]


def below_zero() -> SchemeSource:
    """The scheme with a growth rate that may fall, and points that may too."""
    data = copy.deepcopy(SCHEME)
    items = data["items"]["work"]["items"]
    items[1]["bracket"] = {
        "of": {"title": "增幅", "least": "-50.5", "most": "90", "decimals": "1"},
        "lowest": {"3": "5", "-2": "-1"}, "otherwise": "-3",
    }  # fmt: skip
    return SchemeSource.from_data(data)


def test_figures_below_zero_are_read_where_the_scheme_lets_them() -> None:
    source = below_zero()
    plan = compile_scheme(source.bind())

    def total(**sheet: Any) -> D | None:
        data = json.dumps(record(sheet=[{**SHEET, **sheet}]), ensure_ascii=False).encode()
        facts = read_record(data, source=source, name="r.json").facts
        return plan.score(facts, check=True).subjects[0].scores["possible"]

    assert (total(b={"b": 3}), total(b={"b": -2}), total(b={"b": "-2.1"})) == (
        D("83.75"), D("68.75"), D("63.75"),
    )  # fmt: skip
    with pytest.raises(RecordErrors, match=r"填写的数 -50.6 小于 −50.5。填写 −50.5 到 90 的数"):
        total(b={"b": "-50.6"})


def test_the_workbook_template_lets_figures_below_zero_in() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(below_zero())))
    sheet = next(s for s in book if any(c.value == "b" for c in s[3]) and s.title != "成绩")
    column = next(c.column_letter for c in sheet[3] if c.value == "b")
    (rule,) = [v for v in sheet.data_validations.dataValidation if f"{column}4" in v.sqref]
    (total,) = [c.column_letter for c in book["成绩"][3] if c.value == "sheet#1"]

    assert (rule.type, rule.formula1, rule.formula2) == ("decimal", "-50.5", "90")
    assert "不小于 −50.5" in sheet[f"{column}2"].comment.text
    assert "−3—40" in book["成绩"][f"{total}2"].comment.text
