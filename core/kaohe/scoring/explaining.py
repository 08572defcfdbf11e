"""Explanation = plan × stored values: the derivation tree of one subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaohe.scoring.derivation import Step
from kaohe.scoring.execution import Evaluated
from kaohe.scoring.expressions import Integer
from kaohe.scoring.facts import Subject
from kaohe.scoring.operators.base import Lowered
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import scaled_decimal, scaled_text

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme


@dataclass(slots=True)
class Explainer:
    """What meanings see while they explain one subject (`operators.base.View`)."""

    scheme: Scheme
    evaluated: Evaluated
    order: Mapping[tuple[str, str], int] = field(default_factory=dict)
    _steps: dict[int, Step] = field(default_factory=dict)

    def number(self, integer: Integer) -> int:
        """The stored value of an instruction of the subject level."""
        return self.evaluated.values[integer.index]

    def is_present(self, quantity: Quantity) -> bool:
        """Whether there is a value."""
        return quantity.present is None or bool(self.number(quantity.present))

    def fraction(self, quantity: Quantity) -> Fraction:
        """The exact value."""
        divisor = 1 if quantity.divisor is None else self.number(quantity.divisor)
        return Fraction(self.number(quantity.number), quantity.scale * divisor)

    def rows(self, level: str) -> list[tuple[str, tuple[int, ...]]]:
        """Groups of a level below, by key."""
        return self.evaluated.rows[level]

    def facts(self, table: str, source: str) -> list[Any]:
        """The subject's rows of a table for one instrument, poll, rule or ruling kind."""
        return self.evaluated.facts.get((table, source), [])

    def operand(self, lowered: Lowered) -> str:
        """How another node's value is written inside a formula."""
        if lowered.decimals is not None:
            return scaled_text(self.number(lowered.quantity.number), lowered.decimals)
        return self.step(lowered).formula

    def subject(self) -> Subject:
        """The subject that is explained."""
        found: Subject = next(
            row for (table, _), rows in self.evaluated.facts.items() if table == "subjects"
            for row in rows
        )  # fmt: skip
        return found

    def leaders(self, integer: Integer) -> tuple[str, ...]:
        """Titles of the subjects whose figure a comparison of all gave."""
        return self.evaluated.leaders(integer.index)

    def step(self, lowered: Lowered) -> Step:
        """The derivation of a node; each node once."""
        known = self._steps.get(id(lowered))
        if known is None:
            known = self._steps[id(lowered)] = self._explain(lowered)
        return known

    def _explain(self, lowered: Lowered) -> Step:
        told = lowered.meaning.explain(lowered, self)
        value, exact = None, None
        if self.is_present(lowered.exact):
            exact = self.fraction(lowered.exact)
            if lowered.decimals is not None:
                value = scaled_decimal(self.number(lowered.quantity.number), lowered.decimals)
        node = lowered.node
        return Step(
            lowered.path, lowered.title, node.operator, value, exact, lowered.decimals,
            told.sentence, told.formula, node.cite, node.gap or "", lowered.parameters,
            told.inputs, told.facts, told.not_applied, told.applied,
            "" if exact is not None else told.missing or "没有数据", lowered.rounding,
        )  # fmt: skip
