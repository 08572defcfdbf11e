"""A scheme that decides between equal totals, and subjects with a total, a poll and accidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kaohe.scheme.model import Scheme
from kaohe.scoring.facts import Entry, Facts, Mark
from tests.scoring.outcome_schemes import facts_of, with_outcomes

POLL = "poll"
FEWER = {"score": "accidents", "lower_first": "true"}
SCORES: dict[str, Any] = {
    "total": {"title": "总分", "sheet": "sheet"},
    "poll": {"title": "民主测评", "sheet": "other"},
    "accidents": {"title": "事故", "count": "breach", "decimals": 0},
    "exact": {"title": "三分之一", "scale": {"of": "poll", "source": 3, "target": 1}, "shown": "false"},
}  # fmt: skip


def tied(**parts: Any) -> Scheme:
    """Total, then the poll, then fewer accidents, unless told otherwise."""
    return with_outcomes(**{"scores": SCORES, "ties_by": [POLL, FEWER], **parts})


def tied_facts(rows: Mapping[str, tuple[str | None, str | None, int]], **more: Any) -> Facts:
    """Subject -> total, poll (None: no score), how many accidents."""
    facts = facts_of({key: row[0] for key, row in rows.items()}, **more)
    polls = tuple(
        Mark(key, "other", "o", "*", Decimal(poll)) for key, (_, poll, _) in rows.items() if poll
    )
    accidents = tuple(
        Entry(key, "", "breach", Decimal(1), event=f"事{n}")
        for key, row in rows.items()
        for n in range(row[2])
    )
    return replace(facts, marks=(*facts.marks, *polls), entries=(*facts.entries, *accidents))
