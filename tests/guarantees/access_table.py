"""The checked-in table of who gets which answer: reading, writing, comparing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from tests.guarantees.world import VISITORS

TABLE = Path(__file__).with_name("access.txt")
REGENERATE = (
    "KAOHE_ACCESS_WRITE=1 .venv/bin/python -m pytest tests/guarantees/test_authorisation.py"
)
Key = tuple[str, str, str]
"""Name and route, method, case."""
Row = dict[str, str]
"""Visitor -> answer."""
Table = dict[Key, Row]

_HEAD = f"""\
# Who gets which answer: each address of the site, asked for by each kind of visitor.
#
#   no     refused: 403                         none   as if it did not exist: 404
#   login  sent to the log-in page              401    told to log in, what was typed is kept
#
# Any other number means that the visitor got past the guard: 200 a page, 302 done and sent on, 405
# not a method of this address, 409 too late, 410 gone, 422 refused for what was (not) filled in:
# POSTs carry an empty body.  Visitors and objects: world.py and access_targets.py beside this file.
#
# This file is written by
#   {REGENERATE}
# Read each line of the difference before you commit it: whoever should not get past the guard must
# have `no`, `none`, `login` or `401`.
"""
_WORDS = {"403": "no", "404": "none"}
_CODES = {word: code for code, word in _WORDS.items()}
_CASE = 14


def read_table(path: Path = TABLE) -> Table:
    """The checked-in rows."""
    table: Table = {}
    route = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith(("#", "=")):
            continue
        if not line.startswith(" "):
            route = " ".join(line.split())
            continue
        method, rest = line.split()[0], line.split()[1:]
        if rest[-2] == "all":
            case, cells = rest[:-2], rest[-1:] * len(VISITORS)
        else:
            case, cells = rest[: -len(VISITORS)], rest[-len(VISITORS) :]
        answers = (_CODES.get(cell, cell) for cell in cells)
        table[route, method, " ".join(case)] = dict(zip(VISITORS, answers, strict=True))
    return table


def write_table(table: Table, path: Path = TABLE) -> None:
    """Write what was measured, an address per paragraph, an app per part."""
    path.write_text("\n".join(_lines(table)) + "\n", encoding="utf-8")


def _lines(table: Table) -> Iterator[str]:
    yield _HEAD.rstrip("\n")
    parts = list(dict.fromkeys(_part(key) for key in table))
    in_parts = sorted(table, key=lambda key: parts.index(_part(key)))
    for part, keys in groupby(in_parts, key=_part):
        yield ""
        names = " ".join(VISITORS)
        yield f"{f'==== {part} '.ljust(10 + _CASE, '=')} {names}"
        for route, keys_of_route in groupby(keys, key=lambda key: key[0]):
            yield route
            for key in keys_of_route:
                yield f"    {key[1]:<4} {key[2]:<{_CASE}}  {_cells(table[key])}".rstrip()


def _part(key: Key) -> str:
    return key[0].partition(":")[0] if ":" in key[0].split()[0] else "site"


def _cells(row: Row) -> str:
    words = {visitor: _WORDS.get(row[visitor], row[visitor]) for visitor in VISITORS}
    if len(set(words.values())) == 1:
        return f"all {words[VISITORS[0]]}"
    return " ".join(f"{word:<{len(visitor)}}" for visitor, word in words.items())


def differences(expected: Table, measured: Table) -> list[str]:
    """Rows missing on either side, and cells that differ; empty if the site is as the table says."""
    out = [f"no row: {_named(key)}" for key in measured if key not in expected]
    out += [f"a row for nothing: {_named(key)}" for key in expected if key not in measured]
    for key in expected.keys() & measured.keys():
        for visitor in VISITORS:
            before, now = expected[key][visitor], measured[key][visitor]
            if before != now:
                out.append(f"{_named(key)}: {visitor} gets {now}, the table says {before}")
    return sorted(out)


def _named(key: Key) -> str:
    return " ".join(filter(None, (key[1], key[0], key[2])))


def advice(found: Iterable[str]) -> str:
    """What to do about differences, for whoever has just added an address."""
    lines = "\n  ".join(found)
    return (
        f"The site answers otherwise than {TABLE.name} says:\n  {lines}\n"
        "If that is meant: a new address with arguments gets its objects in access_targets.py;\n"
        f"then run\n  {REGENERATE}\n"
        f"and read each changed line of tests/guarantees/{TABLE.name} before you commit it."
    )
