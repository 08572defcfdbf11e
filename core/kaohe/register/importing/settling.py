"""A preview and the answers to its questions become what shall be in the register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kaohe.register.importing.columns import suggested_kind
from kaohe.register.importing.preview import Question, RollPreview, UnitRow
from kaohe.register.importing.questions import EVERY_SHARED_NAME
from kaohe.register.importing.successions import ABSENT, renamed
from kaohe.workbooks import match_key

NOTE_LENGTH = 200


class ImportRefused(Exception):
    """The roll cannot be imported as it stands; each entry says why, in Chinese."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("；".join(reasons))
        self.reasons = reasons


@dataclass(slots=True)
class SettledRoll:
    """Units and groups as they shall be, and whose names are several people."""

    superiors: list[str] = field(default_factory=list)
    units: list[UnitRow] = field(default_factory=list)
    groups: list[tuple[str, list[str], list[str], list[str]]] = field(default_factory=list)
    """Name, leads, members, units."""
    several: set[str] = field(default_factory=set)
    """Secretaries' names that stand for a new person each."""
    renamed: dict[str, str] = field(default_factory=dict)
    """New names of units of the register, and the names they have there."""
    retired: list[str] = field(default_factory=list)
    """Units that are no more."""
    other_assessors: set[tuple[str, str]] = field(default_factory=set)
    """(group, name) of assessors who only share a name with somebody known."""


def complete_answers(preview: RollPreview, answers: Mapping[str, str]) -> dict[str, str]:
    """An answer for every question: the given one if it is a choice, else the default."""
    found = {}
    for question in preview.questions:
        given = answers.get(question.id, "")
        valid = given in {c.value for c in question.choices}
        found[question.id] = given if valid else question.default
    return found


def open_questions(preview: RollPreview, answers: Mapping[str, str]) -> list[Question]:
    """The questions that have to be answered and are not."""
    complete = complete_answers(preview, answers)
    return [q for q in preview.questions if not complete[q.id]]


def settle(preview: RollPreview, answers: Mapping[str, str]) -> SettledRoll:
    """Apply the answers; refuse while there are errors or open questions."""
    reasons = [f"{e.place}：{e.what}" for e in preview.errors]
    reasons += [f"还没有回答：{q.text}" for q in open_questions(preview, answers)]
    if reasons:
        raise ImportRefused(reasons)
    chosen = complete_answers(preview, answers)
    roll = SettledRoll(renamed=renamed(chosen))
    if twice := [n for n, c in Counter(roll.renamed.values()).items() if c > 1]:
        raise ImportRefused([f"“{n}”只能改名为一个单位，请改正对改名的回答" for n in twice])
    if chosen.get(ABSENT) == "retire":
        roll.retired = list(preview.absent)
    counts = Counter(u.secretary for u in preview.units if u.secretary)
    shared = {name for name, count in counts.items() if count > 1}
    every = chosen.get(EVERY_SHARED_NAME)
    roll.several |= shared if every == "several" else set()
    undecided = shared if every == "none" else set()
    titles = {c.place: c.title for c in preview.columns}
    merged = {titles[place] for place in _chosen_columns(chosen)}
    names = {match_key(u.name): u.name for u in preview.units}
    for unit in preview.units:
        settled = replace(
            unit,
            kind=_kind(unit, chosen),
            parent=_parent(unit, chosen, names),
            founded=_founded(unit, chosen),
            note=_note(unit, chosen, {p: t for p, t in titles.items() if t in merged}),
            secretary="" if unit.secretary in undecided else unit.secretary,
        )
        created = chosen.get(f"parent:{unit.parent}") == "create"
        if created and settled.parent not in roll.superiors:
            roll.superiors.append(settled.parent)
        roll.units.append(settled)
    for group in preview.groups:
        added = [
            u.name for u in preview.units if chosen.get(f"group:{u.name}") == f"use:{group.name}"
        ]
        roll.groups.append((group.name, group.leads, group.members, [*group.units, *added]))
    for identity, answer in chosen.items():
        if answer == "several" and identity.startswith("person:"):
            roll.several.add(identity.removeprefix("person:"))
        if answer == "several" and identity.startswith("assessor:"):
            group_name, _, person = identity.removeprefix("assessor:").rpartition(":")
            roll.other_assessors.add((group_name, person))
    return roll


def _used(answer: str) -> str:
    return answer.removeprefix("use:") if answer.startswith("use:") else ""


def _kind(unit: UnitRow, chosen: Mapping[str, str]) -> str:
    if unit.kind:
        return _used(chosen.get(f"kind:{unit.kind}", "")) or unit.kind
    return _used(chosen.get(f"blank:{suggested_kind(unit)}", ""))


def _parent(unit: UnitRow, chosen: Mapping[str, str], names: Mapping[str, str]) -> str:
    answer = chosen.get(f"parent:{unit.parent}")
    if answer is None:
        return names.get(match_key(unit.parent), unit.parent)
    return unit.parent if answer == "create" else _used(answer)


def _founded(unit: UnitRow, chosen: Mapping[str, str]) -> str:
    if len(unit.founded) != 7:
        return unit.founded
    return {"first": f"{unit.founded}-01", "drop": ""}.get(chosen.get("months", ""), unit.founded)


def _chosen_columns(chosen: Mapping[str, str]) -> list[str]:
    """The headings of columns that shall go into the notes; a title is asked about once."""
    return [
        identity.removeprefix("column:")
        for identity, answer in chosen.items()
        if identity.startswith("column:") and answer == "note"
    ]


def _note(unit: UnitRow, chosen: Mapping[str, str], merged: Mapping[str, str]) -> str:
    answer = chosen.get(f"note:{unit.note}", chosen.get("notes", "keep"))
    parts = [unit.note] if unit.note and answer == "keep" else []
    for place, text in unit.extras.items():
        if place in merged:
            parts.append(f"{merged[place]}：{text}")
    return "；".join(parts)[:NOTE_LENGTH]
