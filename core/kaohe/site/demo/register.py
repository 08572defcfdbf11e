"""The demo's register: the roll of the sample, and the persons its record assesses."""

from __future__ import annotations

from kaohe.campaigns.kinds import assessed_kinds, kind_of
from kaohe.hookspecs import SampleCampaign
from kaohe.records import Record
from kaohe.register.importing.applying import apply_roll
from kaohe.register.importing.settling import complete_answers
from kaohe.register.importing.understanding import understand_roll
from kaohe.register.models import Office, Person, Unit
from kaohe.scheme.model import Scheme
from kaohe.scoring.facts import Facts, Subject
from kaohe.site.demo.telling import ACTOR
from kaohe.workbooks import read_workbook


def import_roll(sample: SampleCampaign) -> None:
    """Read the sample's workbook the way an organiser would, taking every default answer."""
    book = read_workbook((sample.folder / "roll.xlsx").read_bytes())
    preview = understand_roll(book)
    apply_roll(preview, complete_answers(preview, {}), ACTOR)


def register_persons(record: Record, scheme: Scheme) -> None:
    """Persons the record assesses hold an office in their unit."""
    titles = unit_titles(record.facts)
    if len(assessed_kinds(scheme)) < 2:
        return
    for subject in record.facts.subjects:
        if is_person(subject):
            unit = Unit.objects.get(name=titles.get(subject.unit, subject.unit))
            holder_of(subject, unit, scheme)


def is_person(subject: Subject) -> bool:
    """Whether a subject of a record is a person assessed in its own right."""
    return bool(subject.unit)


def unit_titles(facts: Facts) -> dict[str, str]:
    """Id or title of an organisation -> its title."""
    units = [s for s in facts.subjects if not is_person(s)]
    return {s.id: s.title for s in units} | {s.title: s.title for s in units}


def holder_of(subject: Subject, unit: Unit, scheme: Scheme) -> Person:
    """The person a subject stands for, registered in its unit if it is not yet."""
    office = Office.objects.filter(person__name=subject.title, unit=unit, until=None).first()
    if office is not None:
        return office.person
    _, kind = kind_of(scheme, subject.group)
    person = Person.objects.create(name=subject.title)
    title = kind.classes.get(subject.group) or kind.office or kind.title
    Office.objects.create(person=person, unit=unit, title=title[:40])
    return person
