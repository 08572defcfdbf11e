"""Operators that order, compare, shape, branch and count: against a plain reading of their words.

Every printed formula is also calculated by the tests' own calculator.
"""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.scheme.model import Scheme
from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import SubjectResult
from kaohe.scoring.facts import Entry, Facts, Mark, Subject, Vote
from tests.scoring.calculator import calculate
from tests.scoring.schemes import small

SIX = {
    "g": {
        "title": "项目",
        "items": [{"id": f"i{n}", "title": f"第{n}项", "points": "100"} for n in range(4)],
    }
}
ON_SIX = {"sheet": {"type": "sheet", "title": "表", "by": "assessors", "items": "g"}}
PARTS = [{"item": f"sheet.i{n}"} for n in range(4)]
POINTS = st.integers(0, 10_000).map(lambda n: D(n) / 100)
FOUR = st.lists(POINTS, min_size=4, max_size=4)


def scheme_of(total: Any, **parts: Any) -> Scheme:
    named = parts.pop("named", {})
    return small(
        items=SIX, instruments=parts.pop("instruments", ON_SIX),
        scores={**named, "total": {"title": "总分", **total}}, **parts,
    )  # fmt: skip


def score(scheme: Scheme, **facts: Any) -> SubjectResult:
    subject = facts.pop("subject", Subject("k", "支部"))
    return compile_scheme(scheme).score(Facts((subject,), **facts)).subjects[0]


def marked(values: list[D]) -> tuple[Mark, ...]:
    return tuple(Mark("k", "sheet", "甲", f"i{n}", v) for n, v in enumerate(values))


def proved(result: SubjectResult) -> Fraction:
    """The exact value; the printed formula gives the same."""
    step = result.derivation
    assert step.exact is not None
    assert calculate(step.formula) == step.exact
    return step.exact


def trimmed(values: list[D], drop: int) -> Fraction:
    kept = sorted(values)[drop:-drop] if len(values) > 2 * drop else values
    return Fraction(sum(kept)) / len(kept)


@settings(max_examples=25, deadline=None)
@given(FOUR, st.integers(1, 3))
def test_ordered_means_equal_a_plain_reading(values: list[D], count: int) -> None:
    facts = {"marks": marked(values)}
    middle = score(scheme_of({"median": PARTS}), **facts)
    ends_off = score(scheme_of({"trimmed": {"of": PARTS, "drop": "1"}}), **facts)
    best = score(scheme_of({"best": {"of": PARTS, "take": str(count)}}), **facts)

    assert proved(middle) == Fraction(median(values))
    assert proved(ends_off) == trimmed(values, 1)
    assert proved(best) == Fraction(sum(sorted(values)[-count:])) / count


def test_first_score_that_is_there_counts() -> None:
    kinds = {"branch": {"title": "支部", "kind": "organization"}}
    again = {"sheet": {**ON_SIX["sheet"]}, "again": {**ON_SIX["sheet"], "title": "复核表"}}
    node = {"first": [{"item": "again.i0"}, {"item": "sheet.i0"}]}
    scheme = scheme_of(node, instruments=again, subjects=kinds)
    review = tuple(Mark("k", "again", "甲", f"i{n}", D(70)) for n in range(4))

    before = score(scheme, marks=marked([D(90)] * 4))
    after = score(scheme, marks=(*marked([D(90)] * 4), *review))
    never = score(scheme)

    assert (proved(before), proved(after)) == (90, 70)
    assert "没有得分" in before.derivation.sentence
    assert never.scores["total"] is None
    assert "都没有得分" in never.derivation.missing


def test_trimming_what_is_left_of_missing_parts_leaves_nothing_out_and_says_so() -> None:
    late = {"late": {**ON_SIX["sheet"], "title": "迟到的表"}}
    parts = [*PARTS[:2], {"item": "late.i0", "missing": "skip"}]
    scheme = scheme_of({"trimmed": {"of": parts, "drop": "1"}}, instruments={**ON_SIX, **late})

    result = score(scheme, marks=marked([D(90)] * 4))

    assert result.scores["total"] == D("90.00")
    assert "只有 2 个，不去掉最高最低" in result.derivation.sentence


