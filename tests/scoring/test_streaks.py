"""Streaks: consecutive periods, this one included; a missing period ends them."""

from __future__ import annotations

import pytest

from kaohe.scoring.facts import Ruling, Standing
from tests.scoring.outcome_schemes import facts_of, members, scored, sentence, with_outcomes


def grey(times: int = 2, **parts: object) -> object:
    lists = {"grey": {"title": "灰榜", "last": 1}}
    streaks = {"again": {"title": "连续灰榜", "list": "grey", "times": times, **parts}}
    return with_outcomes(lists=lists, streaks=streaks)


def past(*periods: str, lists: tuple[str, ...] = ("grey",), score: str = "") -> list[Standing]:
    return [Standing("b", period, score, None, "", lists) for period in periods]


def streak_of(times: int, standing: list[Standing], *, period: str = "2025-Q1") -> int:
    """How many periods in a row `b` (the last one) has; 0 if that is not enough."""
    facts = facts_of({"a": "9", "b": "8"}, standing=standing, period=period)
    result = scored(grey(times), facts)
    found = result.subjects[1].lists["again"]
    assert found.streak
    assert found.member == (members(result, "again") == "b")
    return (found.place or 0) if found.member else 0


@pytest.mark.parametrize(
    ("times", "periods", "expected"),
    [
        (2, (), 0),
        (2, ("2024-Q4",), 2),
        (2, ("2024-Q3",), 0),  # a missing quarter ends it
        (2, ("2024-Q4", "2024-Q2"), 2),
        (3, ("2024-Q4", "2024-Q2"), 0),
        (3, ("2024-Q4", "2024-Q3"), 3),  # across the year's end
        (3, ("2024-Q4", "2024-Q3", "2024-Q2"), 4),
        (2, ("2025-Q2",), 0),  # the future does not count
        (2, ("2024",), 0),  # nor a period of another length
    ],
)
def test_streak_counts_periods_in_a_row(
    times: int, periods: tuple[str, ...], expected: int
) -> None:
    assert streak_of(times, past(*periods)) == expected


def test_streak_ends_with_a_period_that_was_not_on_the_list() -> None:
    assert streak_of(2, past("2024-Q4", lists=("red",))) == 0
    assert streak_of(2, past("2024-Q4", lists=())) == 0


def test_results_of_other_schemes_do_not_count_and_own_ones_do() -> None:
    assert streak_of(2, past("2024-Q4", score="other.scheme/total")) == 0
    assert streak_of(2, past("2024-Q4", score="test.small/total")) == 2


def test_who_is_not_on_the_list_now_has_no_streak() -> None:
    facts = facts_of({"a": "8", "b": "9"}, standing=past("2024-Q4"), period="2025-Q1")

    result = scored(grey(cite="六3"), facts)

    assert members(result, "again") == ""
    assert sentence(result, "b", "again") == "本期没有列入“灰榜”（六3）"


def test_sentence_says_where_a_streak_ends() -> None:
    facts = facts_of({"a": "9", "b": "8"}, standing=past("2024-Q4"), period="2025-Q1")

    result = scored(grey(3), facts)

    assert sentence(result, "b", "again") == (
        "列入“灰榜”连续 2 期（含本期）；2024年第三季度没有记录，不足 3 期"
    )
    account = result.lists[-1]
    assert (account.id, account.streak, account.members) == ("again", True, ())


def test_period_that_cannot_be_read_leaves_this_one_alone() -> None:
    assert streak_of(2, past("2024-Q4"), period="年底") == 0


def test_streak_of_a_grade_reads_labels_of_the_past() -> None:
    grades = {
        "card": {
            "title": "复查", "subject": "branch", "of": "total", "bands": {"合格": "60", "黄牌": "0"}
        },
    }  # fmt: skip
    streaks = {"two": {"title": "两次黄牌", "grade": "card", "labels": ["黄牌"], "times": 2}}
    scheme = with_outcomes(grades=grades, streaks=streaks)

    def two(grade: str) -> str:
        row = Standing("b", "2024", "total", None, grade)
        return members(scored(scheme, facts_of({"a": "90", "b": "10"}, standing=[row])), "two")

    assert two("黄牌") == "b"
    assert two("card:黄牌") == "b"
    assert two("other:黄牌") == ""
    assert two("合格") == ""


def test_exempt_subject_has_no_streak() -> None:
    ruling = Ruling("b", "exempt", "again", "改组")
    facts = facts_of(
        {"a": "9", "b": "8"}, standing=past("2024-Q4"), period="2025-Q1", rulings=[ruling]
    )

    result = scored(grey(), facts)

    assert members(result, "again") == ""
    assert sentence(result, "b", "again") == "按记录的决定不参加：改组"
