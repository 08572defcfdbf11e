"""Tables of whole numbers: polls × classes of voters, with a first row that fills the blanks."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from kaohe.ballots.models import Poll, Stratum

MOST = 99_999
ALL = "all"
_WORDS = {"due": " 应到", "present": " 实到"}
"""Two tables on one page: their inputs need two names."""


@dataclass(slots=True)
class Cell:
    """An input of the table."""

    name: str
    label: str
    value: str
    error: str = ""


@dataclass(slots=True)
class Row:
    """The inputs of one poll."""

    poll: Poll
    cells: list[Cell | None]
    paper: bool = False
    notes: list[str] = field(default_factory=list)
    """Warnings beside the row: classes too small to be published on their own."""


@dataclass(slots=True)
class CountTable:
    """The table as shown, and what was read from it."""

    columns: list[tuple[str, str]]
    defaults: list[Cell]
    rows: list[Row]
    values: dict[UUID, dict[str, int]]
    errors: list[str]


def whole_number(text: str) -> int | None:
    """Read a count as people type it (full-width digits, spaces); None if it is none.

    Raises:
        ValueError: with what to do, in Chinese.
    """
    plain = unicodedata.normalize("NFKC", text[:40]).strip().removesuffix("张").removesuffix("人")
    plain = plain.strip().replace(",", "")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit()) or int(plain[:9]) > MOST:
        raise ValueError(f"“{text.strip()[:12]}”不是 0～{MOST} 的整数")
    return int(plain)


def count_table(
    polls: Sequence[Poll],
    data: Mapping[str, str] | None,
    *,
    kind: str,
    initial: str = "",
) -> CountTable:
    """Build the table for some polls, and read what was posted.

    Args:
        kind: prefix of the inputs' names.
        initial: attribute of `Stratum` shown before anything was typed.
    """
    columns: dict[str, str] = {}
    strata: dict[UUID, dict[str, Stratum]] = {}
    for poll in polls:
        strata[poll.pk] = {s.key: s for s in poll.strata.all()}
        for key, stratum in strata[poll.pk].items():
            columns.setdefault(key, stratum.title)
    given = data if data is not None else {}
    table = CountTable(list(columns.items()), [], [], {}, [])
    fallback: dict[str, int] = {}
    word = _WORDS.get(kind, "")
    for key, title in columns.items():
        cell = Cell(
            f"{kind}.{ALL}.{key}", f"全部 {title}{word}", given.get(f"{kind}.{ALL}.{key}", "")
        )
        table.defaults.append(cell)
        if (number := _read(cell, table)) is not None:
            fallback[key] = number
    for poll in polls:
        values, row = table.values.setdefault(poll.pk, {}), Row(poll, [])
        for key in columns:
            stratum = strata[poll.pk].get(key)  # type: ignore[assignment]
            if stratum is None:
                row.cells.append(None)
                continue
            name = f"{kind}.{poll.pk.hex}.{key}"
            shown = given.get(name, "")
            if data is None and initial:
                before = getattr(stratum, initial)
                shown = "" if before is None else str(before)
            cell = Cell(name, f"{poll.title} {stratum.title}{word}", shown)
            row.cells.append(cell)
            number = _read(cell, table)
            if number is None and not cell.error:
                number = fallback.get(key)
            if number is not None:
                values[key] = number
        row.paper = bool(given.get(f"paper.{poll.pk.hex}"))
        table.rows.append(row)
    return table


def _read(cell: Cell, table: CountTable) -> int | None:
    try:
        return whole_number(cell.value)
    except ValueError as error:
        cell.error = str(error)
        table.errors.append(f"{cell.label}：{error}")
        return None
