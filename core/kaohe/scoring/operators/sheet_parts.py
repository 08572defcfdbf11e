"""Parts of a sheet as scores of their own: an item, a section, the share of what applies."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import bounds
from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import Step
from kaohe.scoring.expressions import Integer
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.operators.sheet_items import SheetPlan, lower_sheet
from kaohe.scoring.operators.sheet_steps import sheet_steps
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import (
    MODE_WORDS,
    factor,
    mean_formula,
    plain,
    scaled_decimal,
    scaled_text,
    shown,
    sum_formula,
)

if TYPE_CHECKING:
    from kaohe.scheme.model import ItemGroup, Scheme, SheetInstrument
    from kaohe.scheme.operators import Applicable, ItemScore, Node, SectionScore


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explaining a part of a sheet needs."""

    plan: SheetPlan
    value: Integer
    """The part's points on one sheet."""
    counts: Integer
    """1 where a sheet takes part in the mean."""
    ready: Integer
    """1 where nothing of a sheet is missing."""
    items: tuple[str, ...]
    decimals: int
    possible: Integer | None = None
    reached: Integer | None = None


def _group(name: str, scheme: Scheme) -> ItemGroup:
    return scheme.items[cast("SheetInstrument", scheme.instruments[name]).items]


def _mean(detail: _Detail, unit: int, low: Fraction, high: Fraction, build: Lowering) -> Quantity:
    """The mean over the sheets that take part; missing if a sheet is incomplete."""
    subject, sheets = build.program.subject, bounds.SHEETS
    value = detail.value * detail.counts
    number = subject.total(value, min(value.low, 0) * sheets, max(value.high, 0) * sheets)
    every = subject.total(value.block.const(1), 0, sheets)
    whole = subject.total(detail.ready, 0, sheets)
    count = subject.total(detail.counts, 0, sheets)
    present = every.below(whole + 1) * subject.const(0).below(count)
    return Quantity(number, unit, low, high, count.larger(1), present)


class _PartMeaning(Meaning):
    """The sum of some items of each sheet; the mean over the sheets."""

    def wanted(self, node: Node, scheme: Scheme) -> tuple[str, ...]:
        """The items that make the part."""
        raise NotImplementedError

    def sheet(self, node: Node) -> str:
        """The instrument."""
        return cast("ItemScore", node.args).sheet

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        name, unit = self.sheet(node), 10**build.scheme.decimals
        plan = lower_sheet(name, build, rounding=build.decimals_of(node)[1], itemised=True)
        wanted = self.wanted(node, build.scheme)
        members = [one for one in plan.items if one.item.id in wanted]
        value, counts = plan.block.const(0), plan.block.const(0)
        for one in members:
            value = value + one.points
            applies = plan.block.const(1) if one.absent is None else one.absent.negated()
            counts = counts.larger(applies)
        low = Fraction(min(value.low, 0), unit)
        high = sum((one.exact.high for one in members), Fraction())
        high = q.round_fraction(high, build.scheme.decimals, "up")
        ready = plan.filled
        detail = _Detail(plan, value, counts * ready, ready, wanted, build.scheme.decimals)
        exact = _mean(detail, unit, low, high, build)
        parameters = tuple(dict.fromkeys(k for one in members for k in one.parameters))
        return Drawn(exact, detail=detail, parameters=parameters)

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_Detail", lowered.detail)
        instrument = cast("SheetInstrument", view.scheme.instruments[detail.plan.name])
        steps = sheet_steps(lowered.path, detail.plan, view)
        if not steps:
            return Told(missing=f"没有收到“{instrument.title}”")
        rows = view.rows(detail.plan.level)
        blank = [
            s.missing or f"{s.title}只录入了总分，没有各项得分"
            for s, (_, values) in zip(steps, rows, strict=True)
            if not values[detail.ready.index]
        ]
        if blank:
            return Told(inputs=steps, missing="；".join(blank))
        found, left = [], []
        for step, (_, values) in zip(steps, rows, strict=True):
            if values[detail.counts.index]:
                found.append(self.part(step, detail, values))
            else:
                left.append(f"{step.title}：不适用，不参与平均")
        if not found:
            return Told(missing="各份表上都不适用")
        word = f"{len(found)} 份{instrument.title}的平均数" if len(found) > 1 else "取自"
        sentence = word if len(found) > 1 else f"{word}{found[0].title}"
        formula = mean_formula([shown(s.value) for s in found])
        return Told(sentence, formula, tuple(found), applied=tuple(left))

    def part(self, sheet: Step, detail: _Detail, values: tuple[int, ...]) -> Step:
        """The part of one sheet's step."""
        number = values[detail.value.index]
        value = scaled_decimal(number, detail.decimals)
        titles = {one.item.id: one.item.title for one in detail.plan.items}
        by_id = {s.id.rpartition(".")[2]: s for s in _below(sheet)}
        steps = tuple(by_id[key] for key in detail.items if key in by_id)
        lines = tuple(
            line for s in (sheet, *_below(sheet)) for line in s.facts
            if line.label in {titles[k] for k in detail.items if k not in by_id}
        )  # fmt: skip
        shown_values = [
            scaled_text(values[one.points.index], detail.decimals)
            for one in detail.plan.items
            if one.item.id in detail.items
        ]
        return Step(
            f"{sheet.id}.{'+'.join(detail.items)}", sheet.title, "sheet_part", value,
            Fraction(value), detail.decimals, f"{len(detail.items)} 项得分相加",
            sum_formula(shown_values), inputs=steps, facts=lines,
        )  # fmt: skip


