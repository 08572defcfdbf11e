"""Longer periods: what they inherit, what they may ask for, and that the lint looks into them."""

from __future__ import annotations

import pytest

from kaohe.scheme.errors import SchemeErrors
from kaohe.scheme.lint import lint
from kaohe.scheme.reading import SchemeSource, read_source

MONTH = """\
id: demo.month
version: "2026.1"
title: 月度考核
source: {document: 示例}
period: month
decimals: 1
subjects:
  village: {title: 村, kind: organization}
items:
  duty: {title: 检查, total: 100, cite: 一, items: [{id: a, title: 巡查, points: 100}]}
  view: {title: 评议, cite: 一, items: [{id: b, title: 印象, points: 100}]}
instruments:
  check: {type: sheet, title: 检查表, by: assessors, items: duty}
  opinion: {type: sheet, title: 评议表, by: assessors, items: view}
entries:
  incident: {title: 事件, sign: "-", most: 5, cite: 二}
scores:
  total: {title: 月度得分, mean: [{sheet: check}, {sheet: opinion}], cite: 三}
  events: {title: 事件扣分, entries: incident, cite: 二}
stages:
  - {id: check, title: 检查, who: assessor, does: [check, opinion, incident], cite: 三}
  - {id: confirm, title: 确认, who: decider, cite: 三}
rollups:
  year:
    title: 年度考核
    period: year
    scores:
      months: {title: 各月平均, periods: {score: total, each: month}, cite: 四}
      worst: {title: 最重一次, periods: {score: events, each: month, how: lowest, low: -100, high: 0}, cite: 四}
      total: {title: 年度得分, floor: {of: {sum: [months, worst]}, at: 0, cite: 四}, cite: 四}
    stages:
      - {id: confirm, title: 审定, who: decider, cite: 四}
"""


def source(before: str = "", after: str = "") -> SchemeSource:
    assert before in MONTH
    return read_source(MONTH.replace(before, after, 1), name="x.yaml")


def year(whole: SchemeSource) -> SchemeSource:
    return whole.rollups()["demo.month.year"]


def told(whole: SchemeSource) -> list[str]:
    return [f"{one.code} {one.place} {one.what}" for one in lint(whole)]


def test_what_the_months_filled_in_is_not_filled_in_again() -> None:
    scheme = year(source()).bind()

    assert (dict(scheme.instruments), dict(scheme.entries), dict(scheme.items)) == ({}, {}, {})


def test_criteria_for_equal_totals_are_a_periods_own() -> None:
    whole = source("scores:\n", "ties_by: [events]\nscores:\n")

    assert [one.score for one in whole.bind().ties_by] == ["events"]
    assert year(whole).bind().ties_by == ()


@pytest.mark.parametrize(
    ("used", "instruments", "entries"),
    [
        ("sum: [months, worst, {item: check.a}]", ["check"], []),
        ("sum: [months, worst, {entries: incident}]", [], ["incident"]),
    ],
)
def test_what_the_year_names_is_inherited(
    used: str, instruments: list[str], entries: list[str]
) -> None:
    scheme = year(source("sum: [months, worst]", used)).bind()

    assert list(scheme.instruments) == instruments
    assert list(scheme.entries) == entries


def test_a_sheet_shown_beside_an_inherited_one_is_inherited_too() -> None:
    text = MONTH.replace("items: view}", "items: duty, beside: check}")
    text = text.replace("sum: [months, worst]", "sum: [months, worst, {sheet: opinion}]")

    scheme = year(read_source(text, name="x.yaml")).bind()

    assert list(scheme.instruments) == ["check", "opinion"]


def test_a_score_the_months_do_not_have_is_refused_with_its_place() -> None:
    wrong = source("score: events,", "score: event,")
    with pytest.raises(SchemeErrors) as caught:
        wrong.check()

    (error,) = caught.value.errors
    assert error.path == "rollups.year.scores.worst.periods.score"
    assert "event" in error.what
    assert "events" in error.remedy
    assert error.place == "x.yaml:29:38"


def test_a_carried_score_that_does_not_exist_is_refused() -> None:
    wrong = source("entries: incident, cite: 二}\nstages", "carried: event, cite: 二}\nstages")

    with pytest.raises(SchemeErrors, match="没有得分“event”"):
        wrong.check()


def test_mistakes_of_scheme_and_roll_up_come_at_once() -> None:
    text = MONTH.replace("mean: [{sheet: check}", "mean: [{sheet: chek}")
    with pytest.raises(SchemeErrors) as caught:
        read_source(text.replace("score: events,", "score: event,"), name="x.yaml").check()

    assert len(caught.value.errors) == 2


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    """Negative control; a score only the year uses is used."""
    assert told(source()) == []


def test_a_score_nobody_uses_is_still_found() -> None:
    found = told(source("sum: [months, worst]", "sum: [months, months]"))

    assert any(one.startswith("L022 x.yaml:29:") for one in found)


def test_the_lint_looks_into_the_year_and_says_so() -> None:
    bands = "    grades:\n      grade: {title: 等次, subject: village, of: total, bands: {好: 80, 差: 60}, cite: 四}\n    stages"
    (one,) = told(
        source(
            "    stages:\n      - {id: confirm, title: 审定",
            f"{bands}:\n      - {{id: confirm, title: 审定",
        )
    )

    assert one.startswith("L010 x.yaml:32:")
    assert "汇总“年度考核”：" in one


def test_a_score_only_a_list_goes_by_is_used() -> None:
    lists = "lists:\n  yellow: {title: 黄牌, of: events, below: -3, cite: 五}\nrollups"
    text = MONTH.replace("rollups", lists, 1).replace("score: events", "score: total", 1)

    assert told(read_source(text, name="x.yaml")) == []
