"""The real forms of a scheme nobody uses yet, and what the score would be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from kaohe import catalogue
from kaohe.campaigns.drafts import field_name
from kaohe.campaigns.marks import Layout, Reading, read_sheet, sheet_layout
from kaohe.campaigns.sheet_forms import StepForm
from kaohe.kit.invention import made_up_facts
from kaohe.scheme.model import Scheme
from kaohe.scoring import compile_scheme
from kaohe.scoring.errors import FactErrors
from kaohe.scoring.facts import Mark

if TYPE_CHECKING:
    from kaohe.scoring.derivation import SubjectResult

_SUBJECTS = 8
_SEED = 7


@dataclass(slots=True)
class TrialSheet:
    """One form to try."""

    key: str
    layout: Layout
    form: StepForm
    reading: Reading

    @property
    def blocks(self) -> Any:
        """The items as the site shows them."""
        return self.form.blocks(self.reading)


@dataclass(frozen=True, slots=True)
class Trial:
    """The forms, and the result of what was typed; nothing is kept."""

    sheets: tuple[TrialSheet, ...]
    result: SubjectResult | None
    problems: tuple[str, ...] = ()


def try_scheme(scheme: Scheme, typed: QueryDict | None) -> Trial:
    """Score the first made-up subject with what was typed instead of its sheets.

    Everything else, other subjects included, is made up; the same each time.
    """
    facts = made_up_facts(scheme, _SEED, subjects=_SUBJECTS)
    first = facts.subjects[0]
    sheets = tuple(
        _sheet(scheme, key, typed)
        for key, one in scheme.instruments.items()
        if one.type == "sheet" and (not one.classes or first.group in one.classes)
    )
    if typed is None:
        return Trial(sheets, None)
    keys = {one.key for one in sheets}
    kept = [m for m in facts.marks if m.subject != first.id or m.instrument not in keys]
    marks = [
        Mark(first.id, one.key, "试填", item, value)
        for one in sheets
        for item, value in one.reading.marks.items()
    ]
    plan = compile_scheme(scheme, operators=catalogue.meanings())
    people = (first._replace(title="试填的对象"), *facts.subjects[1:])
    try:
        result = plan.score(replace(facts, subjects=people, marks=(*kept, *marks)))
    except FactErrors as errors:
        return Trial(sheets, None, tuple(map(str, errors.problems)))
    return Trial(sheets, result.subjects[0])


def _sheet(scheme: Scheme, key: str, typed: QueryDict | None) -> TrialSheet:
    layout = sheet_layout(scheme, key)
    form = StepForm(typed, items=layout.items, layout=layout, prefix=key)
    marks = {
        one.id: str(typed.get(f"{key}-{field_name('marks', one.id)}", "")) if typed else ""
        for inputs in layout.inputs.values()
        for one in inputs
    }
    reading = read_sheet(layout, {"marks": {k: v for k, v in marks.items() if v}})
    return TrialSheet(key, layout, form, reading)
