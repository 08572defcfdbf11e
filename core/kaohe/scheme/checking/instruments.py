"""Classes, strata, reports and entry rules: names that have to exist."""

from __future__ import annotations

from collections.abc import Iterator

from kaohe.scheme.instruments import BallotInstrument, ReportInstrument, SheetInstrument
from kaohe.scheme.model import Scheme
from kaohe.scheme.references import Problem, unknown
from kaohe.scheme.tree import Path


def instrument_problems(scheme: Scheme) -> Iterator[Problem]:
    """Everything wrong with what people fill in."""
    classes = {c for kind in scheme.subjects.values() for c in kind.classes}
    for section in ("instruments", "entries", "grades", "lists"):
        for key, part in getattr(scheme, section).items():
            for n, name in enumerate(getattr(part, "classes", ())):
                yield from unknown((section, key, "classes", n), name, classes, "类别")
    yield from _doubled_classes(scheme)
    for key, one in scheme.instruments.items():
        path: Path = ("instruments", key)
        if isinstance(one, SheetInstrument) and one.reason == "deduction":
            group = scheme.items.get(one.items)
            if group is not None and not any(i.points for i in group.items):
                yield Problem(
                    (*path, "reason"), "指标没有分值，谈不上扣分。", "请写 reason: none。"
                )
        if isinstance(one, BallotInstrument):
            for n, turnout in enumerate(one.turnout):
                here = (*path, "turnout", n)
                if (turnout.at_least is None) == (turnout.share is None):
                    yield Problem(here, "应恰好写 at_least（人数）或 share（百分比）之一。", "")
                for stratum in turnout.strata:
                    yield from unknown((*here, "strata"), stratum, one.strata, "投票人类别")
        elif isinstance(one, ReportInstrument):
            yield from _report_problems(one, path)
    for key, rule in scheme.entries.items():
        path = ("entries", key)
        if rule.about is not None:
            yield from unknown((*path, "about"), rule.about, scheme.subjects, "考核对象")
        if rule.quantity == "percent" and not isinstance(rule.points, dict):
            yield Problem(
                (*path, "quantity"), "按百分比计分要有分值表。", "请写 points: {情形: 分}。"
            )


def _doubled_classes(scheme: Scheme) -> Iterator[Problem]:
    """A class tells the kind of a subject: no two kinds may share one."""
    owner: dict[str, str] = {}
    for key, kind in scheme.subjects.items():
        for name in kind.classes:
            if owner.setdefault(name, key) != key:
                other = scheme.subjects[owner[name]].title
                what = f"类别“{name}”同时属于“{other}”和“{kind.title}”。"
                yield Problem(("subjects", key, "classes", name), what, "请改名。")


def _report_problems(report: ReportInstrument, path: Path) -> Iterator[Problem]:
    for key, part in report.parts.items():
        if part.answers is not None:
            yield from unknown((*path, "parts", key, "answers"), part.answers, report.parts, "章节")
            told = report.parts.get(part.answers)
            if told is not None and not told.rows:
                what = f"“{told.title}”不是清单，不能逐条回应。"
                yield Problem((*path, "parts", key, "answers"), what, "请给它写 rows。")
    seen: set[str] = set()
    for n, review in enumerate(report.reviews):
        if review.id in seen:
            yield Problem((*path, "reviews", n, "id"), f"审核编号“{review.id}”重复。", "请改名。")
        seen.add(review.id)
