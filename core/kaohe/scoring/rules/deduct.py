"""Deduction tables: points off a maximum, row by row, not below 0."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import FactLine
from kaohe.scoring.expressions import Integer
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.rules.base import Given, ItemInputs, RuleMeaning, RuleTold, flag, top
from kaohe.scoring.wording import MINUS, clauses, plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Item
    from kaohe.scheme.rules import Deduct, Deduction


class DeductMeaning(RuleMeaning):
    """Points off, row by row."""

    key: ClassVar[str] = "deduct"

    def lower(self, item: Item, inputs: ItemInputs) -> Quantity:
        rule = cast("Deduct", item.deduct)
        like = inputs.block.const(0)
        if rule.start == "typed":
            left = inputs.figure(item.id)
        else:
            left = q.constant(like, Fraction(top(item)))
        taken = [_taken(item, row, inputs) for row in rule.rows if not row.zero]
        if taken:
            left = q.total([left, *(q.times(one, Fraction(-1)) for one in taken)])
            left = q.extreme([left, q.constant(like, Fraction())], highest=True)
        void: Integer | None = None
        for row in rule.rows:
            if row.zero:
                tick = flag(inputs, f"{item.id}.{row.id}")
                void = tick if void is None else void.larger(tick)
        if void is None:
            return left
        return Quantity(void.choose(0, left.number), left.scale, Fraction(), left.high)

    def explain(self, item: Item, given: Given) -> RuleTold:
        rule = cast("Deduct", item.deduct)
        if rule.start == "typed":
            start = given[item.id]
            head = f"打分 {plain(start)}"
        else:
            start = top(item)
            head = f"满分 {plain(start)}"
        lines: list[FactLine] = []
        applied: list[str] = []
        idle: list[str] = []
        terms: list[str] = []
        left = Fraction(start)
        for row in rule.rows:
            entered = given.get(f"{item.id}.{row.id}", Decimal())
            told = _row_told(row, entered)
            if told is None:
                idle.append(row.title)
                continue
            points, text, line, is_capped = told
            lines.append(line)
            if row.zero:
                applied.append(f"{row.title}：本项记 0 分{clauses(row.cite)}")
                continue
            if is_capped:
                applied.append(f"“{row.title}”最多扣 {plain(points)}{clauses(row.cite)}")
            terms.append(text)
            left -= points
        idle_text = (f"{'、'.join(idle)}（没有发生）",) if idle else ()
        told_all = RuleTold(facts=tuple(lines), not_applied=idle_text)
        formula = f" {MINUS} ".join([plain(start), *terms])
        if any(row.zero and given.get(f"{item.id}.{row.id}") for row in rule.rows):
            told_all.sentence, told_all.formula = "本项记 0 分，其余各行不再计算", "0"
        elif left < 0:
            applied.append(f"扣分多于本项分值（{formula} = {plain(left)}），本项最低 0 分")
            told_all.sentence, told_all.formula = f"{head}，扣分后低于 0，取 0", "0"
        else:
            told_all.sentence = f"{head}，扣分如下" if terms else f"{head}，没有扣分"
            told_all.formula = formula
        told_all.applied = tuple(applied)
        return told_all


def _taken(item: Item, row: Deduction, inputs: ItemInputs) -> Quantity:
    """What one row takes off."""
    entered = inputs.figure(f"{item.id}.{row.id}")
    zero = q.constant(entered.number, Fraction())
    if row.at_least is not None:
        least = q.constant(entered.number, Fraction(row.at_least))
        short = q.total([least, q.times(entered, Fraction(-1))])
        entered = q.extreme([short, zero], highest=True)
    points = q.times(entered, Fraction(row.once if row.each is None else row.each))  # type: ignore[arg-type]
    if row.most is None:
        return points
    return q.extreme([points, q.constant(entered.number, Fraction(row.most))], highest=False)


def _row_told(row: Deduction, entered: Decimal) -> tuple[Fraction, str, FactLine, bool] | None:
    """(points, term of the formula, line, whether capped), or None if nothing is taken off."""
    if row.zero:
        line = FactLine(row.title, "是", "本项记 0 分" + clauses(row.cite))
        return (Fraction(), "0", line, False) if entered else None
    if row.each is None:
        if not entered or row.once is None:
            return None
        line = FactLine(row.title, "是", f"扣 {plain(row.once)}{clauses(row.cite)}")
        return Fraction(row.once), plain(row.once), line, False
    times = max(row.at_least - entered, Decimal()) if row.at_least is not None else entered
    if not times:
        return None
    made = Fraction(times) * Fraction(row.each)
    points = min(made, Fraction(row.most)) if row.most is not None else made
    text = f"{plain(times)} × {plain(row.each)}"
    value = f"{plain(entered)} {row.unit}".strip()
    note = f"× {plain(row.each)} = {plain(made)}"
    if row.at_least is not None:
        short = f"{plain(times)} {row.unit}".strip()
        note = f"应有 {plain(row.at_least)}，缺 {short} × {plain(row.each)} = {plain(made)}"
    if points != made:
        note += f"，最多扣 {plain(points)}"
    term = text if points == made else plain(points)
    return points, term, FactLine(row.title, value, note + clauses(row.cite)), points != made
