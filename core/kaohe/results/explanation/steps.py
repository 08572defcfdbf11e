"""A derivation tree as nested cards: what each shows, in the order a reader meets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from kaohe.results.explanation.figures import Exact, digits, fixed, has_sum
from kaohe.results.explanation.secrecy import WITHHELD
from kaohe.results.explanation.sheets import SheetTable, sheet_of, sheet_table
from kaohe.results.explanation.tables import (
    BallotTable,
    Share,
    ballot_table,
    exact_of,
    shares,
)
from kaohe.scheme.model import BallotInstrument, Scheme, SheetInstrument
from kaohe.scoring.derivation import FactLine, Step

OPERATOR_WORDS = {
    "score": "引用", "number": "固定数", "sheet": "评分表", "sheet_total": "一份评分表",
    "votes": "测评计分", "aspect": "一个方面", "rating": "评议平均", "entries": "加减分",
    "sum": "相加", "product": "相乘", "mean": "平均", "highest": "取最高", "lowest": "取最低",
    "weighted": "加权合成", "cap": "封顶", "floor": "保底", "scale": "折算",
    "item": "项目得分", "section": "部分小计", "applicable": "适用项得分率",
    "applicable_share": "适用项得分率", "by_class": "按类别", "count": "计数",
    "carried": "往期得分", "periods": "各期得分", "rank_points": "名次得分",
    "relative": "按比例折算", "rater_rank": "评委名次", "unit_score": "所在单位得分",
}  # fmt: skip
INNER_DIGITS = 6
OPEN_LEVELS = 2
"""Cards this deep are open at first; the rest opens by a click (all are open on paper)."""


@dataclass(frozen=True, slots=True)
class GapNote:
    """A place where the regulation is silent, and what holds instead."""

    about: str
    resolution: str
    ours: bool
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One card."""

    number: str
    anchor: str
    level: int
    """Heading level."""
    title: str
    operator: str
    value: str
    exact: Exact | None
    inner: str
    """Exact value of a step that is not rounded."""
    sentence: str
    formula: str
    is_sum: bool
    """Whether the formula is more than a single figure."""
    cites: tuple[str, ...]
    gap: GapNote | None
    parameters: tuple[tuple[str, str], ...]
    facts: tuple[FactLine, ...]
    applied: tuple[str, ...]
    not_applied: tuple[str, ...]
    missing: str
    """Why there is no value; empty if a card further down says it."""
    is_missing: bool
    is_withheld: bool
    """True if there is a value that is kept back to protect people."""
    ballot: BallotTable | None = None
    ballot_gaps: tuple[tuple[str, GapNote], ...] = ()
    sheets: SheetTable | None = None
    shares: tuple[Share, ...] = ()
    claims: tuple[Any, ...] = ()
    children: tuple[StepView, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Papers:
    """What lies beside the facts: reasons on sheets, certificates of claims."""

    reasons: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """instrument -> respondent as printed -> item -> reason"""
    claims: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """rule -> claims as plain mappings"""
    threshold: int = 5
    """Fewest ballots behind a published figure, as set on the polls."""


def clause(scheme: Scheme, cite: str) -> str:
    """A clause with its document: 000 §1 三(三)4."""
    place = " ".join(t for t in (scheme.source.document, scheme.source.part) if t)
    return f"{place} {cite}"


def gap_note(scheme: Scheme, key: str) -> GapNote | None:
    """The scheme's gap as a note."""
    gap = scheme.gaps.get(key)
    if gap is None:
        return None
    cites = tuple(clause(scheme, c) for c in gap.cites)
    return GapNote(gap.about.rstrip("。"), gap.resolution.rstrip("。"), gap.ours, cites)


def parameter_text(value: Any, options: Mapping[str, str]) -> str:
    """A parameter's value in words."""
    if isinstance(value, Mapping):
        return "、".join(f"{k} {v}" for k, v in value.items()) or "空"
    if isinstance(value, list | tuple):
        return "、".join(str(options.get(str(v), v)) for v in value) or "空"
    return str(options.get(str(value), value))


def build_steps(
    step: Step, *, scheme: Scheme, parameters: Mapping[str, Any], papers: Papers
) -> StepView:
    """Turn a derivation into cards."""
    return _Builder(scheme, parameters, papers).card(step, "1", 3)


@dataclass(frozen=True, slots=True)
class _Builder:
    scheme: Scheme
    parameters: Mapping[str, Any]
    papers: Papers

    def card(self, step: Step, number: str, level: int) -> StepView:
        node = self.scheme.scores.get(step.id)
        tables: dict[str, Any] = {}
        children = step.inputs
        source = instrument_key(self.scheme, step)
        instrument = self.scheme.instruments.get(source)
        if step.operator == "votes" and isinstance(instrument, BallotInstrument) and children:
            tables["ballot"] = ballot_table(step, self.scheme, instrument)
            tables["ballot_gaps"] = tuple(
                (s.title, note) for s in children if (note := gap_note(self.scheme, s.gap))
            )
            children = ()
        elif step.operator == "sheet" and isinstance(instrument, SheetInstrument) and children:
            tables |= self._sheets(children, source)
            children = ()
        elif step.operator == "sheet_total" and (sheet := sheet_of(self.scheme, step)):
            tables |= self._sheets((step,), sheet)
            children = ()
        elif step.operator == "entries":
            rules = getattr(node.args, "rules", ()) if node else ()
            tables["claims"] = tuple(self._claim(r, c) for r in rules for c in self._claims(r))
        elif step.operator == "weighted":
            tables["shares"] = shares(step, self.scheme)
        title = step.title or OPERATOR_WORDS.get(step.operator, "") or "得分"
        rounded = step.decimals is not None and step.value is not None
        inner = "" if rounded or step.exact is None else _inner(step)
        return StepView(
            number=number,
            anchor="s-" + number.replace(".", "-"),
            level=min(level, 6),
            title=title,
            operator=OPERATOR_WORDS.get(step.operator, ""),
            value=fixed(step.value, step.decimals) if step.decimals is not None else "",
            exact=exact_of(step, self.scheme),
            inner=inner,
            sentence=step.sentence,
            formula=step.formula,
            is_sum=has_sum(step.formula),
            cites=tuple(clause(self.scheme, c) for c in step.cite),
            gap=gap_note(self.scheme, step.gap),
            parameters=tuple(self._parameter(k) for k in step.parameters),
            facts=step.facts,
            applied=step.applied,
            not_applied=step.not_applied,
            missing="" if any(s.missing for s in step.inputs) else step.missing,
            is_missing=bool(step.missing),
            is_withheld=step.missing.endswith(WITHHELD),
            children=tuple(
                self.card(s, f"{number}.{i}", level + 1) for i, s in enumerate(children, start=1)
            ),
            is_open=number.count(".") < OPEN_LEVELS,
            **tables,
        )

    def _sheets(self, sheets: tuple[Step, ...], source: str) -> dict[str, Any]:
        """Sheets side by side, with what their items resolve where the regulation is silent."""
        instrument = self.scheme.instruments[source]
        assert isinstance(instrument, SheetInstrument)
        reasons = self.papers.reasons.get(source, {})
        table = sheet_table(sheets, self.scheme, instrument, reasons)
        notes: dict[str, tuple[str, GapNote]] = {}
        for row in table.rows:
            note = gap_note(self.scheme, row.gap)
            if note is not None:
                titles = f"{notes[row.gap][0]}、{row.title}" if row.gap in notes else row.title
                notes[row.gap] = titles, note
        return {
            "sheets": table if table.rows or len(table.heads) > 1 else None,
            "ballot_gaps": tuple(notes.values()),
        }

    def _claims(self, rule: str) -> tuple[Any, ...]:
        return self.papers.claims.get(rule, ())

    def _claim(self, rule: str, claim: Mapping[str, Any]) -> dict[str, Any]:
        sign = "+" if self.scheme.entries[rule].sign == "+" else "−"
        return {**claim, "quantity": f"{sign}{claim['quantity']}"}

    def _parameter(self, key: str) -> tuple[str, str]:
        spec = self.scheme.parameters.get(key)
        if spec is None:
            return key, str(self.parameters.get(key, ""))
        value = self.parameters.get(key, spec.default)
        return spec.title, parameter_text(value, spec.options)


def missing_leaves(step: Step) -> list[Step]:
    """The steps at the bottom that lack a value: what has to be handed in."""
    below = [leaf for child in step.inputs for leaf in missing_leaves(child)]
    return below or ([step] if step.missing else [])


def instrument_key(scheme: Scheme, step: Step) -> str:
    """Key of the instrument a leaf reads; inline leaves are found by walking the scheme."""
    node = scheme.scores.get(step.id) or _inline_node(scheme, step.id)
    args = node.args if node else None
    found = (getattr(args, name, "") for name in ("instrument", "poll", "form"))
    return cast("str", next((key for key in found if key), ""))


def _inner(step: Step) -> str:
    if step.exact is None:
        return ""
    text, endless = digits(step.exact, INNER_DIGITS)
    return f"{text}…" if endless else text


def _inline_node(scheme: Scheme, path: str) -> Any:
    """Follow ``group.sum.sheet`` from the named score down to the inline node."""
    name, *words = path.split(".")
    node: Any = scheme.scores.get(name)
    for word in words:
        if node is None:
            return None
        counts: dict[str, int] = {}
        for child in node.args.nodes():
            counts[child.operator] = counts.get(child.operator, 0) + 1
            number = counts[child.operator]
            if word == f"{child.operator}{number if number > 1 else ''}":
                node = child
                break
        else:
            return None
    return node
