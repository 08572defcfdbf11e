"""Finding the heading of a table below title rows, in one row or in two or three merged ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kaohe.workbooks.cells import Cell, Sheet
from kaohe.workbooks.normal_forms import match_key, normal_text

_SEARCHED_ROWS = 40
_MOST_HEIGHT = 3
_EMPTY_WORDS = re.compile(r"(基本)?(情况|信息)$")
"""What a heading over several columns ends in: 书记情况 · 姓名 is 书记姓名."""
_SHARE = 3
"""A contained word decides only if it is at least a third of the title."""
_EXACT = 1000
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column under a heading: its index, the titles over it from top to bottom, its meaning."""

    index: int
    ref: str
    titles: tuple[str, ...]
    field: str | None

    @property
    def title(self) -> str:
        """The heading as one text."""
        return "·".join(self.titles)


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the heading stands (row indexes from 0) and what its columns mean."""

    first: int
    last: int
    columns: tuple[Column, ...]

    @property
    def fields(self) -> dict[str, Column]:
        """The recognised columns by meaning."""
        return {c.field: c for c in self.columns if c.field}


Matcher = Callable[[Sequence[tuple[str, ...]]], Sequence[str | None]]
"""Takes the titles of all columns, returns the meaning of each."""


def find_heading(sheet: Sheet, matcher: Matcher, *, at_least: int = 2) -> Heading | None:
    """The rows whose titles mean most, the earliest of equals."""
    best: tuple[int, Heading] | None = None
    for first in range(min(len(sheet.rows), _SEARCHED_ROWS)):
        for height in range(1, _MOST_HEIGHT + 1):
            if first + height > len(sheet.rows) or _is_cut(sheet.rows, first, first + height):
                continue
            heading = _read(sheet.rows[first : first + height], first, matcher)
            if heading is None:
                continue
            score = len(heading.fields)
            if score >= at_least and (best is None or score > best[0]):
                best = (score, heading)
    return best[1] if best else None


def _is_cut(rows: list[list[Cell]], first: int, end: int) -> bool:
    """Whether merged cells go on above or below, or three rows do not hang together."""
    if first and _goes_on(rows[first - 1], rows[first]):
        return True
    if end < len(rows) and _goes_on(rows[end - 1], rows[end]):
        return True
    # Two rows may be a heading without a cell over both; a third one would be a remark above.
    return end - first == _MOST_HEIGHT and not all(
        _goes_on(rows[n], rows[n + 1]) for n in range(first, end - 1)
    )


def _goes_on(above: list[Cell], below: list[Cell]) -> bool:
    """Whether a cell is merged over both rows."""
    return any(
        lower.merged and not upper.blank and lower.text == upper.text
        for upper, lower in zip(above, below, strict=True)
    )


def _read(rows: list[list[Cell]], first: int, matcher: Matcher) -> Heading | None:
    if len({cell.text for cell in rows[0] if not cell.blank}) < 2:
        return None  # a title across the table
    if len(rows) > 1 and not any(cell.merged for row in rows for cell in row):
        return None  # two separate rows, the second is data
    stacks = [_stack([row[i] for row in rows]) for i in range(len(rows[0]))]
    meanings = matcher(stacks)
    columns = tuple(
        Column(i, rows[-1][i].ref, stack, meaning)
        for i, (stack, meaning) in enumerate(zip(stacks, meanings, strict=True))
        if stack
    )
    return Heading(first, first + len(rows) - 1, columns)


def _stack(cells: list[Cell]) -> tuple[str, ...]:
    titles: list[str] = []
    for cell in cells:
        title = normal_text(cell).value
        if title and title not in titles:
            titles.append(title)
    return tuple(titles)


def synonym_matcher(
    synonyms: dict[str, tuple[str, ...]],
    *,
    never: tuple[str, ...] = (),
    otherwise: dict[str, tuple[str, ...]] | None = None,
) -> Matcher:
    """Match titles to meanings: exact words first, then the longest word contained.

    `never` lists words that make a title mean something else (书记电话 is not 书记); `otherwise`
    what titles mean whose first meaning another column has (所属党组织 beside 党组织).
    """
    words = {match_key(w): field for field, ws in synonyms.items() for w in ws}
    second = {match_key(w): field for field, ws in (otherwise or {}).items() for w in ws}

    def rate(titles: tuple[str, ...]) -> tuple[int, str | None]:
        best: tuple[int, str | None] = (0, None)
        bare = "".join(_EMPTY_WORDS.sub("", title) for title in titles)
        for text in ("".join(titles), bare, titles[-1] if titles else ""):
            whole, key = (match_key(t).strip(":：*") for t in (text, _BRACKETS.sub("", text)))
            if not key:
                continue
            if whole in words:  # 村（社区） is no remark on 村
                return _EXACT - (whole in second), words[whole]
            if key in words:
                return _EXACT - (key in second), words[key]
            if any(word in key for word in never):
                return 0, None
            if ":" in key:
                continue  # 填报单位：党建办 is a remark above the table
            for word, field in words.items():
                if best[0] < len(word) >= max(2, len(key) / _SHARE) and word in key:
                    best = (len(word), field)
        return best

    def match(stacks: Sequence[tuple[str, ...]]) -> list[str | None]:
        rated = [rate(s) for s in stacks]
        meanings: list[str | None] = [None] * len(stacks)
        taken: set[str] = set()
        for index in sorted(range(len(stacks)), key=lambda i: (-rated[i][0], i)):
            field = rated[index][1]
            if field and field not in taken:
                meanings[index] = field
                taken.add(field)
        for index, titles in enumerate(stacks):
            field = second.get(match_key("".join(titles)))
            if meanings[index] is None and field and field not in taken:
                meanings[index] = field
                taken.add(field)
        return meanings

    return match
