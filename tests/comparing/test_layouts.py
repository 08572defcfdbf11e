"""Layouts of offices: several sheets, percentages in headings, remarks, sums, columns of items."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from kaohe.comparing.columns import Meanings
from kaohe.comparing.comparison import Terms, compare
from kaohe.comparing.layout import layout_lines
from kaohe.scheme.reading import SchemeSource
from kaohe.workbooks.reading import read_workbook
from tests.comparing.making import HEADINGS, compared, layout_of, made_sheet, terms
from tests.kit.schemes import ruled

RESULTS = ("考核组得分", "目标考核得分", "民主测评得分", "述职评议得分", "综合得分", "名次", "单位等次",
           "主任等次")  # fmt: skip


def edited(content: bytes, edit: Any) -> bytes:
    """A workbook after somebody worked on it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_inputs_and_results_on_two_sheets() -> None:
    sheet = made_sheet(51)
    sheet.rows[3]["综合得分"] += Decimal("9.87")
    inputs = sheet.content(tuple(h for h in HEADINGS if h not in RESULTS))
    order = sorted(sheet.rows, key=lambda row: -row["综合得分"])

    def add(book: Any) -> None:
        results = book.create_sheet("结果")
        results.append(["单位名称", *RESULTS[:5]])
        for row in order:
            results.append([row["单位名称"], *(float(row[h]) for h in RESULTS[:5])])

    found = compared(edited(inputs, add))

    assert [d.place for d in found.differences] == [f"结果!F{order.index(sheet.rows[3]) + 2}"]
    assert found.compared == 12 * 5


def test_notes_sums_and_empty_rows_are_left_alone() -> None:
    def add(book: Any) -> None:
        rows = book.worksheets[0]
        rows.append([])
        rows.append(["平均", *[88.8] * 19])
        rows.append(["注：加分须附证书"])

    found = compared(edited(made_sheet(52).content(), add))

    assert (found.differences, found.problems, found.subjects) == ([], [], 12)


def test_a_unit_that_stands_twice_is_told() -> None:
    sheet = made_sheet(53)
    sheet.rows[5]["单位名称"] = sheet.rows[4]["单位名称"]

    found = compared(sheet.content())

    assert ["已经有一行" in p.what for p in found.problems] == [True]
    assert found.problems[0].place == "汇总!A8"


def test_figures_stored_with_more_decimals_are_what_they_show() -> None:
    """A sheet without ROUND keeps 92.2666…; it shows 92.27 and is right."""
    sheet = made_sheet(54)
    unit = sheet.units[0]
    bonus = sum(unit.bonus, Decimal())
    exact = min(Decimal(100), sum(unit.group) / Decimal(3) + bonus)
    sheet.rows[0]["考核组得分"] = exact

    assert compared(sheet.content()).differences == []


def test_a_weight_in_a_heading_that_is_not_the_schemes_is_told() -> None:
    headings = tuple("述职评议得分(20%)" if h == "述职评议得分" else h for h in HEADINGS)
    sheet = made_sheet(55)
    for row in sheet.rows:
        row["述职评议得分(20%)"] = row["述职评议得分"]
    content = sheet.content(headings)
    under = terms()

    lines = layout_lines(layout_of(content, under), Meanings(under.scheme))

    assert "注意：Q 列表头写 20%，办法里“述职评议”占 10%" in lines


def test_missing_columns_of_votes_are_told() -> None:
    content = made_sheet(56).content(tuple(h for h in HEADINGS if h not in ("较差", "加分")))
    under = terms()

    lines = layout_lines(layout_of(content, under), Meanings(under.scheme))

    assert "注意：“民主测评”没有“较差”的列，按 0 票计" in lines
    assert "注意：没有“荣誉加分”的列，按没有计" in lines


