"""Rules of single items that were forgotten or read otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kaohe.comparing.arithmetic import STANDARD, Habits
from kaohe.comparing.subject_facts import SubjectFacts
from kaohe.comparing.tree import walk
from kaohe.comparing.variations.base import Change, Variation
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Item, Scheme

_FORGOTTEN, _CAP, _NEGATIVE, _EDGE, _NEXT, _TWICE = 14, 12, 11, 15, 24, 25
BELOW_ZERO = Decimal(1000)
"""Added to an item's points and taken off again, so that nothing stops at 0."""


def item_variations(scheme: Scheme) -> Iterator[Variation]:
    """Changes of one item's rule, for every score that reads its sheet."""
    for name, node in scheme.scores.items():
        for _, inner in walk(node, name):
            sheet = _sheet_of(inner)
            if sheet:
                instrument: Any = scheme.instruments[sheet]
                for place, item in enumerate(scheme.items[instrument.items].items):
                    if item.rule is not None:
                        yield from _Rule(scheme, name, sheet, place, item).variations()


def _sheet_of(node: Any) -> str:
    if node.operator == "sheet":
        return str(node.args.instrument)
    return str(node.args.sheet) if node.operator in ("item", "section") else ""


class _Rule:
    """One item with a rule, in one score."""

    def __init__(self, scheme: Scheme, name: str, sheet: str, place: int, item: Item) -> None:
        self.scheme, self.name, self.sheet = scheme, name, sheet
        self.place, self.item = place, item

    def variations(self) -> Iterator[Variation]:
        """Everything tried on it."""
        item = self.item
        if item.deduct is not None:
            yield from self._deductions(item.deduct)
        for key in ("bracket", "ratio_bracket"):
            rule = getattr(item, key)
            if rule is not None:
                yield from self._brackets(key, rule)
        if item.pro_rata is not None:
            yield from self._pro_rata(item.pro_rata)
        if item.each is not None:
            text = f"“{item.title}”没有按 {plain(item.points or Decimal())} 分封顶"
            yield self._changed({"points": Decimal(100_000)}, "cap", text, _CAP)

    def _deductions(self, deduct: Any) -> Iterator[Variation]:
        title = self.item.title
        habits = Habits(lowered={f"{self.sheet}/{self.item.id}": BELOW_ZERO})
        points = (self.item.points or Decimal()) + BELOW_ZERO
        zeros = tuple(r for r in deduct.rows if r.zero)
        if deduct.start == "maximum" and not zeros:
            text = f"“{title}”扣成了负数，应扣完为止"
            yield self._changed({"points": points}, "floor", text, _NEGATIVE, habits=habits)
        for place, row in enumerate(deduct.rows):
            rest = (*deduct.rows[:place], *deduct.rows[place + 1 :])
            about = self._has(f"{self.item.id}.{row.id}")
            if row.most is not None:
                text = f"“{title}”的“{row.title}”没有按最多扣 {plain(row.most)} 分执行"
                yield self._row(deduct, place, {"most": None}, "cap", text, _CAP)
            if row.each is not None:
                text = f"“{title}”的“{row.title}”每次扣了两倍"
                yield self._row(deduct, place, {"each": row.each * 2}, "formula", text, _TWICE)
                if row.at_least is None:
                    once = {"each": None, "once": row.each}
                    text = f"“{title}”的“{row.title}”只扣了一次"
                    yield self._row(deduct, place, once, "formula", text, _FORGOTTEN + 1)
            if rest:
                text = f"“{title}”漏扣“{row.title}”"
                changed = deduct.model_copy(update={"rows": rest})
                yield self._changed(
                    {"deduct": changed}, "entries", text, _FORGOTTEN, change=about
                )  # fmt: skip

    def _row(
        self, deduct: Any, place: int, update: dict[str, Any], code: str, text: str, rank: int
    ) -> Variation:
        row = deduct.rows[place].model_copy(update=update)
        rows = (*deduct.rows[:place], row, *deduct.rows[place + 1 :])
        changed = deduct.model_copy(update={"rows": rows})
        about = self._has(f"{self.item.id}.{row.id}")
        return self._changed({"deduct": changed}, code, text, rank, change=about)

    def _brackets(self, key: str, rule: Any) -> Iterator[Variation]:
        title, lowest = self.item.title, dict(rule.lowest)
        if lowest:
            unit = Decimal("0.0001")
            above = {edge + unit: points for edge, points in lowest.items()}
            text = f"“{title}”恰好达到界限的没有算达到"
            yield self._bracket(key, rule, {"lowest": above}, "edge", text, _EDGE)
            edges = sorted(lowest)
            for here, there in pairwise(edges):
                for first, second, word in ((here, there, "高"), (there, here, "低")):
                    moved = {**lowest, first: lowest[second]}
                    text = f"“{title}”取了{word}一档的分值"
                    yield self._bracket(key, rule, {"lowest": moved}, "edge", text, _NEXT)

    def _bracket(
        self, key: str, rule: Any, update: dict[str, Any], code: str, text: str, rank: int
    ) -> Variation:
        return self._changed({key: rule.model_copy(update=update)}, code, text, rank)

    def _pro_rata(self, rule: Any) -> Iterator[Variation]:
        title, points = self.item.title, self.item.points or Decimal()
        if rule.full_at != 100:
            whole = rule.model_copy(update={"full_at": Decimal(100)})
            text = f"“{title}”按 100 折算，应按 {plain(rule.full_at)} 折算"
            yield self._changed({"pro_rata": whole}, "scale", text, _FORGOTTEN)
        far = rule.model_copy(update={"full_at": rule.full_at * 100})
        text = f"“{title}”没有按 {plain(points)} 分封顶"
        yield self._changed({"pro_rata": far, "points": points * 100}, "cap", text, _CAP)

    def _has(self, figure: str) -> Change:
        """Only for subjects that have something other than 0 there."""

        def change(facts: SubjectFacts) -> SubjectFacts | None:
            there = any(
                m.instrument == self.sheet and m.item == figure and m.value for m in facts.marks
            )
            return facts if there else None

        return change

    def _changed(
        self, update: dict[str, Any], code: str, text: str, rank: int, *,
        habits: Habits = STANDARD, change: Change | None = None,
    ) -> Variation:  # fmt: skip
        scheme = self.scheme
        instrument: Any = scheme.instruments[self.sheet]
        group = scheme.items[instrument.items]
        item = self.item.model_copy(update=update)
        items = (*group.items[: self.place], item, *group.items[self.place + 1 :])
        groups = {**scheme.items, instrument.items: group.model_copy(update={"items": items})}
        return Variation(
            code, self.name, text, rank, scheme=scheme.model_copy(update={"items": groups}),
            habits=habits, change=change,
        )  # fmt: skip
