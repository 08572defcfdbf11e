"""Operators that look across subjects: against a plain reading of their words."""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import Result
from kaohe.scoring.facts import Facts, Mark, Subject
from tests.scoring.schemes import small

TOTALS = st.lists(st.sampled_from([D(n) for n in range(50, 101, 5)]), min_size=2, max_size=6)
SHEET = {"title": "得分", "sheet": "sheet"}
KINDS = {
    "branch": {"title": "支部", "kind": "organization", "classes": {"v": "村", "o": "机关"}},
    "member": {"title": "党员", "kind": "person", "of": "branch", "classes": {"m": "党员"}},
}  # fmt: skip


def run(total: Any, marks: list[Mark], subjects: list[Subject]) -> Result:
    scheme = small(subjects=KINDS, scores={"own": SHEET, "total": {"title": "总分", **total}})
    return compile_scheme(scheme).score(Facts(tuple(subjects), tuple(marks)))


def cohort(values: list[D]) -> tuple[list[Mark], list[Subject]]:
    marks = [Mark(f"s{n}", "sheet", "甲", "*", v) for n, v in enumerate(values)]
    subjects = [Subject(f"s{n}", f"第{n}支部", "vo"[n % 2]) for n in range(len(values))]
    return marks, [*subjects, Subject("none", "没有表的支部", "v")]


def exact(result: Result) -> list[Fraction | None]:
    return [s.derivation.exact for s in result.subjects]


def place(values: list[D], own: D) -> int:
    return 1 + sum(v > own for v in values)


@settings(max_examples=20, deadline=None)
@given(TOTALS)
def test_points_by_rank(values: list[D]) -> None:
    table = {"rank_points": {"of": "own", "points": {"1": "10", "3": "6"}, "otherwise": "2"}}
    ladder = {"rank_points": {"of": "own", "top": "10", "step": "2", "least": "3"}}
    inside = {"rank_points": {"of": "own", "top": "10", "step": "1", "within": "class"}}

    by_table = exact(run(table, *cohort(values)))
    by_ladder = exact(run(ladder, *cohort(values)))
    by_class = exact(run(inside, *cohort(values)))

    for n, own in enumerate(values):
        rank = place(values, own)
        assert by_table[n] == (10 if rank == 1 else 6 if rank <= 3 else 2)
        assert by_ladder[n] == max(10 - 2 * (rank - 1), 3)
        assert by_class[n] == 11 - place(values[n % 2 :: 2], own)
    assert by_table[-1] is by_ladder[-1] is None


@settings(max_examples=20, deadline=None)
@given(TOTALS)
def test_share_of_the_best_and_of_the_shown_mean(values: list[D]) -> None:
    best = exact(run({"relative": {"of": "own", "points": "40"}}, *cohort(values)))
    mean = exact(run({"relative": {"of": "own", "to": "mean"}}, *cohort(values)))

    shown = Fraction(round(Fraction(sum(values)) / len(values) * 100), 100)
    for n, own in enumerate(values):
        assert best[n] == Fraction(own) * 40 / Fraction(max(values))
        assert mean[n] == min(Fraction(own) * 100 / shown, 200)
    assert best[-1] is mean[-1] is None


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.sampled_from("甲乙丙"), TOTALS, min_size=1))
def test_each_rater_ranks_for_itself_then_the_mean(raters: dict[str, list[D]]) -> None:
    marks = [
        Mark(f"s{n}", "sheet", by, "*", v)
        for by, values in raters.items()
        for n, v in enumerate(values)
    ]
    count = max(map(len, raters.values()))
    subjects = [Subject(f"s{n}", f"第{n}支部", "v") for n in range(count)]
    node = {"rater_rank": {"sheet": "sheet", "top": "100", "step": "5", "least": "60"}}

    found = exact(run(node, marks, subjects))

    for n in range(count):
        points = [
            max(100 - 5 * (place(values, values[n]) - 1), 60)
            for values in raters.values()
            if n < len(values)
        ]
        assert found[n] == Fraction(sum(points), len(points))


def test_rank_by_raters_says_each_place() -> None:
    marks = [Mark("s0", "sheet", "甲", "*", D(90)), Mark("s1", "sheet", "甲", "*", D(95))]
    subjects = [Subject("s0", "一支部", "v"), Subject("s1", "二支部", "v")]
    node = {"rater_rank": {"sheet": "sheet", "points": {"1": "10"}, "otherwise": "8"}}

    result = run(node, marks, subjects)

    (step,) = result.subjects[0].derivation.inputs
    assert "2 个对象中第 2 名 → 8 分" in step.sentence


def test_person_takes_the_score_of_its_unit() -> None:
    marks = [Mark("u", "sheet", "甲", "*", D(88)), Mark("p", "sheet", "甲", "*", D(70))]
    subjects = [
        Subject("u", "一支部", "v"),
        Subject("p", "某某", "m", unit="一支部"),
        Subject("q", "无名", "m", unit="不在名单"),
        Subject("r", "某人", "m", unit="u"),
    ]

    result = run({"unit_score": "own"}, marks, subjects)

    assert [s.scores["total"] for s in result.subjects] == [None, D("88.00"), None, D("88.00")]
    for person in (result.subjects[1], result.subjects[3]):  # the unit may be named by title or id
        assert "所在单位“一支部”的得分 88.00" in person.derivation.sentence
