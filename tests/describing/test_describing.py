"""A scheme in words: every part is told, with its clauses and the resolutions it rests on."""

from __future__ import annotations

import pytest

from kaohe import catalogue
from kaohe.describing import RESOLUTIONS, Line, describe, opening
from kaohe.scheme.reading import read_source

SMALL = """
id: test.small
version: "2026.1"
decimals: 2
title: 小办法
source: {document: "001", part: "二", title: 某办法}
period: year
subjects: {unit: {title: 单位, kind: organization}}
gaps:
  share: {about: 权重没有写明。, cites: ["三"], resolution: 各占一半。}
items:
  all: {title: 指标, items: [{id: a, title: 学习, points: 60, cite: "一"}, {id: b, title: 纪律, points: 40}]}
instruments:
  own_sheet: {title: 自评表, type: sheet, items: all, by: subject}
  team_sheet: {title: 考核组评分表, type: sheet, items: all, by: assessors}
scores:
  own: {title: 自评得分, sheet: own_sheet, cite: "二"}
  team: {title: 考核组得分, sheet: team_sheet}
  total: {title: 总分, mean: [own, team], gap: share, cite: ["三", "四"]}
grades:
  level: {title: 等次, subject: unit, of: total, bands: {优秀: 90, 合格: 0}}
total: total
"""


def lines(title: str) -> tuple[Line, ...]:
    scheme = read_source(SMALL, name="small.yaml").bind()
    return next(s.lines for s in describe(scheme) if s.title == title)


def test_a_formula_is_said_with_its_clauses_and_its_resolution() -> None:
    total = lines("怎样计分")[-1]

    assert (total.title, total.key, total.is_total) == ("总分", "total", True)
    assert total.text == "= 自评得分、考核组得分 的平均"
    assert (total.cites, total.gap) == (("三", "四"), 1)
    assert [one.is_total for one in lines("怎样计分")] == [False, False, True]


def test_the_resolution_others_refer_to_carries_the_number() -> None:
    about, resolution = lines(RESOLUTIONS)

    assert (about.number, about.text, about.cites) == (1, "1. 权重没有写明。", ("三",))
    assert resolution.text == "→ 各占一半。"


def test_what_belongs_to_a_part_stands_below_it() -> None:
    assert [(one.level, one.title + one.text) for one in lines("指标")] == [
        (1, "指标（共 100 分）"),
        (2, "1. 学习　60 分"),
        (2, "2. 纪律　40 分"),
    ]


def test_sections_without_content_are_left_out() -> None:
    scheme = read_source(SMALL, name="small.yaml").bind()

    assert [s.title for s in describe(scheme)] == [
        "考核对象", "指标", "填什么", "怎样计分", "等次", RESOLUTIONS,
    ]  # fmt: skip
    assert opening(scheme)[0] == "来源 001 二　某办法"


@pytest.mark.parametrize("name", sorted({**catalogue.schemes(), **catalogue.rollups()}))
def test_every_score_of_every_scheme_has_a_formula(name: str) -> None:
    scheme = catalogue.get(name).source.bind(operators=catalogue.syntaxes())

    told = {
        line.key: line.text for s in describe(scheme) if s.title == "怎样计分" for line in s.lines
    }

    assert set(told) == set(scheme.scores)
    assert [key for key, text in told.items() if not text.removeprefix("= ").strip()] == []


def test_ties_and_rounding_are_told() -> None:
    more = """
ties_by: [team, {score: own, lower_first: true}]
lists:
  best: {title: 先进, best_share: 30, rounding: up}
  first: {title: 第一, of: team, first: 1, ties_by: [own]}
  own: {title: 自评, of: own, worst_share: 5, least: 1}
"""
    quotas = "quotas: [{label: 优秀, share: 20, rounding: half_up, moves_to: 合格}]}"
    text = SMALL.replace("优秀: 90, 合格: 0}}", f"优秀: 90, 合格: 0}}, {quotas}") + more
    told = {
        s.title: [one.text for one in s.lines] for s in describe(read_source(text, name="x").bind())
    }
    rule = "总分相同的依次比较“考核组得分”、“自评得分”（低者在前）"

    assert told["怎样计分"][-1] == f"排名次时，{rule}；仍相同的并列"
    assert told["等次"][-1] == (
        "“优秀”不超过有得分的对象的 20%，四舍五入取整；"
        f"多出的从低分起降为“合格”，{rule}，边上并列的一起降"
    )
    assert told["名单"] == [
        f"先进：按总分取前 30%，不足一名的按一名计；{rule}",
        "第一：按考核组得分取前 1 名；考核组得分相同的依次比较“自评得分”",
        "自评：按自评得分取最后 5%，向下取整，至少 1 个",
    ]


def test_a_quota_of_a_grade_below_the_best_holds_for_those_above_it_too() -> None:
    quotas = "quotas: [{label: 良好, share: 60, moves_to: 合格}]}"
    text = SMALL.replace("优秀: 90, 合格: 0}}", f"优秀: 90, 良好: 80, 合格: 0}}, {quotas}")
    (told,) = (s for s in describe(read_source(text, name="x").bind()) if s.title == "等次")

    assert told.lines[-1].text.startswith("“良好”及以上不超过有得分的对象的 60%，")


@pytest.mark.parametrize(("unit", "said"), [("%", "8%及以上 60"), ("人", "8 人及以上 60")])
def test_a_unit_stands_behind_its_figure_as_it_is_written(unit: str, said: str) -> None:
    rule = f'bracket: {{of: {{title: 增幅, unit: "{unit}"}}, lowest: {{8: 60}}}}'
    text = SMALL.replace('points: 60, cite: "一"}', f'points: 60, cite: "一", {rule}}}')
    (told,) = (s for s in describe(read_source(text, name="x").bind()) if s.title == "指标")

    assert f"按增幅：{said}；其余 0" in [one.text for one in told.lines]
