"""Rules over one or two entered figures: brackets, shares, pro rata, choices, so much for each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import FactLine
from kaohe.scoring.expressions import Integer
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.rules.base import (
    Given,
    ItemInputs,
    RuleMeaning,
    RuleTold,
    step_table,
    table_pairs,
    table_row,
    top,
)
from kaohe.scoring.wording import plain, unit_words

if TYPE_CHECKING:
    from kaohe.scheme.model import Item
    from kaohe.scheme.rules import Bracket, Choice, Each, Measured, ProRata, RatioBracket


def amount(measured: Measured, value: Decimal) -> str:
    """A figure with its unit."""
    return f"{plain(value)}{unit_words(measured.unit)}"


def table_words(rows: Mapping[Decimal, Decimal], otherwise: Decimal, *, from_top: bool) -> str:
    """A table in one line: 达到 90 → 20，达到 80 → 15，其余 → 0."""
    word = "达到" if from_top else "不超过"
    listed = sorted(rows.items(), reverse=from_top)
    parts = [f"{word} {plain(bound)} → {plain(points)}" for bound, points in listed]
    return "，".join([*parts, f"其余 → {plain(otherwise)}"])


class BracketMeaning(RuleMeaning):
    """Points by where a figure lies."""

    key: ClassVar[str] = "bracket"

    def lower(self, item: Item, inputs: ItemInputs) -> Quantity:
        rule = cast("Bracket", item.bracket)
        rows = table_pairs(rule.lowest or rule.highest)
        return step_table(
            inputs.figure(item.id), rows, Fraction(rule.otherwise), from_top=bool(rule.lowest)
        )

    def explain(self, item: Item, given: Given) -> RuleTold:
        rule = cast("Bracket", item.bracket)
        value, rows, from_top = given[item.id], rule.lowest or rule.highest, bool(rule.lowest)
        found = table_row(Fraction(value), rows, from_top=from_top)
        return _bracket_told(
            f"{rule.of.title} {amount(rule.of, value)}", found, rule.otherwise, rows, from_top,
            (FactLine(rule.of.title, amount(rule.of, value)),),
        )  # fmt: skip


def _bracket_told(
    head: str,
    found: tuple[Decimal, Decimal] | None,
    otherwise: Decimal,
    rows: Mapping[Decimal, Decimal],
    from_top: bool,
    facts: tuple[FactLine, ...],
) -> RuleTold:
    words = table_words(rows, otherwise, from_top=from_top)
    if found is None:
        return RuleTold(
            f"{head}，不在各档之内 → {plain(otherwise)}（{words}）", plain(otherwise), facts
        )
    bound, points = found
    place = f"达到 {plain(bound)}" if from_top else f"不超过 {plain(bound)}"
    return RuleTold(f"{head}，{place} → {plain(points)}（{words}）", plain(points), facts)


class RatioBracketMeaning(RuleMeaning):
    """Points by part ÷ whole in percent, compared exactly: part × 100 against bound × whole."""

    key: ClassVar[str] = "ratio_bracket"

    def lower(self, item: Item, inputs: ItemInputs) -> Quantity:
        rule = cast("RatioBracket", item.ratio_bracket)
        part, whole = inputs.figure(f"{item.id}.part"), inputs.figure(f"{item.id}.whole")
        block = inputs.block
        is_due = block.const(0).below(whole.number)
        hundred = q.times(part, Fraction(100))
        rows = table_pairs(rule.lowest)
        choices = [Fraction(rule.otherwise), *(p for _, p in rows)]
        if rule.empty is not None:
            choices.append(Fraction(rule.empty))
        scale = q.common_scale(choices)
        number = block.const(int(choices[0] * scale))
        for bound, points in sorted(rows):
            short = q.less(hundred, q.times(whole, bound))
            number = short.choose(number, int(points * scale))
        if rule.empty is None:
            present: Integer | None = is_due
        else:
            present = None
            number = is_due.choose(number, int(Fraction(rule.empty) * scale))
        return Quantity(number, scale, min(choices), max(choices), present=present)

    def explain(self, item: Item, given: Given) -> RuleTold:
        rule = cast("RatioBracket", item.ratio_bracket)
        part, whole = given[f"{item.id}.part"], given[f"{item.id}.whole"]
        facts = (
            FactLine(rule.part.title, amount(rule.part, part)),
            FactLine(rule.whole.title, amount(rule.whole, whole)),
        )
        if not whole:
            if rule.empty is None:
                return RuleTold(facts=facts, missing=f"“{rule.whole.title}”是 0，没有比率可算")
            sentence = f"“{rule.whole.title}”是 0，没有应计的数，按规定记 {plain(rule.empty)}"
            return RuleTold(sentence, plain(rule.empty), facts)
        share = Fraction(part) * 100 / Fraction(whole)
        found = table_row(share, rule.lowest, from_top=True)
        head = f"{plain(part)} ÷ {plain(whole)} = {_percent(share)}"
        return _bracket_told(head, found, rule.otherwise, rule.lowest, True, facts)


def _percent(share: Fraction) -> str:
    """A percentage; digits that do not end are cut, never rounded to the next bracket."""
    cut = Fraction(int(share * 10_000), 10_000)
    return f"{plain(cut)}%" if cut == share else f"{plain(cut)}…%"


def _not_below_zero(figure: Quantity) -> Quantity:
    """A figure that may be negative, 0 where it is."""
    if figure.low >= 0:
        return figure
    return q.extreme([figure, q.constant(figure.number, Fraction())], highest=True)


def _told_below_zero(facts: tuple[FactLine, ...]) -> RuleTold:
    return RuleTold("小于 0，计 0 分", "0", facts)


class ProRataMeaning(RuleMeaning):
    """value ÷ `full_at` × the item's points, at most the item's points."""

    key: ClassVar[str] = "pro_rata"

    def lower(self, item: Item, inputs: ItemInputs) -> Quantity:
        rule = cast("ProRata", item.pro_rata)
        figure, full = inputs.figure(item.id), Fraction(rule.full_at)
        inside = q.extreme([figure, q.constant(figure.number, full)], highest=False)
        return q.times(_not_below_zero(inside), Fraction(top(item)) / full)

    def explain(self, item: Item, given: Given) -> RuleTold:
        rule = cast("ProRata", item.pro_rata)
        value, points = given[item.id], top(item)
        facts = (FactLine(rule.of.title, amount(rule.of, value)),)
        cap = f"最多 {plain(points)}"
        if value >= rule.full_at:
            head = f"{rule.of.title} {amount(rule.of, value)}，达到 {plain(rule.full_at)}"
            return RuleTold(f"{head}，得满分", plain(points), facts, applied=(cap,))
        if value < 0:
            return _told_below_zero(facts)
        formula = f"{plain(value)} ÷ {plain(rule.full_at)} × {plain(points)}"
        return RuleTold(f"按 {plain(rule.full_at)} 得满分折算", formula, facts, not_applied=(cap,))


class ChoiceMeaning(RuleMeaning):
    """One of several findings, each worth points."""

    key: ClassVar[str] = "choice"

    def lower(self, item: Item, inputs: ItemInputs) -> Quantity:
        values = [Fraction(v) for v in cast("Choice", item.choice).options.values()]
        scale = q.common_scale(values)
        place = inputs.figure(item.id)
        number = inputs.block.const(int(values[-1] * scale))
        for n in reversed(range(len(values) - 1)):
            edge = q.constant(place.number, Fraction(n + 1))
            number = q.less(edge, place).choose(number, int(values[n] * scale))
        return Quantity(number, scale, min(values), max(values))

    def explain(self, item: Item, given: Given) -> RuleTold:
        options = list(cast("Choice", item.choice).options.items())
        label, points = options[int(given[item.id]) - 1]
        others = tuple(f"“{name}” {plain(v)} 分" for name, v in options if name != label)
        return RuleTold(
            f"认定为“{label}”→ {plain(points)}", plain(points), (FactLine("认定", label),),
            not_applied=others,
        )  # fmt: skip


class EachMeaning(RuleMeaning):
    """Points for every one, at most the item's points."""

    key: ClassVar[str] = "each"

    def lower(self, item: Item, inputs: ItemInputs) -> Quantity:
        figure = inputs.figure(item.id)
        made = q.times(_not_below_zero(figure), Fraction(cast("Each", item.each).points))
        return q.extreme([made, q.constant(figure.number, Fraction(top(item)))], highest=False)

    def explain(self, item: Item, given: Given) -> RuleTold:
        rule = cast("Each", item.each)
        value, points = given[item.id], top(item)
        facts = (FactLine(rule.of.title, amount(rule.of, value)),)
        if value < 0:
            return _told_below_zero(facts)
        formula = f"{plain(value)} × {plain(rule.points)}"
        made = Fraction(value) * Fraction(rule.points)
        if made > points:
            applied = (f"最多 {plain(points)}（{formula} = {plain(made)}）",)
            return RuleTold(f"超过本项分值，取 {plain(points)}", plain(points), facts, applied)
        sentence = f"每{rule.of.unit or '项'} {plain(rule.points)} 分"
        return RuleTold(sentence, formula, facts, not_applied=(f"最多 {plain(points)}",))
