"""Derivations as text and JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal as D

from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import SubjectResult
from kaohe.scoring.facts import Entry
from kaohe.scoring.rendering import derivation_text, result_from_json, result_json
from kaohe.scoring.result_text import WIDTH, display_width
from tests.scoring.cases import CASES
from tests.scoring.schemes import responsibility, small
from tests.scoring.test_operators import mark, score


def result(name: str = "d-group") -> SubjectResult:
    case = next(c for c in CASES if c.name == name)
    extra = Entry("d", "", "honour", D(3), reason="县级表扬", state="refused")
    facts = replace(case.facts, entries=(*case.facts.entries, extra) if name[0] == "d" else ())
    facts = replace(facts, notes={facts.subjects[0].id: {"opinion": "总体满意"}})
    return compile_scheme(responsibility(**case.parameters)).score(facts).subjects[0]


def test_text_shows_the_way_to_the_total() -> None:
    text = derivation_text(result(), scheme=responsibility())

    for part in (
        "丁村党支部（村党支部 · 李四）",
        "98.50 × 0.60 + 86.84 × 0.30 + 87.92 × 0.10 = 93.944，四舍五入 → 93.94",
        "(95.00 + 97.50 + 96.00) ÷ 3 + 7.00 = 103.166666…".replace(
            "95.00 + 97.50 + 96.00", "96.00 + 95.00 + 97.50"
        ),
        "已触发：封顶 100（加分后 ≈103.17）（三(一)2）",
        "未触发：“县级表扬” +3：核验未通过，不计分",
        "处理：取 10%，只有这样 60+30+10 才等于 100。",
        "参数：荣誉加分加在哪里 = 加在考核组得分上",
        "党组织等次：优秀（丁村党支部）",
        "未触发：述职评议低于 80 时最高为“良好”（述职评议 87.92）（三(四)3）",
        "名次：第 1 名，本类第 1 名",
        "民意调查（不计分）：总体满意",
    ):
        assert part in text


def test_text_keeps_to_the_width_of_a_terminal() -> None:
    for case in CASES:
        lines = derivation_text(result(case.name), scheme=responsibility()).splitlines()
        assert max(map(display_width, lines)) <= WIDTH


def test_values_stand_in_one_column() -> None:
    lines = derivation_text(result(), scheme=responsibility()).splitlines()

    assert {display_width(line) for line in lines if " ·" in line and "···" in line} == {WIDTH}


def test_shared_score_is_referenced_not_repeated() -> None:
    scores = {
        "a": {"title": "甲分", "sheet": "sheet"},
        "total": {"title": "总分", "mean": ["a", {"scale": {"of": "a", "source": "50"}}]},
    }

    text = derivation_text(score(scores, mark("45")), scheme=small(scores=scores))

    assert text.count("评分表合计 45.00") == 1
    assert text.count("（计算过程见上）") == 1


def test_json_loses_nothing() -> None:
    for case in CASES:
        one = result(case.name)
        stored = json.loads(json.dumps(result_json(one), ensure_ascii=False), parse_float=D)
        assert result_from_json(stored) == one


def test_missing_total_is_explained_in_the_text() -> None:
    text = derivation_text(result("e-group"), scheme=responsibility())

    assert "标记 缺少得分" in text
    assert "“民主测评”没有有效评价" in text
