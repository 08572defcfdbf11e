"""Points by the rank in which each rater places a subject; the mean over the raters."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import bounds
from kaohe.scoring.derivation import Step
from kaohe.scoring.expressions import Integer
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.operators.cohort import Ladder
from kaohe.scoring.operators.sheet_items import SheetPlan, lower_sheet
from kaohe.scoring.operators.sheet_steps import sheet_steps
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import mean_formula, plain, scaled_decimal, shown

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Node, RaterRank


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explaining ranks by raters needs."""

    plan: SheetPlan
    rank: Integer
    count: Integer
    points: Integer
    ladder: Ladder
    decimals: int


class RaterRankMeaning(Meaning):
    """Points by the rank among all subjects one respondent gave a sheet for."""

    key: ClassVar[str] = "rater_rank"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("RaterRank", node.args)
        decimals = build.scheme.decimals
        plan = lower_sheet(args.sheet, build, rounding=build.decimals_of(node)[1])
        block, pair = plan.block, (plan.value, plan.complete)
        rank = block.compared("rank", pair, 0, bounds.SUBJECTS, within="row")
        count = block.compared("count", pair, 0, bounds.SUBJECTS, within="row")
        ladder, unit = Ladder.of(args), 10**decimals
        points = ladder.lower(rank, unit) * plan.complete
        subject, sheets = build.program.subject, bounds.SHEETS
        number = subject.total(points, min(points.low, 0) * sheets, max(points.high, 0) * sheets)
        every = subject.total(block.const(1), 0, sheets)
        whole = subject.total(plan.complete, 0, sheets)
        present = every.below(whole + 1) * subject.const(0).below(whole)
        exact = Quantity(number, unit, *ladder.ends, whole.larger(1), present)
        detail = _Detail(plan, rank, count, points, ladder, decimals)
        return Drawn(exact, detail=detail, parameters=build.bound_from(f"scores.{path}.rater_rank"))

    def title(self, node: Node, scheme: Scheme) -> str:
        return f"{scheme.instruments[cast('RaterRank', node.args).sheet].title}名次得分"

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_Detail", lowered.detail)
        sheets = sheet_steps(lowered.path, detail.plan, view)
        title = view.scheme.instruments[detail.plan.name].title
        if not sheets:
            return Told(missing=f"没有收到“{title}”")
        blank = [s.missing for s in sheets if s.missing]
        if blank:
            return Told(inputs=sheets, missing="；".join(blank))
        steps = []
        for sheet, (_, values) in zip(sheets, view.rows(detail.plan.level), strict=True):
            rank, count = values[detail.rank.index], values[detail.count.index]
            value = scaled_decimal(values[detail.points.index], detail.decimals)
            steps.append(Step(
                f"{sheet.id}.rank", sheet.title, "rater_rank", value, Fraction(value),
                detail.decimals,
                f"总分 {shown(sheet.value)}，在这份评分的 {count} 个对象中第 {rank} 名 → "
                f"{plain(value)} 分（{detail.ladder.words(rank)}）",
                plain(value), inputs=(sheet,),
            ))  # fmt: skip
        formula = mean_formula([shown(s.value) for s in steps])
        sentence = (
            f"{len(steps)} 位评分人名次得分的平均数" if len(steps) > 1 else "1 位评分人的名次得分"
        )
        return Told(sentence, formula, tuple(steps))
