"""Sheets side by side: items with their points, what was counted, sections with subtotals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from kaohe.results.explanation.figures import digits, fixed
from kaohe.scheme.model import Item, ItemGroup, Scheme, SheetInstrument
from kaohe.scoring.derivation import Step


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A mark and why points were taken off."""

    head: str
    value: str
    reason: str = ""
    """What whoever filled it in wrote."""
    short: bool = False
    """Below the maximum."""
    note: str = ""
    """What was counted and how it became points."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One item on all sheets, or a section's subtotals."""

    title: str
    points: str
    cells: tuple[SheetCell, ...]
    is_section: bool = False
    cites: tuple[str, ...] = ()
    gap: str = ""
    """Key of the gap the item resolves."""


@dataclass(frozen=True, slots=True)
class SheetTable:
    """All sheets of an instrument side by side; without rows if only totals were entered."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    totals: tuple[tuple[str, str], ...]
    """Head of the column and the sheet's total."""
    full: str

    @property
    def has_notes(self) -> bool:
        """Whether anything was counted by a rule."""
        return any(cell.note for row in self.rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class _Mark:
    """One item on one sheet, as the derivation has it."""

    value: str
    note: str = ""
    missing: bool = False


def sheet_of(scheme: Scheme, step: Step) -> str:
    """The instrument of one respondent's sheet, by its place in the derivation."""
    for key, instrument in scheme.instruments.items():
        if isinstance(instrument, SheetInstrument) and re.search(
            rf"\.{re.escape(key)}(:|$)", step.id
        ):
            return key
    return ""


def sheet_table(
    sheets: tuple[Step, ...],
    scheme: Scheme,
    instrument: SheetInstrument,
    reasons: Mapping[str, Mapping[str, str]],
) -> SheetTable:
    """Lay out the sheets; `reasons`: head of a column -> item -> reason."""
    group = scheme.items[instrument.items]
    heads = tuple(_head(s.title, instrument.title, i) for i, s in enumerate(sheets, start=1))
    marks = [_marks(sheet, group) for sheet in sheets]
    rows = list(_rows(group, heads, marks, reasons))
    totals = tuple(
        (head, fixed(s.value, s.decimals or 0) or "—")
        for head, s in zip(heads, sheets, strict=True)
    )
    full = sum((i.points or Decimal(0) for i in group.items), Decimal(0))
    return SheetTable(instrument.title, heads, tuple(rows), totals, digits(Fraction(full))[0])


def _rows(
    group: ItemGroup,
    heads: tuple[str, ...],
    marks: list[dict[str, _Mark]],
    reasons: Mapping[str, Mapping[str, str]],
) -> Iterator[SheetRow]:
    """Items in the order of the derivation: those without a section, then section by section."""
    known = group.sections
    for item in group.items:
        if item.section not in known:
            yield from _row(item, heads, marks, reasons)
    for key, section in known.items():
        inside = [i for i in group.items if i.section == key]
        found = [row for i in inside for row in _row(i, heads, marks, reasons)]
        if not found:
            continue
        full = section.total or sum((i.points or Decimal(0) for i in inside), Decimal(0))
        cells = tuple(
            SheetCell(head, one.get(f"section:{key}", _Mark("")).value)
            for head, one in zip(heads, marks, strict=True)
        )
        points = digits(Fraction(full))[0]
        yield SheetRow(section.title, points, cells, True, section.cite, section.gap or "")
        yield from found


def _row(
    item: Item,
    heads: tuple[str, ...],
    marks: list[dict[str, _Mark]],
    reasons: Mapping[str, Mapping[str, str]],
) -> Iterator[SheetRow]:
    if not any(item.id in one for one in marks):
        return
    cells = []
    for head, one in zip(heads, marks, strict=True):
        mark = one.get(item.id, _Mark(""))
        reason = reasons.get(head, {}).get(item.id, "")
        cells.append(SheetCell(head, mark.value, reason, _is_short(mark, item), mark.note))
    points = digits(Fraction(item.points or 0))[0]
    yield SheetRow(item.title, points, tuple(cells), False, item.cite, item.gap or "")


def _is_short(mark: _Mark, item: Item) -> bool:
    try:
        return item.points is not None and Decimal(mark.value) < item.points
    except InvalidOperation:
        return False


def _marks(sheet: Step, group: ItemGroup) -> dict[str, _Mark]:
    """Item -> its mark on one sheet; ``section:<key>`` -> the subtotal."""
    by_title: dict[tuple[str, str], Item] = {(i.section or "", i.title): i for i in group.items}
    sections = {s.title: key for key, s in group.sections.items()}
    found: dict[str, _Mark] = {}

    def collect(step: Step, section: str) -> None:
        for line in step.facts:
            item = by_title.get((section, line.label)) or _only(group, line.label)
            if item is not None:
                found[item.id] = _Mark(line.value)
        for one in step.inputs:
            if one.operator == "section":
                key = sections.get(one.title, "")
                found[f"section:{key}"] = _Mark(fixed(one.value, one.decimals or 0))
                collect(one, key)
                continue
            item = next((i for i in group.items if one.id.endswith(f".{i.id}")), None)
            if item is not None:
                value = fixed(one.value, one.decimals or 0)
                found[item.id] = _Mark(value, _note(one, item), bool(one.missing))

    collect(sheet, "")
    return found


def _only(group: ItemGroup, title: str) -> Item | None:
    """The item with a title, whatever its section."""
    return next((i for i in group.items if i.title == title), None)


def _note(step: Step, item: Item) -> str:
    """What was counted; nothing where nothing was."""
    if step.missing:
        return step.missing
    if item.rule_key != "deduct":
        return step.sentence if item.rule_key else ""
    lines = (
        f"{line.label}{'' if line.value == '是' else f' {line.value}'}"
        + (f"（{line.note}）" if line.note else "")
        for line in step.facts
    )
    return "；".join(lines)


def _head(title: str, instrument: str, number: int) -> str:
    """Whoever filled the sheet in; the instrument itself if nobody is named."""
    return title.partition(" · ")[2] or (instrument if number == 1 else f"{instrument} {number}")
