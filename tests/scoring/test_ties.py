"""Equal scores put in order by criteria: ranks, lists, quotas, and the sentences that tell it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.scoring import compile_scheme
from kaohe.scoring.bulk import bulk_score
from kaohe.scoring.derivation import Result
from kaohe.scoring.facts import Facts
from kaohe.scoring.rendering import derivation_text, result_from_json, result_json
from kaohe.scoring.ties import without_figures
from kaohe.testing.frames import frame_differences, installed_engines, native_tables
from tests.scoring.outcome_schemes import labels, members, scored, sentence
from tests.scoring.test_frame_outcomes import OUTCOMES, SLOW
from tests.scoring.tied_schemes import FEWER, POLL, tied, tied_facts

FOUR = {
    "a": ("91.5", "93.2", 0), "b": ("91.5", "95", 2), "c": ("91.5", "93.2", 1),
    "d": ("97", "60", 5),
}  # fmt: skip
QUOTA = {"label": "好", "share": 50, "moves_to": "中"}


def ranks(result: Result) -> str:
    return " ".join(str(one.rank) for one in result.subjects)


def told(result: Result, subject: str) -> tuple[str, ...]:
    return next(one for one in result.subjects if one.subject == subject).ties


def graded(**quota: Any) -> dict[str, Any]:
    bands = {"好": 90, "中": 0}
    whole = {"title": "类别", "subject": "branch", "of": "total", "bands": bands}
    return {"grade": {**whole, "quotas": [{**QUOTA, **quota}]}}


def test_criteria_decide_one_after_the_other() -> None:
    result = scored(tied(), tied_facts(FOUR))

    assert ranks(result) == "3 2 4 1"
    assert told(result, "b") == (
        "总分同为 91.50 的有 3 个，依次比较“民主测评”（95.00 高于 93.20）",
    )
    assert told(result, "a") == (
        "总分同为 91.50 的有 3 个，依次比较“民主测评”（93.20 低于 95.00）、“事故”（0 低于 1，低者在前）",
    )
    assert told(result, "d") == ()


def test_without_criteria_equal_totals_share_a_rank_and_nothing_is_stored() -> None:
    result = scored(tied(ties_by=[]), tied_facts(FOUR))

    assert ranks(result) == "2 2 2 1"
    assert "ties" not in result_json(result.subjects[0])


def test_equal_to_the_end_stays_tied() -> None:
    rows = dict.fromkeys("ab", ("90", "80", 1)) | {"c": ("90", "80", 2)}
    result = scored(tied(), tied_facts(rows))

    assert ranks(result) == "1 1 3"
    assert told(result, "a")[0] == (
        "总分同为 90.00 的有 3 个，依次比较“民主测评”（都是 80.00）、“事故”（1 低于 2，低者在前）；仍相同的 2 个并列"
    )


def test_a_missing_criterion_stands_behind_everybody_who_has_it() -> None:
    rows = {"a": ("90", None, 0), "b": ("90", "1", 0), "c": ("90", None, 1), "d": (None, "9", 0)}
    result = scored(tied(), tied_facts(rows))

    assert ranks(result) == "2 1 3 None"
    assert "（1.00，2 个没有得分）" in told(result, "b")[0]
    assert "“民主测评”（没有得分，排在有得分的之后）、“事故”（0 低于 1" in told(result, "a")[0]


def test_ranks_inside_classes_are_decided_and_told_on_their_own() -> None:
    rows = {"a": ("90", "80", 0), "b": ("90", "85", 0), "c": ("90", "82", 0)}
    result = scored(tied(), tied_facts(rows, groups={"a": "x", "b": "y", "c": "x"}))

    assert [(one.rank, one.group_rank) for one in result.subjects] == [(3, 2), (1, 1), (2, 1)]
    assert told(result, "c") == (
        "总分同为 90.00 的有 3 个，依次比较“民主测评”（82.00 高于 80.00，低于 85.00）",
        "甲类总分同为 90.00 的有 2 个，依次比较“民主测评”（82.00 高于 80.00）",
    )
    assert len(told(result, "b")) == 1


def test_figures_of_many_others_are_cut_short() -> None:
    rows = {chr(ord("a") + n): ("90", str(50 + n), 0) for n in range(6)}
    result = scored(tied(), tied_facts(rows))

    assert told(result, "a")[0].endswith("（50.00 低于 51.00、52.00、53.00 等）")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"first": 2}, "bd"),
        ({"first": 3}, "abd"),
        ({"last": 1}, "c"),
        ({"last": 2}, "ac"),
        ({"best_share": 50}, "bd"),
        ({"first": 2, "ties_by": [FEWER]}, "ad"),
        ({"first": 2, "of": "poll"}, "abc"),
        ({"first": 2, "of": "poll", "ties_by": [FEWER]}, "ab"),
        ({"worst_share": 25, "of": "poll", "ties_by": ["total"]}, "d"),
    ],
)
def test_lists_take_by_the_criteria(rule: dict[str, Any], expected: str) -> None:
    result = scored(tied(lists={"some": {"title": "名单", **rule}}), tied_facts(FOUR))

    assert members(result, "some") == expected


def test_a_list_tells_what_decided() -> None:
    rule = {"title": "名单", "first": 2}
    result = scored(tied(lists={"some": rule}), tied_facts(FOUR))

    assert sentence(result, "b", "some") == (
        "4 个有得分的对象，取前 2 名；总分同为 91.50 的有 3 个，依次比较“民主测评”（95.00 高于 93.20）；"
        "第 2 名，列入"
    )
    (account,) = result.lists
    assert account.members == ("d", "b")
    assert account.sentence == (
        "4 个有得分的对象，取前 2 名；总分相同的依次比较“民主测评”、“事故”（低者在前）"
    )


def test_a_quota_moves_whom_the_criteria_put_behind() -> None:
    result = scored(tied(grades=graded()), tied_facts(FOUR))

    assert labels(result) == "中 好 中 好"
    kept = result.subjects[1].grades["grade"].not_applied
    assert kept == (
        "“好”名额：4 个有得分的对象，4 × 50% = 2，名额 2 个，达到的有 4 个，"
        "总分同为 91.50 的有 3 个，依次比较“民主测评”（95.00 高于 93.20）；按得分排第 2，在名额之内",
    )
    assert result.quotas[0].sentence.endswith(
        "达到的有 4 个，总分相同的依次比较“民主测评”、“事故”（低者在前），保留 2 个，2 个降为“中”"
    )
    own = scored(tied(grades=graded(ties_by=[FEWER])), tied_facts(FOUR))
    assert labels(own) == "好 中 中 好"


def test_the_result_is_stored_and_told_with_its_ties() -> None:
    scheme = tied()
    one = scored(scheme, tied_facts(FOUR)).subjects[1]

    assert result_from_json(result_json(one)).ties == one.ties
    text = derivation_text(one, scheme=scheme)
    assert "名次：第 2 名，本类第 2 名\n    总分同为 91.50 的有 3 个" in text
    assert "（95.00 高于 93.20）" in re.sub(r"\n +", "", text)


def test_figures_of_some_criteria_can_be_left_out() -> None:
    text = (
        "依次比较“民主测评”（95.00 高于 93.20）、“事故”（0 低于 1，低者在前）；“事故”（低者在前）"
    )

    assert without_figures(text, ["民主测评", "事故"]) == (
        "依次比较“民主测评”、“事故”；“事故”（低者在前）"
    )


@st.composite
def tied_tables(draw: st.DrawFn) -> Facts:
    keys = [f"k{n}" for n in range(draw(st.integers(1, 8)))]
    pick = st.sampled_from
    rows = {
        key: (
            draw(pick(["90", "80", None])),
            draw(pick(["70", "71", None])),
            draw(st.integers(0, 1)),
        )
        for key in keys
    }
    groups = {key: draw(pick("xym")) for key in keys}
    units = {key: draw(pick(["k0", "别处", ""])) for key in keys if groups[key] == "m"}
    return tied_facts(rows, groups=groups, units=units)


@given(facts=tied_tables())
def test_ranks_are_those_of_counting_who_is_better(facts: Facts) -> None:
    """One's rank is one more than how many are better by the first score that differs."""
    result = scored(tied(), facts)

    def better(a: Any, b: Any) -> bool:
        if a.scores["total"] != b.scores["total"]:
            return bool(a.scores["total"] > b.scores["total"])
        if a.scores["poll"] != b.scores["poll"]:
            return (a.scores["poll"] or -1) > (b.scores["poll"] or -1)
        return bool(a.scores["accidents"] < b.scores["accidents"])

    there = [one for one in result.subjects if one.scores["total"] is not None]
    for one in there:
        assert one.rank == 1 + sum(better(other, one) for other in there)
        inside = [other for other in there if other.group == one.group]
        assert one.group_rank == 1 + sum(better(other, one) for other in inside)


