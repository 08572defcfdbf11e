"""The page of a subject whose table shows more than the total, and how scores are rounded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string

from kaohe.describing import rounding_words
from kaohe.results.explanation.page import Explanation, explain
from kaohe.scoring import compile_scheme
from kaohe.scoring.facts import Entry, Facts, Mark, Subject
from tests.scoring.schemes import small

SCORES: dict[str, Any] = {
    "total": {"title": "总分", "sheet": "sheet"},
    "times": {"title": "加分次数", "count": "plus"},
}


def page(scores: dict[str, Any] = SCORES, *, public: bool = False) -> Explanation:
    scheme = small(scores=scores)
    facts = Facts(
        (Subject("k", "支部"),),
        (Mark("k", "sheet", "甲", "*", Decimal(90)),),
        entries=(Entry("k", "", "plus", Decimal(2), reason="表扬"),),
    )
    (one,) = compile_scheme(scheme).score(facts).subjects
    return explain(one, scheme=scheme, parameters={}, public=public)


def test_scores_beside_the_total_have_cards_and_sums_of_their_own() -> None:
    shown = page()

    assert [(card.number, card.title, card.value) for card in shown.beside] == [
        ("2", "加分次数", "1.00")
    ]
    assert [(line.title, line.is_total) for line in shown.lines] == [
        ("总分", True), ("加分次数", False)
    ]  # fmt: skip
    html = render_to_string("results/_beside.html", {"page": shown})
    assert "总分之外的得分" in html
    assert 'id="s-2"' in html


def test_the_public_sees_what_its_table_has() -> None:
    shown = page(public=True)

    assert not shown.beside
    assert not shown.result.beside
    assert [line.title for line in shown.lines] == ["总分"]


def test_the_page_says_how_its_scheme_rounds() -> None:
    assert page().rounding == "四舍五入到 2 位小数"
    assert rounding_words(small(rounding="down", decimals="1")) == "只舍不入到 1 位小数"
    total = {"total": {"title": "总分", "sheet": "sheet", "decimals": "0"}}
    assert rounding_words(small(scores=total)) == "四舍五入到 2 位小数（另注明的除外）"


def test_cards_call_operators_as_the_language_does() -> None:
    assert page().tree.operator == "评分表得分"
