"""The items of a sheet as a page shows them, filled in or only read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.campaigns.marks import Reading, deductions, takes_off
from kaohe.campaigns.terms import Bracket, brackets_of, row_terms, rule_terms
from kaohe.scheme.rules import Deduction, Input
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Item, Section


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of an item: its field, and the reason that goes with it."""

    input: Input
    field: Any
    reason: Any = None
    row: Deduction | None = None
    fault: str = ""
    reason_fault: str = ""

    @property
    def terms(self) -> str:
        """What the row takes off."""
        return row_terms(self.row) if self.row else ""


@dataclass(frozen=True, slots=True)
class Block:
    """One item on a page."""

    item: Item
    lines: tuple[Line, ...]
    reason: Any
    away: Any = None
    """The tick that says that the item does not apply."""
    is_away: bool = False
    points: Decimal | None = None
    section: Section | None = None
    """The heading it opens."""
    closes: Section | None = None
    """The section whose last item it is."""
    section_key: str = ""
    section_points: Decimal | None = None
    terms: str = ""
    brackets: tuple[Bracket, ...] = ()
    mark: Line | None = field(default=None)
    """The only figure of an item that is marked directly."""
    reason_fault: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is one mark, as on sheets without rules."""
        return self.mark is not None and self.away is None

    @property
    def rows(self) -> tuple[Line, ...]:
        """Rows of a deduction table."""
        return tuple(x for x in self.lines if x.row is not None)

    @property
    def figures(self) -> tuple[Line, ...]:
        """The other figures."""
        return tuple(x for x in self.lines if x.row is None)


def block_of(
    item: Item,
    fields: Mapping[tuple[str, str], Any],
    reading: Reading,
    wrong: Mapping[tuple[str, str], str],
    *,
    opens: bool = False,
    closes: bool = False,
) -> Block:
    """Put an item together for a page.

    Args:
        fields: (place, input or item id) -> bound field.
        wrong: (place, input or item id) -> what is wrong there.
    """
    rows = deductions(item)
    lines, away = [], None
    for one in reading.layout.inputs[item.id]:
        if one.kind == "na":
            away = fields[("marks", one.id)]
            continue
        lines.append(
            Line(
                one,
                fields[("marks", one.id)],
                fields.get(("reasons", one.id)) if one.id in rows else None,
                rows.get(one.id),
                wrong.get(("marks", one.id), ""),
                wrong.get(("reasons", one.id), "") if one.id in rows else "",
            )
        )
    section = reading.layout.sections.get(item.section or "")
    return Block(
        item,
        tuple(lines),
        fields[("reasons", item.id)],
        away,
        item.id in reading.not_applicable,
        reading.points.get(item.id),
        section if opens else None,
        section if closes else None,
        item.section or "",
        reading.section_points.get(item.section or ""),
        rule_terms(item),
        tuple(brackets_of(item, reading.marks)),
        lines[0] if item.rule is None else None,
        wrong.get(("reasons", item.id), ""),
    )


def told(item: Item, reading: Reading) -> list[str]:
    """What was entered for an item, a short line for each figure that says something."""
    if item.id in reading.not_applicable:
        return ["不适用"]
    if item.rule is None:
        return []
    out, rows = [], deductions(item)
    for one in reading.layout.inputs[item.id]:
        value = reading.marks.get(one.id)
        if value is None or one.kind == "na":
            continue
        row = rows.get(one.id)
        if row is not None:
            if not takes_off(row, value):
                continue
            count = f" {plain(value)} {one.unit or '次'}" if one.kind == "count" else ""
            reason = reading.reasons.get(one.id, "")
            out.append(f"{one.title}{count}{f'（{reason}）' if reason else ''}")
        elif one.kind == "choice":
            out.append(one.options[int(value) - 1])
        else:
            out.append(f"{one.title} {plain(value)} {one.unit}".strip())
    return out
