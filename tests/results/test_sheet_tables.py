"""Sheets with rules on the derivation page: items, sections, what was counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kaohe import catalogue
from kaohe.documents.inputs import SheetInput
from kaohe.documents.sheets import sheet_pdf
from kaohe.kit.invention import made_up_facts
from kaohe.results.explanation.page import Explanation, explain
from kaohe.results.explanation.steps import StepView
from kaohe.scoring import compile_scheme
from kaohe.scoring.facts import Facts, Mark, Subject
from kaohe.scoring.outcomes.lists import OUTSIDE
from tests.documents.sample import IMPRINT
from tests.scoring.outcome_schemes import as_text
from tests.scoring.schemes import small
from tests.scoring.test_below_zero import GROWTH, PENALTY

ITEMS = {
    "title": "项目",
    "sections": {"one": {"title": "第一部分", "total": 30, "cite": "一"}},
    "items": [
        {"id": "late", "title": "迟到", "points": 20, "section": "one", "cite": "一1", "deduct": [
            {"id": "plan", "title": "没有计划", "once": 2},
            {"id": "absent", "title": "缺席", "each": 3, "unit": "次"},
        ]},
        {"id": "hours", "title": "时数", "points": 10, "section": "one",
         "bracket": {"of": {"title": "时数"}, "lowest": {"10": 10, "5": 5}}},
        {"id": "rest", "title": "其他", "points": 70, "gap": "why"},
    ],
}  # fmt: skip


def pages(scheme: Any, facts: Facts) -> list[Explanation]:
    plan = compile_scheme(scheme, operators=catalogue.meanings())
    return [
        explain(one, scheme=scheme, parameters=scheme.values) for one in plan.score(facts).subjects
    ]


def cards(step: StepView) -> list[StepView]:
    return [step, *(one for child in step.children for one in cards(child))]


@pytest.mark.parametrize("scheme_id", sorted({**catalogue.schemes(), **catalogue.rollups()}))
def test_every_scheme_has_a_page_in_words(scheme_id: str) -> None:
    """Nothing of the program's own language on any page, public or not."""
    source = catalogue.get(scheme_id).source
    scheme = source.bind(operators=catalogue.syntaxes())
    plan = compile_scheme(scheme, operators=catalogue.meanings())
    facts = made_up_facts(scheme, 1, subjects=6, shape="wild")

    for result in plan.score(facts).subjects:
        for public in (False, True):
            page = explain(result, scheme=scheme, parameters=scheme.values, public=public)
            for card in cards(page.tree):
                assert card.title
                assert not card.operator.isascii() or not card.operator
            asked = {k for k, one in result.lists.items() if one.sentence != OUTSIDE}
            assert asked == {one.id for one in page.lists}


def test_sheet_with_rules_is_a_table_with_sections_and_notes() -> None:
    gaps = {"why": {"about": "没写", "resolution": "直接打分"}}
    sheet = {"type": "sheet", "title": "评分表", "by": "assessors", "items": "aspects"}
    scheme = small(items={"aspects": as_text(ITEMS)}, gaps=gaps, instruments={"sheet": sheet})
    marks = {"late.plan": 1, "late.absent": 2, "hours": 7, "rest": 66}
    facts = Facts(
        (Subject("k", "支部"),),
        tuple(Mark("k", "sheet", "甲", item, Decimal(value)) for item, value in marks.items()),
    )

    (page,) = pages(scheme, facts)

    sheets = page.tree.sheets
    assert sheets is not None
    rows = [(r.title, r.is_section, r.points, r.cells[0].value) for r in sheets.rows]
    assert rows == [
        ("其他", False, "70", "66.00"),
        ("第一部分", True, "30", "17.00"),
        ("迟到", False, "20", "12.00"),
        ("时数", False, "10", "5.00"),
    ]
    notes = {row.title: row.cells[0].note for row in sheets.rows}
    assert "没有计划（扣 2）；缺席 2 次" in notes["迟到"]
    assert "达到 5 → 5" in notes["时数"]
    assert [title for title, _ in page.tree.ballot_gaps] == ["其他"]
    assert [line.title for line in page.lines] == ["迟到", "第一部分", "评分表 · 甲", "总分"]


def test_figures_below_zero_stand_in_the_table_and_on_paper() -> None:
    scores = {
        "marks": {"title": "评分", "sheet": "sheet"},
        "total": {"title": "总分", "product": {"of": ["marks", "95"], "out_of": "100"}},
    }
    sheet = {"type": "sheet", "title": "评分表", "by": "assessors", "items": "table"}
    items = {"table": {"title": "项目", "items": [GROWTH, PENALTY]}}
    scheme = small(items=items, instruments={"sheet": sheet}, entries={}, scores=scores)
    marks = [
        ("甲", "growth", "-20.5"),
        ("甲", "late", "3"),
        ("乙", "growth", "-6"),
        ("乙", "late", "2"),
    ]
    rows = tuple(Mark("k", "sheet", by, item, Decimal(value)) for by, item, value in marks)

    (page,) = pages(scheme, Facts((Subject("k", "支部"),), rows))

    (table,) = [card.sheets for card in cards(page.tree) if card.sheets]
    assert [[cell.value for cell in row.cells] for row in table.rows] == [
        ["-2.50", "-2.50"], ["-1.50", "-4.00"],
    ]  # fmt: skip
    assert dict(table.totals) == {"甲": "-6.50", "乙": "-4.00"}
    assert table.full == "10"
    assert page.total == "-4.99"
    assert page.tree.operator == "相乘"
    assert sheet_pdf(SheetInput(page, IMPRINT)).startswith(b"%PDF")
