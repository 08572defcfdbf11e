"""Facts of one subject that were taken wrongly when the office calculated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.comparing.given import node_sources
from kaohe.comparing.slips import shortened, transposed
from kaohe.comparing.subject_facts import SubjectFacts
from kaohe.comparing.tree import walk
from kaohe.comparing.variations.base import Change, Variation
from kaohe.scoring.facts import TURNOUT
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.comparing.bench import Bench, Line

_TURNED, _SHORTENED, _NEIGHBOUR, _MISSING, _LABEL = 31, 33, 30, 19, 18


def input_variations(bench: Bench, line: Line, name: str, names: set[str]) -> Iterator[Variation]:
    """Every single figure of the subject misread, left out, or taken from the next row."""
    sources = {
        source
        for one in names
        if one in bench.scheme.scores
        for _, node in walk(bench.scheme.scores[one], one)
        for source in node_sources(node)
    }
    here = bench.lines.index(line)
    near = [bench.lines[i] for i in (here - 1, here + 1) if 0 <= i < len(bench.lines)]
    for table, label in (("marks", "instrument"), ("votes", "poll"), ("entries", "rule")):
        rows: tuple[Any, ...] = getattr(line.facts, table)
        for place, row in enumerate(rows):
            if getattr(row, label) in sources and not (table == "votes" and row.aspect == TURNOUT):
                yield from _row(bench, line, name, table, place, near)


def _row(
    bench: Bench, line: Line, name: str, table: str, place: int, near: list[Line]
) -> Iterator[Variation]:
    row: Any = getattr(line.facts, table)[place]
    column = {"marks": "value", "votes": "count", "entries": "quantity"}[table]
    value = Decimal(getattr(row, column))
    told = _told(bench, row, table)
    low, high = _bounds(bench, row, table)
    seen = {value}

    def tried(new: Decimal, text: str, rank: int) -> Iterator[Variation]:
        if new in seen or (table == "votes" and new % 1) or not low <= new <= high:
            return
        seen.add(new)
        written: Any = int(new) if table == "votes" else new
        yield Variation("input", name, text, rank, change=_change(table, place, column, written))

    if table == "entries":
        yield from _labels(bench, row, name, place)
    for other in near:
        for theirs in getattr(other.facts, table):
            if theirs[1:-1] == row[1:-1] and table != "entries":
                taken = Decimal(getattr(theirs, column))
                text = f"计算时{told}用了“{other.row.title}”的 {plain(taken)}，应为 {plain(value)}"
                yield from tried(taken, text, _NEIGHBOUR)
    for new in transposed(value):
        text = f"计算时{told}看成 {plain(new)}，应为 {plain(value)}（数字颠倒）"
        yield from tried(new, text, _TURNED)
    for new in shortened(value):
        text = f"计算时{told}看成 {plain(new)}，应为 {plain(value)}（漏了一位或小数点）"
        yield from tried(new, text, _SHORTENED)
    if table == "marks":
        yield from tried(value * 10, f"计算时{told}漏了小数点，应为 {plain(value)}", _SHORTENED)
        yield from tried(Decimal(0), f"计算时{told}按 0 计，应为 {plain(value)}", _MISSING)


def _labels(bench: Bench, row: Any, name: str, place: int) -> Iterator[Variation]:
    """Another row of the rule's table."""
    points = bench.scheme.entries[row.rule].points
    if isinstance(points, dict) and row.label in points:
        for label in points:
            if label != row.label:
                text = f"{_told(bench, row, 'entries')}按“{label}”计，应为“{row.label}”"
                changed = _change("entries", place, "label", label)
                yield Variation("entries", name, text, _LABEL, change=changed)


def _bounds(bench: Bench, row: Any, table: str) -> tuple[Decimal, Decimal]:
    """What could have been written at all."""
    one = (
        bench.meanings.items.inputs.get(f"{row.instrument}/{row.item}")
        if table == "marks"
        else None
    )
    if one is None:
        return Decimal(0), Decimal(10**9)
    instrument: Any = bench.scheme.instruments[one.sheet]
    item = next(i for i in bench.scheme.items[instrument.items].items if i.id == one.item)
    terms = next(i for i in item.inputs(decimals=bench.scheme.decimals) if i.id == one.input)
    return terms.low, terms.high


def _told(bench: Bench, row: Any, table: str) -> str:
    scheme = bench.scheme
    if table == "votes":
        return f"“{scheme.instruments[row.poll].title}”的“{row.option}”票"
    if table == "entries":
        return f"“{scheme.entries[row.rule].title}”"
    instrument: Any = scheme.instruments[row.instrument]
    if instrument.type == "form" and row.item in instrument.scores:
        return f"“{instrument.scores[row.item].title}”"
    words = bench.meanings.items.shown.get(f"{row.instrument}/{row.item}")
    return f"“{words or instrument.title}”" + (f"（{row.respondent}）" if row.respondent else "")


def _change(table: str, place: int, column: str, new: Any) -> Change:
    def change(facts: SubjectFacts) -> SubjectFacts | None:
        rows: tuple[Any, ...] = getattr(facts, table)
        if place >= len(rows):
            return None
        changed = (*rows[:place], rows[place]._replace(**{column: new}), *rows[place + 1 :])
        tables: dict[str, Any] = {table: changed}
        return replace(facts, **tables, tag=f"{table}.{place}={new}")

    return change
