"""Each operator by itself: value, words, what is missing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction
from typing import Any

import pytest

from kaohe.scheme.operators import Node, Operator
from kaohe.scoring import Contradiction, PlanRefused, compile_scheme
from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import Step, SubjectResult
from kaohe.scoring.facts import Entry, Facts, Mark, Ruling, Subject, Vote
from kaohe.scoring.operators import Drawn, Meaning, Told
from tests.scoring.schemes import small


def score(scores: dict[str, Any], *rows: Any) -> SubjectResult:
    """Score one subject of the small scheme."""
    by_kind = {
        kind: tuple(r for r in rows if type(r) is kind) for kind in (Mark, Vote, Entry, Ruling)
    }
    facts = Facts(
        (Subject("k", "支部"),), by_kind[Mark], by_kind[Vote], by_kind[Entry],
        rulings=by_kind[Ruling],
    )  # fmt: skip
    return compile_scheme(small(scores=scores)).score(facts).subjects[0]


def mark(value: str, *, by: str = "甲", item: str = "*", sheet: str = "sheet") -> Mark:
    return Mark("k", sheet, by, item, D(value))


def votes(aspect: str, *counts: int) -> list[Vote]:
    return [Vote("k", "vote", "", aspect, o, n) for o, n in zip("好中差", counts, strict=True)]


SHEET = {"total": {"title": "总分", "sheet": "sheet"}}
VOTES = {"total": {"title": "总分", "votes": "vote"}}


def test_sheet_of_item_marks_is_their_sum() -> None:
    result = score(SHEET, mark("50", item="a"), mark("30.5", item="b"))

    assert f"{result.scores['total']}" == "80.50"
    (sheet,) = result.derivation.inputs
    assert sheet.formula == "50 + 30.5"
    assert sheet.value == D("80.50")
    assert [(f.label, f.value) for f in sheet.facts] == [("甲", "50"), ("乙", "30.5")]


def test_sheet_with_an_item_missing_is_missing_never_zero() -> None:
    result = score(SHEET, mark("50", item="a"), mark("90", by="乙"))

    assert result.scores["total"] is None
    assert "评分表 · 甲缺 1 项：乙" in result.derivation.missing
    assert [f.id for f in result.flags] == ["missing"]
    assert result.rank is None


def test_sheets_of_several_respondents_are_averaged_exactly() -> None:
    result = score(SHEET, mark("90"), mark("80", by="乙"), mark("80", by="丙"))

    assert result.derivation.exact == Fraction(250, 3)
    assert result.scores["total"] == D("83.33")
    assert result.derivation.formula == "(80.00 + 80.00 + 90.00) ÷ 3"


def test_no_sheet_is_missing() -> None:
    result = score(SHEET)

    assert result.scores == {"total": None}
    assert "没有收到“评分表”" in result.derivation.missing


def test_votes_round_each_aspect_then_the_mean() -> None:
    result = score(VOTES, *votes("a", 1, 1, 1), *votes("b", 2, 1, 0))

    assert [f"{s.value}" for s in result.derivation.inputs] == ["73.33", "93.33"]
    assert f"{result.scores['total']}" == "83.33"


def test_votes_leave_out_an_aspect_without_valid_mark() -> None:
    result = score(VOTES, *votes("a", 1, 0, 0), *votes("b", 0, 0, 0))

    assert f"{result.scores['total']}" == "100.00"
    assert "“乙”没有有效评价，不参与平均" in result.derivation.applied


def test_votes_of_strata_are_pooled() -> None:
    pooled = [Vote("k", "vote", s, "*", o, 1) for s, o in (("x", "好"), ("y", "差"), ("z", "差"))]

    assert f"{score(VOTES, *pooled).scores['total']}" == "60.00"


def test_overall_tally_uses_the_formula_once() -> None:
    result = score(VOTES, *votes("*", 41, 9, 2))

    (overall,) = result.derivation.inputs
    assert overall.title == "整体票数"
    assert f"{result.scores['total']}" == "94.23"


def test_rating_is_the_mean_of_forms_or_the_typed_mean() -> None:
    rating = {"total": {"title": "总分", "rating": "form.team"}}
    forms = [Vote("k", "form", "", "team", m, n) for m, n in (("91", 2), ("88.5", 1))]

    by_forms = score(rating, *forms)
    typed = score(rating, Mark("k", "form", "", "team", D("87.65")))

    assert f"{by_forms.scores['total']}" == "90.17"
    assert by_forms.derivation.formula == "(91 × 2 + 88.5) ÷ 3"
    assert f"{typed.scores['total']}" == "87.65"
    assert typed.derivation.facts[0].label == "录入值"
    assert score(rating).scores["total"] is None


def test_entries_count_only_when_verified() -> None:
    both = {"total": {"title": "总分", "entries": ["plus", "minus", "table"]}}
    rows = [
        Entry("k", "", "plus", D("5"), reason="甲"),
        Entry("k", "", "plus", D("9"), reason="乙", state="refused"),
        Entry("k", "", "plus", D("9"), reason="丙", state="claimed"),
        Entry("k", "", "minus", D("7.5"), reason="丁"),
        Entry("k", "", "table", D("3"), "县级", reason="戊"),
    ]

    result = score(both, *rows)

    assert f"{result.scores['total']}" == "-1.00"
    assert result.derivation.formula == "5 − 7.5 + 0.5 × 3"
    assert result.derivation.not_applied == (
        "“丙” +9：待核验，不计分", "“乙” +9：核验未通过，不计分",
    )  # fmt: skip
    assert f"{score(both).scores['total']}" == "0.00"


@pytest.mark.parametrize(
    ("value", "rounding", "expected"),
    [
        ("1.005", "half_up", "1.01"), ("1.005", "down", "1.00"), ("1.001", "up", "1.01"),
        ("-1.005", "half_up", "-1.01"), ("-1.005", "down", "-1.00"), ("-1.001", "up", "-1.01"),
        ("89.995", "half_up", "90.00"), ("2.675", "half_up", "2.68"),
    ],
)  # fmt: skip
def test_rounding_word_decides_ties(value: str, rounding: str, expected: str) -> None:
    result = score({"total": {"title": "总分", "number": value, "rounding": rounding}})

    assert f"{result.scores['total']}" == expected


@pytest.mark.parametrize(
    ("points", "expected", "fired"),
    [("9", "96.00", False), ("10", "97.00", False), ("20", "97.00", True)],
)
def test_cap_says_whether_it_bound(points: str, expected: str, fired: bool) -> None:
    scores = {
        "total": {
            "title": "总分",
            "cap": {
                "of": {"sum": [{"sheet": "sheet"}, {"entries": "plus"}]},
                "at": "97",
                "cite": "三",
            },
        }
    }

    step = score(scores, mark("87"), Entry("k", "", "plus", D(points))).derivation

    assert f"{step.value}" == expected
    text = f"封顶 97（加分后 {87 + int(points)}.00）（三）"
    assert (step.applied, step.not_applied) == (((text,), ()) if fired else ((), (text,)))


def test_cap_against_floor_stops_and_names_both() -> None:
    scores = {
        "total": {
            "title": "总分",
            "cap": {
                "of": {"floor": {"of": {"sheet": "sheet"}, "at": "80", "cite": "乙条"}},
                "at": "70", "cite": "甲条",
            },
        }
    }  # fmt: skip

    assert f"{score(scores, mark('85')).scores['total']}" == "70.00"
    with pytest.raises(Contradiction, match=r"封顶 70（甲条） 与 保底 80（乙条） 同时触发"):
        score(scores, mark("60"))


WEIGHTED = {
    "a": {"title": "甲分", "sheet": "sheet"},
    "b": {"title": "乙分", "sheet": "other", "missing": "reweight"},
    "total": {"title": "总分", "weighted": {"a": "70", "b": "30"}},
}


def test_weighted_without_a_part_is_missing_and_says_why() -> None:
    result = score(WEIGHTED, mark("90"))

    assert result.scores["total"] is None
    assert "缺少“乙分”" in result.derivation.missing
    assert "须有记录在案的决定" in result.derivation.missing


def test_weighted_is_reweighted_by_a_recorded_ruling() -> None:
    result = score(WEIGHTED, mark("90.5"), Ruling("k", "reweight", "b", "未设", "党委"))

    assert f"{result.scores['total']}" == "90.50"
    assert result.derivation.formula == "(90.50 × 0.70) ÷ 0.70"
    assert "未设（党委）" in result.derivation.applied[0]


def test_ruling_without_need_changes_nothing() -> None:
    rows = [mark("90"), mark("60", sheet="other")]
    ruling = Ruling("k", "reweight", "b", "多余")

    result = score(WEIGHTED, *rows, ruling)

    assert result.scores == score(WEIGHTED, *rows).scores
    assert "未使用" in result.derivation.not_applied[0]


def test_mean_skips_a_part_that_may_be_skipped() -> None:
    scores = {
        "total": {
            "title": "总分",
            "mean": [{"sheet": "sheet"}, {"sheet": "other", "missing": "skip"}],
        }
    }

    assert f"{score(scores, mark('90')).scores['total']}" == "90.00"
    assert f"{score(scores, mark('90'), mark('80', sheet='other')).scores['total']}" == "85.00"
    assert score(scores, mark("80", sheet="other")).scores["total"] is None


def test_shared_score_is_one_step_in_the_tree() -> None:
    scores = {
        "a": {"title": "甲分", "sheet": "sheet"},
        "total": {"title": "总分", "mean": ["a", {"scale": {"of": "a", "source": "50"}}]},
    }

    first, second = score(scores, mark("45")).derivation.inputs

    assert isinstance(first, Step)
    assert second.inputs[0] is first


def test_scores_in_a_circle_are_refused() -> None:
    """The reader refuses it first; a scheme built otherwise is refused here."""
    circle = {"total": Node.model_validate({"sum": ["a"]}), "a": Node.model_validate("total")}

    with pytest.raises(PlanRefused, match="得分互相引用：total → a → total"):
        compile_scheme(small().model_copy(update={"scores": circle}))


def test_value_beyond_two_to_the_53_is_refused_with_its_clause() -> None:
    inner: Any = {"rating": "form.team"}
    scores = {"total": {"title": "总分", "cite": "九(一)", "sum": [
        {"mean": [inner, {"sheet": "sheet"}, {"sheet": "other"}]}, {"votes": "vote"},
    ]}}  # fmt: skip
    with pytest.raises(PlanRefused, match=r"得分 total.*（九\(一\)）：.*2\^53"):
        compile_scheme(small(scores=scores))


def test_what_is_too_large_is_named_with_its_place_and_a_way_out() -> None:
    ratio: Any = {"ratio": {"of": {"sheet": "sheet"}, "to": {"sheet": "other"}}}
    rate = {**ratio, "title": "完成率", "decimals": "4"}
    scores = {"total": {"title": "总分", "sum": ["5", rate]}}

    with pytest.raises(PlanRefused) as refused:
        compile_scheme(small(scores=scores))

    text = str(refused.value)
    assert text.startswith("得分 total.ratio“完成率”：中间结果位数太多")
    assert "2^53" in text
    assert "请把里面的得分取名单列（写在 scores 下），或给它写 decimals" in text
    assert "减小 most" in text


def test_items_of_one_sheet_can_be_divided_where_they_stand() -> None:
    """The number of sheets is in both: it cancels out, instead of leaving 2^53."""
    scores = {
        "total": {"title": "总分", "ratio": {"of": {"item": "sheet.a"}, "to": {"item": "sheet.b"}}}
    }
    rows = [mark(value, by=by, item=item) for by, item, value in (
        ("甲", "a", "50"), ("甲", "b", "30"), ("乙", "a", "43.5"), ("乙", "b", "27.25"),
    )]  # fmt: skip

    result = score(scores, *rows)

    assert result.derivation.exact == Fraction(9350, 1) / Fraction("57.25")
    assert f"{result.scores['total']}" == "163.32"


def test_bounds_and_remarks_come_from_the_plan() -> None:
    scores = {
        "total": {"title": "总分", "weighted": {"a": "70", "b": "40"}},
        "a": {"title": "甲", "cap": {"of": {"sheet": "sheet"}, "at": "120"}},
        "b": {"title": "乙", "votes": "vote"},
    }

    plan = compile_scheme(small(scores=scores))

    assert plan.bounds == {
        "total": (D(16), D(110)), "a": (D(0), D(100)), "b": (D(40), D(100)),
    }  # fmt: skip
    assert {(r.code, r.node) for r in plan.remarks} == {("never", "a"), ("weights", "total")}


class HalfMeaning(Meaning):
    """A plugin's operator: half of a score."""

    key = "half"

    def lower(self, node: Any, path: str, build: Any) -> Drawn:
        child = build.child(node.args.of, f"{path}.half")
        return Drawn(q.times(child.quantity, Fraction(1, 2)), (child,))

    def explain(self, lowered: Any, view: Any) -> Told:
        (child,) = lowered.inputs
        return Told("减半", f"{view.operand(child)} ÷ 2", (view.step(child),))


