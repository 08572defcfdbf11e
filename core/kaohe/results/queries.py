"""Shared reads: the latest proposal, its rows with decisions, what still blocks them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from kaohe.campaigns.models import Campaign, CampaignSubject, RulingRecord
from kaohe.results.models import Decision, Notice, Proposal, ProposalRow
from kaohe.scoring.plan import MISSING_FLAG


def latest_proposal(campaign: Campaign) -> Proposal | None:
    """The proposal that counts."""
    return campaign.proposals.defer("facts").order_by("-number").first()


def standing_decisions() -> QuerySet[Decision]:
    """Decisions that were not replaced."""
    return Decision.objects.filter(superseded_at=None)


def rows_of(proposal: Proposal) -> list[ProposalRow]:
    """Rows in the campaign's order, with subject and standing decisions (`row.standing`)."""
    return list(
        proposal.rows.select_related("subject", "subject__unit").prefetch_related(
            Prefetch("decisions", standing_decisions(), to_attr="standing")
        )
    )


def decisions_of(row: ProposalRow) -> dict[str, Decision]:
    """Standing decisions by grade."""
    found = getattr(row, "standing", None)
    if found is None:
        found = list(standing_decisions().filter(row=row))
    return {d.grade: d for d in found}


def waivers(campaign: Campaign) -> dict[tuple[int, str], RulingRecord]:
    """Flags waived on record, by subject and flag."""
    records = RulingRecord.objects.filter(
        subject__campaign=campaign, kind="waive", withdrawn_at=None
    )
    return {(r.subject_id, r.target): r for r in records}


@dataclass(frozen=True, slots=True)
class FlagState:
    """A flag of a row and whether it still blocks."""

    id: str
    title: str
    sentence: str
    cite: tuple[str, ...]
    blocks: bool
    waived: str = ""
    waived_by: str = ""
    is_missing: bool = False
    """True if it says that there is no total: a reason on record then exempts the unit."""

    @property
    def is_open(self) -> bool:
        """Whether somebody with the right still has to record a reason."""
        return self.blocks and not self.waived


def flags_of(
    row: ProposalRow, waived: dict[tuple[int, str], RulingRecord] | None = None
) -> list[FlagState]:
    """A row's flags; a reason recorded after the computation counts at once."""
    if waived is None:
        waived = waivers(row.proposal.campaign)
    out = []
    for flag in row.result.get("flags", ()):
        ruling = waived.get((row.subject_id, flag["id"]))
        out.append(
            FlagState(
                flag["id"], flag["title"], flag["sentence"], tuple(flag.get("cite", ())),
                bool(flag.get("blocks", True)), ruling.reason if ruling else "",
                ruling.by if ruling else "", flag["id"] == MISSING_FLAG,
            )
        )  # fmt: skip
    return out


def blocking_flags(
    row: ProposalRow, waived: dict[tuple[int, str], RulingRecord] | None = None
) -> list[FlagState]:
    """Flags that keep the row from being decided."""
    return [f for f in flags_of(row, waived) if f.is_open]


@dataclass(slots=True)
class Progress:
    """How far the committee is."""

    grades: int = 0
    decided: int = 0
    changed: int = 0
    missing: int = 0
    """Rows without a total that were not exempted."""
    exempt: int = 0
    """Rows without a total, for a reason on record: no grades are given."""
    flagged: int = 0
    """Rows with a flag that blocks."""
    open_subjects: list[CampaignSubject] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether everything is decided."""
        return bool(self.grades) and self.decided == self.grades and not self.flagged


def gradable(row: ProposalRow) -> list[str]:
    """Grades there is something to decide about.

    A subject with a total may still have no grade: it is of another class, exempt, or below the
    lowest band.  Without a total all of its grades wait.
    """
    grades = row.result.get("grades", {})
    return [key for key, one in grades.items() if one["label"] or row.total is None]


def progress_of(rows: list[ProposalRow], waived: dict[tuple[int, str], RulingRecord]) -> Progress:
    """Count what is decided among a proposal's rows."""
    progress = Progress()
    for row in rows:
        grades = gradable(row)
        standing = decisions_of(row)
        blocked = bool(blocking_flags(row, waived))
        if row.total is None and not blocked:
            progress.exempt += 1
            continue
        progress.grades += len(grades)
        progress.decided += sum(1 for g in grades if g in standing)
        progress.changed += sum(1 for d in standing.values() if d.kind == Decision.Kind.CHANGED)
        progress.missing += row.total is None
        progress.flagged += blocked
        if any(g not in standing for g in grades):
            progress.open_subjects.append(row.subject)
    return progress


def standing_notice(campaign: Campaign) -> Notice | None:
    """The notice that was not withdrawn."""
    return campaign.notices.filter(withdrawn_at=None).first()


def today() -> date:
    """The day at the office, not in UTC."""
    return timezone.localdate()


def public_notices() -> QuerySet[Notice]:
    """Notices whose period runs."""
    day = today()
    return Notice.objects.filter(withdrawn_at=None, starts__lte=day, ends__gte=day).select_related(
        "campaign"
    )
