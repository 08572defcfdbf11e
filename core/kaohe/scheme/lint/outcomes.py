"""What follows from scores and findings: consequences, quotas, lists, classes, longer periods."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kaohe.scheme.entries import EntryRule
from kaohe.scheme.lint.findings import Remark, Rule
from kaohe.scheme.lint.ranges import plain_text, ranges, takes_entries
from kaohe.scheme.model import Scheme
from kaohe.scheme.operators import ByClass, Count, Entries, When
from kaohe.scheme.references import nodes_of
from kaohe.scheme.ties import criteria_for, graded_score
from kaohe.scheme.tree import Path


def used_rules(scheme: Scheme) -> set[str]:
    """Entry rules something rests on: a score, a gate, a limit, a list."""
    used: set[str] = set()
    for _, node in nodes_of(scheme):
        if isinstance(node.args, Entries | Count):
            used |= set(node.args.rules)
        elif isinstance(node.args, When) and node.args.entries is not None:
            used.add(node.args.entries)
    for grade in scheme.grades.values():
        used |= {x.when.entries for x in grade.limits if x.when.entries is not None}
    for one in scheme.lists.values():
        used |= set(one.barred_by)
    return used


def findings(scheme: Scheme) -> Iterator[Remark]:
    """Findings without any consequence; slips that weigh as much as serious breaches."""
    used = used_rules(scheme)
    for key, rule in scheme.entries.items():
        path: Path = ("entries", key)
        if rule.sign == "none" and key not in used and not (rule.gap or rule.measures):
            yield Remark("L026", path, f"“{rule.title}”记录了也没有后果。")
    grave = {
        k: min(t.values())
        for k, r in scheme.entries.items()
        if r.evidence == "required" and (t := _deductions(r))
    }
    for key, rule in scheme.entries.items():
        for label, points in _deductions(rule).items():
            if key in grave or rule.gap:
                continue
            for other, least in grave.items():
                if points >= least:
                    title = scheme.entries[other].title
                    what = (
                        f"“{label}”扣 {plain_text(points)} 分，"
                        f"不轻于“{title}”最轻的 {plain_text(least)} 分。"
                    )
                    yield Remark("L047", ("entries", key, "points", label), what)


def _deductions(rule: EntryRule) -> dict[str, Decimal]:
    return dict(rule.points) if rule.sign == "-" and isinstance(rule.points, dict) else {}


def places(scheme: Scheme) -> Iterator[Remark]:
    """Quotas and lists without a word on fractions and ties; lists that can overlap."""
    for key, grade in scheme.grades.items():
        for n, quota in enumerate(grade.quotas):
            criteria = criteria_for(scheme, graded_score(scheme, key), quota.ties_by)
            is_said = bool(criteria) and "rounding" in quota.model_fields_set
            if not (is_said or quota.gap or grade.gap):
                what = f"“{quota.label}”不超过 {plain_text(quota.share)}%，没有写怎样取整、并列怎样算。"
                yield Remark("L051", ("grades", key, "quotas", n), what)
    for key, one in scheme.lists.items():
        sized = (one.first, one.last, one.best_share, one.worst_share)
        by_share = one.best_share is not None or one.worst_share is not None
        criteria = criteria_for(scheme, one.of or scheme.total, one.ties_by)
        is_said = bool(one.ties or criteria)
        is_said &= not by_share or "rounding" in one.model_fields_set
        if any(x is not None for x in sized) and not (is_said or one.gap):
            what = f"“{one.title}”按名次取，没有写怎样取整、并列怎样算。"
            yield Remark("L051", ("lists", key), what)
    yield from _overlaps(scheme)


def _overlaps(scheme: Scheme) -> Iterator[Remark]:
    for key, one in scheme.lists.items():
        if one.first is None and one.best_share is None:
            continue
        for name, other in scheme.lists.items():
            if other.last is None and other.worst_share is None:
                continue
            same = (one.of or scheme.total) == (other.of or scheme.total)
            settled = name in one.gives_way_to or key in other.gives_way_to or one.gap or other.gap
            if same and not settled:
                what = f"对象少时，同一单位会同时在“{one.title}”和“{other.title}”上。"
                yield Remark("L068", ("lists", name), what)


def classes(scheme: Scheme) -> Iterator[Remark]:
    """Classes that nobody assesses."""
    parts = [i for i in scheme.instruments.values() if i.type in ("sheet", "ballot", "report")]
    restricted = [tuple(getattr(i, "classes", ())) for i in parts]
    for key, kind in scheme.subjects.items():
        for name, title in kind.classes.items():
            inside = [c for c in restricted if not c or name in c]
            others = [c for c in restricted if set(c) & set(kind.classes)]
            if others and not inside:
                what = f"“{title}”没有任何表要填。"
                yield Remark("L069", ("subjects", key, "classes", name), what)
    total = scheme.scores.get(scheme.total)
    if total is None or total.gap:
        return
    for key, kind in scheme.subjects.items():
        for name, title in kind.classes.items():
            left_out = isinstance(total.args, ByClass) and name not in total.args.of
            if left_out or total.subject not in (None, key):
                what = f"“{title}”没有“{total.title}”。"
                yield Remark("L069", ("subjects", key, "classes", name), what)


def periods(scheme: Scheme) -> Iterator[Remark]:
    """A period shorter than a year from which something follows, and nothing on the year."""
    if scheme.period == "year" or scheme.rollups or scheme.id.count(".") > 1:
        return
    if scheme.lists or scheme.streaks or scheme.grades or scheme.measures:
        yield Remark("L070", ("period",), "没有写怎样由各期得出年度结果。")


def maximum(scheme: Scheme) -> Iterator[Remark]:
    """A total that can exceed a hundred, and nobody says out of what."""
    node = scheme.scores.get(scheme.total)
    found = ranges(scheme).get(scheme.total)
    if node is None or found is None or takes_entries(scheme, node):
        return
    said = node.announced is not None and node.announced.maximum is not None
    if found.high > 100 and not (said or node.gap):
        what = f"“{node.title}”最多 {plain_text(found.high)} 分，没有写满分是多少。"
        yield Remark("L045", ("scores", scheme.total), what)


RULES: tuple[Rule, ...] = (findings, places, classes, periods, maximum)
