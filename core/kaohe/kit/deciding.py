"""Which indicator decides the rank: each one's figures are dealt out anew, and all is scored again.

If subjects trade their figures for one indicator and nothing else, the total moves by what that
indicator is worth.  Half the mean square of these moves, over the variance of the total, is the
share of the variance the indicator is responsible for (its total effect).  Nothing is modelled:
every trade is scored by the scheme itself, caps and limits included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaohe.kit.chance import Chance
from kaohe.kit.spreads import rounded
from kaohe.scoring.facts import TOTAL, Facts, Mark

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.derivation import Result
    from kaohe.scoring.plan import Plan

Key = tuple[str, str, str]
"""Table, instrument or rule, and item or aspect (empty: the whole)."""


@dataclass(frozen=True, slots=True)
class Decider:
    """An indicator and what it decides."""

    key: Key
    title: str
    share: Decimal
    """Percent of the variance of the total."""
    shift: Decimal
    """Places a subject moves, on average, if its figures for the indicator are another's."""
    tops: Decimal
    """Percent of trades after which another subject is first."""


@dataclass(slots=True)
class _Sum:
    moved: Fraction = Fraction()
    places: int = 0
    subjects: int = 0
    trades: int = 0
    tops: int = 0


@dataclass(slots=True)
class DecidingCount:
    """Sums over the runs that were looked at."""

    plan: Plan
    variance: Fraction = Fraction()
    sums: dict[Key, _Sum] = field(default_factory=dict)

    def add(self, facts: Facts, result: Result, *, chance: Chance) -> Iterator[Key]:
        """Deal out every indicator of one run; yields after each, to show progress."""
        totals = self._totals(result)
        values = {k: Fraction(v) for k, v in totals.items() if v is not None}
        if len(values) < 2:
            return
        mean = sum(values.values(), Fraction()) / len(values)
        self.variance += sum(((v - mean) ** 2 for v in values.values()), Fraction()) * Fraction(
            len(values), len(values) - 1
        )
        ranks = _ranks(result)
        for key in indicators(self.plan.scheme, facts):
            dealt = deal(facts, key, trades(facts, chance))
            other = self.plan.score(dealt, check=False)
            after, new = self._totals(other), _ranks(other)
            one = self.sums.setdefault(key, _Sum())
            for subject, value in values.items():
                moved = after[subject]
                if moved is not None:
                    one.moved += (Fraction(moved) - value) ** 2 / 2
                    one.places += abs(new[subject] - ranks[subject])
                    one.subjects += 1
            one.trades += 1
            one.tops += _first(ranks) != _first(new)
            yield key

    def _totals(self, result: Result) -> dict[str, Decimal | None]:
        return {one.subject: one.scores[self.plan.scheme.total] for one in result.subjects}

    def deciders(self) -> list[Decider]:
        """The indicators, the one that decides most first."""
        titles = {key: title_of(self.plan.scheme, key) for key in self.sums}
        found = [
            Decider(
                key, titles[key],
                rounded(one.moved * 100 / self.variance, 1) if self.variance else Decimal(0),
                rounded(Fraction(one.places, max(1, one.subjects)), 1),
                rounded(Fraction(100 * one.tops, max(1, one.trades)), 0),
            )
            for key, one in self.sums.items()
        ]  # fmt: skip
        return sorted(found, key=lambda one: (-one.share, one.key))


def _ranks(result: Result) -> dict[str, int]:
    return {one.subject: one.rank for one in result.subjects if one.rank is not None}


def _first(ranks: dict[str, int]) -> set[str]:
    return {key for key, rank in ranks.items() if rank == 1}


def indicators(scheme: Scheme, facts: Facts) -> list[Key]:
    """What can be dealt out by itself, in the order of the scheme: sheets whole, and by item."""
    found = dict.fromkeys(_key(scheme, row, facts) for row in _rows(facts))
    by_item = Counter(name for table, name, part in found if table == "marks" and part)
    found |= dict.fromkeys(("marks", name, "") for name, items in by_item.items() if items > 1)
    order = [*scheme.instruments, *scheme.entries]
    places = {name: place for place, name in enumerate(order)}
    return sorted(found, key=lambda key: (places.get(key[1], len(order)), key[0]))


