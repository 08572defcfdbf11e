"""Facts for one run of a simulation: made up, or drawn again from a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kaohe.kit.chance import Chance
from kaohe.kit.invention import made_up_facts
from kaohe.scoring.facts import Facts, Subject

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

TABLES = ("marks", "votes", "entries", "standing", "rulings")


def drawn_facts(
    scheme: Scheme, *, seed: int, run: int, subjects: int, record: Facts | None
) -> Facts:
    """The facts of one run; the same seed and run always give the same."""
    if record is None:
        return made_up_facts(scheme, seed * 1_000_003 + run, subjects=subjects)
    return drawn_again(record, seed=seed, run=run, subjects=subjects)


def drawn_again(record: Facts, *, seed: int, run: int, subjects: int) -> Facts:
    """A bootstrap: subjects of a record, drawn with replacement, each with all its rows.

    A person is drawn together with the unit it belongs to.
    """
    chance = Chance(seed, run, "draw")
    clusters = list(_clusters(record.subjects))
    rows = {table: _by_subject(getattr(record, table)) for table in TABLES}
    people: list[Subject] = []
    out: dict[str, list[Any]] = {table: [] for table in TABLES}
    notes: dict[str, dict[str, str]] = {}
    while len(people) < subjects:
        unit = ""
        for one in chance.pick(clusters)[: subjects - len(people)]:
            key = f"s{len(people) + 1:05d}"
            title = f"{one.title}#{len(people) + 1}"
            unit = unit or key
            people.append(one._replace(id=key, title=title, unit=unit if one.unit else ""))
            for table in TABLES:
                out[table] += [row._replace(subject=key) for row in rows[table].get(one.id, ())]
            if one.id in record.notes:
                notes[key] = record.notes[one.id]
    kept = {table: tuple(found) for table, found in out.items()}
    return Facts(tuple(people), **kept, period=record.period, notes=notes)


def _clusters(subjects: tuple[Subject, ...]) -> Iterator[list[Subject]]:
    """Each organisation with the persons in it; a person whose unit is not assessed alone."""
    names = {name: one.id for one in subjects if not one.unit for name in (one.title, one.id)}
    members: dict[str, list[Subject]] = {}
    for one in subjects:
        if one.unit and one.unit in names:
            members.setdefault(names[one.unit], []).append(one)
    for one in subjects:
        if not (one.unit and one.unit in names):
            yield [one, *members.get(one.id, ())]


def _by_subject(rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for row in rows:
        out.setdefault(row.subject, []).append(row)
    return out
