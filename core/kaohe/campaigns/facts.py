"""From the rows of a campaign to the fact tables scoring reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from kaohe.campaigns.models import Campaign, Claim, RulingRecord, SchemeVersion, Sheet
from kaohe.scheme.model import Scheme
from kaohe.scoring.facts import TOTAL, Entry, Facts, Mark, Ruling, Subject, Vote


def campaign_scheme(campaign: Campaign) -> Scheme:
    """The frozen scheme of a campaign with the campaign's parameters bound."""
    version = campaign.scheme
    parameters = json.dumps(campaign.parameters, sort_keys=True, ensure_ascii=False)
    return _bound(version.fingerprint, version.pk, parameters)


def version_scheme(version: SchemeVersion) -> Scheme:
    """A frozen scheme with the defaults of its parameters."""
    return _bound(version.fingerprint, version.pk, "{}")


@lru_cache(maxsize=64)
def _bound(fingerprint: str, version_pk: int, parameters: str) -> Scheme:
    from kaohe.scheme.reading import SchemeSource

    version = SchemeVersion.objects.get(pk=version_pk, fingerprint=fingerprint)
    return SchemeSource.from_data(version.data).bind(json.loads(parameters))


def campaign_facts(campaign: Campaign, votes: Iterable[Vote] = ()) -> Facts:
    """Everything that was handed in, as facts.

    Args:
        campaign: whose facts.
        votes: tallies of the sealed polls; the caller brings them, since campaigns know no ballots.
    """
    subjects = list(campaign.subjects.all())
    return Facts(
        subjects=tuple(Subject(str(s.pk), s.title, s.group, s.person) for s in subjects),
        marks=tuple(_marks(campaign)),
        votes=tuple(votes),
        entries=tuple(_entries(campaign)),
        rulings=tuple(_rulings(campaign)),
        period=campaign.period,
        notes={str(s.pk): dict(s.notes) for s in subjects if s.notes},
    )


def respondent_label(sheet: Sheet) -> str:
    """Who filled a sheet in, as printed: the label if one was kept, else the account's name."""
    return sheet.label or (str(sheet.respondent) if sheet.respondent else f"第 {sheet.pk} 份")


def _marks(campaign: Campaign) -> Iterable[Mark]:
    sheets = Sheet.objects.filter(
        subject__campaign=campaign, state=Sheet.State.SUBMITTED
    ).select_related("respondent__person")
    seen: dict[tuple[int, str, str], int] = {}
    for sheet in sheets.order_by("pk"):
        subject, label = str(sheet.subject_id), respondent_label(sheet)
        key = (sheet.subject_id, sheet.instrument, label)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:  # two people of one name are two respondents
            label = f"{label}（{seen[key]}）"
        if "total" in sheet.data:
            yield Mark(subject, sheet.instrument, label, TOTAL, Decimal(sheet.data["total"]))
        for item, value in sheet.data.get("marks", {}).items():
            if value not in (None, ""):
                yield Mark(subject, sheet.instrument, label, item, Decimal(value))


_ENTRY_STATES = {
    Claim.State.CLAIMED: "pending",
    Claim.State.VERIFIED: "verified",
    Claim.State.REFUSED: "refused",
}


def _entries(campaign: Campaign) -> Iterable[Entry]:
    claims = Claim.objects.filter(subject__campaign=campaign).exclude(state=Claim.State.DRAFT)
    for c in claims.select_related("subject"):
        yield Entry(
            subject=str(c.subject_id),
            person=c.subject.person,
            rule=c.rule,
            quantity=c.quantity.normalize() + 0,
            label=c.label,
            event=c.event,
            day=c.day,
            state=_ENTRY_STATES[Claim.State(c.state)],
            reason=c.reason,
        )


def _rulings(campaign: Campaign) -> Iterable[Ruling]:
    rows = RulingRecord.objects.filter(subject__campaign=campaign, withdrawn_at=None)
    for r in rows.order_by("pk"):
        yield Ruling(str(r.subject_id), r.kind, r.target, r.reason, r.by)
