"""Writing a settled roll: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max

from kaohe.audit.services import record
from kaohe.register.importing.changes import Changes, find_changes
from kaohe.register.importing.preview import RollPreview, UnitRow
from kaohe.register.importing.settling import (
    ImportRefused,
    SettledRoll,
    complete_answers,
    settle,
)
from kaohe.register.models import Group, Unit
from kaohe.register.services.offices import appoint_secretary, find_person, present_secretary
from kaohe.register.services.units import set_group_people
from kaohe.workbooks import match_key

_LOCK = 0x726F6C6C  # "roll": the key of the advisory lock


@dataclass(frozen=True, slots=True)
class Applied:
    """What an import did."""

    changes: Changes
    created_people: int


def apply_roll(
    preview: RollPreview,
    answers: Mapping[str, str],
    actor: str,
    *,
    source: Mapping[str, str] | None = None,
    shown: str | None = None,
) -> Applied:
    """Import a roll; the same roll again changes nothing and leaves no entry.

    Args:
        preview: what `understand_roll` made of the file.
        answers: question id → value of a choice.
        actor: who imports, as the journal names him.
        source: file name and digest for the journal.
        shown: fingerprint of the changes the importer saw; refused if others have come up since.
    """
    roll = settle(preview, answers)
    with transaction.atomic():
        _wait_for_other_imports()
        changes = find_changes(roll)
        if shown is not None and shown != changes.fingerprint:
            raise ImportRefused(
                [
                    "预览之后，您的回答或名册有了变动，还没有导入。下面是新的比对结果，请核对后再确认。"
                ]
            )
        if not changes.rows:
            return Applied(changes, 0)
        created = _Writer(roll).write()
        record(
            "register.import",
            actor=actor,
            subject=(source or {}).get("file", ""),
            data={
                "source": dict(source or {}),
                "answers": _in_words(preview, answers),
                "new_units": [c.name for c in changes.new_units],
                "new_groups": [c.name for c in changes.new_groups],
                "altered": [
                    [c.name, c.label, f"{c.before or '（空）'} → {c.after or '（空）'}"]
                    for c in changes.altered
                ],
            },
        )
    return Applied(changes, created)


def _in_words(preview: RollPreview, answers: Mapping[str, str]) -> dict[str, str]:
    """Questions and answers as they were read, defaults included."""
    chosen = complete_answers(preview, answers)
    labels = {(q.id, c.value): c.label for q in preview.questions for c in q.choices}
    return {q.text: labels[q.id, chosen[q.id]] for q in preview.questions}


def _wait_for_other_imports() -> None:
    """On PostgreSQL two imports at once would both find a unit missing; SQLite has one writer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


class _Writer:
    """Writes one settled roll."""

    def __init__(self, roll: SettledRoll) -> None:
        self.roll = roll
        self.units = {match_key(u.name): u for u in Unit.objects.all()}
        self.created_people = 0
        self.next_order = (Unit.objects.aggregate(last=Max("order"))["last"] or 0) + 1

    def write(self) -> int:
        """Write units, their superiors, secretaries, then groups."""
        for name in self.roll.superiors:
            if match_key(name) not in self.units:
                self._create(
                    UnitRow("", name, kind="党委" if name.endswith("党委") else ""), order=0
                )
        for new, old in self.roll.renamed.items():
            # The old name still finds it: other rows may call it so.
            self.units[match_key(new)] = self._rename(self.units[match_key(old)], new)
        for row in self.roll.units:
            if match_key(row.name) not in self.units:
                self._create(row, order=self.next_order)
                self.next_order += 1
        for row in self.roll.units:
            self._update(row)
            if row.secretary:
                self._appoint(self.units[match_key(row.name)], row.secretary)
        for name in self.roll.retired:
            unit = self.units[match_key(name)]
            unit.active = False
            unit.save()
        for position, group in enumerate(self.roll.groups, 1):
            self._group(position, *group)
        return self.created_people

    def _create(self, row: UnitRow, *, order: int) -> None:
        self.units[match_key(row.name)] = Unit.objects.create(
            name=row.name, kind=row.kind, order=order
        )

    def _rename(self, unit: Unit, name: str) -> Unit:
        unit.name = name
        unit.save()
        return unit

    def _update(self, row: UnitRow) -> None:
        unit = self.units[match_key(row.name)]
        wanted = {
            "kind": row.kind,
            "members": row.members,
            "founded": row.founded,
            "note": row.note,
            "parent": self.units.get(match_key(row.parent)) if row.parent else None,
            "active": True,
        }
        different = {
            field: value
            for field, value in wanted.items()
            if value not in (None, "") and getattr(unit, field) != value
        }
        if different:
            for field, value in different.items():
                setattr(unit, field, value)
            unit.save()

    def _appoint(self, unit: Unit, name: str) -> None:
        present = present_secretary(unit)
        if present is None or present.name != name:
            person, new = find_person(name, new=name in self.roll.several)
            self.created_people += new
            appoint_secretary(unit, person)

    def _group(
        self, position: int, name: str, leads: list[str], members: list[str], units: list[str]
    ) -> None:
        known = {match_key(g.name): g for g in Group.objects.all()}
        group = known.get(match_key(name)) or Group.objects.create(name=name, order=position)
        wanted = [self.units[match_key(u)] for u in units]
        if {u.pk for u in group.units.all()} != {u.pk for u in wanted}:
            Group.units.through.objects.filter(unit__in=wanted).exclude(group=group).delete()
            group.units.set(wanted)
        others = {person for of, person in self.roll.other_assessors if of == name}
        self.created_people += set_group_people(group, leads=leads, members=members, new=others)
