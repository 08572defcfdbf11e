"""Columns of weighted parts: 民主测评（折合30%）."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe.comparing.columns import Meanings
from kaohe.comparing.layout import gaps
from kaohe.comparing.model import Comparison
from tests.comparing.making import HEADINGS, Sheet, compared, half_up, layout_of, made_sheet, terms

PARTS = {"目标考核": 60, "民主测评": 30, "述职评议": 10}


def _heading(title: str) -> str:
    return f"{title}得分（折合{PARTS[title]}%）"


def sheet_with_parts(seed: int, *, unit: Decimal = Decimal("0.01")) -> Sheet:
    sheet = made_sheet(seed)
    for row in sheet.rows:
        for title, weight in PARTS.items():
            row[_heading(title)] = half_up(row[f"{title}得分"] * weight / 100, unit)
    return sheet


ALL = (*HEADINGS[:13], *(h for t in PARTS for h in (f"{t}得分", _heading(t))), *HEADINGS[17:])
ONLY = ("单位名称", *(_heading(t) for t in PARTS), *HEADINGS[17:20])


def told(found: Comparison) -> list[tuple[str, str, str]]:
    return [(d.cell, d.ours, d.cause.code) for d in found.differences]


@pytest.mark.parametrize("unit", ["0.1", "0.01", "0.001", "0.0001"])
@pytest.mark.parametrize("headings", [ALL, ONLY])
@pytest.mark.parametrize("seed", [81, 82, 83])
def test_right_parts_are_not_accused(seed: int, headings: tuple[str, ...], unit: str) -> None:
    found = compared(sheet_with_parts(seed, unit=Decimal(unit)).content(headings))

    assert found.differences == []
    assert found.compared


@pytest.mark.parametrize(
    ("weight", "text"),
    [(20, "“民主测评”的权重用成 20%，应为 30%"), (100, "“民主测评”没有乘权重 30%")],
)
def test_a_wrong_weight_is_named(weight: int, text: str) -> None:
    sheet = sheet_with_parts(84)
    row = sheet.rows[2]
    row[_heading("民主测评")] = half_up(row["民主测评得分"] * weight / 100)

    (found,) = compared(sheet.content(ALL)).differences

    assert found.meaning == "score:part@total/ballot"
    assert (found.cause.code, found.cause.text) == ("weights", text)
    assert found.ours == str(half_up(row["民主测评得分"] * 30 / 100))


def test_a_total_of_wrong_parts_is_a_consequence() -> None:
    sheet = sheet_with_parts(85)
    row = sheet.rows[4]
    row[_heading("民主测评")] += 2
    row["综合得分"] = sum(row[_heading(title)] for title in PARTS)
    sheet.rank()

    found = [d for d in compared(sheet.content(ALL)).differences if d.meaning.startswith("score")]

    assert [(d.meaning, d.cause.code) for d in found] == [
        ("score:part@total/ballot", "digits"),
        ("score:total", "consequence"),
    ]
    assert found[1].cause.upstream == (found[0].place,)
    assert found[1].office_steps[0].endswith(f"= {row['综合得分']}")


def test_a_part_of_a_wrong_score_is_a_consequence() -> None:
    sheet = sheet_with_parts(86)
    row = sheet.rows[4]
    row["民主测评得分"] += 2
    row[_heading("民主测评")] = half_up(row["民主测评得分"] * 30 / 100)

    found = compared(sheet.content(ALL)).differences

    assert [d.cause.code for d in found] == ["digits", "consequence"]


def test_a_total_that_its_parts_do_not_make_is_found() -> None:
    sheet = sheet_with_parts(87)
    row = sheet.rows[3]
    right = row["综合得分"]
    row["综合得分"] = right - row[_heading("述职评议")]
    sheet.rank()

    own = compared(sheet.content(ONLY)).own_errors

    assert [(d.meaning, d.cause.text) for d in own] == [("score:total", "相加时漏了“述职评议×10%”")]
    assert abs(Decimal(own[0].ours) - right) <= Decimal("0.02")


def test_the_figures_decide_where_the_heading_says_something_else() -> None:
    under = terms()
    plain, parts = made_sheet(88), made_sheet(88)
    for row, other in zip(plain.rows, parts.rows, strict=True):
        row["民主测评（折合30%）"] = row["民主测评得分"]
        other["民主测评得分"] = half_up(other["民主测评得分"] * 30 / 100)
    headings = tuple(h.replace("民主测评得分", "民主测评（折合30%）") for h in HEADINGS)

    for content, meaning in (
        (plain.content(headings), "score:ballot"),
        (parts.content(), "score:part@total/ballot"),
    ):
        columns = layout_of(content, under).tables[0].by_meaning
        assert columns[meaning].why == "数值"
        assert compared(content).differences == []


def test_a_heading_with_another_weight_is_noted() -> None:
    under = terms()
    headings = tuple(h.replace("折合30%", "折合20%") for h in ALL)
    sheet = sheet_with_parts(89)
    for row in sheet.rows:
        row["民主测评得分（折合20%）"] = row[_heading("民主测评")]

    notes = gaps(layout_of(sheet.content(headings), under), Meanings(under.scheme))

    assert "Q 列表头写 20%，办法里“民主测评×30%”占 30%" in notes


def test_rounding_and_a_slip_in_one_figure_are_both_told() -> None:
    sheet = made_sheet(0, 8)
    for row in sheet.rows:
        row["综合得分"] = half_up(row["综合得分"], Decimal("0.1"))
    assert sheet.rows[0]["综合得分"] == Decimal("93.2")
    sheet.rows[0]["综合得分"] = Decimal("92.3")
    sheet.rank()

    found = next(d for d in compared(sheet.content()).own_errors if d.meaning == "score:total")

    assert found.cause.code == "two"
    assert "只保留 1 位小数（别的行也是）；又有笔误，相邻两位数字颠倒" in found.cause.text
