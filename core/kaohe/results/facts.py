"""The facts of a campaign with its votes: sealed tallies, or those that came with a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from kaohe.ballots.models import Poll
from kaohe.ballots.queries import tallies
from kaohe.campaigns.facts import campaign_facts, campaign_scheme
from kaohe.campaigns.models import Campaign
from kaohe.results.models import RecordedVote
from kaohe.results.standing import recorded_standing, standing_for
from kaohe.scoring.facts import Facts, Mark, Vote

SECRET = ("ballot", "form")
TYPED_MEAN = "="
"""Stratum of a recorded vote whose option is a mean that was typed in, not a single form."""


def poll_reference(campaign_id: int, subject_id: int, instrument: str) -> str:
    """How a poll names the subject and instrument it belongs to; there is no foreign key."""
    return f"c{campaign_id}.s{subject_id}.{instrument}"


def read_reference(reference: str) -> tuple[int, int, str] | None:
    """Take a poll's reference apart; None if it is somebody else's."""
    campaign, _, rest = reference.partition(".")
    subject, _, instrument = rest.partition(".")
    if not (campaign[:1] == "c" and subject[:1] == "s" and instrument):
        return None
    if not (campaign[1:].isdigit() and subject[1:].isdigit()):
        return None
    return int(campaign[1:]), int(subject[1:]), instrument


def campaign_polls(campaign: Campaign) -> list[tuple[int, str, Poll]]:
    """(subject, instrument, poll) of a campaign, void polls left out."""
    found = []
    for poll in Poll.objects.filter(reference__startswith=f"c{campaign.pk}.s"):
        parts = read_reference(poll.reference)
        if parts and parts[0] == campaign.pk and poll.state != Poll.State.ANNULLED:
            found.append((parts[1], parts[2], poll))
    return found


def votes_of(campaign: Campaign) -> list[Vote]:
    """All votes of a campaign that may be counted: of sealed polls, and of records."""
    names = {s.pk: s.fact_id for s in campaign.subjects.all()}
    sealed = [
        (names[subject], instrument, poll)
        for subject, instrument, poll in campaign_polls(campaign)
        if poll.state == Poll.State.SEALED and subject in names
    ]
    counted = tallies(poll for _, _, poll in sealed)
    votes = [
        Vote(name, instrument, row.stratum, row.aspect, row.option, row.count)
        for name, instrument, poll in sealed
        for row in counted[poll.pk]
    ]
    polled = {(v.subject, v.poll) for v in votes}
    recorded: Iterable[RecordedVote] = RecordedVote.objects.filter(
        subject__campaign=campaign
    ).exclude(stratum=TYPED_MEAN)
    votes += [
        Vote(names[r.subject_id], r.poll, r.stratum, r.aspect, r.option, r.count)
        for r in recorded
        if (names[r.subject_id], r.poll) not in polled
    ]
    return votes


def facts_for(campaign: Campaign) -> Facts:
    """Everything the campaign's plan needs."""
    facts = campaign_facts(campaign, votes=tuple(votes_of(campaign)))
    standing = facts.standing + standing_for(campaign, campaign_scheme(campaign))
    return replace(
        facts,
        marks=facts.marks + tuple(_typed_means(campaign, facts)),
        standing=standing + recorded_standing(campaign, standing),
    )


def _typed_means(campaign: Campaign, facts: Facts) -> list[Mark]:
    """Means that came with a record in place of the forms; a poll held here takes precedence."""
    polled = {(v.subject, v.poll) for v in facts.votes}
    names = {s.pk: s.fact_id for s in campaign.subjects.all()}
    rows = RecordedVote.objects.filter(subject__campaign=campaign, stratum=TYPED_MEAN)
    return [
        Mark(names[r.subject_id], r.poll, "", r.aspect, Decimal(r.option))
        for r in rows
        if (names[r.subject_id], r.poll) not in polled
    ]
