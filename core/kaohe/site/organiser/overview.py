"""What the organiser watches: who is late, what is blocked and by whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from kaohe.ballots.models import Poll
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.kinds import all_classes, is_for
from kaohe.campaigns.models import Campaign, CampaignStage, CampaignSubject, Claim, Sheet
from kaohe.campaigns.services.gates import waits_for
from kaohe.results.facts import poll_reference
from kaohe.results.models import RecordedVote
from kaohe.scheme.model import BallotInstrument, FormInstrument, Scheme, SheetInstrument


@dataclass(frozen=True, slots=True)
class SheetCount:
    """How many of the sheets of one instrument a subject has handed in."""

    title: str
    done: int
    expected: int
    late: bool
    returned: bool
    meant: bool = True
    """Whether the sheet is for the subject's class at all."""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.meant or (self.expected > 0 and self.done == self.expected)


@dataclass(frozen=True, slots=True)
class PollState:
    """Where a subject's poll stands."""

    title: str
    poll: Poll | None
    late: bool
    recorded: bool = False
    """Its votes came from a record."""
    meant: bool = True
    """Whether the ballot is for the subject's class at all."""

    @property
    def complete(self) -> bool:
        """Whether its votes are in."""
        return (
            self.recorded
            or not self.meant
            or (self.poll is not None and self.poll.state == "sealed")
        )


@dataclass(slots=True)
class SubjectLine:
    """One subject's row of the overview."""

    subject: CampaignSubject
    class_title: str
    sheets: list[SheetCount] = field(default_factory=list)
    polls: list[PollState] = field(default_factory=list)
    waiting_claims: int = 0

    @property
    def is_late(self) -> bool:
        """Whether anything of it is past its stage's last day."""
        return any(s.late for s in self.sheets) or any(p.late for p in self.polls)

    @property
    def is_complete(self) -> bool:
        """Whether everything scoring needs is in."""
        parts = [*self.sheets, *self.polls]
        return all(p.complete for p in parts) and not self.waiting_claims


@dataclass(slots=True)
class Overview:
    """A campaign at a glance."""

    campaign: Campaign
    scheme: Scheme
    stages: list[CampaignStage]
    lines: list[SubjectLine]
    sheet_titles: list[str]
    poll_titles: list[str]
    waits: dict[str, list[str]] = field(default_factory=dict)
    """Stage -> what it still waits for before it may open."""

    @property
    def complete(self) -> int:
        """How many subjects have everything in."""
        return sum(line.is_complete for line in self.lines)

    @property
    def late(self) -> int:
        """How many subjects are late with something."""
        return sum(line.is_late for line in self.lines)

    @property
    def waiting_claims(self) -> int:
        """Claims that wait for verification."""
        return sum(line.waiting_claims for line in self.lines)


def _late_instruments(scheme: Scheme, stages: list[CampaignStage], today: date) -> set[str]:
    does = {s.id: s.does for s in scheme.stages}
    return {
        name
        for stage in stages
        if stage.due and stage.due < today
        for name in does.get(stage.key, ())
    }


def build_overview(campaign: Campaign) -> Overview:
    """Collect the overview in a fixed number of queries."""
    scheme = campaign_scheme(campaign)
    stages = list(campaign.stages.all())
    subjects = list(campaign.subjects.select_related("unit"))
    late = _late_instruments(scheme, stages, timezone.localdate())
    recorded = _recorded(campaign)
    sheets: dict[tuple[int, str], list[Sheet]] = {}
    for sheet in Sheet.objects.filter(subject__campaign=campaign).only(
        "subject_id", "instrument", "state"
    ):
        sheets.setdefault((sheet.subject_id, sheet.instrument), []).append(sheet)
    polls = {p.reference: p for p in Poll.objects.filter(reference__startswith=f"c{campaign.pk}.")}
    waiting: dict[int, int] = {}
    for pk in Claim.objects.filter(
        subject__campaign=campaign, state=Claim.State.CLAIMED
    ).values_list("subject_id", flat=True):
        waiting[pk] = waiting.get(pk, 0) + 1
    sheet_kinds = {k: i for k, i in scheme.instruments.items() if isinstance(i, SheetInstrument)}
    poll_kinds = {
        k: i
        for k, i in scheme.instruments.items()
        if isinstance(i, BallotInstrument | FormInstrument)
    }
    classes = all_classes(scheme)
    lines = []
    for subject in subjects:
        line = SubjectLine(
            subject,
            classes.get(subject.group, subject.group),
            waiting_claims=waiting.get(subject.pk, 0),
        )
        for key, instrument in sheet_kinds.items():
            if not is_for(instrument.classes, subject):
                line.sheets.append(
                    SheetCount(instrument.title, 0, 0, late=False, returned=False, meant=False)
                )
                continue
            rows = sheets.get((subject.pk, key), [])
            done = sum(s.state == Sheet.State.SUBMITTED for s in rows)
            missing = not rows or done < len(rows)
            line.sheets.append(
                SheetCount(
                    instrument.title,
                    done,
                    len(rows),
                    late=key in late and missing,
                    returned=any(s.state == Sheet.State.RETURNED for s in rows),
                )
            )
        for key, form in poll_kinds.items():
            if (subject.pk, key) in recorded:
                line.polls.append(PollState(form.title, None, late=False, recorded=True))
                continue
            if not is_for(getattr(form, "classes", ()), subject):
                line.polls.append(PollState(form.title, None, late=False, meant=False))
                continue
            poll = polls.get(poll_reference(campaign.pk, subject.pk, key))
            missing = poll is None or poll.state != "sealed"
            line.polls.append(PollState(form.title, poll, late=key in late and missing))
        lines.append(line)
    return Overview(
        campaign,
        scheme,
        stages,
        lines,
        [i.title for i in sheet_kinds.values()],
        [i.title for i in poll_kinds.values()],
        {
            s.key: waits_for(campaign, s.key)
            for s in stages
            if s.state == CampaignStage.State.WAITING
        },
    )


def _recorded(campaign: Campaign) -> set[tuple[int, str]]:
    """Subject and instrument pairs whose votes came from a record instead of a poll."""
    rows = RecordedVote.objects.filter(subject__campaign=campaign)
    return set(rows.values_list("subject_id", "poll").distinct())