def _rows(facts: Facts) -> Iterator[Any]:
    for table in ("marks", "votes", "entries", "standing"):
        yield from getattr(facts, table)


def _key(scheme: Scheme, row: Any, facts: Facts) -> Key:
    table = {"Mark": "marks", "Vote": "votes", "Entry": "entries", "Standing": "standing"}[
        type(row).__name__
    ]
    if table == "entries":
        return table, row.rule, ""
    if table == "standing":
        return table, "", row.score
    if table == "votes":
        is_form = scheme.instruments[row.poll].type == "form"
        return ("forms", row.poll, row.aspect) if is_form else (table, row.poll, "")
    if scheme.instruments[row.instrument].type == "form":
        return "forms", row.instrument, row.item
    return table, row.instrument, "" if row.item == TOTAL else row.item.partition(".")[0]


def title_of(scheme: Scheme, key: Key) -> str:
    """An indicator as people know it."""
    table, name, part = key
    if table == "standing":
        return f"往期结果 · {part or '名单和等次'}"
    if table == "entries":
        return scheme.entries[name].title
    instrument: Any = scheme.instruments[name]
    if table == "forms":
        field_ = instrument.scores.get(part)
        return f"{instrument.title} · {field_.title if field_ else part}"
    if not part:
        return f"{instrument.title}（整张）" if table == "marks" else str(instrument.title)
    items = scheme.items[instrument.items].items
    title = next((item.title for item in items if item.id == part), part)
    return f"{instrument.title} · {title}"


def trades(facts: Facts, chance: Chance) -> dict[str, str]:
    """Whose figures each subject gets: somebody else's of its class."""
    classes: dict[str, list[str]] = {}
    for one in facts.subjects:
        classes.setdefault(one.group, []).append(one.id)
    out: dict[str, str] = {}
    for members in classes.values():
        order = chance.shuffled(members)
        out |= dict(zip(order, order[1:] + order[:1], strict=True))
    return out


def deal(facts: Facts, key: Key, donors: dict[str, str]) -> Facts:
    """The facts with one indicator's figures traded."""
    table, name, part = key
    if table == "marks" and part:
        return replace(facts, marks=tuple(_item_marks(facts.marks, name, part, donors)))
    out: dict[str, tuple[Any, ...]] = {}
    takers: dict[str, list[str]] = {}
    for taker, donor in donors.items():
        takers.setdefault(donor, []).append(taker)
    for one in ("marks", "votes") if table == "forms" else (table,):
        rows: list[Any] = []
        for row in getattr(facts, one):
            if not _belongs(row, table, name, part):
                rows.append(row)
            else:
                rows += [row._replace(subject=taker) for taker in takers.get(row.subject, ())]
        out[one] = tuple(rows)
    return replace(facts, **out)  # type: ignore[arg-type]


def _belongs(row: Any, table: str, name: str, part: str) -> bool:
    if table == "standing":
        return bool(row.score == part)
    if table == "forms":
        return bool(row[1] == name and part in (row[3], row[4]) and part == _aspect(row))
    return bool((row.rule if table == "entries" else row[1]) == name)


def _aspect(row: Any) -> str:
    return str(row.item if isinstance(row, Mark) else row.aspect)


def _item_marks(
    marks: tuple[Mark, ...], sheet: str, item: str, donors: dict[str, str]
) -> Iterator[Mark]:
    """Marks with one item traded; each respondent of the taker gets one of the donor's."""
    given: dict[str, dict[str, list[Mark]]] = {}
    own: dict[str, dict[str, None]] = {}
    for mark in marks:
        if mark.instrument != sheet:
            yield mark
            continue
        own.setdefault(mark.subject, {})[mark.respondent] = None
        if mark.item.partition(".")[0] == item:
            given.setdefault(mark.subject, {}).setdefault(mark.respondent, []).append(mark)
        else:
            yield mark
    for subject, respondents in own.items():
        offers = list(given.get(donors[subject], {}).values())
        for place, respondent in enumerate(respondents):
            for mark in offers[place % len(offers)] if offers else ():
                yield mark._replace(subject=subject, respondent=respondent)
