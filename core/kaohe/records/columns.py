"""What a column of a sheet holds: one word per meaning, shared by templates and readers.

``id`` ``title`` ``class`` ``person``; ``self_sheet`` (a total), ``group_sheet#2`` (the second
respondent's), ``vote.优秀``, ``vote.@issued``, ``debrief_form.team``, ``honour``, ``opinion``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from kaohe.records.collecting import Collector
from kaohe.records.names import has_members
from kaohe.scoring.facts import TOTAL, TURNOUT, TURNOUT_OPTIONS, Entry, Mark, Vote
from kaohe.workbooks import Cell

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

OWN = ("id", "title", "class", "person", "unit")
_PLUS = re.compile(r"[+＋、；;\n]")
_WITH_REASON = re.compile(r"\s*([0-9０-９.．]+)\s*分?\s*[（(](.{1,200})[)）]\s*")


def is_known(word: str, scheme: Scheme) -> bool:
    """Whether a word names a column under a scheme."""
    if word in OWN or word in scheme.entries:
        return True
    head, _, respondent = word.partition("#")
    name, _, part = head.partition(".")
    one = scheme.instruments.get(name)
    if one is None:
        return False
    if one.type == "ballot":
        return not respondent and (part in one.options or part.removeprefix("@") in TURNOUT_OPTIONS)
    if one.type == "form":
        return not respondent and part in one.scores
    return not part and (one.type == "sheet" or (one.type == "note" and not respondent))


def words_of(scheme: Scheme, *, sheets: int = 3) -> list[str]:
    """The columns of our own table, in the order people fill them in."""
    words = [word for word in OWN if word != "unit" or has_members(scheme)]
    for key, one in scheme.instruments.items():
        if one.type == "sheet":
            words += [key] if one.by == "subject" else [f"{key}#{i + 1}" for i in range(sheets)]
            rules = [k for k, r in scheme.entries.items() if k not in words]
            words += rules if one.by == "assessors" else []
        elif one.type == "ballot":
            words += [f"{key}.@issued", f"{key}.@returned", f"{key}.@invalid"]
            words += (
                [f"{key}.{label}" for label in one.options] if "overall" in one.hand_count else []
            )
        elif one.type == "form":
            words += [f"{key}.{score}" for score in one.scores]
        elif one.type == "note":
            words.append(key)
    return words + [k for k in scheme.entries if k not in words]


def read_cell(word: str, cell: Cell, subject: str, into: Collector) -> None:
    """Turn a cell of a subject's row into facts."""
    if cell.blank:
        return
    if cell.merged:
        into.problem(cell.ref, "这是合并单元格的一部分", "取消合并，每个考核对象单独填写")
        return
    scheme = into.scheme
    if word in scheme.entries:
        _read_entries(word, cell, subject, into)
        return
    head, _, respondent = word.partition("#")
    name, _, part = head.partition(".")
    one = scheme.instruments[name]
    if one.type == "note":
        into.note(subject, name, into.text(cell, cell.ref, most=2000), cell.ref)
    elif one.type == "ballot":
        aspect, option = (TURNOUT, part[1:]) if part.startswith("@") else (TOTAL, part)
        count = into.count(cell, cell.ref)
        if count is not None:
            into.vote(Vote(subject, name, "", aspect, option, count), cell.ref)
    else:
        number = into.number(cell, cell.ref)
        if number is not None:
            item = part if one.type == "form" else TOTAL
            into.mark(Mark(subject, name, respondent, item, number), cell.ref)


def _read_entries(rule: str, cell: Cell, subject: str, into: Collector) -> None:
    """Several entries in one cell: 0.5+1, or 2（省级先进）+1（县级先进）."""
    if cell.problem:
        into.problem(cell.ref, cell.problem, "改填分值")
        return
    terms = into.scheme.entries[rule]
    pieces = [p.strip() for p in _PLUS.split(cell.text) if p.strip()]
    for index, piece in enumerate(pieces):
        # The place makes two equal bonuses of one unit two entries, and lets one find the paper.
        where = f"{cell.ref} 第 {index + 1} 项" if len(pieces) > 1 else cell.ref
        label, reason, quantity = "", where, Decimal(100 if terms.quantity == "percent" else 1)
        if isinstance(terms.points, dict):
            label = piece
        elif terms.sign == "none" and not piece[:1].isdigit():
            reason = piece
        else:
            given = _WITH_REASON.fullmatch(piece)
            number = into.number(given[1] if given else piece, cell.ref)
            if number is None:
                continue
            quantity, reason = number, given[2].strip() if given else where
        into.entries.append((Entry(subject, "", rule, quantity, label, reason=reason), cell.ref))


Complete = Callable[[str, str, Cell], tuple[str, str]]
