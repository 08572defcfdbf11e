"""Figures, scales, sums and the curtain: no database."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest

from kaohe.results.explanation.figures import cut, digits
from kaohe.results.explanation.page import Explanation, explain
from kaohe.results.explanation.scale import band_scale
from kaohe.results.explanation.secrecy import WITHHELD
from kaohe.results.explanation.steps import StepView
from kaohe.scheme.model import Grade, Scheme
from kaohe.scheme.reading import read_source
from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import Step, SubjectResult
from kaohe.scoring.facts import Entry, Facts, Mark, Subject, Vote
from tests.results.township import ASPECTS, LABELS, SCHEME, D, Unit_


def scheme() -> Scheme:
    return read_source(SCHEME.read_bytes(), name=SCHEME.name).bind()


def result_of(unit: Unit_) -> SubjectResult:
    """Score a unit without a database."""
    marks = [Mark("u", "self_sheet", "自评", "*", Decimal(unit.own or "0"))]
    marks += [
        Mark("u", "group_sheet", f"考核员{i}", "*", Decimal(str(v)))
        for i, v in enumerate(unit.sheets, 1)
    ]
    votes = [
        Vote("u", "vote", "", aspect, option, count)
        for aspect, row in unit.tally.items()
        for option, count in zip(LABELS, row, strict=True)
    ]
    for score, found in (("team", unit.team), ("secretary", unit.secretary)):
        votes += [Vote("u", "debrief_form", "", score, m, n) for m, n in found.items()]
    entries = [Entry("u", "", "honour", Decimal(p), reason=r, state=s) for p, r, s in unit.bonuses]
    facts = Facts(
        (Subject("u", unit.name, unit.group, unit.person),), tuple(marks), tuple(votes),
        tuple(entries), period="2025",
    )  # fmt: skip
    return compile_scheme(scheme()).score(facts).subjects[0]


def page_of(unit: Unit_, *, public: bool = False) -> Explanation:
    return explain(result_of(unit), scheme=scheme(), parameters={}, public=public)


def steps_of(step: StepView) -> list[StepView]:
    return [step, *(s for child in step.children for s in steps_of(child))]


@pytest.mark.parametrize(
    ("exact", "value", "text", "verdict"),
    [
        ("94.525", "94.53", "94.525", "第 3 位是 5，满 5 进 1"),
        ("93.944", "93.94", "93.944", "第 3 位是 4，不满 5 舍去"),
        ("96.5", "96.50", "96.50", "正好 2 位小数，无须舍入"),
        ("577/6", "96.17", "96.16666666…", "第 3 位是 6，满 5 进 1"),
        ("-0.005", "-0.01", "-0.005", "第 3 位是 5，满 5 进 1"),
    ],
)
def test_exact_value_is_cut_at_its_rounding_point(
    exact: str, value: str, text: str, verdict: str
) -> None:
    found = cut(Fraction(exact), Decimal(value), 2)

    assert found.text == text
    assert found.verdict.endswith(verdict)
    assert found.rounded == value


def test_digits_are_cut_and_never_rounded() -> None:
    assert digits(Fraction(2, 3), 4) == ("0.6666", True)
    assert digits(Fraction(0)) == ("0", False)


BANDS = Grade(
    title="等次", subject="branch", of="total",
    bands={"优秀": Decimal(90), "良好": Decimal(80), "一般": Decimal(70), "较差": Decimal(0)},
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "label", "sentence"),
    [
        ("90.00", "优秀", "90.00 分落在“优秀”（90 及以上）"),
        ("89.99", "良好", "89.99 分落在“良好”（80 及以上）；距“优秀”（90）还差 0.01"),
        ("0.00", "较差", "0.00 分落在“较差”（0 及以上）；距“一般”（70）还差 70.00"),
    ],
)
def test_scale_marks_the_band_the_score_falls_into(value: str, label: str, sentence: str) -> None:
    scale = band_scale(BANDS, Decimal(value), 2)

    assert scale is not None
    assert [s.label for s in scale.segments if s.reached] == [label]
    assert scale.sentence == sentence
    assert sum(Decimal(s.width) for s in scale.segments) == pytest.approx(Decimal(100))
    assert 0 <= Decimal(scale.marker) <= 100


def test_scale_begins_below_zero_where_the_score_lies_there() -> None:
    bands = {**BANDS.bands, "较差": Decimal(-8)}
    scale = band_scale(BANDS.model_copy(update={"bands": bands}), Decimal("-3.5"), 2)

    assert scale is not None
    assert (scale.start, scale.cut) == ("-10", True)
    assert Decimal(scale.marker) == Decimal("5.91")  # 6.5 of 110
    assert [s.label for s in scale.segments if s.reached] == ["较差"]


def _value(formula: str) -> Fraction:
    """A calculator: exact, with × ÷ and brackets."""
    text = formula.replace("×", "*").replace("÷", "/").replace("−", "-")
    assert re.fullmatch(r"[-+*/(). 0-9]+", text), text
    exact = re.sub(r"\d+(\.\d+)?", lambda m: f"Fraction('{m.group()}')", text)
    return Fraction(eval(exact, {"Fraction": Fraction}))


def test_every_line_of_the_calculator_gives_what_it_says() -> None:
    lines = page_of(D).lines

    sums = [line for line in lines if line.is_sum]
    assert len(sums) > 12
    for line in sums:
        if line.exact is None:  # an inline sum, printed as it goes on
            assert line.value == f"{digits(_value(line.formula), 6)[0]}…"
            continue
        unit = Fraction(1, 100)
        rounded = (_value(line.formula) / unit + Fraction(1, 2)).__floor__() * unit
        assert Fraction(line.value) == rounded, line.text


def test_lines_use_only_numbers_that_came_before() -> None:
    """Facts first, the total last, nothing out of the blue."""
    lines = page_of(D).lines

    assert lines[-1].value == page_of(D).total == "93.94"
    seen: set[str] = set()
    for line in lines:
        if "0.60" in line.formula:
            parts = re.findall(r"(\d+\.\d+) ×", line.formula)
            assert set(parts) <= seen
        seen.add(line.value)


def test_parts_of_the_bar_add_up_to_the_total() -> None:
    page = page_of(D)

    parts = page.tree.shares
    assert [p.contribution for p in parts] == ["59.100", "26.052", "8.792"]
    assert sum(Fraction(p.contribution) for p in parts) == page.result.derivation.exact
    assert [p.weight for p in parts] == ["60", "30", "10"]


def test_capped_bonus_says_what_applied() -> None:
    group = next(s for s in steps_of(page_of(D).tree) if s.title == "考核组得分")

    assert group.value == "100.00"
    assert any("封顶 100" in text for text in group.applied)
    assert group.gap is not None
    assert group.cites == ("T §1 三(一)2",)


def _numbers(step: Step) -> set[str]:
    own = {f.value for f in step.facts}
    if step.value is not None:
        own.add(f"{step.value:f}")
    return own.union(*(_numbers(s) for s in step.inputs)) if step.inputs else own


def test_public_page_names_no_assessor_and_no_single_form() -> None:
    inside = result_of(D).derivation
    outside = page_of(D, public=True).result.derivation

    assert "考核员1" in repr(inside)
    assert "考核员" not in repr(outside)
    rating = next(s for s in _walk(outside) if s.operator == "rating")
    assert "88.5" not in repr(rating)
    assert "88.5" in repr(inside)


def test_public_page_keeps_means_of_few_forms_back() -> None:
    debrief = next(s for s in steps_of(page_of(D, public=True).tree) if s.title == "述职评议")

    assert debrief.value == "87.92"
    assert debrief.formula == ""
    assert all(s.is_withheld and s.value == "" for s in debrief.children)


def test_public_page_shows_means_of_enough_forms() -> None:
    from dataclasses import replace

    many = replace(D, team={"91": 4, "88.5": 1}, secretary={"79": 5})
    debrief = next(s for s in steps_of(page_of(many, public=True).tree) if s.title == "述职评议")

    assert [s.value for s in debrief.children] == ["90.50", "79.00"]
    assert not any(s.is_withheld for s in debrief.children)
    assert "88.5" not in repr(debrief)


@pytest.mark.parametrize(("votes", "is_withheld"), [(4, True), (5, False)])
def test_counts_are_published_from_five_votes(votes: int, is_withheld: bool) -> None:
    from dataclasses import replace

    few = replace(D, tally=dict.fromkeys(ASPECTS, (votes - 1, 1, 0, 0)))
    outside = page_of(few, public=True).result.derivation
    ballot = next(s for s in _walk(outside) if s.operator == "votes")

    assert all(s.missing.endswith(WITHHELD) is is_withheld for s in ballot.inputs)
    assert (ballot.formula == "") is is_withheld
    assert ballot.value is not None


def _walk(step: Step) -> list[Step]:
    return [step, *(s for child in step.inputs for s in _walk(child))]