def _below(step: Step) -> list[Step]:
    return [s for one in step.inputs for s in (one, *_below(one))]


class ItemMeaning(_PartMeaning):
    """One item of a sheet."""

    key: ClassVar[str] = "item"

    def wanted(self, node: Node, scheme: Scheme) -> tuple[str, ...]:
        return (cast("ItemScore", node.args).item,)

    def title(self, node: Node, scheme: Scheme) -> str:
        args = cast("ItemScore", node.args)
        return next(i.title for i in _group(args.sheet, scheme).items if i.id == args.item)


class SectionMeaning(_PartMeaning):
    """One section of a sheet."""

    key: ClassVar[str] = "section"

    def wanted(self, node: Node, scheme: Scheme) -> tuple[str, ...]:
        args = cast("SectionScore", node.args)
        items = _group(args.sheet, scheme).items
        return tuple(i.id for i in items if i.section == args.section)

    def title(self, node: Node, scheme: Scheme) -> str:
        args = cast("SectionScore", node.args)
        return _group(args.sheet, scheme).sections[args.section].title


class ApplicableMeaning(Meaning):
    """What each sheet reached in percent of the points of what applies; the mean over the sheets."""

    key: ClassVar[str] = "applicable"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        name = cast("Applicable", node.args).sheet
        decimals, rounding = build.decimals_of(node)
        plan = lower_sheet(name, build, rounding=rounding, itemised=True)
        unit = 10**build.scheme.decimals
        possible = plan.possible(unit)
        low, high = _share_ends(plan, _group(name, build.scheme))
        applies = plan.block.const(0).below(possible)
        share = q.rounded(
            Quantity(plan.value * 100, 1, low, high, possible.larger(1), applies),
            decimals, rounding,
        )  # fmt: skip
        counts = applies * plan.complete
        detail = _Detail(
            plan, share.number, counts, plan.complete, (), decimals, possible, plan.value
        )
        parameters = build.bound_from(
            f"items.{cast('SheetInstrument', build.scheme.instruments[name]).items}."
        )
        low, high = (q.round_fraction(v, decimals, "up") for v in (low, high))
        exact = _mean(detail, 10**decimals, low, high, build)
        return Drawn(exact, detail=detail, parameters=parameters)

    def title(self, node: Node, scheme: Scheme) -> str:
        title = scheme.instruments[cast("Applicable", node.args).sheet].title
        return f"{title}（占应得分的百分比）"

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_Detail", lowered.detail)
        assert detail.possible is not None
        assert detail.reached is not None
        instrument = cast("SheetInstrument", view.scheme.instruments[detail.plan.name])
        sheets = sheet_steps(lowered.path, detail.plan, view)
        if not sheets:
            return Told(missing=f"没有收到“{instrument.title}”")
        blank = [s.missing for s in sheets if s.missing]
        if blank:
            return Told(inputs=sheets, missing="；".join(blank))
        found, left = [], []
        scale = view.scheme.decimals
        for sheet, (_, values) in zip(sheets, view.rows(detail.plan.level), strict=True):
            if not values[detail.counts.index]:
                left.append(f"{sheet.title}：没有适用的项目，不参与平均")
                continue
            reached, possible = values[detail.reached.index], values[detail.possible.index]
            most = plain(Fraction(possible, 10**scale))
            found.append(Step(
                f"{sheet.id}.applicable", sheet.title, "applicable_share",
                scaled_decimal(values[detail.value.index], detail.decimals),
                Fraction(reached * 100, possible), detail.decimals,
                f"得 {shown(sheet.value)} 分，适用各项共 {most} 分，"
                f"占百分之几，{MODE_WORDS[detail.plan.rounding]}",
                f"{factor(scaled_text(reached, scale))} × 100 ÷ {most}",
                inputs=(sheet,), rounding=detail.plan.rounding,
            ))  # fmt: skip
        if not found:
            return Told(inputs=sheets, missing="没有适用的项目")
        formula = mean_formula([shown(s.value) for s in found])
        sentence = f"{len(found)} 份的平均数" if len(found) > 1 else "得分占适用项目应得分的百分比"
        return Told(sentence, formula, tuple(found), applied=tuple(left))


def _share_ends(plan: SheetPlan, group: ItemGroup) -> tuple[Fraction, Fraction]:
    """Least and most in percent: 0 and 100 unless a rule goes below 0 or above its points."""
    factor = 100 / Fraction(group.least_possible)
    fits = all(one.exact.high <= Fraction(one.item.points or 0) for one in plan.items)
    return plan.low * factor, Fraction(100) if fits else plan.high * factor
