"""The ranks a result shows: by the total among all, and inside each class or unit."""

from __future__ import annotations

from typing import NamedTuple

from kaohe.scoring.outcomes.roster import Roster
from kaohe.scoring.ranking import competition_ranks
from kaohe.scoring.ties import order_of


class Ranks(NamedTuple):
    """A subject's ranks."""

    all: int
    inner: int
    """Inside its class; inside its unit, if the scheme ranks there."""
    ties: tuple[str, ...] = ()
    """What decided between it and its equals: among all, and inside where that differs."""


def rank_members(roster: Roster) -> dict[str, Ranks]:
    """Ranks of everybody who has a total."""
    order = order_of(roster.scheme, roster.scheme.total)
    within = "unit" if roster.scheme.rank_within == "unit" else "class"
    scores = {m.subject.id: m.scores for m in roster.members}
    keys = {name: order.key(one) for name, one in scores.items()}
    ranks, told = competition_ranks(keys), order.told(scores)
    inner: dict[str, int] = {}
    told_inside: dict[str, str] = {}
    for scope, members in roster.scopes(within):
        names = [m.subject.id for m in members]
        inner |= competition_ranks({name: keys[name] for name in names})
        for name, text in order.told({name: scores[name] for name in names}).items():
            told_inside[name] = "" if text == told[name] else scope + text
    return {
        name: Ranks(
            rank, inner[name], tuple(t for found in (told, told_inside) if (t := found.get(name)))
        )
        for name, rank in ranks.items()
    }
