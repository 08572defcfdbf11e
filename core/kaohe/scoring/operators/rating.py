"""Ratings: the mean of one score over the anonymous forms that carry it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import bounds
from kaohe.scoring.derivation import FactLine
from kaohe.scoring.expressions import Integer
from kaohe.scoring.levels import Leaf, Level, Match
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import plain, sum_formula

if TYPE_CHECKING:
    from kaohe.scheme.model import FormInstrument, Scheme
    from kaohe.scheme.operators import Node, Rating


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explaining a rating needs."""

    form: str
    score: str
    typed: Integer
    forms: Integer


class RatingMeaning(Meaning):
    """The mean of a score over forms, or a mean that was typed in."""

    key: ClassVar[str] = "rating"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Rating", node.args)
        form = cast("FormInstrument", build.scheme.instruments[args.form])
        unit = 10**build.scheme.decimals
        top = int(form.scores[args.score].maximum * unit)
        most, decimals = bounds.FORMS, build.scheme.decimals
        votes = Level(
            f"rating:{args.form}.{args.score}", "votes", (args.form,),
            (Leaf("sum", 0, top * most, factor_column="option"), Leaf("forms", 0, most)),
            where=(Match("aspect", (args.score,)),), decimals=decimals,
        )  # fmt: skip
        marks = Level(
            f"typed:{args.form}.{args.score}", "marks", (args.form,),
            (Leaf("mean", 0, top), Leaf("typed", 0, 1, measured=False)),
            where=(Match("item", (args.score,)),), decimals=decimals,
        )  # fmt: skip
        block = build.program.gather(votes)
        build.program.gather(marks)
        typed, forms = block.leaf(marks, "typed"), block.leaf(votes, "forms")
        number = typed.choose(block.leaf(marks, "mean"), block.leaf(votes, "sum"))
        divisor = typed.choose(1, forms.larger(1))
        present = block.const(0).below(forms).larger(typed)
        exact = Quantity(number, unit, Fraction(), Fraction(top, unit), divisor, present)
        return Drawn(exact, detail=_Detail(args.form, args.score, typed, forms))

    def title(self, node: Node, scheme: Scheme) -> str:
        args = cast("Rating", node.args)
        return cast("FormInstrument", scheme.instruments[args.form]).scores[args.score].title

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_Detail", lowered.detail)
        form = cast("FormInstrument", view.scheme.instruments[detail.form])
        title = form.scores[detail.score].title
        if not view.is_present(lowered.exact):
            return Told(missing=f"“{form.title}”没有填写“{title}”的表格")
        if view.number(detail.typed):
            marks = view.facts("marks", detail.form)
            value = plain(next(m.value for m in marks if m.item == detail.score))
            return Told("录入的平均分", value, facts=(FactLine("录入值", value),))
        counts: dict[Decimal, int] = {}
        for vote in view.facts("votes", detail.form):
            if vote.aspect == detail.score and vote.count:
                mark = Decimal(vote.option)
                counts[mark] = counts.get(mark, 0) + vote.count
        ordered = sorted(counts.items(), reverse=True)
        forms = view.number(detail.forms)
        lines = tuple(FactLine(plain(mark), f"{count} 份") for mark, count in ordered)
        terms = [plain(m) if n == 1 else f"{plain(m)} × {n}" for m, n in ordered]
        formula = sum_formula(terms)
        if forms > 1:
            formula = f"({formula}) ÷ {forms}"
        sentence = f"{forms} 份表格的平均数" if forms > 1 else "1 份表格的评分"
        return Told(sentence, formula, facts=lines)
