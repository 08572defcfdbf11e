"""Writing units, people and groups; each change is journalled with before and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from kaohe.audit.services import record
from kaohe.register.models import Group, GroupMember, Person, Role, Unit
from kaohe.register.services.offices import appoint_secretary, find_person, present_secretary
from kaohe.register.services.seen import State, require_unchanged

UNIT_FIELDS = ("name", "kind", "parent", "order", "members", "founded", "note", "active")


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        field: [_shown(before.get(field)), _shown(value)]
        for field, value in after.items()
        if before.get(field) != value
    }


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _unit_values(unit: Unit) -> dict[str, Any]:
    if unit.pk is None:
        return {"secretary": ""}
    person = present_secretary(unit)
    return {f: getattr(unit, f) for f in UNIT_FIELDS} | {"secretary": person.name if person else ""}


def unit_state(unit: Unit) -> State:
    """A unit as its form shows it."""
    return as_text(_unit_values(unit))


def as_text(values: Mapping[str, Any]) -> State:
    """Values of a unit as a state."""
    return {field: _shown(value) for field, value in values.items()}


@transaction.atomic
def save_unit(
    unit: Unit,
    *,
    values: Mapping[str, Any],
    secretary: str,
    actor: str,
    seen: str | None = None,
) -> Unit:
    """Create or change a unit and its secretary; nothing is journalled if nothing changed.

    Args:
        seen: fingerprint of the state the form was filled in from.

    Raises:
        ChangedMeanwhile: the unit is not in that state any more.
    """
    created = unit.pk is None
    if not created:
        unit = Unit.objects.select_for_update().get(pk=unit.pk)
    before = _unit_values(unit)
    after = {**{f: values[f] for f in UNIT_FIELDS if f in values}, "secretary": secretary}
    changed = _difference(before, after)
    if not changed:  # also a second click
        return unit
    if not created:
        require_unchanged(as_text(before), seen=seen)
    for field in after.keys() - {"secretary"}:
        setattr(unit, field, after[field])
    unit.save()
    if "secretary" in changed:
        appoint_secretary(unit, find_person(secretary)[0] if secretary else None)
    action = "unit.create" if created else "unit.change"
    record(action, actor=actor, subject=unit.name, data={"changes": changed})
    return unit


@transaction.atomic
def rename_person(person: Person, *, name: str, actor: str, seen: str | None = None) -> Person:
    """Correct a person's name.

    Raises:
        ChangedMeanwhile: it is not the name the form was filled in from.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.name != name:
        require_unchanged({"name": person.name}, seen=seen)
        before, person.name = person.name, name
        person.save()
        record(
            "person.change", actor=actor, subject=name, data={"changes": {"name": [before, name]}}
        )
    return person


@transaction.atomic
def save_group(
    group: Group,
    *,
    name: str,
    leads: Collection[str],
    members: Collection[str],
    units: Collection[Unit],
    actor: str,
    seen: str | None = None,
) -> Group:
    """Create or change a group; its units leave the groups they were in.

    Raises:
        ChangedMeanwhile: the group is not in the state the form was filled in from.
    """
    created = group.pk is None
    if not created:
        Group.objects.select_for_update().get(pk=group.pk)
    before = {} if created else group_state(group)
    if before == group_as_text(name=name, leads=leads, members=members, units=units):
        return group
    if not created:
        require_unchanged(before, seen=seen)
    group.name = name
    if created:
        last = Group.objects.order_by("-order").first()
        group.order = last.order + 1 if last else 1
    group.save()
    Group.units.through.objects.filter(unit__in=units).exclude(group=group).delete()
    group.units.set(units)
    set_group_people(group, leads=leads, members=members)
    changed = _difference(before, group_state(group))
    if changed:
        action = "group.create" if created else "group.change"
        record(action, actor=actor, subject=name, data={"changes": changed})
    return group


def group_state(group: Group) -> State:
    """A group as its form shows it."""
    group = Group.objects.prefetch_related("units", "memberships__person").get(pk=group.pk)
    people = list(group.memberships.all())
    return group_as_text(
        name=group.name,
        leads=[m.person.name for m in people if m.leads],
        members=[m.person.name for m in people if not m.leads],
        units=list(group.units.all()),
    )


def group_as_text(
    *, name: str, leads: Collection[str], members: Collection[str], units: Collection[Unit]
) -> State:
    """Values of a group as a state."""
    return {
        "name": name,
        "leads": "、".join(sorted(leads)),
        "people": "、".join(sorted(members)),
        "units": "、".join(sorted(unit.name for unit in units)),
    }


def set_group_people(
    group: Group,
    *,
    leads: Collection[str],
    members: Collection[str],
    new: Collection[str] = (),
) -> int:
    """Make a group consist of these people; returns how many were created.

    Whoever is in no group any more loses the assessor's role.
    """
    created = 0
    present = {m.person.name: m for m in group.memberships.select_related("person")}
    for name in present.keys() - {*leads, *members}:
        member = present[name]
        member.delete()
        if not GroupMember.objects.filter(person=member.person).exists():
            Role.objects.filter(account__person=member.person, kind=Role.Kind.ASSESSOR).delete()
    for name in [*leads, *members]:
        member_now = present.get(name)
        if member_now is None:
            person, fresh = find_person(name, new=name in new)
            created += fresh
            GroupMember.objects.create(group=group, person=person, leads=name in leads)
        elif member_now.leads != (name in leads):
            member_now.leads = name in leads
            member_now.save(update_fields=["leads"])
    return created


@transaction.atomic
def delete_group(group: Group, *, actor: str) -> None:
    """Dissolve a group; people and units stay."""
    before = group_state(group)
    set_group_people(group, leads=(), members=())
    group.delete()
    record("group.delete", actor=actor, subject=before["name"], data={"before": before})
