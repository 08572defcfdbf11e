"""From a workbook and its layout to a bench: our result beside the office's, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.comparing.arithmetic import half_up
from kaohe.comparing.bench import Bench, Line
from kaohe.comparing.columns import INPUT, SCORE, Meanings
from kaohe.comparing.given import (
    GivenScores,
    unsupported_scores,
    with_item_scores,
    without_columns,
)
from kaohe.comparing.item_columns import ITEM_POINTS
from kaohe.comparing.left_out import left_out
from kaohe.comparing.office import OfficeTable, read_office_table
from kaohe.comparing.opaque import OpaqueValues
from kaohe.comparing.part_columns import PART, shown_decimals, with_parts
from kaohe.comparing.part_sums import WrongSum, wrong_sums
from kaohe.comparing.recalculation import Recalculation, as_decimal
from kaohe.comparing.record_inputs import RecordView
from kaohe.comparing.subject_facts import split_facts
from kaohe.comparing.tree import closure
from kaohe.comparing.variations import all_variations
from kaohe.scoring import Contradiction, compile_scheme

if TYPE_CHECKING:
    from kaohe.comparing.layout import Layout
    from kaohe.records.errors import RecordProblem
    from kaohe.records.reading import Record
    from kaohe.records.rolls import Roll
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Operator
    from kaohe.scheme.reading import SchemeSource
    from kaohe.scoring.derivation import Result
    from kaohe.scoring.facts import Facts
    from kaohe.scoring.operators import Meaning
    from kaohe.workbooks import Workbook

_MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Terms:
    """The scheme something is compared under."""

    source: SchemeSource
    scheme: Scheme
    """Bound with `parameters`."""
    parameters: dict[str, Any] = field(default_factory=dict)
    operators: Mapping[str, type[Operator]] = field(default_factory=dict)
    meanings: Mapping[str, Meaning] = field(default_factory=dict)


@dataclass(slots=True)
class Prepared:
    """A bench with what came of reading."""

    bench: Bench
    table: OfficeTable
    facts: Facts
    """As the plan scored them."""
    given: GivenScores
    holes: set[tuple[str, str]]
    """(subject, score) that the office should have given and left empty."""
    view: RecordView | None
    strangers: list[str]
    left_out: RecordProblem | None
    """Units without a row."""
    sums: dict[tuple[str, str], WrongSum]


def prepare(
    book: Workbook, layout: Layout, *, terms: Terms, roll: Roll | None, record: Record | None
) -> Prepared:
    """Read the workbook and score it."""
    shown = [m.partition(":")[2] for m in layout.meanings() if m.startswith(f"{SCORE}:")]
    scheme = with_item_scores(terms.scheme, [n for n in shown if n.startswith(ITEM_POINTS)])
    meanings = Meanings(terms.scheme)
    table = read_office_table(book, layout, meanings=meanings, roll=roll)
    _negate_deductions(table, shown, scheme)
    parts = {n: shown_decimals(table.values(f"{SCORE}:{n}")) for n in shown if n.startswith(PART)}
    scheme = with_parts(scheme, parts)
    facts, view, strangers = _facts(table, record)
    known = _known(layout, scheme) if record is None else _all_sources(scheme)
    given = unsupported_scores(scheme, shown=shown, known=known)
    table.notes += without_columns(scheme, given.names, shown=shown)
    figures = _figures(table, shown, scheme, view)
    sums = wrong_sums(table, scheme, meanings, given.names)
    figures |= {key: one.ours for key, one in sums.items()}
    for _ in range(_MOST_ROUNDS):
        adapted = given.adapt(scheme)
        plan = compile_scheme(adapted, operators=terms.meanings)
        all_facts = given.add(facts, figures)
        result = plan.score(all_facts, check=False)
        more = _still_missing(result, adapted, figures, shown, given)
        if not more:
            break
        given = GivenScores(given.names | more)
    bench = _bench(adapted, scheme, given, terms, meanings, table, all_facts, result, view, sums)
    holes = {
        (one.subject, name)
        for one in result.subjects
        for name in given.names
        # What does not exist for a kind of subject is not missing
        if one.scores.get(name) is not None and (one.subject, name) not in figures
    }
    missing = left_out(table, scheme, facts=facts, view=view, roll=roll)
    return Prepared(bench, table, all_facts, given, holes, view, strangers, missing, sums)


def _negate_deductions(table: OfficeTable, shown: list[str], scheme: Scheme) -> None:
    """Under 扣分 offices write 3 for what the scheme counts as -3."""
    for name in shown:
        args: Any = scheme.scores[name].args if name in scheme.scores else None
        rules = [scheme.entries[key].sign for key in getattr(args, "rules", ())]
        values = table.values(f"{SCORE}:{name}")
        if rules and set(rules) == {"-"} and any(values) and min(values) >= 0:
            table.negate(f"{SCORE}:{name}")
            title = scheme.scores[name].title or name
            table.notes.append(f"“{title}”一列写的是扣掉的分数，按负数核对")


def _facts(table: OfficeTable, record: Record | None) -> tuple[Facts, RecordView | None, list[str]]:
    """The facts to score: the office's own inputs, or a record's."""
    if record is None:
        kept = {s.id for s in table.facts.subjects} - table.broken
        return _only(table.facts, kept), None, []
    view = RecordView(record.facts, table)
    return record.facts, view, view.strangers


def _only(facts: Facts, kept: set[str]) -> Facts:
    rows: dict[str, Any] = {
        name: tuple(r for r in getattr(facts, name) if r.subject in kept)
        for name in ("marks", "votes", "entries", "standing", "rulings")
    }
    subjects = tuple(s for s in facts.subjects if s.id in kept)
    return replace(facts, subjects=subjects, **rows)


def _known(layout: Layout, scheme: Scheme) -> set[str]:
    """Instruments and entry rules some column holds facts for."""
    known = set()
    for meaning in layout.meanings():
        kind, _, rest = meaning.partition(":")
        if kind == INPUT and ".@" not in rest:
            known.add(rest.partition("#")[0].partition(".")[0].partition("/")[0])
    return known & (set(scheme.instruments) | set(scheme.entries))


def _all_sources(scheme: Scheme) -> set[str]:
    return {*scheme.instruments, *scheme.entries, "standing"}


def _figures(
    table: OfficeTable, shown: list[str], scheme: Scheme, view: RecordView | None
) -> dict[tuple[str, str], Decimal]:
    found = {}
    for row in table.rows.values():
        for name in shown:
            figure = row.figures.get(f"{SCORE}:{name}")
            if figure is not None and figure.value is not None:
                subject = view.subject_of(row) if view else row.subject
                found[subject, name] = half_up(figure.value, scheme.decimals)
    return found


def _still_missing(
    result: Result, scheme: Scheme, figures: dict[tuple[str, str], Decimal], shown: list[str],
    given: GivenScores,
) -> frozenset[str]:  # fmt: skip
    """Scores the office shows in every row and we have in none, the innermost of them."""
    missing = []
    for name in shown:
        rows = [one for one in result.subjects if (one.subject, name) in figures]
        if name not in given.names and rows and all(one.scores[name] is None for one in rows):
            missing.append(name)
    return frozenset(name for name in missing if not set(closure(scheme, name)[1:]) & set(missing))


def _bench(
    adapted: Scheme, scheme: Scheme, given: GivenScores, terms: Terms, meanings: Meanings,
    table: OfficeTable, facts: Facts, result: Result, view: RecordView | None,
    sums: Iterable[tuple[str, str]],
) -> Bench:  # fmt: skip
    opaque = OpaqueValues(facts, terms.meanings)
    opaque.learn(result)
    split = split_facts(facts)
    by_subject = {one.subject: one for one in result.subjects}
    lines = []
    for row in table.rows.values():
        subject = view.subject_of(row) if view else row.subject
        if subject not in by_subject or (row.subject in table.broken and view is None):
            continue
        lines.append(Line(row, split[subject], by_subject[subject]))
    _find_opaque(adapted, opaque, lines)
    variations = all_variations(
        adapted, source=terms.source, parameters=terms.parameters,
        operators=dict(terms.operators),
    )  # fmt: skip
    usable = []
    for one in variations:
        if one.at in given.names:
            continue
        if one.scheme is not None and one.code == "parameter" and given.names:
            one = replace(one, scheme=given.adapt(one.scheme))
        usable.append(one)
    bench = Bench(adapted, opaque, lines, usable, result, meanings)
    for line in lines:
        _mark_wrong(bench, line, given)
        line.wrong |= {
            n: line.row.figures[f"{SCORE}:{n}"] for s, n in sums if s == line.row.subject
        }
    return bench


def _find_opaque(scheme: Scheme, opaque: OpaqueValues, lines: list[Line]) -> None:
    """Scores that are not reproduced step by step are taken as the plan has them."""
    for line in lines:
        here = Recalculation(scheme, line.facts, opaque)
        for name, node in scheme.scores.items():
            if name in opaque.scores:
                continue
            decimals = scheme.decimals if node.decimals is None else node.decimals
            try:
                found = as_decimal(here.named(name), decimals)
            except (KeyError, ZeroDivisionError, AttributeError, Contradiction):
                opaque.scores.add(name)
                continue
            ours = line.result.scores.get(name)
            if found != (None if ours is None else half_up(ours, decimals)):
                opaque.scores.add(name)


def _mark_wrong(bench: Bench, line: Line, given: GivenScores) -> None:
    for name, ours in line.result.scores.items():
        figure = line.office(name)
        if figure is None or figure.value is None or ours is None or name in given.names:
            continue
        decimals = bench.decimals(name)
        if half_up(figure.value, decimals) != half_up(ours, decimals):
            line.wrong[name] = figure