@settings(max_examples=25, deadline=None)
@given(FOUR)
def test_ends_that_are_left_out_are_named(values: list[D]) -> None:
    result = score(scheme_of({"trimmed": {"of": PARTS, "drop": "1"}}), marks=marked(values))

    assert len(result.derivation.not_applied) == 2


@settings(max_examples=25, deadline=None)
@given(FOUR)
def test_difference_and_ratio_equal_a_plain_reading(values: list[D]) -> None:
    facts = {"marks": marked(values)}
    a, b = (Fraction(v) for v in values[:2])
    minus = score(scheme_of({"difference": {"of": PARTS[0], "minus": PARTS[1]}}), **facts)
    named = {"a": {"title": "甲", **PARTS[0]}, "b": {"title": "乙", **PARTS[1]}}
    ratio = score(scheme_of({"ratio": {"of": "a", "to": "b"}}, named=named), **facts)

    assert proved(minus) == a - b
    if b == 0:
        assert ratio.scores["total"] is None
        assert "不能作除数" in ratio.derivation.missing
    else:
        assert proved(ratio) == min(a / b * 100, 1000)


@settings(max_examples=25, deadline=None)
@given(FOUR, st.sampled_from(["1", "100"]))
def test_product_equals_a_plain_reading(values: list[D], out_of: str) -> None:
    a, b, _, c = (Fraction(v) for v in values)
    minus = {"difference": {"of": "a", "minus": "c"}}
    named = {
        "a": {"title": "甲", **PARTS[0]}, "b": {"title": "乙", **PARTS[1]},
        "c": {"title": "丙", **PARTS[3]},
    }  # fmt: skip
    node = {"product": {"of": [minus, "b", "0.95"], "out_of": out_of}}

    result = score(scheme_of(node, named=named), marks=marked(values))

    assert proved(result) == (a - c) * b * Fraction(95, 100) / Fraction(out_of) ** 2


def test_product_says_its_factors_and_proves_its_bounds_from_the_corners() -> None:
    rate = {"title": "完成率", **PARTS[1]}
    node = {"product": {"of": [PARTS[0], "rate"], "out_of": "100"}}
    scheme = scheme_of(node, named={"rate": rate})

    result = score(scheme, marks=marked([D(90), D("97.5"), D(0), D(0)]))

    assert result.scores["total"] == D("87.75")
    assert result.derivation.sentence.startswith("第0项 × 完成率 ÷ 100")
    assert result.derivation.formula == "90.00 × 97.50 ÷ 100"
    gain = {"title": "增减", "difference": {"of": PARTS[0], "minus": "20"}}
    named = {"gain": gain, "other": {**gain, "title": "另一增减"}}
    plan = compile_scheme(scheme_of({"product": ["gain", "other"]}, named=named))
    assert plan.bounds["total"] == (D(-1600), D(6400))


def test_factor_that_is_missing_and_passed_over_counts_as_one() -> None:
    late = {"late": {**ON_SIX["sheet"], "title": "迟到的表"}}
    for missing, expected in (("stop", None), ("skip", D("90.00"))):
        rate = {"title": "完成率", "item": "late.i0", "missing": missing}
        scheme = scheme_of(
            {"product": {"of": [PARTS[0], "rate"], "out_of": "100"}},
            named={"rate": rate}, instruments={**ON_SIX, **late},
        )  # fmt: skip
        assert score(scheme, marks=marked([D(90)] * 4)).scores["total"] == expected


