"""The worked examples, digit for digit."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest

from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import Step
from tests.scoring.cases import CASES, Case
from tests.scoring.schemes import responsibility


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_example_comes_out_digit_for_digit(case: Case) -> None:
    plan = compile_scheme(responsibility(**case.parameters))

    (result,) = plan.score(case.facts).subjects

    expect = dict(case.expect)
    grades, flags, aspects = expect.pop("grades"), expect.pop("flags"), expect.pop("aspects", {})
    found = {k: None if v is None else f"{v:f}" for k, v in result.scores.items()}
    assert {k: found[k] for k in expect} == expect
    assert {k: g.label for k, g in result.grades.items()} == grades
    assert [flag.id for flag in result.flags] == flags
    ballot = next(s for s in result.derivation.inputs if s.id == "ballot")
    shown = {step.id.removeprefix("ballot."): f"{step.value}" for step in ballot.inputs}
    assert {k: shown[k] for k in aspects} == aspects


def test_examples_are_all_there() -> None:
    assert [c.name for c in CASES] == ["a", "b", "c", "d-group", "d-mean", "e-group", "e-mean"]


def test_turnout_flag_rises_for_a_general_branch_only() -> None:
    case = next(c for c in CASES if c.name == "d-group")
    plan = compile_scheme(responsibility())
    (subject,) = case.facts.subjects
    facts = replace(case.facts, subjects=(subject._replace(group="general_branch"),))

    (result,) = plan.score(facts).subjects

    assert [(f.id, f.blocks, f.waived) for f in result.flags] == [("turnout", True, "")]
    assert "47" in result.flags[0].sentence
    assert "没有记录收回票数" in result.flags[0].sentence
    assert f"{result.scores['total']}" == "93.94"


def test_printed_sheet_adds_up_again() -> None:
    """The shown figures, re-added as the clauses say, give the printed total."""
    case = next(c for c in CASES if c.name == "d-group")

    (result,) = compile_scheme(responsibility()).score(case.facts).subjects

    def walk(step: Step) -> list[Step]:
        return [step, *(s for i in step.inputs for s in walk(i))]

    steps = {s.id: s for s in walk(result.derivation)}
    aspects = [s for s in steps.values() if s.operator == "aspect"]
    assert len(aspects) == 8
    mean = sum(s.value or 0 for s in aspects) / 8
    assert steps["ballot"].value == round_half_up(mean)
    parts = [("target", "0.60"), ("ballot", "0.30"), ("debrief", "0.10")]
    total = sum((steps[name].value or 0) * Decimal(weight) for name, weight in parts)
    assert steps["total"].value == round_half_up(total)


def round_half_up(value: Decimal | int) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
