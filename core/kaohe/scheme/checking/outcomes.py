"""Quotas, lists, streaks, measures, gates: names that have to exist, figures that are possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from kaohe.scheme.model import Scheme
from kaohe.scheme.outcomes import ListRule
from kaohe.scheme.references import Problem, labels_of, unknown
from kaohe.scheme.ties import Ranked, ranked_parts
from kaohe.scheme.tree import Path


def outcome_problems(scheme: Scheme) -> Iterator[Problem]:
    """Everything wrong with what follows from the scores."""
    for key, grade in scheme.grades.items():
        labels = labels_of(scheme, key)
        for n, quota in enumerate(grade.quotas):
            here: Path = ("grades", key, "quotas", n)
            yield from unknown((*here, "label"), quota.label, labels, "等次档")
            yield from unknown((*here, "moves_to"), quota.moves_to, labels, "等次档")
            yield from _share((*here, "share"), quota.share)
            if (
                quota.label in labels
                and quota.moves_to in labels
                and labels.index(quota.moves_to) <= labels.index(quota.label)
            ):
                yield Problem((*here, "moves_to"), "超出名额的应降到更低的一档。", "请核对。")
        for n, limit in enumerate(grade.limits):
            here = ("grades", key, "limits", n, "when")
            if (limit.when.score is None) == (limit.when.entries is None):
                yield Problem(here, "条件应恰好写 score 或 entries 之一。", "")
            if limit.when.entries is not None:
                rules = scheme.entries
                yield from unknown((*here, "entries"), limit.when.entries, rules, "加减分规则")
    for key, one in scheme.lists.items():
        yield from _list_problems(scheme, key, one)
    yield from _ways(scheme)
    yield from _criteria(scheme)
    for key, streak in scheme.streaks.items():
        here = ("streaks", key)
        if (streak.list is None) == (streak.grade is None):
            yield Problem(here, "应恰好写 list（名单）或 grade（等次）之一。", "")
        if streak.list is not None:
            yield from unknown((*here, "list"), streak.list, scheme.lists, "名单")
        yield from _grade_labels(scheme, here, streak.grade, streak.labels)
        if streak.grade is not None and not streak.labels:
            yield Problem(here, "没有写连续哪几档。", "请写 labels。")
        if key in scheme.lists:
            yield Problem(here, f"“{key}”已是名单的名称。", "请改名。")
    for n, measure in enumerate(scheme.measures):
        known = [*scheme.lists, *scheme.streaks]
        for name in measure.lists:
            yield from unknown(("measures", n, "lists"), name, known, "名单或连续情形")
    yield from _stage_problems(scheme)


def _list_problems(scheme: Scheme, key: str, one: ListRule) -> Iterator[Problem]:
    here: Path = ("lists", key)
    if one.of is not None:
        yield from unknown((*here, "of"), one.of, scheme.scores, "得分")
    sizes = [w for w in ("first", "last", "best_share", "worst_share") if getattr(one, w)]
    if len(sizes) > 1:
        yield Problem((*here, sizes[1]), f"只能写 {'、'.join(sizes)} 之一。", "请删去其余。")
    for word in ("best_share", "worst_share"):
        if getattr(one, word) is not None:
            yield from _share((*here, word), getattr(one, word))
    if one.best_share is None and one.worst_share is None:
        for word in ("rounding", "least"):
            if getattr(one, word) != type(one).model_fields[word].default:
                what = f"{word} 只用于按百分数取的名单。"
                yield Problem((*here, word), what, "请写 best_share 或 worst_share，或删去它。")
    yield from _grade_labels(scheme, here, one.grade, one.labels)
    if one.grade is not None and not one.labels:
        yield Problem((*here, "labels"), "写了等次，没有写是哪几档。", "请写 labels。")
    wanted = one.at_least is not None or one.below is not None or one.labels or one.barred_by
    if not sizes and not wanted:
        what = f"“{one.title}”没有写取谁：名次、比例、分数线或等次。"
        yield Problem(here, what, "如 first: 10 或 at_least: 90。")
    for rule in one.barred_by:
        yield from unknown((*here, "barred_by"), rule, scheme.entries, "加减分规则")
    for name in one.gives_way_to:
        others = [k for k in scheme.lists if k != key]
        yield from unknown((*here, "gives_way_to"), name, others, "名单")


def _ways(scheme: Scheme) -> Iterator[Problem]:
    """Lists that give way to one another in a circle."""
    for key in scheme.lists:
        seen, todo = set[str](), list(scheme.lists[key].gives_way_to)
        while todo:
            name = todo.pop()
            if name not in seen and name in scheme.lists:
                seen.add(name)
                todo += scheme.lists[name].gives_way_to
        if key in seen:
            yield Problem(
                ("lists", key, "gives_way_to"), "名单互相让位，绕成了圈。", "请删去一处。"
            )


def _criteria(scheme: Scheme) -> Iterator[Problem]:
    """Criteria for equal scores: named scores of those who are ranked."""
    for ranked in ranked_parts(scheme):
        for n, one in enumerate(ranked.criteria):
            path = (*ranked.path, n, "score")
            yield from unknown(path, one.score, scheme.scores, "得分")
            theirs, kinds = _kind_of(scheme, one.score), _kinds_ranked(scheme, ranked)
            if theirs and kinds and theirs not in kinds:
                what = (
                    f"“{scheme.scores[one.score].title}”是{scheme.subjects[theirs].title}的得分，"
                    f"这里排的是{'、'.join(scheme.subjects[k].title for k in kinds)}。"
                )
                yield Problem(path, what, "请写同一种对象的得分。")


def _kind_of(scheme: Scheme, score: str) -> str:
    """The kind of subject that alone has a score; empty: all have it."""
    node = scheme.scores.get(score)
    kind = scheme.subjects.get(node.subject or "") if node else None
    return (node.subject or "") if node and kind and kind.classes else ""


def _kinds_ranked(scheme: Scheme, ranked: Ranked) -> list[str]:
    """The kinds of subjects that are ranked; empty: all."""
    if own := _kind_of(scheme, ranked.score):
        return [own]
    return [k for k, kind in scheme.subjects.items() if set(kind.classes) & set(ranked.classes)]


def _grade_labels(
    scheme: Scheme, path: Path, grade: str | None, labels: Iterable[str]
) -> Iterator[Problem]:
    if grade is None:
        if tuple(labels):
            yield Problem((*path, "labels"), "写了 labels，没有写是哪一种等次。", "请写 grade。")
        return
    yield from unknown((*path, "grade"), grade, scheme.grades, "等次")
    for label in labels:
        known = labels_of(scheme, grade)
        if known:
            yield from unknown((*path, "labels"), label, known, "等次档")


def _share(path: Path, share: Decimal) -> Iterator[Problem]:
    if not 0 < share <= 100:
        yield Problem(path, f"比例 {share:f}% 不在 0 到 100 之间。", "请写百分数，如 15。")


def _stage_problems(scheme: Scheme) -> Iterator[Problem]:
    """A stage waits for stages before it and for reports."""
    reports = [k for k, i in scheme.instruments.items() if i.type == "report"]
    before: list[str] = []
    for n, stage in enumerate(scheme.stages):
        for name in stage.after:
            yield from unknown(
                ("stages", n, "after"), name, [*before, *reports], "更早的环节或报告"
            )
        before.append(stage.id)
