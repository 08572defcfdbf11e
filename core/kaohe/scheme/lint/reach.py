"""Outcomes that cannot happen, or happen to everybody: lists, quotas, streaks, decided ties."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kaohe.scheme.lint.findings import Remark, Rule
from kaohe.scheme.lint.ranges import plain_text, ranges
from kaohe.scheme.model import Grade, ListRule, Scheme
from kaohe.scheme.ties import ranked_parts
from kaohe.scheme.tree import Path

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
LONGEST = 60
"""Months of a streak beyond which it hardly ever comes about."""


def lists(scheme: Scheme) -> Iterator[Remark]:
    """Lists nobody can be on, and lists everybody with a score is on."""
    known = ranges(scheme)
    for key, one in scheme.lists.items():
        path: Path = ("lists", key)
        found = known.get(one.of or scheme.total)
        low, high = (None, None) if found is None else (found.low, found.high)
        if why := _nobody(one, low, high) or _no_label(scheme, one, low, high):
            yield Remark("L071", path, f"“{one.title}”{why}，没有人能列入。")
        elif _takes_all(one, low, high):
            yield Remark("L072", path, f"“{one.title}”把有得分的全部列入。")


def _nobody(one: ListRule, low: Fraction | None, high: Fraction | None) -> str:
    if one.at_least is not None and high is not None and Fraction(one.at_least) > high:
        return f"要求达到 {plain_text(one.at_least)}，得分最高 {plain_text(high)}"
    if one.below is not None and low is not None and Fraction(one.below) <= low:
        return f"要求低于 {plain_text(one.below)}，得分最低 {plain_text(low)}"
    if one.at_least is not None and one.below is not None and one.at_least >= one.below:
        return f"要求达到 {plain_text(one.at_least)} 又低于 {plain_text(one.below)}"
    return ""


def _no_label(scheme: Scheme, one: ListRule, low: Fraction | None, high: Fraction | None) -> str:
    """Why a list that asks for a grade and a score of the same kind can have nobody on it."""
    grade = scheme.grades.get(one.grade or "")
    if grade is None or grade.of != (one.of or scheme.total) or not one.labels:
        return ""
    bands = list(grade.bands.items())
    for place, (label, bottom) in enumerate(bands):
        if label not in one.labels:
            continue
        top = bands[place - 1][1] if place else None
        fits = (
            (one.at_least is None or top is None or one.at_least < top)
            and (one.below is None or one.below > bottom)
            and (high is None or bottom <= high)
            and (low is None or top is None or top > low)
        )
        if fits or grade.quotas or grade.limits:
            return ""
    return f"的分数线与“{'、'.join(one.labels)}”的分数段不相交"


def _takes_all(one: ListRule, low: Fraction | None, high: Fraction | None) -> bool:
    if one.labels or one.barred_by or one.gives_way_to or one.gap:
        return False
    if one.first is not None or one.last is not None:
        return False
    shares = [s for s in (one.best_share, one.worst_share) if s is not None]
    if any(share < 100 for share in shares):
        return False
    lower = one.at_least is None or (low is not None and Fraction(one.at_least) <= low)
    upper = one.below is None or (high is not None and Fraction(one.below) > high)
    return lower and upper


def quotas(scheme: Scheme) -> Iterator[Remark]:
    """Quotas that can never bind: of everybody, or wider than one on worse grades too."""
    for key, grade in scheme.grades.items():
        labels = list(_bands(scheme, grade))
        for n, quota in enumerate(grade.quotas):
            path: Path = ("grades", key, "quotas", n)
            if quota.share >= 100:
                what = f"“{quota.label}”的名额是全部，谁也不会降下来。"
                yield Remark("L073", path, what)
                continue
            for other in grade.quotas:
                is_wider = labels.index(other.label) > labels.index(quota.label)
                same = (other.within, other.of) == (quota.within, quota.of)
                if is_wider and same and other.share <= quota.share:
                    what = (
                        f"“{quota.label}”的名额 {plain_text(quota.share)}% 不小于“{other.label}”"
                        f"及以上的 {plain_text(other.share)}%。"
                    )
                    yield Remark("L073", path, what)


def _bands(scheme: Scheme, grade: Grade) -> dict[str, object]:
    while grade.follows in scheme.grades:
        grade = scheme.grades[grade.follows]
    return dict(grade.bands)


def streaks(scheme: Scheme) -> Iterator[Remark]:
    """Streaks longer than records go back, and two of one length."""
    seen: dict[tuple[object, ...], str] = {}
    for key, one in scheme.streaks.items():
        path: Path = ("streaks", key, "times")
        months = one.times * MONTHS[scheme.period]
        if months > LONGEST:
            what = f"“{one.title}”要连续 {one.times} 期，共 {months // 12} 年以上。"
            yield Remark("L074", path, what)
        same = (one.list, one.grade, one.labels, one.times)
        if same in seen:
            what = f"“{one.title}”与“{seen[same]}”条件相同。"
            yield Remark("L075", path, what)
        seen.setdefault(same, one.title)


def ties(scheme: Scheme) -> Iterator[Remark]:
    """Criteria that can never decide: the ranked score itself, or one that was compared before."""
    for ranked in ranked_parts(scheme):
        seen = {ranked.score}
        for n, one in enumerate(ranked.criteria):
            if one.score in seen:
                title = scheme.scores[one.score].title
                why = "就是所排的得分" if one.score == ranked.score else "前面已经比较过"
                yield Remark("L076", (*ranked.path, n), f"同分时比较的“{title}”{why}。")
            seen.add(one.score)


RULES: tuple[Rule, ...] = (lists, quotas, streaks, ties)