@settings(max_examples=40, deadline=None)
@given(POINTS)
def test_shapes_equal_a_plain_reading(value: D) -> None:
    facts = {"marks": marked([value] * 4)}
    one = PARTS[0]
    rows = {"90": "20", "80": "15", "60": "8"}
    band = score(scheme_of({"bracket": {"of": one, "lowest": rows}}), **facts)
    below = score(
        scheme_of({"bracket": {"of": one, "highest": {"10": "5", "20": "3"}, "otherwise": "1"}}),
        **facts,
    )
    share = score(scheme_of({"pro_rata": {"of": one, "full_at": "60", "points": "25"}}), **facts)
    anchors = {"0": "0", "60": "6", "85": "9.5", "95": "8"}
    line = score(scheme_of({"interpolate": {"of": one, "anchors": anchors}}), **facts)

    v = Fraction(value)
    assert proved(band) == next((p for b, p in ((90, 20), (80, 15), (60, 8)) if v >= b), 0)
    assert proved(below) == next((p for b, p in ((10, 5), (20, 3)) if v <= b), 1)
    assert proved(share) == min(v / 60 * 25, 25)
    if v <= 60:
        assert proved(line) == v / 10
    elif v <= 85:
        assert proved(line) == 6 + (v - 60) * Fraction(35, 250)
    else:
        assert proved(line) == max(Fraction(95, 10) - (v - 85) * Fraction(15, 100), 8)


@pytest.mark.parametrize(("value", "points"), [("59.99", "10"), ("60", "20"), ("60.01", "20")])
def test_gate_opens_at_its_bound(value: str, points: str) -> None:
    gate = {"score": PARTS[0], "at_least": "60", "then": 20, "otherwise": 10, "cite": "三(二)"}
    result = score(
        scheme_of({"when": {**gate, "then": "20", "otherwise": "10"}}), marks=marked([D(value)] * 4)
    )

    assert result.scores["total"] == D(points)
    told = result.derivation.applied or result.derivation.not_applied
    assert "达到 60" in told[0]
    assert "三(二)" in told[0]


def test_gate_on_entries_counts_verified_ones() -> None:
    scheme = scheme_of(
        {"when": {"entries": "table", "at_least": "2", "then": "0", "otherwise": "100"}}
    )
    once = (Entry("k", "", "table", D(1), "省级"),)
    refused = Entry("k", "", "table", D(9), "省级", state="refused")

    assert score(scheme, entries=(*once, refused)).scores["total"] == 100
    assert (
        score(scheme, entries=(*once, Entry("k", "", "table", D(1), "县级"))).scores["total"] == 0
    )


def test_gate_on_a_missing_score_has_no_value() -> None:
    gate = {"score": PARTS[0], "at_least": "60", "then": "20", "otherwise": "10"}

    assert score(scheme_of({"when": gate})).scores["total"] is None


def test_score_by_class_is_that_of_ones_class() -> None:
    kinds = {
        "branch": {
            "title": "支部", "kind": "organization", "classes": {"v": "村", "o": "机关", "x": "其他"}
        }
    }  # fmt: skip
    scheme = scheme_of({"by_class": {"v": PARTS[0], "o": "5"}}, subjects=kinds)
    facts = {"marks": marked([D(7)] * 4)}

    assert score(scheme, subject=Subject("k", "甲", "v"), **facts).scores["total"] == 7
    assert score(scheme, subject=Subject("k", "甲", "o"), **facts).scores["total"] == 5
    other = score(scheme, subject=Subject("k", "甲", "x"), **facts)
    assert other.scores["total"] is None
    assert "类别“其他”没有这一项得分" in other.derivation.missing


BALLOT = {
    "vote": {
        "type": "ballot", "title": "测评", "aspects": "g",
        "options": {"优秀": "100", "称职": "80", "不称职": "40"},
        "strata": {"lead": "领导", "crowd": "群众"},
    }
}  # fmt: skip
COUNTS = st.lists(st.integers(0, 5), min_size=3, max_size=3)


def ballots(stratum: str, aspect: str, counts: list[int]) -> list[Vote]:
    options = ("优秀", "称职", "不称职")
    return [Vote("k", "vote", stratum, aspect, o, n) for o, n in zip(options, counts, strict=True)]


