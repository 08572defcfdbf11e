"""What people filled in, put together: sheets, ballots, forms, entries."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaohe.comparing.arithmetic import Number
from kaohe.comparing.item_columns import ITEM_POINTS
from kaohe.comparing.subject_facts import VERIFIED
from kaohe.scoring.facts import TOTAL, TURNOUT

if TYPE_CHECKING:
    from kaohe.comparing.recalculation import Recalculation
    from kaohe.scheme.operators import Node

UNSUPPORTED: Any = object()
"""No leaf that is read here."""


def read_leaf(node: Node, place: str, here: Recalculation) -> Any:
    """The value of a node that reads facts; UNSUPPORTED if this is none, or a kind unknown here."""
    read = _READERS.get(node.operator)
    return UNSUPPORTED if read is None else read(node, place, here)


def _sheet(node: Node, place: str, here: Recalculation) -> Any:
    args: Any = node.args
    instrument: Any = here.scheme.instruments[args.instrument]
    items = here.scheme.items[instrument.items].items
    if any(item.rule is not None or item.optional for item in items):
        return _ruled_sheet(args.instrument, items, here)
    sheets: dict[str, dict[str, Number]] = defaultdict(dict)
    for mark in here.facts.marks:
        if mark.instrument == args.instrument:
            sheets[mark.respondent][mark.item] = here.number(mark.value)
    totals: list[Number] = []
    for marks in sheets.values():
        if TOTAL in marks:
            totals.append(marks[TOTAL])
        elif set(marks) == {item.id for item in items}:
            totals.append(sum(marks.values(), here.number(0)))
        else:
            return None
    if not totals:
        return None
    how = here.habits.several.get(args.instrument, instrument.several)
    return _put_together(totals, how, instrument.drop)


def _ruled_sheet(sheet: str, items: Any, here: Recalculation) -> Any:
    """A single sheet with rules: the sum of its items' points, some of them known from outside."""
    marks = [m for m in here.facts.marks if m.instrument == sheet]
    if len({m.respondent for m in marks}) != 1 or any(m.item == TOTAL for m in marks):
        return UNSUPPORTED
    total = here.number(0)
    known = here.opaque.items(here.scheme, sheet, here.facts)
    for item in items:
        if any(m.item == f"{item.id}.na" and m.value for m in marks):
            continue
        points = here.pins.get(f"{ITEM_POINTS}{sheet}/{item.id}")
        if points is None:
            points = known[item.id]
        if points is None:
            return None
        points -= Fraction(here.habits.lowered.get(f"{sheet}/{item.id}", 0))
        total = total + here.number(points)
    return total


def _put_together(totals: list[Number], how: str, drop: int) -> Number | None:
    ordered = sorted(totals)
    if how == "median":
        middle = ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]
        return sum(middle[1:], middle[0]) / len(middle)
    if how in ("one more", "one less"):
        count = len(totals) + (1 if how == "one more" else -1)
        return sum(totals[1:], totals[0]) / count if count else None
    if how == "sum":
        return sum(totals[1:], totals[0])
    if how == "highest":
        return ordered[-1]
    if how == "lowest":
        return ordered[0]
    if how == "trimmed" and len(ordered) > 2 * drop:
        ordered = ordered[drop : len(ordered) - drop]
        return sum(ordered[1:], ordered[0]) / len(ordered)
    return sum(totals[1:], totals[0]) / len(totals)


def _votes(node: Node, place: str, here: Recalculation) -> Any:
    args: Any = node.args
    if args.weights:
        return UNSUPPORTED
    poll: Any = here.scheme.instruments[args.poll]
    tallies: dict[str, tuple[Number, int]] = {}
    for vote in here.facts.votes:
        if vote.poll == args.poll and vote.aspect != TURNOUT and vote.option in poll.options:
            points, count = tallies.get(vote.aspect, (here.number(0), 0))
            each = here.number(poll.options[vote.option])
            tallies[vote.aspect] = points + each * vote.count, count + vote.count
    if args.poll in here.habits.pooled and tallies:
        together = list(tallies.values())
        points = sum((p for p, _ in together[1:]), together[0][0])
        tallies = {TOTAL: (points, sum(n for _, n in together))}
    account = here.habits.divisors.get(args.poll)
    decimals = here.scheme.decimals if node.decimals is None else node.decimals
    scores: list[Number] = []
    for points, count in tallies.values():
        divisor = count if account is None else _divisor(args.poll, account, count, here)
        if count and divisor:
            score = points / divisor
            scores.append(here.round_at(score, f"{place}.aspect", here.mode_of(node), decimals))
    return sum(scores[1:], scores[0]) / len(scores) if scores else None


def _divisor(poll: str, account: str, valid: int, here: Recalculation) -> int | None:
    if account == "valid+invalid":
        invalid = here.facts.account(poll, "invalid")
        return None if invalid is None else valid + invalid
    return here.facts.account(poll, account)


def _rating(node: Node, place: str, here: Recalculation) -> Any:
    args: Any = node.args
    for mark in here.facts.marks:
        if mark.instrument == args.form and mark.item == args.score:
            return here.number(mark.value)
    total, forms = here.number(0), 0
    for vote in here.facts.votes:
        if vote.poll == args.form and vote.aspect == args.score:
            total = total + here.number(Fraction(vote.option)) * vote.count
            forms += vote.count
    return total / forms if forms else None


def _entries(node: Node, place: str, here: Recalculation) -> Any:
    args: Any = node.args
    rules = [here.scheme.entries[name] for name in args.rules]
    if args.highest_per or any(rule.quantity != "times" for rule in rules):
        return UNSUPPORTED
    total = here.number(0)
    for entry in here.facts.entries:
        if entry.rule not in args.rules or entry.state != VERIFIED:
            continue
        rule = here.scheme.entries[entry.rule]
        points = here.number(entry.quantity)
        if isinstance(rule.points, dict):
            points = points * here.number(rule.points[entry.label])
        total = total + points if rule.sign == "+" else total - points
    return total


def _item(node: Node, place: str, here: Recalculation) -> Any:
    args: Any = node.args
    lowered = here.habits.lowered.get(f"{args.sheet}/{args.item}")
    if lowered is None:
        return UNSUPPORTED
    value = here.opaque.items(here.scheme, args.sheet, here.facts).get(args.item)
    return None if value is None else here.number(value - Fraction(lowered))


_READERS = {"item": _item, "sheet": _sheet, "votes": _votes, "rating": _rating, "entries": _entries}
