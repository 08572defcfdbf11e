"""Who will fill in what: seen before a campaign opens."""

from __future__ import annotations

from dataclasses import dataclass

from kaohe.campaigns.models import Campaign, CampaignSubject
from kaohe.register.models import Account, Group, Role


@dataclass(frozen=True, slots=True)
class PeopleLine:
    """One subject with its respondents and assessors."""

    subject: CampaignSubject
    respondents: tuple[str, ...]
    groups: tuple[str, ...]
    assessors: tuple[str, ...]
    without_account: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        """Whether somebody can fill in each sheet."""
        return bool(self.respondents and self.assessors and not self.without_account)


def people_of(campaign: Campaign) -> list[PeopleLine]:
    """List a campaign's subjects with the people the register knows for them."""
    respondents: dict[int, list[str]] = {}
    persons: dict[int | None, str] = {}
    roles = Role.objects.filter(kind=Role.Kind.RESPONDENT, account__is_active=True)
    for role in roles.select_related("account__person"):
        persons[role.account.person_id] = str(role.account)
        if role.unit_id:
            respondents.setdefault(role.unit_id, []).append(str(role.account))
    accounts = set(
        Account.objects.filter(is_active=True, person__isnull=False).values_list(
            "person_id", flat=True
        )
    )
    groups: dict[int, list[Group]] = {}
    for group in Group.objects.prefetch_related("units", "memberships__person"):
        for unit in group.units.all():
            groups.setdefault(unit.pk, []).append(group)
    lines = []
    for subject in campaign.subjects.select_related("unit"):
        mine = groups.get(subject.unit_id, [])
        members = [m.person for g in mine for m in g.memberships.all()]
        lines.append(
            PeopleLine(
                subject,
                _respondents(subject, respondents, persons),
                tuple(g.name for g in mine),
                tuple(p.name for p in members if p.pk in accounts),
                tuple(p.name for p in members if p.pk not in accounts),
            )
        )
    return lines


def _respondents(
    subject: CampaignSubject, units: dict[int, list[str]], persons: dict[int | None, str]
) -> tuple[str, ...]:
    if not subject.is_person:
        return tuple(units.get(subject.unit_id, ()))
    return (persons[subject.holder_id],) if subject.holder_id in persons else ()
