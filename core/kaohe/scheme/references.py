"""Names that have to exist, and the order of things: what types alone cannot check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from kaohe.scheme.model import (
    BallotInstrument,
    FormInstrument,
    Scheme,
    SheetInstrument,
)
from kaohe.scheme.operators import Carried, Entries, Node, Operator, Rating, Score, Sheet, Votes
from kaohe.scheme.tree import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake at a path of the bound tree."""

    path: Path
    what: str
    remedy: str


def reference_problems(scheme: Scheme, operators: Mapping[str, type[Operator]]) -> list[Problem]:
    """Every name that does not exist, every circle, every table in the wrong order."""
    return [
        *_item_problems(scheme),
        *_instrument_problems(scheme),
        *_score_problems(scheme),
        *_grade_problems(scheme),
        *_procedure_problems(scheme),
        *_gap_problems(scheme),
    ]


def unknown(path: Path, name: str, known: Iterable[str], word: str) -> Iterator[Problem]:
    """A problem if `name` is not among `known`, with the nearest name as a suggestion."""
    names = list(known)
    if name not in names:
        close = get_close_matches(name, names, 1, 0.6)
        hint = f"是否想写 {close[0]}？" if close else f"可用：{'、'.join(names) or '无'}。"
        yield Problem(path, f"没有{word}“{name}”。", hint)


def nodes_of(scheme: Scheme) -> Iterator[tuple[Path, Node]]:
    """Every node, inline ones included, with its path (`args` stands for the operator's value)."""

    def walk(path: Path, node: Node) -> Iterator[tuple[Path, Node]]:
        yield path, node
        for child in node.args.nodes():
            yield from walk((*path, node.operator), child)

    for name, node in scheme.scores.items():
        yield from walk(("scores", name), node)


def _item_problems(scheme: Scheme) -> Iterator[Problem]:
    for key, group in scheme.items.items():
        seen: set[str] = set()
        for i, item in enumerate(group.items):
            if item.id in seen:
                path = ("items", key, "items", i, "id")
                yield Problem(path, f"指标编号“{item.id}”重复。", "请改成不同的编号。")
            seen.add(item.id)
            if item.points is not None and item.points < 0:
                path = ("items", key, "items", i, "points")
                yield Problem(path, "分值不能小于 0。", "扣分请写在 entries 里。")


def _instrument_problems(scheme: Scheme) -> Iterator[Problem]:
    classes = {c for kind in scheme.subjects.values() for c in kind.classes}
    for key, i in scheme.instruments.items():
        path: Path = ("instruments", key)
        if isinstance(i, SheetInstrument):
            yield from unknown((*path, "items"), i.items, scheme.items, "指标表")
            if i.beside is not None:
                sheets = [k for k, x in scheme.instruments.items() if x.type == "sheet"]
                yield from unknown((*path, "beside"), i.beside, sheets, "评分表")
        if isinstance(i, BallotInstrument):
            yield from unknown((*path, "aspects"), i.aspects, scheme.items, "指标表")
            for n, turnout in enumerate(i.turnout):
                for c in turnout.classes:
                    yield from unknown((*path, "turnout", n, "classes"), c, classes, "类别")
    for key, kind in scheme.subjects.items():
        if kind.of is not None:
            yield from unknown(("subjects", key, "of"), kind.of, scheme.subjects, "考核对象")


