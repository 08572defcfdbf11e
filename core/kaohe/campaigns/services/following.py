"""The next period's campaign: the same method and subjects, one period later."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from kaohe.campaigns.errors import IllegalTransition
from kaohe.campaigns.models import Campaign, CampaignSubject
from kaohe.campaigns.services.actors import Actor
from kaohe.campaigns.services.campaigns import create_campaign
from kaohe.campaigns.services.subjects import SubjectChoice
from kaohe.register.models import Office
from kaohe.scoring.periods import Period, parse_period

_TITLE = 200


class NextCampaign(NamedTuple):
    """What was made, and who of the last period is not in it."""

    campaign: Campaign
    left_out: tuple[str, ...]


@transaction.atomic
def next_campaign(campaign: Campaign, *, actor: Actor) -> NextCampaign:
    """Prepare the campaign of the next period: frozen scheme, parameters and subjects as they are.

    Units no longer active and persons who left office are left out.  It waits as a draft, so that
    subjects, parameters and days can still be changed.

    Raises:
        IllegalTransition: the period is not written as periods are, or that campaign exists.
    """
    period = parse_period(campaign.period)
    if period is None:
        raise IllegalTransition(f"考核周期“{campaign.period}”不是标准写法，推算不出下一期。")
    following = period.moved(1)
    # Two clicks at once: the second waits here and then finds the first one's campaign.
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    made = Campaign.objects.filter(
        scheme__scheme_id=campaign.scheme.scheme_id, period=str(following)
    ).first()
    if made is not None:
        raise IllegalTransition(f"{following.words}的考核已经有了：{made.title}。")
    chosen, left_out = _present(campaign)
    created = create_campaign(
        title=_title(campaign.title, period, following, campaign.scheme.title),
        scheme=campaign.scheme,
        period=str(following),
        parameters=campaign.parameters,
        subjects=chosen,
        actor=actor,
    )
    return NextCampaign(created, left_out)


def _present(campaign: Campaign) -> tuple[list[SubjectChoice], tuple[str, ...]]:
    rows = list(campaign.subjects.select_related("unit", "holder"))
    held = set(
        Office.objects.filter(
            until=None, person__in=[r.holder_id for r in rows if r.is_person]
        ).values_list("person_id", "unit_id")
    )
    chosen, left_out = [], []
    for row in rows:
        if row.unit.active and (not row.is_person or (row.holder_id, row.unit_id) in held):
            chosen.append(_choice(row))
        else:
            left_out.append(row.full_title)
    return chosen, tuple(left_out)


def _choice(row: CampaignSubject) -> SubjectChoice:
    return SubjectChoice(row.unit, row.group, key=row.key, kind=row.kind, holder=row.holder)


def _title(title: str, period: Period, following: Period, scheme: str) -> str:
    for before, after in ((period.words, following.words), (str(period), str(following))):
        if before in title:
            return title.replace(before, after)[:_TITLE]
    return f"{following.words}{scheme}"[:_TITLE]
