"""Whose rows these are: every page fetches through here, so a foreign row is simply not found."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kaohe.campaigns.models import Campaign, CampaignSubject, Claim, Evidence, Sheet
from kaohe.register.access import roles_of
from kaohe.register.models import Account, Role

LIVE = (Campaign.State.OPEN, Campaign.State.CLOSED, Campaign.State.DECIDED,
        Campaign.State.PUBLISHED, Campaign.State.FINAL)  # fmt: skip


def own_units(account: Account) -> list[int]:
    """Units the account answers for as a respondent."""
    rows = Role.objects.filter(account=account, kind=Role.Kind.RESPONDENT, unit__isnull=False)
    return list(rows.values_list("unit_id", flat=True))


def own_subjects(account: Account) -> QuerySet[CampaignSubject]:
    """A respondent's unit in every campaign that was opened."""
    return CampaignSubject.objects.filter(
        unit_id__in=own_units(account), campaign__state__in=LIVE
    ).select_related("campaign__scheme", "unit")


def fillable_sheets(account: Account) -> QuerySet[Sheet]:
    """Sheets the account fills in itself, while it has the role for it."""
    roles = roles_of(account)
    mine = Sheet.objects.filter(respondent=account, subject__campaign__state__in=LIVE)
    allowed = Q(pk__in=[])
    if "respondent" in roles:
        allowed |= Q(subject__unit_id__in=own_units(account))
    if "assessor" in roles:
        allowed |= Q(subject__unit__groups__memberships__person__account=account)
    return mine.filter(allowed).distinct().select_related("subject__campaign__scheme")


def assessed_subjects(account: Account) -> QuerySet[CampaignSubject]:
    """Subjects of the units the account's groups score."""
    return (
        CampaignSubject.objects.filter(
            unit__groups__memberships__person__account=account, campaign__state__in=LIVE
        )
        .distinct()
        .select_related("campaign__scheme", "unit")
    )


def visible_claims(account: Account) -> QuerySet[Claim]:
    """Claims the account may look at."""
    roles = roles_of(account)
    rows = Claim.objects.select_related(
        "subject__campaign__scheme", "claimed_by__person", "verified_by__person"
    )
    if roles & {"organiser", "auditor"}:
        return rows
    allowed = Q(pk__in=[])
    if "respondent" in roles:
        allowed |= Q(subject__in=own_subjects(account).values("pk"))
    if "assessor" in roles:
        allowed |= Q(subject__in=assessed_subjects(account).values("pk"))
    return rows.filter(allowed)


def visible_evidence(account: Account) -> QuerySet[Evidence]:
    """Files the account may download."""
    roles = roles_of(account)
    rows = Evidence.objects.select_related("sheet__subject", "claim__subject")
    if roles & {"organiser", "auditor"}:
        return rows
    allowed = Q(pk__in=[])
    if "respondent" in roles:
        own = own_subjects(account).values("pk")
        allowed |= Q(sheet__subject__in=own, sheet__respondent=account) | Q(claim__subject__in=own)
    if "assessor" in roles:
        theirs = assessed_subjects(account).values("pk")
        allowed |= Q(sheet__subject__in=theirs) | Q(claim__subject__in=theirs)
    return rows.filter(allowed)