WHOLE = {
    **OUTCOMES,
    "lists": {
        **OUTCOMES["lists"],
        "polled": {"title": "测评", "of": "poll", "first": 1, "ties_by": ["exact", FEWER]},
        "shared": {"title": "比例", "best_share": 30, "rounding": "half_up", "least": 1},
    },
}  # fmt: skip
WHOLE["grades"] = {
    "grade": {
        **OUTCOMES["grades"]["grade"],
        "quotas": [{**QUOTA, "moves_to": "一般", "rounding": "up", "ties_by": [FEWER, POLL]}],
    }
}
WHOLE["streaks"] = {}


@pytest.mark.parametrize("engine", installed_engines())
@pytest.mark.parametrize("parts", [{}, WHOLE, {"rank_within": "class", "ties_by": ["exact", POLL]}])
@SLOW
@given(facts=tied_tables())
def test_engine_conforms_on_ties(engine: str, parts: dict[str, Any], facts: Facts) -> None:
    assert frame_differences(compile_scheme(tied(**parts)), facts, engine) == []


def test_the_bulk_recheck_looks_at_decided_ranks() -> None:
    facts = tied_facts({f"k{n}": ("90", str(60 + n % 7), n % 3) for n in range(40)})
    plan = compile_scheme(tied())
    tables = native_tables(facts, "pandas", decimals=2)

    done = bulk_score(plan, **tables, period="2025", sample=15)

    assert done.recheck.is_equal
    expected = {one.subject: one.rank for one in plan.score(facts).subjects}
    assert dict(zip(done.frame["subject"], done.frame["rank"], strict=True)) == expected