def rounded(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


@settings(max_examples=25, deadline=None)
@given(COUNTS, COUNTS, COUNTS, st.sampled_from(["stop", "skip"]))
def test_classes_of_voters_are_weighed(
    lead: list[int], crowd: list[int], more: list[int], absent: str
) -> None:
    weights = {"poll": "vote", "weights": {"lead": "30", "crowd": "70"}, "absent": absent}
    votes = (*ballots("lead", "i0", lead), *ballots("crowd", "i0", crowd))
    votes = (*votes, *ballots("crowd", "i1", more))

    result = score(scheme_of({"votes": weights}, instruments=BALLOT), votes=votes)

    def mean(aspects: list[list[int]]) -> Fraction | None:
        own = [
            rounded(Fraction(sum(n * p for n, p in zip(a, (100, 80, 40), strict=True)), sum(a)))
            for a in aspects
            if sum(a)
        ]
        return rounded(sum(own, Fraction()) / len(own)) if own else None

    there = [(m, w) for m, w in ((mean([lead]), 30), (mean([crowd, more]), 70)) if m is not None]
    if not there or (absent == "stop" and len(there) < 2):
        assert result.scores["total"] is None
    else:
        whole = sum(w for _, w in there)
        assert proved(result) == sum((m * w for m, w in there), Fraction()) / whole


@settings(max_examples=25, deadline=None)
@given(COUNTS, COUNTS)
def test_share_of_options_is_exact(first: list[int], second: list[int]) -> None:
    share = {"poll": "vote", "options": ["优秀", "称职"]}
    turnout = Vote("k", "vote", "", "@", "returned", 99)
    votes = (*ballots("lead", "i0", first), *ballots("crowd", "i1", second), turnout)

    every = score(scheme_of({"vote_share": share}, instruments=BALLOT), votes=votes)
    lead = score(
        scheme_of({"vote_share": {**share, "strata": ["lead"]}}, instruments=BALLOT), votes=votes
    )

    for result, counts in ((every, [first, second]), (lead, [first])):
        valid = sum(map(sum, counts))
        if valid:
            assert proved(result) == Fraction(sum(c[0] + c[1] for c in counts) * 100, valid)
        else:
            assert result.scores["total"] is None


ENTRIES = {
    "typed": {"title": "扣分", "sign": "-"},
    "table": {"title": "按表扣分", "sign": "-", "points": {"警告": "5", "记过": "10"}},
    "percent": {"title": "参与", "sign": "+", "points": {"活动": "4"}, "quantity": "percent"},
}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["警告", "记过", "2.5", "7"]), st.sampled_from("甲乙丙")),
        max_size=6, unique=True,
    )
)  # fmt: skip
def test_heaviest_entry_per_event_counts(found: list[tuple[str, str]]) -> None:
    entries = [
        Entry("k", "", "table", D(1), what, event)
        if what in "警告记过"
        else Entry("k", "", "typed", D(what), "", event)
        for what, event in found
    ]
    node = {"entries": {"rules": ["typed", "table"], "highest_per": ["event"]}}

    result = score(scheme_of(node, entries=ENTRIES), entries=tuple(entries))

    heaviest: dict[str, D] = {}
    for what, event in found:
        points = {"警告": D(5), "记过": D(10)}.get(what) or D(what)
        heaviest[event] = max(heaviest.get(event, D(0)), points)
    assert proved(result) == -Fraction(sum(heaviest.values()))
    assert len(result.derivation.not_applied) == len(found) - len(heaviest)


def test_percentage_of_a_row_is_earned() -> None:
    entry = Entry("k", "", "percent", D("37.5"), "活动")

    result = score(scheme_of({"entries": ["percent"]}, entries=ENTRIES), entries=(entry,))

    assert proved(result) == Fraction(3, 2)


def test_count_is_times_for_a_table_and_rows_for_typed_ones() -> None:
    entries = (
        Entry("k", "", "table", D(3), "警告"),
        Entry("k", "", "typed", D("2.5")),
        Entry("k", "", "typed", D("7"), state="claimed"),
        Entry("k", "", "percent", D("80"), "活动"),
    )

    result = score(
        scheme_of({"count": ["table", "typed", "percent"]}, entries=ENTRIES), entries=entries
    )

    assert proved(result) == 5
