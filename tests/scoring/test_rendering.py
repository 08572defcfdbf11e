"""Derivations as text and JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal as D

from kaohe.scheme.model import Scheme
from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import Result, SubjectResult
from kaohe.scoring.facts import Entry, Standing
from kaohe.scoring.rendering import (
    accounts_from_json,
    accounts_json,
    derivation_text,
    outcome_lines,
    result_from_json,
    result_json,
)
from kaohe.scoring.result_text import WIDTH, display_width
from tests.scoring.cases import CASES
from tests.scoring.outcome_schemes import facts_of, scored, with_outcomes
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


def outcomes() -> tuple[Scheme, Result]:
    """A result with a quota, lists inside classes and a streak."""
    scheme = with_outcomes(
        grades={
            "grade": {
                "title": "类别", "subject": "branch", "of": "total",
                "bands": {"好": "90", "中": "60"},
                "quotas": [{"label": "好", "share": 50, "moves_to": "中", "cite": "三"}],
            }
        },
        lists={"low": {"title": "末位", "last": 1, "within": "class", "gap": "silent"}},
        streaks={"long": {"title": "连续末位", "list": "low", "times": 2, "cite": "六"}},
        gaps={"silent": {"about": "没有写并列怎样办。", "resolution": "一并列入。"}},
        rank_within="unit",
    )  # fmt: skip
    standing = [Standing("b", "2024", "", None, "", ("low",))]
    facts = facts_of({"a": "95", "b": "92"}, units={"a": "u", "b": "v"}, standing=standing)
    return scheme, scored(scheme, facts)


def test_lists_and_accounts_survive_json() -> None:
    _, result = outcomes()
    for one in result.subjects:
        assert result_from_json(json.loads(json.dumps(result_json(one)))) == one

    stored = json.loads(json.dumps(accounts_json(result.lists, result.quotas)))

    assert accounts_from_json(stored) == (result.lists, result.quotas)
    assert accounts_from_json({}) == ((), ())


def test_result_stored_without_lists_can_still_be_read() -> None:
    _, result = outcomes()
    data = result_json(result.subjects[0])
    del data["lists"]

    assert result_from_json(data) == replace(result.subjects[0], lists={})


def test_text_says_who_is_on_which_list_and_why() -> None:
    scheme, result = outcomes()

    text = derivation_text(result.subjects[1], scheme=scheme)

    for part in (
        "名次：第 2 名，本单位第 1 名",
        "末位：列入\n    甲类2 个有得分的对象，取最后 1 名；倒数第 1 名，列入\n    原文：没有写",
        "连续末位：是\n    列入“末位”连续 2 期（含本期）；2023年没有记录（六）",
        "超出名额，降为中",
    ):
        assert part in text


def test_outcome_lines_name_members() -> None:
    _, result = outcomes()

    lines = list(outcome_lines(result.lists, result.quotas, {"a": "甲", "b": "乙"}))

    assert lines == [
        "“好”名额：2 个有得分的对象，2 × 50% = 1，名额 1 个；达到的有 2 个，保留 1 个，"
        "1 个降为“中”：乙（三）",
        "末位（甲类）：乙",
        "    甲类2 个有得分的对象，取最后 1 名",
        "连续末位：乙",
        "    列入“末位”连续 2 期及以上（含本期）（六）",
    ]
