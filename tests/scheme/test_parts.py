"""Impossible parts of a scheme: each refused with its place and a remedy, all at once."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from kaohe.scheme.errors import SchemeErrors
from kaohe.scheme.reading import SchemeSource

OF = {"title": "数量"}
SCHEME: dict[str, Any] = {
    "id": "test.parts", "version": "2026.1", "title": "样例", "source": {"document": "x"},
    "period": "month", "decimals": "2",
    "subjects": {
        "branch": {"title": "支部", "kind": "organization", "classes": {"v": "村", "o": "机关"}},
        "member": {
            "title": "党员", "kind": "person", "of": "branch", "classes": {"m": "党员"}
        },
    },
    "items": {
        "work": {
            "title": "工作", "sections": {"base": {"title": "基础"}},
            "items": [
                {"id": "a", "title": "甲", "points": "10", "section": "base",
                 "deduct": [{"id": "late", "title": "迟报", "each": "1"}]},
                {"id": "b", "title": "乙", "points": "5", "optional": "true",
                 "bracket": {"of": OF, "lowest": {"3": "5"}}},
                {"id": "c", "title": "丙", "points": "5",
                 "ratio_bracket": {"part": OF, "whole": OF, "lowest": {"90": "5"}}},
                {"id": "d", "title": "丁", "points": "5", "pro_rata": {"of": OF, "full_at": "4"}},
                {"id": "e", "title": "戊", "points": "5", "each": {"of": OF, "points": "1"}},
                {"id": "f", "title": "己", "points": "5", "choice": {"好": "5", "差": "0"}},
                {"id": "g", "title": "庚", "points": "5"},
            ],
        },
        "aspects": {"title": "测评", "items": [{"id": "all", "title": "总体"}]},
    },
    "instruments": {
        "sheet": {"type": "sheet", "title": "评分表", "by": "assessors", "items": "work"},
        "vote": {
            "type": "ballot", "title": "测评", "aspects": "aspects",
            "options": {"好": "100", "差": "40"}, "strata": {"lead": "领导"},
            "turnout": [{"at_least": "5"}],
        },
        "report": {
            "type": "report", "title": "报告",
            "parts": {"list": {"title": "清单", "rows": {"what": "事项"}},
                      "answer": {"title": "回应", "answers": "list"}},
            "reviews": [{"id": "one", "title": "一审"}, {"id": "two", "title": "二审"}],
        },
    },
    "entries": {
        "plus": {"title": "加分", "sign": "+"},
        "minus": {"title": "扣分", "sign": "-", "about": "member"},
        "note": {"title": "情况", "sign": "none"},
        "joined": {"title": "参与", "sign": "+", "points": {"活动": "4"}, "quantity": "percent"},
    },
    "scores": {
        "item": {"title": "甲", "item": "sheet.a", "shown": "true"},
        "part": {"title": "基础", "section": "sheet.base"},
        "possible": {"title": "适用", "applicable": "sheet"},
        "share": {"title": "好评率", "vote_share": {"poll": "vote", "options": ["好"]}},
        "ballot": {"title": "测评分", "votes": {"poll": "vote", "weights": {"lead": "100"}}},
        "count": {"title": "次数", "count": ["note"]},
        "worst": {"title": "最重", "entries": {"rules": ["minus"], "highest_per": ["event"]}},
        "gate": {"title": "门槛",
                 "when": {"score": "item", "at_least": "6", "then": "10", "otherwise": "0"}},
        "kind": {"title": "分类", "by_class": {"v": "1", "o": "2", "m": "3"}},
        "band": {"title": "分档", "bracket": {"of": "item", "lowest": {"5": "1"}}},
        "full": {"title": "比例", "pro_rata": {"of": "item", "full_at": "5", "points": "2"}},
        "line": {"title": "插值", "interpolate": {"of": "item", "anchors": {"0": "0", "9": "3"}}},
        "rank": {"title": "名次", "rank_points": {"of": "item", "top": "5"}},
        "rater": {"title": "评分人名次", "rater_rank": {"sheet": "sheet", "top": "5"}},
        "rel": {"title": "相对", "relative": {"of": "item"}},
        "ratio": {"title": "占比", "ratio": {"of": "item", "to": "part"}},
        "times": {"title": "乘积", "product": ["item", "part"]},
        "best": {"title": "最好", "best": {"of": ["item", "part"], "take": "1"}},
        "trim": {"title": "去头尾", "trimmed": {"of": ["item", "part", "band"], "drop": "1"}},
        "past": {"title": "往期", "carried": {"score": "total"}},
        "total": {"title": "总分", "sum": ["item", "part"]},
    },
    "grades": {
        "grade": {
            "title": "等次", "subject": "branch", "of": "total", "bands": {"好": "10", "差": "0"},
            "quotas": [{"label": "好", "share": "30", "moves_to": "差"}],
            "limits": [{"when": {"entries": "note", "at_least": "1"}, "at_most": "差"}],
            "classes": ["v"],
        }
    },
    "lists": {
        "red": {"title": "红榜", "first": "3", "kind": "praise", "barred_by": ["note"]},
        "grey": {"title": "灰榜", "last": "2", "gives_way_to": ["red"]},
    },
    "streaks": {"again": {"title": "连续灰榜", "list": "grey", "times": "3"}},
    "stages": [
        {"id": "first", "title": "自评", "who": "respondent", "does": ["report"]},
        {"id": "second", "title": "打分", "who": "assessor", "does": ["sheet"],
         "after": ["first", "report"]},
    ],
    "measures": [{"id": "talk", "title": "约谈", "lists": ["again"]}],
}  # fmt: skip

ITEMS = "items.work.items"
BROKEN: list[tuple[str, Any, str]] = [
    (f"{ITEMS}.0.section", "other", "没有小标题“other”"),
    (f"{ITEMS}.0.deduct", [{"id": "x", "title": "x"}], "应恰好写 each、once、zero 之一"),
    (f"{ITEMS}.0.deduct", [{"id": "x", "title": "x", "each": "1", "once": "1"}], "应恰好写 each"),
    (f"{ITEMS}.0.deduct", [{"id": "x", "title": "x", "each": "-1"}], "-1 小于 0"),
    (f"{ITEMS}.0.deduct", [{"id": "na", "title": "x", "each": "1"}], "留给“不适用”"),
    (f"{ITEMS}.0.deduct", [{"id": "x", "title": "x", "once": "1"}] * 2, "“a.x”重复"),
    (f"{ITEMS}.0.deduct", [{"id": "x", "title": "x", "once": "1", "at_least": "2"}], "一起写"),
    (f"{ITEMS}.0.points", None, "没有写满分 points"),
    (f"{ITEMS}.0.choice", {"好": "1", "差": "0"}, "写了几种计分规则：deduct、choice"),
    (f"{ITEMS}.1.bracket", {"of": OF}, "应恰好写 lowest（下限）或 highest"),
    (f"{ITEMS}.1.bracket.of", {**OF, "least": "5", "most": "5"}, "下限应小于上限"),
    (f"{ITEMS}.1.bracket.of", {**OF, "least": "-5", "most": "-5"}, "下限应小于上限"),
    (f"{ITEMS}.2.ratio_bracket.whole", {**OF, "least": "-1"}, "“数量”是除数，下限不能小于 0"),
    (f"{ITEMS}.3.pro_rata.full_at", "0", "full_at 应大于 0"),
    (f"{ITEMS}.4.each.of", {**OF, "most": "0"}, "上限应大于 0"),
    (f"{ITEMS}.5.default", "3", "default 不起作用"),
    (f"{ITEMS}.6.default", "6", "不在 0 到满分之间"),
    ("items.aspects.items.0.optional", "true", "用在测评票上"),
    ("instruments.sheet.classes", ["x"], "没有类别“x”"),
    ("instruments.vote.turnout", [{"strata": ["x"], "share": "10"}], "没有投票人类别“x”"),
    ("instruments.vote.turnout", [{}], "应恰好写 at_least（人数）或 share"),
    ("instruments.report.parts.answer.answers", "x", "没有章节“x”"),
    ("instruments.report.parts.list.rows", None, "不能逐条回应"),
    ("instruments.report.reviews.1.id", "one", "审核编号“one”重复"),
    ("entries.minus.about", "x", "没有考核对象“x”"),
    ("entries.plus.quantity", "percent", "按百分比计分要有分值表"),
    ("subjects.member.classes", {"v": "党员"}, "类别“v”同时属于"),
    ("scores.item.item", "sheet.x", "没有指标“x”"),
    ("scores.part.section", "sheet.x", "没有小标题“x”"),
    ("scores.possible.applicable", "vote", "没有评分表“vote”"),
    (f"{ITEMS}.1.optional", None, "没有可以标为“不适用”的指标"),
    ("scores.share.vote_share.options", ["中"], "没有选项“中”"),
    ("scores.share.vote_share.aspect", "x", "没有测评项目“x”"),
    ("scores.ballot.votes.weights", {"x": "1"}, "没有投票人类别“x”"),
    ("scores.ballot.votes.weights", {"lead": "0"}, "权重应大于 0"),
    ("scores.count.count", ["x"], "没有加减分规则“x”"),
    ("scores.worst.entries.rules", ["note"], "只作记录（sign: none）"),
    ("scores.worst.entries.rules", ["minus", "plus"], "应同为加分或同为扣分"),
    ("scores.gate.when.entries", "note", "应恰好写 score 或 entries 之一"),
    ("scores.gate.when.at_least", None, "没有写 below 或 at_least"),
    ("scores.kind.by_class", {"x": "1"}, "没有类别“x”"),
    ("scores.band.bracket.highest", {"5": "1"}, "应恰好写 lowest（下限）或 highest"),
    ("scores.full.pro_rata.full_at", "0", "full_at 应大于 0"),
    ("scores.line.interpolate.anchors", {"0": "0", "9": "-3"}, "-3 小于 0"),
    ("scores.rank.rank_points.points", {"1": "5"}, "应恰好写 points（名次表）或 top"),
    ("scores.rater.rater_rank.least", "9", "最低分高于第一名的分"),
    ("scores.rel.relative.points", "0", "points 应大于 0"),
    ("scores.ratio.ratio.times", "0", "times 应大于 0"),
    ("scores.times.product", {"of": ["item"], "out_of": "0"}, "out_of 应大于 0"),
    ("scores.best.best.take", "0", "至少为 1"),
    ("scores.trim.trimmed.drop", "2", "就没有了"),
    ("scores.past.carried.low", "100", "不小于 high"),
    ("grades.grade.quotas.0.label", "优", "没有等次档“优”"),
    ("grades.grade.quotas.0.share", "130", "不在 0 到 100 之间"),
    ("grades.grade.quotas.0.moves_to", "好", "应降到更低的一档"),
    ("grades.grade.limits.0.when.entries", "x", "没有加减分规则“x”"),
    ("grades.grade.classes", ["x"], "没有类别“x”"),
    ("lists.red.of", "x", "没有得分“x”"),
    ("lists.red.last", "3", "只能写 first、last 之一"),
    ("lists.red.labels", ["好"], "没有写是哪一种等次"),
    ("lists.red.barred_by", ["x"], "没有加减分规则“x”"),
    ("lists.red.gives_way_to", ["grey"], "绕成了圈"),
    ("lists.grey", {"title": "空"}, "没有写取谁"),
    ("lists.grey.rounding", "up", "rounding 只用于按百分数取的名单"),
    ("lists.grey.least", "1", "least 只用于按百分数取的名单"),
    ("lists.grey.ties_by", ["totl"], "lists.grey.ties_by.0：没有得分“totl”。 是否想写 total？"),
    ("grades.grade.quotas.0.ties_by", [{"score": "x"}], "quotas.0.ties_by.0.score：没有得分“x”"),
    ("ties_by", ["x"], "没有得分“x”"),
    ("ties_by", "item", "应为列表"),
    ("ties_by", [{"score": "item", "higher": "true"}], "不认识的键“higher”"),
    ("streaks.again.list", "x", "没有名单“x”"),
    ("streaks.again.grade", "grade", "应恰好写 list（名单）或 grade（等次）之一"),
    ("measures.0.lists", ["x"], "没有名单或连续情形“x”"),
    ("stages.0.after", ["second"], "没有更早的环节或报告“second”"),
]


def changed(path: str, value: Any) -> dict[str, Any]:
    """The scheme with one place changed; None takes it out."""
    data = copy.deepcopy(SCHEME)
    *way, last = path.split(".")
    here: Any = data
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    if value is None:
        del here[last]
    else:
        here[last] = value
    return data


def errors_of(data: dict[str, Any]) -> str:
    with pytest.raises(SchemeErrors) as caught:
        SchemeSource.from_data(data).bind()
    return "\n".join(str(e) for e in caught.value.errors)


def test_scheme_with_every_part_is_accepted() -> None:
    assert SchemeSource.from_data(SCHEME).bind().id == "test.parts"


@pytest.mark.parametrize(
    ("path", "value", "words"), BROKEN, ids=[f"{n}-{b[0]}" for n, b in enumerate(BROKEN)]
)
def test_impossible_part_is_refused_in_words(path: str, value: Any, words: str) -> None:
    assert words in errors_of(changed(path, value))


@pytest.mark.parametrize(
    ("path", "of", "is_refused"),
    [("ties_by", "branch", True), ("ties_by", "", False), ("lists.grey.ties_by", "branch", True)],
)
def test_criterion_of_other_subjects_is_refused(path: str, of: str, is_refused: bool) -> None:
    data = changed(path, ["item"])
    data["scores"]["item"]["subject"] = "member"
    if of:
        data["scores"]["total"]["subject"] = of
    if is_refused:
        assert "“甲”是党员的得分，这里排的是支部。" in errors_of(data)
    else:
        SchemeSource.from_data(data).bind()


def test_criterion_outside_the_classes_of_a_list_is_refused() -> None:
    data = changed("lists.grey.ties_by", ["item"])
    data["scores"]["item"]["subject"] = "branch"
    data["lists"]["grey"]["classes"] = ["m"]

    assert "“甲”是支部的得分，这里排的是党员。" in errors_of(data)
    data = changed("grades.grade.quotas.0.ties_by", ["item"])
    data["scores"]["item"]["subject"] = "member"
    assert "“甲”是党员的得分，这里排的是支部。" in errors_of(data)


def test_all_mistakes_are_reported_at_once() -> None:
    data = changed("lists.red.of", "x")
    data["measures"][0]["lists"] = ["y"]
    data["items"]["work"]["items"][0]["section"] = "z"

    text = errors_of(data)

    assert all(word in text for word in ("“x”", "“y”", "“z”"))


def test_every_check_has_a_case() -> None:
    """A check that no case reaches could be wrong for ever."""
    from kaohe.scheme.checking import operators

    named: Callable[[type], str] = lambda kind: kind.key  # type: ignore[attr-defined]  # noqa: E731
    untouched = {named(k) for k in operators._CHECKS} - {
        key for path, *_ in BROKEN for key in path.split(".")
    }
    assert untouched <= {"periods", "votes"}
