"""Whom an entry may be about: assessed office holders, and nobody else.

Only rules that count by person (sanctions of employees) keep a name that is not assessed here; a
finding about persons (`about`) never does.
"""

from __future__ import annotations

from kaohe.campaigns.claims import counts_by
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.kinds import assessed_kinds
from kaohe.campaigns.models import CampaignSubject


def takes_any_name(subject: CampaignSubject, rule: str) -> bool:
    """Whether a rule counts by person without saying which kind of person."""
    scheme = campaign_scheme(subject.campaign)
    return not scheme.entries[rule].about and counts_by(scheme, rule, "person")


def persons_of(subject: CampaignSubject, rule: str) -> dict[str, CampaignSubject | None]:
    """Who may be named in an entry about a subject: title -> subject of his own, if he has one."""
    scheme = campaign_scheme(subject.campaign)
    about = scheme.entries[rule].about
    if not about:
        return {}
    if about not in assessed_kinds(scheme):
        return {subject.person: None} if subject.person else {}
    if subject.is_person:
        return {subject.title: subject}
    rows = CampaignSubject.objects.filter(
        campaign=subject.campaign_id, unit=subject.unit_id, holder__isnull=False, kind=about
    )
    return {row.title: row for row in rows}


def person_concerned(subject: CampaignSubject, rule: str, person: str) -> CampaignSubject | None:
    """The subject of whoever an entry names; None if it names nobody, or nobody of his own.

    Raises:
        ValueError: the name may not be recorded; says why in Chinese.
    """
    if not person or takes_any_name(subject, rule):
        return None
    if not campaign_scheme(subject.campaign).entries[rule].about:
        raise ValueError("这一项不登记个人")
    known = persons_of(subject, rule)
    if person not in known:
        raise ValueError(f"“{person}”不是本次考核的对象，不能登记")
    return known[person]
