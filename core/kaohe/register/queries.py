"""What pages and services ask of the register again and again."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Prefetch, Q, QuerySet

from kaohe.register.importing.preview import Known
from kaohe.register.models import Group, GroupMember, Office, Person, Unit

SECRETARY = "书记"


def secretaries() -> dict[int, str]:
    """The name of each unit's present secretary, by the unit's key."""
    rows = Office.objects.filter(title=SECRETARY, until__isnull=True).select_related("person")
    return {o.unit_id: o.person.name for o in rows.order_by("-pk")}


def present_offices() -> QuerySet[Office]:
    """Offices held today, people loaded."""
    return Office.objects.filter(until__isnull=True).select_related("person", "unit")


def units_with_people(search: str = "") -> QuerySet[Unit]:
    """Units for the list: with parent, groups and present offices."""
    offices = Prefetch("offices", queryset=present_offices(), to_attr="present_offices")
    rows = Unit.objects.select_related("parent").prefetch_related("groups", offices)
    if search:
        rows = rows.filter(
            Q(name__icontains=search)
            | Q(kind__icontains=search)
            | Q(note__icontains=search)
            | Q(pinyin__icontains=search)
            | Q(groups__name__icontains=search)
            | Q(offices__person__name__icontains=search, offices__until__isnull=True)
        ).distinct()
    return rows


def people_with_offices(search: str = "") -> QuerySet[Person]:
    """People with their present offices, groups and account."""
    offices = Prefetch("offices", queryset=present_offices(), to_attr="present_offices")
    groups = Prefetch("groups", queryset=GroupMember.objects.select_related("group"))
    rows = Person.objects.select_related("account").prefetch_related(offices, groups)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(pinyin__icontains=search))
    return rows


def known_register() -> Known:
    """What an import has to know of the register."""
    heads = secretaries()
    units = list(Unit.objects.select_related("parent"))
    work: dict[str, list[str]] = defaultdict(list)
    for person in people_with_offices():
        work[person.name] += [f"{o.unit}{o.title}" for o in person.present_offices]  # type: ignore[attr-defined]
        work[person.name] += [str(m.group.name) for m in person.groups.all()]
    return Known(
        secretaries={u.name: heads.get(u.pk, "") for u in units},
        kinds=frozenset(u.kind for u in units if u.kind),
        active=frozenset(u.name for u in units if u.active),
        superiors=frozenset(u.parent.name for u in units if u.parent),
        people={name: "、".join(what) or "无职务" for name, what in work.items()},
        groups={
            g.name: frozenset(m.person.name for m in g.memberships.all())
            for g in Group.objects.prefetch_related("memberships__person")
        },
    )
