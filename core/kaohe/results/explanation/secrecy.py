"""What the public may see of a derivation: the same tree without what would name a person.

Assessors lose their names (they are bound to confidentiality), single marks of anonymous forms
stay in the archive (their mean and number are published), and the counts of a ballot are shown
only if enough people stand behind them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from kaohe.scheme.model import Scheme
from kaohe.scheme.ties import tie_scores
from kaohe.scoring.derivation import FactLine, Step, SubjectResult
from kaohe.scoring.ties import without_figures

WITHHELD = "为保护填写人不公布"
THRESHOLD = 5
"""Fewest ballots behind a published distribution.  Raisable, never lowerable."""


def public_step(step: Step, *, threshold: int = THRESHOLD) -> Step:
    """Return the tree as the public sees it; `threshold` may raise the minimum, never lower it."""
    return _Curtain(max(threshold, THRESHOLD)).draw(step)


def public_ties(result: SubjectResult, scheme: Scheme, *, shown: Collection[str]) -> SubjectResult:
    """The result without others' figures of a score that decides ties and is not public itself.

    Args:
        shown: scores that result tables show of everybody.
    """
    titles = [scheme.scores[key].title for key in tie_scores(scheme) - set(shown)]

    def drawn(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(without_figures(text, titles) for text in texts)

    if not titles:
        return result
    return replace(
        result,
        ties=drawn(result.ties),
        grades={
            key: replace(one, applied=drawn(one.applied), not_applied=drawn(one.not_applied))
            for key, one in result.grades.items()
        },
        lists={
            key: replace(one, sentence=without_figures(one.sentence, titles))
            for key, one in result.lists.items()
        },
    )


class _Curtain:
    def __init__(self, threshold: int) -> None:
        self.threshold = threshold

    def draw(self, step: Step) -> Step:
        if step.operator == "rating":
            return self._rating(step)
        if step.operator == "aspect":
            return self._aspect(step)
        if step.operator == "sheet":
            return self._sheet(step)
        drawn = tuple(self.draw(s) for s in step.inputs)
        if any(s.missing == self.withheld for s in drawn):
            return replace(step, inputs=drawn, formula="", exact=None)
        return replace(step, inputs=drawn)

    @property
    def withheld(self) -> str:
        """What stands in place of a figure behind which too few people stand."""
        return f"收回的有效票（表）不足 {self.threshold} 份，{WITHHELD}"

    def _rating(self, step: Step) -> Step:
        if step.value is None or any(line.label == "录入值" for line in step.facts):
            return step
        forms = sum(_leading(line.value) for line in step.facts)
        if forms < self.threshold:
            return self._withhold(step)
        note = "不记名评议表：只公布份数和平均分，不公布逐份评分"
        return replace(
            step, sentence=f"{forms} 份表格的平均数", formula="", exact=None,
            facts=(FactLine("评议表", f"{forms} 份", note),),
        )  # fmt: skip

    def _aspect(self, step: Step) -> Step:
        valid = sum(_leading(line.value) for line in step.facts)
        if valid >= self.threshold:
            return step
        return self._withhold(step)

    def _withhold(self, step: Step) -> Step:
        return replace(
            step, value=None, exact=None, sentence="", formula="", facts=(), missing=self.withheld
        )

    def _sheet(self, step: Step) -> Step:
        out, whole = [], step.missing
        for number, sheet in enumerate(step.inputs, start=1):
            title = public_title(sheet.title, number, len(step.inputs))
            missing = sheet.missing.replace(sheet.title, title)
            whole = whole.replace(sheet.title, title)
            out.append(replace(sheet, id=f"{step.id}.sheet:{number}", title=title, missing=missing))
        return replace(step, inputs=tuple(out), missing=whole)


def public_title(title: str, number: int, count: int) -> str:
    """A sheet's title without the name of whoever filled it in."""
    plain = title.partition(" · ")[0]
    return f"{plain} · 第 {number} 份" if count > 1 else plain


def _leading(text: str) -> int:
    head = text.split(" ")[0]
    return int(head) if head.isdigit() else 0
