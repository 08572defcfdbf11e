"""Slips of people who type a scheme by hand: each is named once, with what to do."""

from __future__ import annotations

import pytest

from kaohe.scheme.errors import SchemeErrors
from kaohe.scheme.lint import lint
from kaohe.scheme.reading import read_source

SCHEME = """\
id: demo.slips
version: "2026.1"
title: 公司和负责人
source: {document: 示例}
period: year
decimals: 2
subjects:
  company: {title: 公司, kind: organization, classes: {main: 主业}}
  head: {title: 负责人, kind: person, of: company, classes: {head: 负责人}}
parameters:
  absent: {title: 一类无票时, type: choice, options: {stop: 没有得分, skip: 由其余各类分担}, default: skip}
items:
  view: {title: 评议, cite: 一, items: [{id: overall, title: 总体评价}]}
  own: {title: 本人, total: 100, cite: 一, items: [{id: duty, title: 履职, points: 100}]}
instruments:
  vote:
    type: ballot
    title: 民主评议
    aspects: view
    options: {好: 100, 差: 0}
    strata: {leaders: 领导, staff: 职工}
    classes: [main]
  own_sheet: {type: sheet, title: 本人评分表, by: assessors, items: own, classes: [head]}
scores:
  company:
    title: 公司得分
    subject: company
    votes: {poll: vote, weights: {leaders: 40, staff: 60}, absent: {parameter: absent}}
    cite: 二
  head:
    title: 负责人得分
    subject: head
    mean: [{unit_score: company}, {sheet: own_sheet}]
    cite: 二
  total: {title: 总分, by_class: {main: company, head: head}, cite: 三}
stages:
  - {id: vote, title: 评议, who: voter, does: [vote], cite: 一}
  - {id: own, title: 评分, who: assessor, does: [own_sheet], cite: 一}
"""


def errors(before: str, after: str) -> list[str]:
    assert before in SCHEME
    with pytest.raises(SchemeErrors) as caught:
        read_source(SCHEME.replace(before, after, 1), name="x.yaml").check()
    return [str(error) for error in caught.value.errors]


def findings(before: str = "", after: str = "") -> list[str]:
    assert before in SCHEME
    source = read_source(SCHEME.replace(before, after, 1), name="x.yaml")
    return [f"{one.code} {one.place} {one.what}" for one in lint(source) if one.code != "L031"]


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    """Negative control of everything below."""
    assert findings() == []


def test_a_full_width_colon_inside_brackets_is_named() -> None:
    found = errors("{id: duty", "{id：duty")

    assert any("冒号是全角的" in one and "x.yaml:14:" in one for one in found)


def test_a_full_width_comma_is_quoted_so_that_it_can_be_seen() -> None:
    (found,) = errors("{id: duty, title", "{id: duty， title")

    assert "第 14 行有全角的“，”" in found


def test_a_missing_space_is_told_with_the_line_it_is_missing_on() -> None:
    (found,) = errors("decimals: 2", "decimals:2")

    assert "第 6 行冒号后面没有空格" in found


def test_an_unknown_parameter_is_told_once() -> None:
    (found,) = errors("{parameter: absent}", "{parameter: absents}")

    assert "没有参数“absents”。 是否想写 absent？" in found


def test_weights_of_voters_that_do_not_make_a_hundred_are_found() -> None:
    (found,) = findings("staff: 60}", "staff: 50}")

    assert found.startswith("L001 x.yaml:28:")
    assert "40 + 50 = 90" in found


@pytest.mark.parametrize(
    ("before", "place", "title"),
    [
        (", of: company, classes: {head: 负责人}", "x.yaml:9:", "负责人"),
        (", kind: organization, classes: {main: 主业}", "x.yaml:8:", "公司"),
    ],
)
def test_kinds_assessed_side_by_side_need_classes(before: str, place: str, title: str) -> None:
    """Without, every person is asked for the class of a unit."""
    kept = before.partition(", classes")[0]
    text = SCHEME.replace(before, kept, 1)
    text = text.replace("    classes: [main]\n", "").replace(", classes: [head]", "")
    text = text.replace("by_class: {main: company, head: head}", "mean: [company]")
    with pytest.raises(SchemeErrors) as caught:
        read_source(text, name="x.yaml").check()

    (error,) = caught.value.errors
    assert error.place.startswith(place)
    assert f"“{title}”没有类别" in error.what
    assert "classes" in error.remedy


@pytest.mark.parametrize(
    "total", ["subject: company, mean: [company]", "by_class: {main: company}"]
)
def test_a_kind_without_a_total_is_found(total: str) -> None:
    found = findings("by_class: {main: company, head: head}", total)

    assert any(one.startswith("L069 x.yaml:9:") and "“负责人”没有“总分”" in one for one in found)
