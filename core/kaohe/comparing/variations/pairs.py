"""Two mistakes in one figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import STANDARD
from kaohe.comparing.subject_facts import SubjectFacts
from kaohe.comparing.variations.base import Change, Variation

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

_PARTICULAR = 20
_MOST = 40


def pair_variations(variations: list[Variation], scheme: Scheme) -> Iterator[Variation]:
    """Pairs of particular mistakes in different places."""
    particular = [v for v in variations if v.rank <= _PARTICULAR and not v.is_habit][:_MOST]
    for first, second in combinations(particular, 2):
        found = _both(first, second, scheme)
        if found is not None:
            yield found


def _both(first: Variation, second: Variation, scheme: Scheme) -> Variation | None:
    changed = first.scheme or second.scheme
    if first.scheme is not None and second.scheme is not None:
        changed = _merged(first, second, scheme)
        if changed is None:
            return None
    habits = first.habits
    if habits is not STANDARD and second.habits is not STANDARD:
        return None
    if habits is STANDARD:
        habits = second.habits
    at = first.at
    return Variation(
        "two", at, f"{first.text}；{second.text}", 55 + (first.rank + second.rank) // 4,
        scheme=changed, habits=habits, change=_one_after_the_other(first, second),
    )  # fmt: skip


def _merged(first: Variation, second: Variation, scheme: Scheme) -> Scheme | None:
    """Both changes of the scheme; None if they touch the same part."""
    assert first.scheme is not None
    assert second.scheme is not None
    update = {}
    for part in ("scores", "instruments", "entries", "items"):
        base, one, two = (getattr(s, part) for s in (scheme, first.scheme, second.scheme))
        changed_one = {k for k in base if one.get(k) is not base[k]}
        changed_two = {k for k in base if two.get(k) is not base[k]}
        if changed_one & changed_two:
            return None
        update[part] = {
            **base,
            **{k: one[k] for k in changed_one},
            **{k: two[k] for k in changed_two},
        }
    return scheme.model_copy(update=update)


def _one_after_the_other(first: Variation, second: Variation) -> Change | None:
    changes = [v.change for v in (first, second) if v.change is not None]
    if not changes:
        return None

    def change(facts: SubjectFacts) -> SubjectFacts | None:
        tags = []
        for one in changes:
            changed = one(facts)
            if changed is None:
                return None
            tags.append(changed.tag)
            facts = changed
        return replace(facts, tag=" & ".join(tags))

    return change
