"""Words and figures that several parts of a score sheet share."""

from __future__ import annotations

from kaohe.results.explanation.figures import has_sum
from kaohe.results.explanation.page import Explanation
from kaohe.results.explanation.steps import StepView


def source_of(page: Explanation) -> str:
    """The regulation's number and part: 000 §1."""
    source = page.scheme.source
    return " ".join(t for t in (source.document, source.part) if t)


def figure(step: StepView) -> str:
    """What stands at the right of a step."""
    if step.is_withheld:
        return "不公布"
    return "缺" if step.is_missing else step.value or step.inner


def result_of(step: StepView) -> str:
    """The sum with its result; nothing where no sum stands."""
    if not has_sum(step.formula):
        return ""
    exact = step.exact.text if step.exact else step.inner or step.value
    arrow = f" → {step.value}" if step.exact and step.exact.changed else ""
    return f"{step.formula} = {exact}{arrow}"
