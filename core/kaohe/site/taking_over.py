"""Taking a record over into a campaign: a year's facts become sheets, claims and votes.

For offices that kept the year in a workbook, and for the demo.  What comes from a record is marked
as such: sheets have a label and no account, votes are recorded votes, never an urn.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.claims import claimable_rules
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign, CampaignSubject, Claim, RulingRecord, Sheet
from kaohe.results.facts import TYPED_MEAN
from kaohe.results.models import RecordedStanding, RecordedVote
from kaohe.scheme.model import Scheme, SheetInstrument
from kaohe.scoring.facts import TOTAL, Facts

STATES = {
    "verified": Claim.State.VERIFIED,
    "refused": Claim.State.REFUSED,
    "pending": Claim.State.CLAIMED,
    "claimed": Claim.State.CLAIMED,
}


def take_over(campaign: Campaign, facts: Facts, *, actor: str) -> dict[str, int]:
    """Store a record's facts in a campaign; subjects are found by their key, else by title.

    Returns:
        How many sheets, votes, claims and results of earlier periods were stored.

    Raises:
        LookupError: a subject of the record is not in the campaign; nothing is stored.
    """
    rows = {s.title: s for s in campaign.subjects.all()} | {
        s.key: s for s in campaign.subjects.exclude(key="")
    }
    missing = [s.title for s in facts.subjects if s.id not in rows and s.title not in rows]
    if missing:
        raise LookupError(f"这些单位不在考核里：{'、'.join(missing)}")
    subjects = {s.id: rows.get(s.id) or rows[s.title] for s in facts.subjects}
    now = timezone.now()
    scheme = campaign_scheme(campaign)
    claimed = claimable_rules(scheme)
    with transaction.atomic():
        done = {
            "sheets": _sheets(scheme, facts, subjects),
            "votes": _votes(facts, subjects),
            "claims": 0,
            "standing": _standing(facts, subjects),
        }
        for entry in facts.entries:
            Claim.objects.create(
                subject=subjects[entry.subject],
                rule=entry.rule,
                label=entry.label,
                quantity=entry.quantity,
                reason=entry.reason or "按原始记录录入",
                event=entry.event,
                person=entry.person,
                recorded=entry.rule not in claimed,
                day=entry.day,
                state=STATES.get(entry.state, Claim.State.CLAIMED),
                claimed_at=now,
                verified_at=now if entry.state in ("verified", "refused") else None,
            )
            done["claims"] += 1
        for ruling in facts.rulings:
            RulingRecord.objects.create(
                subject=subjects[ruling.subject],
                kind=ruling.kind,
                target=ruling.target,
                reason=ruling.reason,
                by=ruling.by or actor,
                at=now,
            )
        for subject_id, notes in facts.notes.items():
            subject = subjects[subject_id]
            subject.notes = {**subject.notes, **notes}
            subject.save(update_fields=["notes"])
        record("record.taken_over", actor=actor, subject=f"campaign:{campaign.pk}", data={**done})
    return done


def _sheets(scheme: Scheme, facts: Facts, subjects: dict[str, CampaignSubject]) -> int:
    stored = 0
    sheets: dict[tuple[str, str, str], dict[str, Decimal]] = defaultdict(dict)
    for mark in facts.marks:
        sheets[(mark.subject, mark.instrument, mark.respondent)][mark.item] = mark.value
    for (subject, instrument, respondent), marks in sorted(sheets.items()):
        if not isinstance(scheme.instruments.get(instrument), SheetInstrument):
            for item, value in marks.items():
                RecordedVote.objects.create(
                    subject=subjects[subject],
                    poll=instrument,
                    stratum=TYPED_MEAN,
                    aspect=item,
                    option=format(value, "f"),
                    count=1,
                )
            continue
        data: dict[str, object] = {
            "marks": {i: format(v, "f") for i, v in marks.items() if i != TOTAL},
            "reasons": {},
        }
        if TOTAL in marks:
            data["total"] = format(marks[TOTAL], "f")
        Sheet.objects.create(
            subject=subjects[subject],
            instrument=instrument,
            respondent=None,
            label=respondent or subjects[subject].title,
            state=Sheet.State.SUBMITTED,
            version=1,
            data=data,
            submitted_at=timezone.now(),
        )
        stored += 1
    return stored


def _votes(facts: Facts, subjects: dict[str, CampaignSubject]) -> int:
    RecordedVote.objects.bulk_create(
        RecordedVote(
            subject=subjects[v.subject],
            poll=v.poll,
            stratum=v.stratum,
            aspect=v.aspect,
            option=v.option,
            count=v.count,
        )
        for v in facts.votes
    )
    return len(facts.votes)


def _standing(facts: Facts, subjects: dict[str, CampaignSubject]) -> int:
    RecordedStanding.objects.bulk_create(
        RecordedStanding(
            subject=subjects[one.subject],
            period=one.period,
            score=one.score,
            value="" if one.value is None else format(one.value, "f"),
            grade=one.grade,
            lists=list(one.lists),
        )
        for one in facts.standing
    )
    return len(facts.standing)
