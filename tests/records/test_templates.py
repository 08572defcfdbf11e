"""Templates: they explain themselves, and what is filled in comes back."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from kaohe.records import RecordErrors, read_record
from kaohe.records.columns import is_known, words_of
from kaohe.records.json_template import template_json
from kaohe.records.workbook_template import template_xlsx
from kaohe.scheme.reading import SchemeSource, read_source
from kaohe.scoring.facts import Entry, Mark, Ruling, Vote
from tests.records.making import read
from tests.scheme.test_rollups import MONTH
from tests.schemes.loading import demo_source


def fill(tables: dict[str, list[dict[str, Any]]]) -> bytes:
    """The template with rows put in by key."""
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(demo_source())))
    for name, rows in tables.items():
        sheet = book[name]
        at = next(r for r in range(1, 9) if ":" in str(sheet.cell(r, 1).value))
        keys = [cell.value for cell in sheet[at]]
        for index, row in enumerate(rows, start=at + 1):
            for key, value in row.items():
                sheet.cell(index, keys.index(key) + 1, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_json_template_reads_as_it_is() -> None:
    record = read(template_json(demo_source()))

    assert [s.title for s in record.facts.subjects] == ["（支部名称）"]
    assert record.facts.marks == ()
    assert record.scheme.values == demo_source().bind().values


def test_json_template_explains_every_key_it_offers() -> None:
    (subject,) = json.loads(template_json(demo_source()))["subjects"]

    assert set(subject) - {"_说明"} == set(subject["_说明"])
    assert "0—100" in json.dumps(subject["_说明"]["own"], ensure_ascii=False)


def test_examples_of_a_total_do_not_pass_its_maximum() -> None:
    told = json.loads(template_json(demo_source()))["subjects"][0]["_说明"]["group"]
    assert "[96, 97.5, 95]" in told["填什么"]
    data = demo_source().data
    key = data["instruments"]["group"]["items"]
    group = {**data["items"][key], "items": [{"id": "a", "title": "甲", "points": "20"}]}
    changed = {**data, "items": {**data["items"], key: group}}

    told = json.loads(template_json(SchemeSource.from_data(changed)))["subjects"][0]["_说明"][
        "group"
    ]

    assert told["署名"]["total"] == 19
    assert "[19, 19, 19]" in told["填什么"]


def test_json_template_offers_every_instrument_and_rule() -> None:
    (subject,) = json.loads(template_json(demo_source()))["subjects"]
    scheme = demo_source().bind()

    assert {*scheme.instruments, *scheme.entries} <= set(subject)


def test_empty_workbook_template_says_that_nothing_is_filled_in() -> None:
    with pytest.raises(RecordErrors) as caught:
        read_record(template_xlsx(demo_source()), source=demo_source())

    assert [str(p) for p in caught.value.problems] == ["工作簿：没有任何考核对象。至少写一个。"]


def test_workbook_template_comes_back_with_everything() -> None:
    data = fill(
        {
            "成绩": [
                {
                    "subjects:id": "a", "title": "甲支部", "class": "北区支部", "person": "赵",
                    "own": 96.5, "group#1": 90, "group#2": 91, "vote.@issued": 12,
                    "vote.@returned": 11, "opinion": "好", "prize": "省级+县级",
                },
                {"title": "乙支部", "class": "南区支部", "vote.好": 3, "form.work": 88.5},
            ],
            "考核表分项": [{"marks:group": "乙支部", "respondent": "李", "first": 50, "second": 30}],
            "测评分项": [
                {"votes:vote": "a", "aspect": "甲项", "stratum": "党员", "好": 4, "差": 1},
                {"votes:vote": "a", "aspect": "乙项", "好": 6},
            ],
            "评议表逐份": [
                {"forms:form": "a", "work": 90}, {"forms:form": "a", "work": 90},
                {"forms:form": "a", "work": 85.5},
            ],
            "加减分": [
                {
                    "entries:subject": "a", "rule": "加分", "quantity": 1.5, "reason": "先进",
                    "day": "2025-06-30", "state": "待核验",
                }
            ],
            "决定": [{"rulings:subject": "乙支部", "kind": "确认标记", "target": "turnout", "reason": "r"}],
            "参数": [],
        }
    )  # fmt: skip

    facts = read_record(data, source=demo_source()).facts

    assert [(s.id, s.group, s.person) for s in facts.subjects] == [
        ("a", "north", "赵"),
        ("乙支部", "south", ""),
    ]
    assert set(facts.marks) == {
        Mark("a", "own", "", "*", Decimal("96.5")),
        Mark("a", "group", "1", "*", Decimal(90)),
        Mark("a", "group", "2", "*", Decimal(91)),
        Mark("乙支部", "form", "", "work", Decimal("88.5")),
        Mark("乙支部", "group", "李", "first", Decimal(50)),
        Mark("乙支部", "group", "李", "second", Decimal(30)),
    }
    assert set(facts.votes) == {
        Vote("a", "vote", "", "@", "issued", 12),
        Vote("a", "vote", "", "@", "returned", 11),
        Vote("a", "vote", "inner", "first", "好", 4),
        Vote("a", "vote", "inner", "first", "差", 1),
        Vote("a", "vote", "", "second", "好", 6),
        Vote("a", "form", "", "work", "90", 2),
        Vote("a", "form", "", "work", "85.5", 1),
        Vote("乙支部", "vote", "", "*", "好", 3),
    }
    assert {(e.rule, str(e.quantity), e.label, e.state) for e in facts.entries} == {
        ("prize", "1", "省级", "verified"),
        ("prize", "1", "县级", "verified"),
        ("bonus", "1.5", "", "claimed"),
    }
    assert isinstance(facts.entries[-1], Entry)
    assert facts.rulings == (Ruling("乙支部", "waive", "turnout", "r", ""),)
    assert facts.notes == {"a": {"opinion": "好"}}
    assert facts.period == "2025"


def test_parameters_of_the_template_count() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(fill({"成绩": [{"title": "甲", "class": "北区支部"}]}))
    )
    sheet = book["参数"]
    values = {"where": "封顶之外", "points.0": 50, "points.1": 50, "prizes.table": "省级=3；市级=1"}
    for row in sheet.iter_rows(min_row=3):
        row[2].value = values.get(str(row[0].value), row[2].value)
    buffer = io.BytesIO()
    book.save(buffer)

    scheme = read_record(buffer.getvalue(), source=demo_source()).scheme

    assert scheme.values["where"] == "outside"
    assert scheme.values["points"] == ["50", "50"]
    assert scheme.values["prizes"] == {"省级": "3", "市级": "1"}


def test_mistakes_in_the_template_are_named_by_cell() -> None:
    rows = [{"title": "甲", "class": "西区", "own": 196, "vote.好": 2.5}, {"own": 3}]
    details = [{"marks:group": "丙", "first": 5}, {"respondent": "x", "first": 5}]

    with pytest.raises(RecordErrors) as caught:
        read_record(fill({"成绩": rows, "考核表分项": details}), source=demo_source())

    assert {p.place.partition("（")[0] for p in caught.value.problems} == {
        "成绩!A4", "成绩!E4", "成绩!O4", "成绩!A5", "考核表分项!C4", "考核表分项!B5",
    }  # fmt: skip


def test_template_of_another_scheme_is_refused() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(fill({"成绩": [{"title": "甲", "class": "北区支部"}]}))
    )
    book["参数"]["C3"] = "other.scheme"
    buffer = io.BytesIO()
    book.save(buffer)

    with pytest.raises(RecordErrors, match=r"参数!C3：模板写的考核办法是 other\.scheme"):
        read_record(buffer.getvalue(), source=demo_source())


def test_workbook_template_guards_what_is_typed() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(demo_source())))
    sheet = book["成绩"]
    column = next(c.column_letter for c in sheet[3] if c.value == "own")

    assert sheet.protection.sheet
    assert sheet[f"{column}2"].protection.locked
    assert not sheet[f"{column}4"].protection.locked
    assert "0—100" in sheet[f"{column}2"].comment.text
    rules = [v for v in sheet.data_validations.dataValidation if f"{column}4" in v.sqref]
    assert [(r.type, r.formula1, r.formula2) for r in rules] == [("decimal", "0", "100")]


def test_workbook_template_explains_each_column() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(demo_source())))
    explained = {(row[0].value, row[1].value) for row in book["说明"].iter_rows(min_row=8)}

    for name in book.sheetnames[1:]:
        if name != "参数":
            assert {(name, cell.value) for cell in book[name][2]} <= explained


def test_same_template_has_the_same_bytes() -> None:
    assert template_xlsx(demo_source()) == template_xlsx(demo_source())


def test_every_word_of_the_template_is_known() -> None:
    scheme = demo_source().bind()

    assert [w for w in words_of(scheme) if not is_known(w, scheme)] == []
    assert not is_known("own.first", scheme)
    assert not is_known("vote.很好", scheme)


def test_votes_that_are_not_counted_by_aspect_leave_the_aspect_empty() -> None:
    content = fill(
        {
            "成绩": [{"title": "山前支部", "class": "北区支部"}],
            "测评分项": [{"votes:vote": "山前支部", "好": 41, "中": 9, "差": 2}],
        }
    )
    record = read_record(content, source=demo_source(), name="a.xlsx")

    assert {(v.aspect, v.option, v.count) for v in record.facts.votes} == {
        ("*", "好", 41), ("*", "中", 9), ("*", "差", 2),
    }  # fmt: skip


def test_templates_name_the_scores_of_other_periods() -> None:
    """Whoever fills in a year cannot guess what the months called their scores."""
    scheme = read_source(MONTH, name="x.yaml").rollups()["demo.month.year"]
    sheet = openpyxl.load_workbook(io.BytesIO(template_xlsx(scheme)))["说明"]

    assert "total（各月平均）、events（最重一次）" in [cell.value for cell in sheet["D"]]
    assert "events（最重一次）" in template_json(scheme)
