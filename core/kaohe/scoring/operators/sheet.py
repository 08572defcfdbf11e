"""Sheets: each respondent's total, then the mean (or the median, or a trimmed mean) of all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import bounds
from kaohe.scoring.derivation import Step
from kaohe.scoring.expressions import TRIMMED, Integer
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.operators.sheet_items import SheetPlan, full_marks, lower_sheet
from kaohe.scoring.operators.sheet_steps import sheet_steps
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import mean_formula, shown

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme, SheetInstrument
    from kaohe.scheme.operators import Node, Sheet

__all__ = ["SheetMeaning", "full_marks", "over_sheets"]


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explaining a sheet needs."""

    plan: SheetPlan
    count: Integer


class SheetMeaning(Meaning):
    """The totals of all sheets handed in for an instrument, put together."""

    key: ClassVar[str] = "sheet"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        name = cast("Sheet", node.args).instrument
        instrument = cast("SheetInstrument", build.scheme.instruments[name])
        plan = lower_sheet(name, build, rounding=build.decimals_of(node)[1])
        drop = instrument.drop if instrument.several == "trimmed" else 0
        exact, count = over_sheets(
            plan.value, plan.complete, (plan.low, plan.high), build,
            how=instrument.several, drop=drop,
        )  # fmt: skip
        parameters = build.bound_from(f"items.{instrument.items}.")
        return Drawn(exact, detail=_Detail(plan, count), parameters=parameters)

    def title(self, node: Node, scheme: Scheme) -> str:
        return scheme.instruments[cast("Sheet", node.args).instrument].title

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_Detail", lowered.detail)
        instrument = cast("SheetInstrument", view.scheme.instruments[detail.plan.name])
        steps = sheet_steps(lowered.path, detail.plan, view)
        if not steps:
            return Told(missing=f"没有收到“{instrument.title}”")
        blank = [s.missing for s in steps if s.missing]
        if blank:
            return Told(inputs=steps, missing="；".join(blank))
        if len(steps) == 1:
            total = shown(steps[0].value)
            return Told(f"{instrument.title}合计 {total}", total, steps)
        return _several(instrument, steps)


def over_sheets(
    value: Integer,
    complete: Integer,
    ends: tuple[Fraction, Fraction],
    build: Lowering,
    *,
    how: str = "mean",
    drop: int = 0,
) -> tuple[Quantity, Integer]:
    """(a figure of each sheet put together, number of sheets); missing if a sheet is incomplete.

    Args:
        ends: least and most of the figure of one sheet.
    """
    unit = 10**build.scheme.decimals
    subject, sheets = build.program.subject, bounds.SHEETS
    count = subject.total(value.block.const(1), 0, sheets)
    whole = subject.total(complete, 0, sheets)
    least, top = min(value.low, 0), max(value.high, 0)
    present = count.below(whole + 1) * subject.const(0).below(count)
    if how == "median":
        number = subject.total(value, least * 2, top * 2, how="median")
        return Quantity(number, unit * 2, *ends, None, present), count
    divisor = count.larger(1)
    if how == "trimmed":
        number = subject.total(value, least * sheets, top * sheets, how=f"{TRIMMED}{drop}")
        enough = subject.const(2 * drop).below(count)
        divisor = enough.choose(count - 2 * drop, divisor).known(1, sheets)
    else:
        number = subject.total(value, least * sheets, top * sheets)
    return Quantity(number, unit, *ends, divisor, present), count


def _several(instrument: SheetInstrument, steps: tuple[Step, ...]) -> Told:
    """Several sheets: all, or those that count."""
    title, count = instrument.title, len(steps)
    totals = [shown(s.value) for s in steps]
    ordered = [shown(value) for value in sorted(s.value or Decimal() for s in steps)]
    if instrument.several == "median":
        middle = ordered[(count - 1) // 2 : count // 2 + 1]
        word = "居中的一份" if len(middle) == 1 else "居中两份的平均数"
        rest = tuple(t for t in ordered if t not in middle)
        left = (f"其余各份 {'、'.join(rest)} 不参与计算",) if rest else ()
        return Told(
            f"{count} 份{title}合计的中位数：从低到高排列，{word}", mean_formula(middle), steps,
            applied=left,
        )  # fmt: skip
    if instrument.several == "trimmed":
        drop = instrument.drop
        if count > 2 * drop:
            kept, dropped = ordered[drop : count - drop], ordered[:drop] + ordered[count - drop :]
            sentence = (
                f"{count} 份{title}合计去掉 {drop} 个最高和 {drop} 个最低，"
                f"其余 {len(kept)} 份的平均数"
            )
            return Told(
                sentence, mean_formula(kept), steps, applied=(f"去掉 {'、'.join(dropped)}",)
            )
        sentence = f"{count} 份{title}合计的平均数（不足 {2 * drop + 1} 份，不去掉最高和最低）"
        return Told(sentence, mean_formula(totals), steps)
    return Told(f"{count} 份{title}合计的平均数", mean_formula(totals), steps)
