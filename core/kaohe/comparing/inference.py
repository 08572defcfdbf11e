"""Columns whose heading says nothing or something else, recognised by their figures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import half_up, shown_value
from kaohe.comparing.columns import GRADE, RANK, SCORE, Meanings
from kaohe.comparing.grade_causes import known_label, labels_of
from kaohe.comparing.layout import Layout, MappedColumn, MappedTable
from kaohe.comparing.part_columns import shown_decimals
from kaohe.comparing.preparation import Prepared, Terms, prepare
from kaohe.comparing.tree import closure
from kaohe.workbooks import NotUnderstood, match_key, normal_number

if TYPE_CHECKING:
    from kaohe.records.rolls import Roll
    from kaohe.scoring.derivation import SubjectResult
    from kaohe.workbooks import Cell, Workbook

_LEAST, _SHARE = 3, 2
"""At least so many rows, and one in so many, must agree."""


def name_by_figures(
    book: Workbook, layout: Layout, *, terms: Terms, roll: Roll | None = None
) -> Layout:
    """The layout with columns added whose figures are those of a score, a grade or the rank.

    A column headed as a score whose figures are those of its weighted part is taken for the part.
    """
    meanings = Meanings(terms.scheme)
    if not any(_is_open(c, meanings) for t in layout.tables for c in t.columns):
        return layout
    try:
        prepared = prepare(book, layout, terms=terms, roll=roll, record=None)
    except (ValueError, KeyError, ZeroDivisionError):
        return layout  # nothing to go by; the person maps the columns
    tables = [_named(book, table, prepared, meanings, layout) for table in layout.tables]
    return Layout(tables, layout.skipped)


def _is_open(column: MappedColumn, meanings: Meanings) -> bool:
    """Whether the figures may say more than the heading."""
    if column.meaning is None:
        return not meanings.is_trifle(column.titles)
    return len(_readings(column.meaning, meanings)) > 1


def _readings(meaning: str, meanings: Meanings) -> list[str]:
    """The score a column is about, and the weighted parts of it."""
    name = meaning.removeprefix(f"{SCORE}:")
    score = meanings.parts[name].of if name in meanings.parts else name
    return [score, *(key for key, part in meanings.parts.items() if part.of == score)]


def _named(
    book: Workbook, table: MappedTable, prepared: Prepared, meanings: Meanings, layout: Layout
) -> MappedTable:
    sheet = book.sheet(table.sheet)
    assert sheet is not None
    taken = set(layout.meanings())
    name_at = table.by_meaning["own:title"].index
    results = {line.row.subject: line.result for line in prepared.bench.lines}
    found: dict[str, str | None] = {}
    for column in table.columns:
        if not _is_open(column, meanings):
            continue
        pairs = [
            (row[column.index], results[key])
            for row in sheet.rows[table.last + 1 :]
            if (key := match_key(row[name_at].text)) in results
            and not row[column.index].blank
            and not row[column.index].merged
        ]
        meaning = (
            _reread(column.meaning, pairs, prepared, meanings)
            if column.meaning
            else _meaning(pairs, prepared, taken)
        )
        if meaning and meaning not in taken:
            taken.add(meaning)
            found[column.letter] = meaning
    return table.with_meanings(found, "数值")


def _reread(
    meaning: str, pairs: list[tuple[Cell, SubjectResult]], prepared: Prepared, meanings: Meanings
) -> str | None:
    """What a column holds instead: 得分 the weighted part, or 折合 the score itself."""
    score, *parts = _readings(meaning, meanings)
    if score in prepared.given.names:
        return None
    figures = [(_number(cell), result.scores.get(score)) for cell, result in pairs]
    places = shown_decimals(number for number, _ in figures if number is not None)

    def agrees(name: str) -> bool:
        share = meanings.parts[name].share if name in parts else Fraction(1)
        same = sum(
            number is not None
            and value is not None
            and shown_value(Fraction(value) * share, places) == half_up(number, places)
            for number, value in figures
        )
        return same >= _LEAST and same * _SHARE > len(figures)

    if agrees(meaning.removeprefix(f"{SCORE}:")):
        return None
    return next((f"{SCORE}:{name}" for name in (score, *parts) if agrees(name)), None)


def _meaning(
    pairs: list[tuple[Cell, SubjectResult]], prepared: Prepared, taken: set[str]
) -> str | None:
    """What most rows of a column agree with; of scores the outermost."""
    scheme = prepared.bench.scheme
    figures = [(_number(cell), result) for cell, result in pairs]
    agreed: list[tuple[int, int, str]] = []
    given = prepared.given.names
    for name, node in scheme.scores.items():
        decimals = scheme.decimals if node.decimals is None else node.decimals
        same = sum(
            number is not None
            and result.scores.get(name) is not None
            and half_up(number, decimals) == half_up(result.scores[name] or Decimal(), decimals)
            for number, result in figures
        )
        values = {result.scores.get(name) for _, result in pairs}
        if name not in given and len(values) > 1:
            agreed.append((same, len(closure(scheme, name)), f"{SCORE}:{name}"))
    for key in scheme.grades:
        labels = labels_of(scheme, key)
        same = sum(
            (label := known_label(cell.text, labels)) is not None
            and label == (result.grades[key].label if key in result.grades else None)
            for cell, result in pairs
            if _number(cell) is None
        )
        agreed.append((same, 0, f"{GRADE}:{key}"))
    same = sum(number is not None and number == result.rank for number, result in figures)
    agreed.append((same, 0, RANK))
    agreed = [one for one in agreed if one[2] not in taken]
    best = max(agreed, default=(0, 0, ""))
    enough = best[0] >= _LEAST and best[0] * _SHARE > len(pairs)
    return best[2] if enough else None


def _number(cell: Cell) -> Decimal | None:
    try:
        return normal_number(cell).value
    except NotUnderstood:
        return None