def _score_problems(scheme: Scheme) -> Iterator[Problem]:
    by_type = {
        t: [k for k, i in scheme.instruments.items() if i.type == t]
        for t in ("sheet", "ballot", "form")
    }
    for path, node in nodes_of(scheme):
        here, args = (*path, node.operator), node.args
        if isinstance(args, Score):
            yield from unknown(here, args.name, scheme.scores, "得分")
        elif isinstance(args, Sheet):
            yield from unknown(here, args.instrument, by_type["sheet"], "评分表")
        elif isinstance(args, Votes):
            yield from unknown(here, args.poll, by_type["ballot"], "测评")
        elif isinstance(args, Rating):
            yield from unknown(here, args.form, by_type["form"], "评议表")
            form = scheme.instruments.get(args.form)
            if isinstance(form, FormInstrument):
                yield from unknown(here, args.score, form.scores, "评分项")
        elif isinstance(args, Carried) and not args.scheme:
            yield from unknown(here, args.score, dict.fromkeys([*scheme.scores, "total"]), "得分")
        elif isinstance(args, Entries):
            for rule in args.rules:
                yield from unknown(here, rule, scheme.entries, "加减分规则")
        if node.subject is not None:
            yield from unknown((*path, "subject"), node.subject, scheme.subjects, "考核对象")
    for name, node in scheme.scores.items():
        if not node.title:
            yield Problem(("scores", name), "没有写 title。", "列在表上的得分都要有名称。")
    yield from unknown(("total",), scheme.total, scheme.scores, "得分")
    yield from _circles(scheme)


def score_inputs(node: Node) -> set[str]:
    """Names of the scores a node is computed from."""
    out = {node.args.name} if isinstance(node.args, Score) else set()
    for child in node.args.nodes():
        out |= score_inputs(child)
    return out


def _circles(scheme: Scheme) -> Iterator[Problem]:
    needs = {k: score_inputs(n) & set(scheme.scores) for k, n in scheme.scores.items()}
    left = dict(needs)
    for name in ordered_scores(needs):
        del left[name]
    on_circle = _first_circle(left)
    if on_circle:
        names = " → ".join([*on_circle, on_circle[0]])
        yield Problem(
            ("scores", on_circle[0]), f"得分互相依赖，绕成了圈：{names}。", "请断开其中一处。"
        )


def ordered_scores(needs: Mapping[str, set[str]]) -> list[str]:
    """Names such that each comes after what it needs; names on or behind a circle are left out."""
    waiting = {name: len(inputs) for name, inputs in needs.items()}
    users: dict[str, list[str]] = {name: [] for name in needs}
    for name, inputs in needs.items():
        for one in inputs:
            users[one].append(name)
    ready = [name for name, count in waiting.items() if not count]
    for name in ready:
        for user in users[name]:
            waiting[user] -= 1
            if not waiting[user]:
                ready.append(user)
    return ready


def _first_circle(left: Mapping[str, set[str]]) -> list[str]:
    """One circle among scores that all rest on a circle; empty if there are none."""
    walked: dict[str, int] = {}
    name = next(iter(left), None)
    while name is not None and name not in walked:
        walked[name] = len(walked)
        name = next((n for n in left if n in left[name]), None)
    return [] if name is None else list(walked)[walked[name] :]


def _grade_problems(scheme: Scheme) -> Iterator[Problem]:
    for key, grade in scheme.grades.items():
        path: Path = ("grades", key)
        yield from unknown((*path, "subject"), grade.subject, scheme.subjects, "考核对象")
        if (grade.of is None) == (grade.follows is None):
            yield Problem(path, "应恰好写 of（按得分分档）或 follows（随另一等次）之一。", "")
        if grade.of is not None:
            yield from unknown((*path, "of"), grade.of, scheme.scores, "得分")
            if not grade.bands:
                yield Problem(
                    path, "按得分分档要写 bands。", "如 {优秀: 90, 合格: 60, 不合格: 0}。"
                )
        if grade.follows is not None:
            others = [k for k in scheme.grades if k != key]
            yield from unknown((*path, "follows"), grade.follows, others, "等次")
        lows = list(grade.bands.values())
        if any(a <= b for a, b in pairwise(lows)):
            yield Problem((*path, "bands"), "各档下限应从高到低、互不相同。", "请调整顺序或数字。")
        labels = labels_of(scheme, key)
        for n, limit in enumerate(grade.limits):
            here = (*path, "limits", n)
            yield from unknown((*here, "at_most"), limit.at_most, labels, "等次档")
            where = (*here, "when", "score")
            if limit.when.score is not None:
                yield from unknown(where, limit.when.score, scheme.scores, "得分")
            if (limit.when.below is None) == (limit.when.at_least is None):
                yield Problem((*here, "when"), "条件应恰好写 below 或 at_least 之一。", "")


