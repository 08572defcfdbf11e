"""The one campaign of a preview: subjects of every class, sheets for everybody, all stages open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kaohe.campaigns.kinds import assessed_kinds, is_for
from kaohe.campaigns.models import (
    Campaign,
    CampaignStage,
    CampaignSubject,
    Sheet,
    SheetRevision,
)
from kaohe.campaigns.services import freeze_scheme
from kaohe.kit.invention import this_period
from kaohe.register.models import Account, Person, Role, Unit
from kaohe.scheme.model import Scheme, SheetInstrument
from kaohe.scheme.reading import SchemeSource

ACTOR = "预览"
RESPONDENT = "tianbao"
ASSESSORS = ("kaohe-1", "kaohe-2", "kaohe-3")
DESIGNER = "sheji"
_NAMES = "甲乙丙丁戊己庚辛壬癸"


class Wanted(NamedTuple):
    """A subject the preview shows: one for each class."""

    kind: str
    group: str
    title: str
    is_person: bool


def wanted_subjects(scheme: Scheme) -> Iterator[Wanted]:
    """One subject per class, in the order in which made-up facts take them in turn."""
    number = 0
    for key, kind in assessed_kinds(scheme).items():
        for group, title in (kind.classes or {"": kind.title}).items():
            name = _NAMES[number % len(_NAMES)]
            number += 1
            yield Wanted(key, group, f"{name}{title}", kind.kind == "person")


def place_campaign(source: SchemeSource, scheme: Scheme) -> Campaign:
    """Bring the campaign up to date with a scheme; what was typed stays where it still fits."""
    version = freeze_scheme(source, actor=ACTOR)
    campaign = Campaign.objects.first() or Campaign(title="")
    campaign.title = f"预览：{scheme.title}"[:200]
    campaign.scheme, campaign.period, campaign.parameters = version, this_period(scheme), {}
    campaign.state = Campaign.State.OPEN
    campaign.save()
    campaign.stages.all().delete()
    CampaignStage.objects.bulk_create(
        CampaignStage(
            campaign=campaign, key=s.id, order=n, title=s.title, state=CampaignStage.State.OPEN
        )
        for n, s in enumerate(scheme.stages)
    )
    subjects = list(_subjects(campaign, scheme))
    _sheets(campaign, scheme, subjects)
    return campaign


def _subjects(campaign: Campaign, scheme: Scheme) -> Iterator[CampaignSubject]:
    known = {(s.kind, s.group): s for s in campaign.subjects.all()}
    filler = account(RESPONDENT)
    for order, one in enumerate(wanted_subjects(scheme)):
        unit, _ = Unit.objects.get_or_create(name=f"{one.title}（预览）")
        Role.objects.get_or_create(account=filler, kind=Role.Kind.RESPONDENT, unit=unit)
        row = known.pop((one.kind, one.group), None) or CampaignSubject(campaign=campaign)
        row.kind, row.group, row.title, row.order = one.kind, one.group, one.title, order
        row.unit, row.holder = unit, filler.person if one.is_person else None
        row.save()
        yield row
    for row in known.values():
        SheetRevision.objects.filter(sheet__subject=row).delete()
        row.delete()


def _sheets(campaign: Campaign, scheme: Scheme, subjects: list[CampaignSubject]) -> None:
    wanted = {
        (subject.pk, key, name)
        for subject in subjects
        for key, one in scheme.instruments.items()
        if isinstance(one, SheetInstrument) and is_for(one.classes, subject)
        for name in (ASSESSORS if one.by == "assessors" else (RESPONDENT,))
    }
    rows = Sheet.objects.filter(subject__campaign=campaign).select_related("respondent")
    for row in rows:
        key = (row.subject_id, row.instrument, row.respondent.username if row.respondent else "")
        if key in wanted:
            wanted.discard(key)
        else:
            SheetRevision.objects.filter(sheet=row).delete()
            row.delete()
    for subject, instrument, name in sorted(wanted):
        filler = account(name)
        Sheet.objects.create(
            subject_id=subject, instrument=instrument, respondent=filler, label=str(filler)
        )


def account(username: str) -> Account:
    """One of the parts people play in a preview, made when it is first needed."""
    found = Account.objects.filter(username=username).select_related("person").first()
    if found is not None:
        return found
    title, kinds = {
        RESPONDENT: ("填报人", ()),
        DESIGNER: ("办法设计", (Role.Kind.DESIGNER,)),
    }.get(username, (f"考核人{username[-1]}", (Role.Kind.ASSESSOR,)))
    row = Account(username=username, person=Person.objects.create(name=title))
    row.set_unusable_password()
    row.save()
    for kind in kinds:
        Role.objects.create(account=row, kind=kind)
    return row
