"""Quotas on grades: floor, ties out, surplus moved down, scopes, exemptions, followed grades."""

from __future__ import annotations

import pytest

from kaohe.scoring.facts import Ruling
from tests.scoring.outcome_schemes import facts_of, graded, labels, scored, with_outcomes


def quota(**parts: object) -> dict[str, object]:
    return {"label": "好", "share": "20", "moves_to": "较好", **parts}


D1 = {
    "a": "97", "b": "95", "c": "95", "d": "93", "e": "88", "f": "79.99", "g": "60", "h": "59.99",
    "i": "90", "j": "89.5",
}  # fmt: skip


def test_district_example_moves_the_tied_two_down() -> None:
    result = scored(graded(quotas=[quota(of="roll", cite="三(一)")]), facts_of(D1))

    assert labels(result) == "好 较好 较好 较好 较好 一般 一般 — 较好 较好"
    (account,) = result.quotas
    assert (account.denominator, account.places, account.holders) == (10, 2, 5)
    assert account.moved == ("b", "c", "d", "i")
    assert account.edge == "97.00"
    tied = result.subjects[1].grades["grade"]
    assert tied.base == "好"
    assert tied.applied == (
        "“好”名额：10 个对象，10 × 20% = 2，名额 2 个，达到的有 5 个，按得分排第 2，"
        "与另外 1 个并列在名额边上，一并降为“较好”（三(一)）",
    )
    assert tied.sentence.endswith("超出名额，降为较好")


def test_places_are_rounded_down_to_none_at_all() -> None:
    result = scored(
        graded(quotas=[quota()]), facts_of({"a": "99", "b": "80", "c": "70", "d": "60"})
    )

    assert labels(result) == "较好 较好 一般 一般"
    assert result.quotas[0].places == 0
    assert "4 × 20% = 0.8，舍去小数为 0，名额 0 个（不足一名）" in result.quotas[0].sentence


@pytest.mark.parametrize(
    ("rule", "words", "kept"),
    [
        ({}, "5 × 30% = 1.5，舍去小数为 1，名额 1 个", 1),
        ({"rounding": "half_up"}, "5 × 30% = 1.5，四舍五入为 2，名额 2 个", 2),
        ({"rounding": "half_up", "share": "29.9"}, "5 × 29.9% = 1.495，四舍五入为 1，名额 1 个", 1),
        ({"rounding": "up", "share": 1}, "5 × 1% = 0.05，进位为 1，名额 1 个", 1),
        ({"rounding": "up", "share": 40}, "5 × 40% = 2，名额 2 个", 2),
        ({"least": 1, "share": 10}, "5 × 10% = 0.5，舍去小数为 0，至少 1 个，名额 1 个", 1),
        ({"least": 1}, "5 × 30% = 1.5，舍去小数为 1，名额 1 个", 1),
        ({"least": 9}, "5 × 30% = 1.5，舍去小数为 1，至少 9 个，名额 5 个", 5),
    ],
)
def test_places_are_rounded_as_the_quota_says(
    rule: dict[str, object], words: str, kept: int
) -> None:
    scores = {key: str(95 - n) for n, key in enumerate("abcde")}
    result = scored(graded(quotas=[quota(**{"share": "30", **rule})]), facts_of(scores))

    assert result.quotas[0].places == kept
    assert f"5 个有得分的对象，{words}；" in result.quotas[0].sentence
    assert labels(result).count("较好") == 5 - kept


def test_tie_that_just_fits_stays() -> None:
    scores = {"a": "95", "b": "95", **{f"z{n}": "50" for n in range(8)}}

    assert labels(scored(graded(quotas=[quota()]), facts_of(scores))).startswith("好 好 —")


def test_subjects_without_a_score_count_only_on_the_roll() -> None:
    scores = {"a": "95", "b": "94", **{f"z{n}": None for n in range(8)}}

    assert labels(scored(graded(quotas=[quota()]), facts_of(scores))).startswith("较好 较好 —")
    assert labels(scored(graded(quotas=[quota(of="roll")]), facts_of(scores))).startswith("好 好 —")


def test_quota_inside_classes_leaves_an_empty_class_alone() -> None:
    groups = {"a": "x", "b": "x", "c": "y", "d": "y"}
    facts = facts_of({"a": "95", "b": "94", "c": None, "d": None}, groups=groups)

    result = scored(graded(quotas=[quota(share="50", within="class")]), facts)

    assert labels(result) == "好 较好 — —"
    assert [(q.scope, q.denominator, q.places) for q in result.quotas] == [
        ("甲类", 2, 1), ("乙类", 0, 0),
    ]  # fmt: skip


def test_surplus_spills_over_into_the_next_quota() -> None:
    """What the first quota moves down counts under the quota of the next label."""
    second = {"label": "较好", "share": "50", "moves_to": "一般"}
    scores = {"a": "99", "b": "98", "c": "97", "d": "85"}

    result = scored(graded(quotas=[quota(share="25"), second]), facts_of(scores))

    assert labels(result) == "好 较好 一般 一般"
    assert result.quotas[1].holders == 4
    assert "“较好”及以上名额" in result.quotas[1].sentence
    moved_twice = result.subjects[2].grades["grade"]
    assert len(moved_twice.applied) == 2
    assert moved_twice.base == "好"


def test_quota_never_lifts_a_grade() -> None:
    """Who limits have lowered below the quota's label neither counts nor moves."""
    grade = graded(
        quotas=[{"label": "较好", "share": "0.5", "moves_to": "一般"}],
        limits=[{"when": {"score": "total", "at_least": 0}, "at_most": "一般"}],
    )

    assert labels(scored(grade, facts_of({"a": "99", "b": "85"}))) == "一般 一般"


def test_follower_takes_the_grade_after_the_quota_and_has_limits_of_its_own() -> None:
    grades = {
        "branch": {
            "title": "类别", "subject": "branch", "of": "total", "bands": {"好": "90", "中": "60"},
            "quotas": [{"label": "好", "share": "50", "moves_to": "中"}],
        },
        "leader": {"title": "书记", "subject": "branch", "follows": "branch"},
    }  # fmt: skip

    result = scored(with_outcomes(grades=grades), facts_of({"a": "95", "b": "92"}))

    assert labels(result, "leader") == "好 中"
    assert result.subjects[1].grades["leader"].sentence == "随“类别”：中"


def test_exempt_subject_has_no_grade_and_no_place_in_the_quota() -> None:
    ruling = Ruling("a", "exempt", "grade", "当年新建")
    facts = facts_of({"a": "99", "b": "95", "c": "60"}, rulings=[ruling])

    result = scored(graded(quotas=[quota(share="50")]), facts)

    assert labels(result) == "— 好 一般"
    assert result.subjects[0].grades["grade"].sentence == "按记录的决定不评定：当年新建"
    assert result.quotas[0].denominator == 2


def test_grade_of_one_kind_is_not_given_to_another_kind() -> None:
    facts = facts_of({"a": "95", "b": "95"}, groups={"b": "m"})

    result = scored(graded(), facts)

    assert labels(result) == "好 —"
    assert result.subjects[1].grades["grade"].sentence == "不适用于这一类别"
