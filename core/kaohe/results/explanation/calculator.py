"""The whole derivation as a list of sums to redo with a calculator, facts first, total last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kaohe.results.explanation.figures import Exact, digits, fixed, has_sum
from kaohe.results.explanation.tables import exact_of
from kaohe.scheme.model import Scheme
from kaohe.scoring.derivation import Step

_CHOOSING = {"cap", "floor", "highest", "lowest"}
INNER_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One sum."""

    number: int
    title: str
    formula: str
    """What to type; words where nothing is computed (取 100, 自评表合计 97.00)."""
    is_sum: bool
    exact: Exact | None
    value: str
    is_total: bool = False

    @property
    def text(self) -> str:
        """The line as plain text."""
        out = f"{self.title}：{self.formula}"
        if not self.is_sum:
            return f"{out} → {self.value}"
        if self.exact and self.exact.changed:
            return f"{out} = {self.exact.text} → {self.value}"
        return f"{out} = {self.value}"


def lines(trees: Iterable[Step], scheme: Scheme) -> list[Line]:
    """Every shown number once, each after the numbers it needs."""
    out: list[Line] = []
    seen: set[str] = set()

    def visit(at: Step, parent: Step | None) -> None:
        for child in at.inputs:
            visit(child, at)
        if at.id in seen or at.exact is at.value is None or not _belongs(at, parent):
            return
        seen.add(at.id)
        if at.value is not None and at.decimals is not None:
            value = fixed(at.value, at.decimals)
        else:
            text, endless = digits(at.exact, INNER_DIGITS) if at.exact is not None else ("", False)
            value = f"{text}…" if endless else text
        title = at.title
        if parent is not None and at.decimals is None:
            title = " · ".join(t for t in (parent.title, at.title) if t)
        told = at.formula if has_sum(at.formula) else at.sentence or at.formula
        out.append(
            Line(
                number=len(out) + 1,
                title=title,
                formula=told,
                is_sum=has_sum(at.formula),
                exact=exact_of(at, scheme) if at.formula else None,
                value=value,
                is_total=at.id == scheme.total,
            )
        )

    for tree in trees:
        visit(tree, None)
    return out


def _belongs(step: Step, parent: Step | None) -> bool:
    """Inline steps stand in their parent's formula, unless the parent only chose between them."""
    if step.operator in ("sheet_total", "section", "item"):  # the sheet itself shows the rest
        return has_sum(step.formula)
    if step.decimals is not None and step.value is not None:
        return True
    return parent is not None and parent.operator in _CHOOSING and bool(parent.applied)
