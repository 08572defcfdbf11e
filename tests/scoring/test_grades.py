"""Grades, limits and flags of the township's scheme."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import pytest

from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import SubjectResult
from kaohe.scoring.facts import Facts, Mark, Ruling, Subject, Vote
from tests.scoring.cases import CASES
from tests.scoring.schemes import responsibility, small


def graded(*marks: str) -> SubjectResult:
    """A small scheme whose total is a sheet, graded like the township's."""
    bands = {"优秀": "90", "良好": "80", "一般": "70"}
    grades = {"branch": {"title": "等次", "subject": "branch", "of": "total", "bands": bands}}
    rows = tuple(Mark("k", "sheet", f"r{n}", "*", D(m)) for n, m in enumerate(marks))
    facts = Facts((Subject("k", "支部"),), rows)
    return compile_scheme(small(grades=grades)).score(facts).subjects[0]


@pytest.mark.parametrize(
    ("mark", "label"),
    [
        ("90", "优秀"), ("89.99", "良好"), ("80", "良好"), ("79.99", "一般"), ("70", "一般"),
        ("69.99", None),
    ],
)  # fmt: skip
def test_bands_are_half_open(mark: str, label: str | None) -> None:
    assert graded(mark).grades["branch"].label == label


def test_bands_compare_the_rounded_value() -> None:
    """89.995 is shown as 90.00 and is 90 and above."""
    result = graded("89.99", "90")

    assert result.derivation.exact == Fraction("89.995")
    assert f"{result.scores['total']}" == "90.00"
    assert result.grades["branch"].label == "优秀"


def test_limit_lowers_the_secretary_and_names_its_clause() -> None:
    case = next(c for c in CASES if c.name == "b")

    grade = compile_scheme(responsibility()).score(case.facts).subjects[0].grades["secretary"]

    assert (grade.base, grade.label, grade.holder) == ("优秀", "良好", "钱二")
    assert grade.applied == ("述职评议低于 80 时最高为“良好”（述职评议 79.50）（三(四)3）",)
    assert grade.not_applied == ()


def test_limit_on_a_missing_score_does_not_fire() -> None:
    case = next(c for c in CASES if c.name == "b")
    ruling = Ruling("b", "reweight", "debrief", "机关不述职")
    marks = tuple(m for m in case.facts.marks if m.instrument != "debrief_form")
    facts = replace(case.facts, marks=marks, rulings=(ruling,))

    result = compile_scheme(responsibility()).score(facts).subjects[0]

    assert f"{result.scores['total']}" == "98.78"
    assert result.grades["secretary"].label == "优秀"
    assert "无法判断" in result.grades["secretary"].not_applied[0]


def turnout(*rows: tuple[str, int], rulings: tuple[Ruling, ...] = ()) -> SubjectResult:
    case = next(c for c in CASES if c.name == "a")
    (subject,) = case.facts.subjects
    votes = (*case.facts.votes, *(Vote("a", "vote", "", "@", o, n) for o, n in rows))
    facts = replace(
        case.facts, subjects=(subject._replace(group="general_branch"),), votes=votes,
        rulings=rulings,
    )  # fmt: skip
    return compile_scheme(responsibility()).score(facts).subjects[0]


def test_turnout_counts_returned_ballots_invalid_ones_included() -> None:
    """52 valid ballots; 52 of the returned are valid, so no flag."""
    assert turnout(("returned", 53), ("invalid", 1)).flags == ()
    assert turnout().flags == ()


def test_turnout_below_the_minimum_is_waived_by_a_ruling_with_its_reason() -> None:
    case = next(c for c in CASES if c.name == "a")
    (subject,) = case.facts.subjects
    few = tuple(v._replace(count=v.count // 2) for v in case.facts.votes)
    facts = replace(
        case.facts, subjects=(subject._replace(group="general_branch"),),
        votes=(*few, Vote("a", "vote", "", "@", "returned", 25)),
        rulings=(Ruling("a", "waive", "turnout", "大雪封路", "党委"),),
    )  # fmt: skip

    (flag,) = compile_scheme(responsibility()).score(facts).subjects[0].flags

    assert (flag.id, flag.waived) == ("turnout", "大雪封路")
    assert flag.sentence == "“民主测评”收回 25 张，党总支要求不少于 50 人"
    assert flag.cite == ("三(二)2",)
