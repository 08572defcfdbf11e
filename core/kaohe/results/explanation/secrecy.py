"""What the public may see of a derivation: the same tree without what would name a person.

Assessors lose their names (they are bound to confidentiality), single marks of anonymous forms
stay in the archive (their mean and number are published), and the counts of a ballot are shown
only if enough people stand behind them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kaohe.scoring.derivation import FactLine, Step

THRESHOLD = 5
"""Fewest ballots behind a published distribution.  Raisable, never lowerable."""


def public_step(step: Step, *, threshold: int = THRESHOLD, hidden: Iterable[str] = ()) -> Step:
    """Return the tree as the public sees it.

    Args:
        threshold: fewest valid marks behind a published count.
        hidden: ids of steps whose counts must stay hidden although they are large enough.
    """
    return _Curtain(max(threshold, THRESHOLD), frozenset(hidden)).draw(step)


class _Curtain:
    def __init__(self, threshold: int, hidden: frozenset[str]) -> None:
        self.threshold = threshold
        self.hidden = hidden

    def draw(self, step: Step) -> Step:
        if step.operator == "rating":
            return self._rating(step)
        if step.operator == "aspect":
            return self._aspect(step)
        if step.operator == "sheet":
            return self._sheet(step)
        return replace(step, inputs=tuple(self.draw(s) for s in step.inputs))

    def _rating(self, step: Step) -> Step:
        if step.value is None or any(line.label == "录入值" for line in step.facts):
            return step
        forms = sum(_leading(line.value) for line in step.facts)
        note = "不记名评议表：只公布份数和平均分，不公布逐份评分"
        return replace(
            step, sentence=f"{forms} 份表格的平均数", formula="", exact=None,
            facts=(FactLine("评议表", f"{forms} 份", note),),
        )  # fmt: skip

    def _aspect(self, step: Step) -> Step:
        valid = sum(_leading(line.value) for line in step.facts)
        if valid >= self.threshold and step.id not in self.hidden:
            return step
        return replace(
            step, sentence=f"有效评价不足 {self.threshold} 票，票数不公布", formula="",
            exact=None, facts=(),
        )  # fmt: skip

    def _sheet(self, step: Step) -> Step:
        """Sheets in the order of their totals, so that not even their order tells who is who."""
        ordered = sorted(step.inputs, key=lambda s: (s.value is None, -(s.value or 0)))
        if len(ordered) == 1:
            (only,) = ordered
            title = only.title.partition(" · ")[0]
            missing = only.missing.replace(only.title, title)
            return replace(
                step,
                inputs=(replace(only, id=step.id + ".sheet:1", title=title, missing=missing),),
                missing=step.missing.replace(only.title, title),
            )
        out = []
        whole = step.missing
        for number, sheet in enumerate(ordered, start=1):
            title = f"{sheet.title.partition(' · ')[0]} · 第 {number} 份"
            missing = sheet.missing.replace(sheet.title, title)
            whole = whole.replace(sheet.title, title)
            out.append(replace(sheet, id=f"{step.id}.sheet:{number}", title=title, missing=missing))
        return replace(step, inputs=tuple(out), missing=whole)


def _leading(text: str) -> int:
    head = text.split(" ")[0]
    return int(head) if head.isdigit() else 0
