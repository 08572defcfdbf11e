"""One mistake planted in an otherwise right workbook: found, named, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import pytest

from tests.comparing.making import (
    RIGHT,
    Quirk,
    Sheet,
    Unit,
    compared,
    made_sheet,
    terms,
    with_bonus,
    written,
)

Prepare = Callable[[Unit], Unit]
_BELOW = ("考核组得分", "目标考核得分", "民主测评得分", "述职评议得分")


class Plant(NamedTuple):
    """A way of calculating wrongly, where it shows first, and its cause."""

    quirk: Quirk
    column: str
    code: str
    words: str
    prepare: Prepare = lambda unit: unit


def _near_the_top(unit: Unit) -> Unit:
    sheets = (Decimal("99"), Decimal("99.5"), Decimal("98"))
    return with_bonus(replace(unit, group=sheets), "2", "1")


PLANTS = {
    "cap": Plant(Quirk(cap=False), "考核组得分", "cap", "没有按 100 封顶", _near_the_top),
    "no bonus": Plant(
        Quirk(bonus=Decimal(0)), "考核组得分", "entries", "漏了", lambda u: with_bonus(u, "1", "0.5")
    ),
    "bonus twice": Plant(
        Quirk(bonus=Decimal(2)), "考核组得分", "entries", "计了两次",
        lambda u: with_bonus(u, "1", "0.5"),
    ),
    "one sheet left out": Plant(Quirk(respondents=2), "考核组得分", "respondents", "考核组3"),
    "invalid ballots": Plant(
        Quirk(by_returned=True), "民主测评得分", "denominator", "收回", lambda u: replace(u, invalid=3)
    ),
    "worst option as 0": Plant(
        Quirk(points=(100, 80, 60, 0)), "民主测评得分", "options", "较差"
    ),
    "weights swapped": Plant(Quirk(debrief=(25, 75)), "述职评议得分", "weights", "权重互换"),
    "the other clause": Plant(Quirk(weights=(60, 30, 20)), "综合得分", "weights", "20%"),
    "weights exchanged": Plant(Quirk(weights=(30, 60, 10)), "综合得分", "weights", "权重"),
    "rounded once": Plant(Quirk(inner=lambda value: value), "综合得分", "rounding", "没有舍入"),
}  # fmt: skip


def plant(sheet: Sheet, one: Plant, seed: int) -> int | None:
    """Calculate a row wrongly; its number, or None where no row shows it."""
    numbers = list(range(len(sheet.units)))
    random.Random(seed).shuffle(numbers)
    for number in numbers:
        unit = one.prepare(sheet.units[number])
        right, wrong = written(unit, RIGHT), written(unit, one.quirk)
        first = next((c for c in (*_BELOW, "综合得分") if right[c] != wrong[c]), "")
        if first == one.column and abs(right[first] - wrong[first]) != Decimal("0.02"):
            sheet.rows[number] = wrong
            sheet.rank()
            return number
    return None


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", PLANTS)
def test_a_row_calculated_wrongly_is_found_with_its_cause(name: str, seed: int) -> None:
    one, sheet = PLANTS[name], made_sheet(100 + seed)
    number = plant(sheet, one, seed)
    if number is None:
        pytest.skip("no row of this workbook shows it")

    found = compared(sheet.content())

    own = found.own_errors
    assert [d.place for d in own] == [sheet.cell(number, one.column)]
    assert own[0].cause.code == one.code
    # Votes like 2 × 60 = 3 × 40 leave two readings; both are told.
    assert any(one.words in cause.text for cause in (own[0].cause, *own[0].others))
    assert own[0].office_steps or one.code == "digits"
    assert own[0].our_steps


@pytest.mark.parametrize("seed", range(3))
def test_a_right_workbook_has_no_differences(seed: int) -> None:
    found = compared(made_sheet(200 + seed).content())

    assert found.differences == []
    assert found.problems == []
    assert found.compared == 12 * 8


def _swapped(value: Decimal) -> Decimal | None:
    digits = list(f"{value:.2f}")
    for left, right in ((0, 1), (3, 4)):
        if digits[left] != digits[right]:
            digits[left], digits[right] = digits[right], digits[left]
            return Decimal("".join(digits))
    return None


SLIPS: dict[str, Callable[[Decimal], Decimal | None]] = {
    "digits swapped": _swapped,
    "point missing": lambda value: value * 100,
    "point moved": lambda value: value / 10,
    "digit missing": lambda value: Decimal(f"{value:.2f}"[1:]),
    "digit wrong": lambda value: value + (1 if f"{value:.2f}"[1] != "9" else -1) * 1,
}


@pytest.mark.parametrize("column", ["目标考核得分", "综合得分"])
@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found(name: str, column: str) -> None:
    sheet = made_sheet(7)
    number = next(
        n for n, row in enumerate(sheet.rows) if row[column] % 1 and SLIPS[name](row[column])
    )
    sheet.rows[number][column] = SLIPS[name](sheet.rows[number][column])

    found = compared(sheet.content())

    assert [d.place for d in found.differences] == [sheet.cell(number, column)]
    assert found.differences[0].cause.code == "digits"


def test_a_figure_of_the_next_row_is_found() -> None:
    sheet = made_sheet(8)
    sheet.rows[4]["民主测评得分"] = sheet.rows[5]["民主测评得分"]

    (one,) = compared(sheet.content()).differences

    assert (one.place, one.cause.code) == (sheet.cell(4, "民主测评得分"), "row")
    assert sheet.units[5].title in one.cause.text


def test_two_rows_exchanged_are_two_findings() -> None:
    sheet = made_sheet(9)
    first, second = sheet.rows[2], sheet.rows[6]
    first["民主测评得分"], second["民主测评得分"] = second["民主测评得分"], first["民主测评得分"]

    found = compared(sheet.content()).differences

    assert [d.cause.code for d in found] == ["row", "row"]
    assert all("互相填反" in d.cause.text for d in found)


def test_a_figure_nobody_can_explain_is_said_to_be_unexplained() -> None:
    sheet = made_sheet(10)
    sheet.rows[0]["综合得分"] = Decimal("3.17")

    (one,) = compared(sheet.content()).own_errors

    assert one.cause.code == "unknown"
    assert one.cause.title == "原因不明"
    assert "3.17" in one.cause.text
    assert one.our_steps


def test_several_mistakes_are_found_side_by_side() -> None:
    sheet = made_sheet(11)
    expected = {}
    for number, name in ((1, "cap"), (4, "invalid ballots"), (7, "weights swapped")):
        one = PLANTS[name]
        unit = one.prepare(sheet.units[number])
        sheet.rows[number] = written(unit, one.quirk)
        expected[sheet.cell(number, one.column)] = one.code
    sheet.rows[9]["综合得分"] = _swapped(sheet.rows[9]["综合得分"])
    expected[sheet.cell(9, "综合得分")] = "digits"
    sheet.rank()

    found = compared(sheet.content())

    assert {d.place: d.cause.code for d in found.own_errors} == expected


def test_what_follows_from_a_wrong_figure_is_no_cause_of_its_own() -> None:
    one, sheet = PLANTS["invalid ballots"], made_sheet(12)
    number = plant(sheet, one, 1)
    assert number is not None

    found = compared(sheet.content())

    follow = [d for d in found.differences if d.is_consequence]
    total = next(d for d in follow if d.meaning == "score:total")
    assert total.cause.upstream == (sheet.cell(number, "民主测评得分"),)
    assert all(d.meaning != "score:total" for d in found.own_errors)
    assert {d.meaning for d in follow} <= {"score:total", "rank", "grade:unit", "grade:head"}


def test_a_habit_of_the_whole_sheet_is_one_cause_in_all_rows() -> None:
    """Weights 50/40/10 everywhere: never mistaken for a dozen different slips."""
    sheet = made_sheet(13)
    quirk = Quirk(weights=(50, 40, 10))
    sheet.rows = [written(unit, quirk) for unit in sheet.units]
    sheet.rank()

    own = [d for d in compared(sheet.content()).own_errors if d.meaning == "score:total"]

    assert len(own) >= 10
    assert {d.cause.code for d in own} == {"weights"}
    assert len({d.cause.text for d in own}) == 1


def test_another_parameter_in_the_whole_sheet_is_named() -> None:
    sheet = made_sheet(14)

    found = compared(sheet.content(), terms(bonus_on="mean"))

    own = [d for d in found.own_errors if d.meaning in ("score:group", "score:target")]
    assert own
    assert {d.cause.code for d in own if d.meaning == "score:group"} == {"parameter"}
