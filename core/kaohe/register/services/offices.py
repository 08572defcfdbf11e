"""Who holds which office; an office that ends takes its right to fill in with it."""

from __future__ import annotations

from django.utils import timezone

from kaohe.register.models import Office, Person, Role, Unit
from kaohe.register.queries import SECRETARY


def present_secretary(unit: Unit) -> Person | None:
    """The person who is secretary of a unit today."""
    office = (
        Office.objects.filter(unit=unit, title=SECRETARY, until__isnull=True)
        .select_related("person")
        .order_by("-pk")
        .first()
    )
    return office.person if office else None


def find_person(name: str, *, new: bool = False) -> tuple[Person, bool]:
    """The first person of a name, or a new one; whether it was created."""
    person = None if new else Person.objects.filter(name=name).order_by("pk").first()
    return (person, False) if person else (Person.objects.create(name=name), True)


def appoint_secretary(unit: Unit, person: Person | None) -> None:
    """Give a unit another secretary, or none; call inside a transaction."""
    present = Office.objects.filter(unit=unit, title=SECRETARY, until__isnull=True)
    ending = present.exclude(person=person) if person else present
    Role.objects.filter(
        kind=Role.Kind.RESPONDENT,
        unit=unit,
        account__person__in=list(ending.values_list("person", flat=True)),
    ).delete()
    ending.update(until=timezone.localdate())
    if person:
        # Somebody who comes back to an office takes up the old row: it exists once.
        Office.objects.update_or_create(
            person=person, unit=unit, title=SECRETARY, defaults={"until": None}
        )
