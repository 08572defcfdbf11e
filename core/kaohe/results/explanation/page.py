"""Everything the derivation page shows, put together from one stored result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kaohe.describing import rounding_words
from kaohe.results.explanation import calculator, scale
from kaohe.results.explanation.figures import fixed
from kaohe.results.explanation.lists import ListView, list_views
from kaohe.results.explanation.secrecy import public_step, public_ties, public_title
from kaohe.results.explanation.steps import (
    GapNote,
    Papers,
    StepView,
    build_steps,
    clause,
    gap_note,
    missing_leaves,
    parameter_text,
)
from kaohe.scheme.model import Scheme
from kaohe.scoring.derivation import Flag, Step, SubjectResult


@dataclass(frozen=True, slots=True)
class GradeView:
    """A grade: proposed, why, and what was decided."""

    id: str
    title: str
    holder: str
    is_person: bool
    proposed: str
    rank: int
    sentence: str
    cites: tuple[str, ...]
    gap: GapNote | None
    applied: tuple[str, ...]
    not_applied: tuple[str, ...]
    scale: scale.Scale | None
    decided: str = ""
    changed: bool = False
    decided_rank: int = 4
    reason: str = ""
    minutes: str = ""
    decided_on: Any = None

    @property
    def label(self) -> str:
        """What stands: the decision if there is one, else the proposal."""
        return self.decided or self.proposed

    @property
    def label_rank(self) -> int:
        """Colour of `label`."""
        return self.decided_rank if self.decided else self.rank


@dataclass(frozen=True, slots=True)
class Explanation:
    """A subject's page."""

    result: SubjectResult
    scheme: Scheme
    total: str
    rounding: str
    """How shown scores are rounded."""
    group: str
    inner: str
    """Inside what its second rank is counted."""
    office: str
    """What the person beside the unit holds (书记)."""
    tree: StepView
    beside: tuple[StepView, ...]
    """Scores the total does not rest on; not for the public, whose table does not have them."""
    grades: tuple[GradeView, ...]
    flags: tuple[Flag, ...]
    lines: tuple[calculator.Line, ...]
    missing: tuple[str, ...]
    """What has to come in before there is a total."""
    lists: tuple[ListView, ...]
    notes: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, str, bool], ...]
    """Title, value, whether it differs from the default."""


def bands_of(scheme: Scheme, grade: str) -> dict[str, Any]:
    """The bands of a grade, its own or those of the grade it follows; best first."""
    spec = scheme.grades[grade]
    seen = {grade}
    while not spec.bands and spec.follows and spec.follows not in seen:
        seen.add(spec.follows)
        spec = scheme.grades[spec.follows]
    return dict(spec.bands)


def band_rank(scheme: Scheme, grade: str, label: str | None) -> int:
    """Position of a label among the bands, 1 to 4."""
    labels = list(bands_of(scheme, grade))
    return min(labels.index(label) + 1, 4) if label in labels else 4


def explain(
    result: SubjectResult,
    *,
    scheme: Scheme,
    parameters: Mapping[str, Any],
    papers: Papers | None = None,
    decisions: Mapping[str, Any] | None = None,
    public: bool = False,
) -> Explanation:
    """Build the page of one subject; `public` draws the curtain of `secrecy` first."""
    papers = papers or Papers()
    if public:
        names = _public_heads(result.derivation)
        drawn = public_step(result.derivation, threshold=papers.threshold)
        result = replace(result, derivation=drawn, beside=())
        papers = replace(papers, reasons=_renamed(papers.reasons, names))
    tree, *beside = build_steps(result.trees, scheme=scheme, parameters=parameters, papers=papers)
    if public:
        shown = {scheme.total, *(share.id for share in tree.shares)}
        result = public_ties(result, scheme, shown=shown)
    total = result.scores.get(scheme.total)
    classes = {k: t for kind in scheme.subjects.values() for k, t in kind.classes.items()}
    group = classes.get(result.group, result.group)
    return Explanation(
        result=result,
        scheme=scheme,
        total=fixed(total, _decimals(scheme, scheme.total)),
        rounding=rounding_words(scheme),
        group=group,
        inner="本单位" if scheme.rank_within == "unit" else group,
        office=next((k.office for k in scheme.subjects.values() if k.kind == "person"), ""),
        tree=tree,
        beside=tuple(beside),
        grades=tuple(
            _grade(g, result, scheme, (decisions or {}).get(key))
            for key, g in result.grades.items()
        ),
        flags=result.flags,
        lines=tuple(calculator.lines(result.trees, scheme)),
        missing=tuple(
            dict.fromkeys(s.missing for s in missing_leaves(result.derivation))
            if total is None
            else ()
        ),
        lists=list_views(scheme, result.lists),
        notes=tuple(
            (scheme.instruments[k].title if k in scheme.instruments else k, text)
            for k, text in result.notes.items()
            if text
        ),
        parameters=tuple(_parameters(scheme, parameters)),
    )


def _public_heads(step: Step) -> dict[str, str]:
    """How each assessor's column is headed once the names are gone."""
    heads = {}
    if step.operator == "sheet":
        for number, sheet in enumerate(step.inputs, start=1):
            title = public_title(sheet.title, number, len(step.inputs))
            heads[sheet.title.partition(" · ")[2]] = title.partition(" · ")[2]
    for child in step.inputs:
        heads.update(_public_heads(child))
    return heads


def _renamed(
    reasons: Mapping[str, Mapping[str, Mapping[str, str]]], heads: Mapping[str, str]
) -> dict[str, dict[str, Mapping[str, str]]]:
    return {
        instrument: {heads.get(name, ""): texts for name, texts in sheets.items()}
        for instrument, sheets in reasons.items()
    }


def _decimals(scheme: Scheme, score: str) -> int:
    node = scheme.scores.get(score)
    return node.decimals if node is not None and node.decimals is not None else scheme.decimals


def _grade(grade: Any, result: SubjectResult, scheme: Scheme, decision: Any) -> GradeView:
    spec = scheme.grades[grade.id]
    kind = scheme.subjects.get(spec.subject)
    value = result.scores.get(spec.of) if spec.of else None
    drawn = scale.band_scale(spec, value, _decimals(scheme, spec.of or "")) if value else None
    view = GradeView(
        id=grade.id,
        title=grade.title,
        holder=grade.holder,
        is_person=kind is not None and kind.kind == "person",
        proposed=grade.label or "",
        rank=band_rank(scheme, grade.id, grade.label),
        sentence=grade.sentence,
        cites=tuple(clause(scheme, c) for c in grade.cite),
        gap=gap_note(scheme, grade.gap),
        applied=grade.applied,
        not_applied=grade.not_applied,
        scale=drawn,
    )
    if decision is None:
        return view
    return replace(
        view,
        decided=decision.decided,
        changed=decision.kind == "changed",
        decided_rank=band_rank(scheme, grade.id, decision.decided),
        reason=decision.reason,
        minutes=decision.minutes,
        decided_on=decision.decided_on,
    )


def _parameters(scheme: Scheme, values: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    return [
        (
            spec.title,
            parameter_text(values.get(key, spec.default), spec.options),
            key in values and values[key] != spec.default,
        )
        for key, spec in scheme.parameters.items()
    ]
