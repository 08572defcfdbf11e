"""Scores the total does not rest on explain themselves too."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest

from kaohe.scoring import PlanRefused, compile_scheme
from kaohe.scoring.derivation import SubjectResult
from kaohe.scoring.facts import Entry, Facts, Subject
from kaohe.scoring.rendering import derivation_text, result_from_json, result_json
from kaohe.testing.replay import walk
from tests.scoring.schemes import small
from tests.scoring.test_operators import mark, score, votes

SCORES = {
    "seen": {"title": "自评得分", "sheet": "other"},
    "total": {"title": "总分", "sheet": "sheet"},
    "shared": {"title": "测评得分", "votes": "vote"},
    "apart": {"title": "参考分", "mean": ["shared", "total"]},
    "times": {"title": "加分次数", "count": "plus"},
}


@pytest.fixture
def result() -> SubjectResult:
    return score(SCORES, mark("90"), *votes("a", 3, 1, 1), *votes("b", 5, 0, 0), ENTRY)


ENTRY = Entry("k", "", "plus", D(2), reason="表扬")


def test_each_has_a_tree_once_and_those_without_a_value_none(result: SubjectResult) -> None:
    assert [tree.id for tree in result.beside] == ["apart", "times"]
    assert [tree.title for tree in result.beside] == ["参考分", "加分次数"]
    told = {step.id for tree in result.trees for step in walk(tree)}
    valued = {name for name, value in result.scores.items() if value is not None}
    assert valued <= told
    assert "seen" not in told  # nobody handed that sheet in


def test_the_total_alone_has_none_beside_it() -> None:
    assert score({"total": SCORES["total"]}, mark("90")).beside == ()


def test_a_subject_of_another_kind_has_no_tree_of_it() -> None:
    """A member's count is nothing a branch has 0 of."""
    subjects = {
        "branch": {"title": "支部", "kind": "organization", "classes": {"b": "支部"}},
        "member": {
            "title": "成员", "kind": "person", "of": "branch", "classes": {"m": "成员"},
            "office": "成员",
        },
    }  # fmt: skip
    scheme = small(
        subjects=subjects,
        scores={**SCORES, "times": {"title": "加分次数", "count": "plus", "subject": "member"}},
    )
    facts = Facts((Subject("k", "支部", "b"),), (mark("90"),))

    (branch,) = compile_scheme(scheme).score(facts).subjects

    assert branch.scores["times"] is None
    assert branch.beside == ()


def test_text_tells_them_after_the_total(result: SubjectResult) -> None:
    text = derivation_text(result, scheme=small(scores=SCORES))

    total, beside = text.split("总分之外的得分")
    assert "加分次数" not in total
    assert "(92.00 + 90.00) ÷ 2 = 91" in beside
    assert "（计算过程见上）" in beside  # the total's own tree is not told twice


def test_json_keeps_them(result: SubjectResult) -> None:
    assert result_from_json(result_json(result)) == result
    old = {k: v for k, v in result_json(result).items() if k != "beside"}
    assert result_from_json(old).beside == ()


def chained(levels: int, *, times: int) -> dict[str, Any]:
    """Scores each of which enters the next so many times, beside a total of its own."""
    scores: dict[str, Any] = {"total": SCORES["total"], "s0": {"title": "零", "sheet": "other"}}
    for n in range(1, levels):
        scores[f"s{n}"] = {"title": f"第 {n}", "mean": [f"s{n - 1}"] * times}
    return scores


def test_a_long_chain_is_one_tree() -> None:
    assert compile_scheme(small(scores=chained(60, times=1))).beside == ("s59",)


def test_a_derivation_nobody_could_read_is_refused() -> None:
    """Two ways down at each of 60 levels are 2^60 steps; nothing may try to walk them."""
    with pytest.raises(PlanRefused, match=r"得分 s12“第 12”：推导展开后超过 5000 步.*请减少重复"):
        compile_scheme(small(scores=chained(60, times=2)))