def test_operator_of_a_plugin_takes_part() -> None:
    from kaohe.scheme.model import Scheme

    class Half(Operator):
        key = "half"
        of: Node

        @classmethod
        def from_short(cls, value: Any) -> Any:
            return {"of": value}

    data = small().model_dump(mode="json")
    data["scores"] = {"total": {"title": "总分", "half": {"sheet": "sheet"}}}
    scheme = Scheme.model_validate(data, context={"operators": {"half": Half}})
    facts = Facts((Subject("k", "支部"),), (mark("81.25"),))

    with pytest.raises(PlanRefused, match="算子 half 没有计算方法"):
        compile_scheme(scheme)
    result = compile_scheme(scheme, operators={"half": HalfMeaning()}).score(facts)

    assert f"{result.subjects[0].scores['total']}" == "40.63"


def test_competition_ranks_share_the_better_place() -> None:
    plan = compile_scheme(small())
    people = [("a", "90"), ("b", "95"), ("c", "90"), ("d", "80"), ("e", "")]
    facts = Facts(
        tuple(Subject(k, k) for k, _ in people),
        tuple(Mark(k, "sheet", "", "*", D(v)) for k, v in people if v),
    )

    result = plan.score(facts)

    assert {s.subject: s.rank for s in result.subjects} == {
        "a": 2,
        "b": 1,
        "c": 2,
        "d": 4,
        "e": None,
    }
    assert replace(result.subjects[0], rank=None).group_rank == 2
