"""Lint of lists, quotas and streaks that cannot come about, or always do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scheme.test_lint_parts import found, quiet

RED = {"title": "红榜", "gap": "edge"}
QUOTA = {"label": "好", "share": "30", "moves_to": "差", "gap": "edge"}
CASES: list[tuple[str, str, Any, str]] = [
    ("L071", "lists.red", {**RED, "at_least": "101"}, "“红榜”要求达到 101，得分最高"),
    ("L071", "lists.red", {**RED, "below": "0"}, "要求低于 0，得分最低"),
    ("L071", "lists.red", {**RED, "at_least": "90", "below": "90"}, "要求达到 90 又低于 90"),
    (
        "L071", "lists.red", {**RED, "grade": "grade", "labels": ["差"], "at_least": "10"},
        "的分数线与“差”的分数段不相交",
    ),
    ("L072", "lists.red", {"title": "红榜", "best_share": "100"}, "“红榜”把有得分的全部列入"),
    ("L072", "lists.red", {"title": "红榜", "at_least": "0"}, "把有得分的全部列入"),
    ("L073", "grades.grade.quotas", [{**QUOTA, "share": "100"}], "“好”的名额是全部"),
    ("L076", "ties_by", ["total"], "同分时比较的“总分”就是所排的得分"),
    ("L076", "ties_by", ["part", "part"], "“基础”前面已经比较过"),
    ("L076", "lists.red.ties_by", [{"score": "total"}], "“总分”就是所排的得分"),
    ("L076", "grades.grade.quotas.0.ties_by", ["part", "item", "part"], "“基础”前面已经比较过"),
    (
        "L075", "streaks.more", {"title": "另一种", "list": "grey", "times": "3"},
        "“另一种”与“连续灰榜”条件相同",
    ),
]  # fmt: skip


def reach(path: str = "version", value: Any = "2026.1") -> dict[str, Any]:
    """The quiet scheme without limits and quotas (a grade they move is anybody's), changed."""
    data = quiet(path, value)
    if "grade" in path or (isinstance(value, dict) and "grade" in value):
        data["grades"]["grade"].pop("limits")
        if "quotas" not in path:
            data["grades"]["grade"].pop("quotas")
    return data


@pytest.mark.parametrize(("code", "path", "value", "words"), CASES)
def test_each_kind_is_found_and_only_where_wrong(
    code: str, path: str, value: Any, words: str
) -> None:
    before = [f.what for f in found(reach()) if f.code == code]
    after = [f.what for f in found(reach(path, value)) if f.code == code]

    assert not before
    assert any(words in what for what in after), after


def test_quota_wider_than_one_on_worse_grades_is_found() -> None:
    data = reach("grades.grade.bands", {"好": "60", "较好": "30", "差": "0"})
    second = {"label": "较好", "share": "20", "moves_to": "差", "gap": "edge"}
    data["grades"]["grade"]["quotas"] = [{**QUOTA, "moves_to": "较好"}, second]

    assert [f.what for f in found(data) if f.code == "L073"] == [
        "“好”的名额 30% 不小于“较好”及以上的 20%。"
    ]
    second["share"] = "31"
    assert not [f for f in found(data) if f.code == "L073"]


@pytest.mark.parametrize(("period", "times", "is_found"), [
    ("month", "24", False), ("quarter", "20", False), ("quarter", "21", True),
    ("year", "5", False), ("year", "6", True),
])  # fmt: skip
def test_streak_longer_than_records_is_found(period: str, times: str, is_found: bool) -> None:
    data = reach("streaks.again.times", times)
    data["period"] = period
    del data["rollups"]

    assert bool([f for f in found(data) if f.code == "L074"]) is is_found


@pytest.mark.parametrize(
    ("path", "keys", "is_found"),
    [
        ("lists.red", {"first": "3"}, True),
        ("lists.red", {"first": "3", "ties": "out"}, False),
        ("lists.red", {"first": "3", "ties_by": ["part"]}, False),
        ("lists.red", {"best_share": "3", "ties_by": ["part"]}, True),
        ("lists.red", {"best_share": "3", "ties_by": ["part"], "rounding": "down"}, False),
        ("grades.grade.quotas", {"rounding": "up"}, True),
        ("grades.grade.quotas", {"rounding": "up", "ties_by": ["part"]}, False),
    ],
)
def test_places_are_settled_by_their_own_keys(
    path: str, keys: dict[str, Any], is_found: bool
) -> None:
    whole: Any = {"title": "红榜", **keys}
    if "quotas" in path:
        whole = [{"label": "好", "share": "30", "moves_to": "差", **keys}]
    codes = [f.code for f in found(quiet(path, whole))]

    assert ("L051" in codes) is is_found


def test_a_score_that_only_decides_ties_is_used() -> None:
    data = quiet("scores.worst.shown", "false")
    assert [f for f in found(data) if f.code == "L022" and "“最重”" in f.what]

    data["ties_by"] = [{"score": "worst", "lower_first": "true"}]
    assert not [f for f in found(data) if f.code == "L022" and "“最重”" in f.what]


def test_list_by_a_grade_that_limits_may_lower_is_left_alone() -> None:
    """With limits a subject with a high score may have the lowest grade."""
    value = {**RED, "grade": "grade", "labels": ["差"], "at_least": "10"}

    assert not [f for f in found(quiet("lists.red", value)) if f.code == "L071"]
