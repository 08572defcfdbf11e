"""Sheets: each respondent's total, then the exact mean of all totals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import bounds
from kaohe.scoring.derivation import FactLine, Step
from kaohe.scoring.expressions import Integer
from kaohe.scoring.facts import TOTAL, Mark
from kaohe.scoring.levels import Leaf, Level, Match
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import mean_formula, plain, scaled_decimal, shown, sum_formula

if TYPE_CHECKING:
    from kaohe.scheme.model import ItemGroup, Scheme, SheetInstrument
    from kaohe.scheme.operators import Node, Sheet


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explaining a sheet needs."""

    instrument: str
    level: str
    value: Integer
    complete: Integer
    count: Integer


class SheetMeaning(Meaning):
    """The mean of the totals of all sheets handed in for an instrument."""

    key: ClassVar[str] = "sheet"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        name = cast("Sheet", node.args).instrument
        instrument = cast("SheetInstrument", build.scheme.instruments[name])
        group = build.scheme.items[instrument.items]
        unit = 10**build.scheme.decimals
        items = len(group.items)
        top = int(full_marks(group) * unit)
        high = Fraction(top, unit)
        own, overall = Match("item", (TOTAL,), inside=False), Match("item", (TOTAL,))
        level = Level(
            f"sheet:{name}", "marks", (name,),
            (
                Leaf("marks", 0, top, where=own),
                Leaf("marked", 0, items, measured=False, where=own),
                Leaf("typed", 0, top, where=overall),
                Leaf("totals", 0, 1, measured=False, where=overall),
            ),
            key="respondent", decimals=build.scheme.decimals,
        )  # fmt: skip
        block = build.program.gather(level)
        has_total = block.leaf(level, "totals")
        value = has_total.choose(block.leaf(level, "typed"), block.leaf(level, "marks"))
        filled = block.const(items - 1).below(block.leaf(level, "marked"))
        complete = filled.larger(has_total)
        subject = build.program.subject
        sheets = bounds.SHEETS
        number = subject.total(value, 0, top * sheets)
        count = subject.total(block.const(1), 0, sheets)
        whole = subject.total(complete, 0, sheets)
        present = count.below(whole + 1) * subject.const(0).below(count)
        exact = Quantity(number, unit, Fraction(), high, count.larger(1), present)
        parameters = build.bound_from(f"items.{instrument.items}.")
        detail = _Detail(name, level.name, value, complete, count)
        return Drawn(exact, detail=detail, parameters=parameters)

    def title(self, node: Node, scheme: Scheme) -> str:
        return scheme.instruments[cast("Sheet", node.args).instrument].title

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_Detail", lowered.detail)
        instrument = cast("SheetInstrument", view.scheme.instruments[detail.instrument])
        rows = view.rows(detail.level)
        if not rows:
            return Told(missing=f"没有收到“{instrument.title}”")
        marks = view.facts("marks", detail.instrument)
        steps = tuple(
            _sheet_step(lowered, key, values, [m for m in marks if m.respondent == key], view)
            for key, values in rows
        )
        blank = [s.missing for s in steps if s.missing]
        if blank:
            return Told(inputs=steps, missing="；".join(blank))
        totals = [shown(s.value) for s in steps]
        if len(totals) == 1:
            sentence = f"{instrument.title}合计 {totals[0]}"
        else:
            sentence = f"{len(totals)} 份{instrument.title}合计的平均数"
        return Told(sentence, mean_formula(totals), steps)


def full_marks(group: ItemGroup) -> Decimal:
    """The most a sheet over a group of items can reach."""
    return sum((item.points or Decimal() for item in group.items), Decimal())


def _sheet_step(
    lowered: Lowered, respondent: str, values: tuple[int, ...], marks: list[Mark], view: View
) -> Step:
    """One respondent's sheet: its marks and their sum."""
    detail = cast("_Detail", lowered.detail)
    instrument = cast("SheetInstrument", view.scheme.instruments[detail.instrument])
    group = view.scheme.items[instrument.items]
    decimals = view.scheme.decimals
    by_item = {m.item: m.value for m in marks}
    lines = tuple(
        FactLine(item.title, plain(by_item[item.id]), f"满分 {plain(item.points or Decimal())}")
        for item in group.items
        if item.id in by_item
    )
    title = instrument.title + (f" · {respondent}" if respondent else "")
    name = f"{lowered.path}.{detail.instrument}:{respondent}".rstrip(":")
    absent = [item.title for item in group.items if item.id not in by_item]
    if not values[detail.complete.index]:
        missing = f"{title}缺 {len(absent)} 项：{'、'.join(absent)}"
        return Step(
            name, title, "sheet_total", None, None, decimals, "", "", facts=lines, missing=missing
        )
    number = values[detail.value.index]
    if absent:
        sentence, formula = "录入的总分", plain(by_item[TOTAL])
    else:
        sentence = f"{len(group.items)} 项得分相加"
        formula = sum_formula(plain(by_item[i.id]) for i in group.items)
    exact = Fraction(number, 10**decimals)
    value = scaled_decimal(number, decimals)
    return Step(
        name, title, "sheet_total", value, exact, decimals, sentence, formula,
        cite=instrument.cite, facts=lines,
    )  # fmt: skip