def labels_of(scheme: Scheme, key: str) -> list[str]:
    """The labels of a grade, best first; those of the grade it follows."""
    seen: set[str] = set()
    while key in scheme.grades and key not in seen:
        seen.add(key)
        grade: Any = scheme.grades[key]
        if grade.bands:
            return list(grade.bands)
        key = grade.follows or ""
    return []


def _procedure_problems(scheme: Scheme) -> Iterator[Problem]:
    does = [*scheme.instruments, *scheme.entries]
    seen: set[str] = set()
    for n, stage in enumerate(scheme.stages):
        if stage.id in seen:
            yield Problem(("stages", n, "id"), f"环节编号“{stage.id}”重复。", "请改名。")
        seen.add(stage.id)
        for name in stage.does:
            yield from unknown(("stages", n, "does"), name, does, "表或加减分规则")
    for n, measure in enumerate(scheme.measures):
        path: Path = ("measures", n)
        if measure.grade is not None:
            yield from unknown((*path, "grade"), measure.grade, scheme.grades, "等次")
            for label in measure.labels:
                labels = labels_of(scheme, measure.grade)
                yield from unknown((*path, "labels"), label, labels, "等次档")


def gap_uses(scheme: Scheme) -> Iterator[tuple[Path, str]]:
    """Every place that names a gap."""

    def walk(thing: Any, path: Path) -> Iterator[tuple[Path, str]]:
        gap = getattr(thing, "gap", None)
        if isinstance(gap, str):
            yield (*path, "gap"), gap
        if isinstance(thing, dict):
            for k, v in thing.items():
                yield from walk(v, (*path, k))
        elif isinstance(thing, tuple):
            for i, v in enumerate(thing):
                yield from walk(v, (*path, i))
        elif hasattr(type(thing), "model_fields"):
            for name in type(thing).model_fields:
                yield from walk(getattr(thing, name), (*path, name))

    for name in type(scheme).model_fields:
        if name not in ("gaps", "bindings", "values"):
            yield from walk(getattr(scheme, name), (name,))


def _gap_problems(scheme: Scheme) -> Iterator[Problem]:
    for path, gap in gap_uses(scheme):
        yield from unknown(path, gap, scheme.gaps, "存疑条目")


def written_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """The same for a tree that could not be typed: unknown gaps and scores, by the words used.

    So that a file with a wrong type in one place still gets its wrong names reported elsewhere.
    """

    def names(key: str) -> list[str]:
        part = data.get(key)
        return [str(k) for k in part] if isinstance(part, Mapping) else []

    def walk(node: Any, path: Path) -> Iterator[Problem]:
        if isinstance(node, Mapping):
            for key, value in node.items():
                here = (*path, str(key))
                if key == "gap" and isinstance(value, str):
                    yield from unknown(here, value, names("gaps"), "存疑条目")
                elif key == "weighted" and isinstance(value, Mapping) and "parts" not in value:
                    for name in value:
                        yield from unknown((*here, str(name)), str(name), names("scores"), "得分")
                elif key == "does" and isinstance(value, list):
                    for name in value:
                        known = [*names("instruments"), *names("entries")]
                        yield from unknown(here, str(name), known, "表或加减分规则")
                else:
                    yield from walk(value, here)
        elif isinstance(node, list):
            for i, value in enumerate(node):
                yield from walk(value, (*path, i))

    yield from walk({k: v for k, v in data.items() if k not in ("gaps", "parameters")}, ())