ITEMS = {
    "记录·迟交": 3, "记录·没有": 0, "记录·谈话": 4, "参加率·参加人数": 19, "参加率·应到人数": 20,
    "走访": 12, "收入": 40, "档次": 1, "信息": 3, "直接打分": 8,
}  # fmt: skip
POINTS = Decimal("8.50") + 20 + 20 + 16 + 10 + 6 + 8
"""记录 10 − 3 × 0.5; 19 of 20; 12 visits; 40 of 50 × 20; 高; 3 × 2; direct."""


def by_items(*rows: dict[str, Any]) -> bytes:
    """A workbook with a column per figure of a sheet with rules."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    sheet.append(["单位", *ITEMS, "基本分", "总分"])
    for number, row in enumerate(rows):
        whole = {**ITEMS, "基本分": float(POINTS), "总分": float(POINTS), **row}
        sheet.append([f"单位{number + 1}", *whole.values()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def under_rules() -> Terms:
    """The small scheme over items with every rule."""
    source: SchemeSource = ruled()
    return Terms(source, source.bind(), {})


def test_items_with_rules_are_scored_from_their_columns() -> None:
    content = by_items({}, {}, {})
    under = under_rules()

    found = compare(read_workbook(content), layout_of(content, under), terms=under)

    assert found.problems == []
    assert found.differences == []
    assert found.compared == 6


@pytest.mark.parametrize(
    ("figures", "points", "code", "words"),
    [
        ({"记录·迟交": 8}, Decimal("76.50") + 8, "cap", "最多扣 3 分"),
        ({"收入": 60}, POINTS + 8, "cap", "没有按 20 分封顶"),
        ({"信息": 7}, POINTS + 8, "cap", "“信息”没有按 10 分封顶"),
        ({"走访": 12}, POINTS - 10, "edge", "恰好达到界限"),
        ({}, POINTS + Decimal("1.5"), "entries", "漏扣“迟交”"),
        ({"直接打分": 8}, POINTS - 8, "input", "按 0 计"),
    ],
)
def test_a_rule_of_an_item_that_was_forgotten(
    figures: dict[str, Any], points: Decimal, code: str, words: str
) -> None:
    wrong = {**figures, "基本分": float(points), "总分": float(points)}
    if "记录·迟交" in figures:  # 8 × 0.5 = 4, capped at 3
        wrong |= {"基本分": float(POINTS - Decimal("2.5")), "总分": float(POINTS - Decimal("2.5"))}
    content = by_items({}, {}, wrong)
    under = under_rules()

    found = compare(read_workbook(content), layout_of(content, under), terms=under)

    (own,) = found.own_errors
    assert own.place == "表!L4"
    causes = [own.cause, *own.others]
    assert any(c.code == code and words in c.text for c in causes), [c.text for c in causes]


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("自评分", "input:self_sheet"),
        ("考核一组", "input:group_sheet#考核一组"),
        ("考核组2评分", "input:group_sheet#考核组2评分"),
        ("优秀票", "input:vote.优秀"),
        ("收回票数", "input:vote.@returned"),
        ("班子评分", "input:form.team"),
        ("目标得分", "score:target"),
        ("测评得分", "score:ballot"),
        ("年终总分", "score:total"),
        ("综合评定得分", "score:total"),
        ("排名", "rank"),
        ("主任等级", "grade:head"),
        ("目标考核折合分", "score:part@total/target"),
        ("民主测评得分（折合30%）", "score:part@total/ballot"),
        ("民主测评×30%", "score:part@total/ballot"),
        ("民主测评*0.3", "score:part@total/ballot"),
        ("述职评议折10分", "score:part@total/debrief"),
        ("述职评议按10%折算", "score:part@total/debrief"),
        ("班子评分（折合75%）", "score:part@debrief/team"),
        ("民主测评（30%）", "score:ballot"),
        ("考核组平均分", None),
        ("备注", None),
    ],
)
def test_headings_of_offices_are_understood(heading: str, meaning: str | None) -> None:
    meanings = Meanings(terms().scheme)
    beside = [("单位名称",), ("考核组1",)]

    assert meanings.match([*beside, (heading,)])[-1] == meaning
