"""Reports as lists: what a writer has to hand in, what waits for a review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign, CampaignStage, Report, ReportReminder
from kaohe.campaigns.permissions import Person, reviews_of
from kaohe.campaigns.reports import report_spec, review_of
from kaohe.campaigns.services.deadlines import reply_words
from kaohe.campaigns.services.stages import closed_reason, pick_stage

LIVE = (
    Campaign.State.OPEN,
    Campaign.State.CLOSED,
    Campaign.State.DECIDED,
    Campaign.State.PUBLISHED,
    Campaign.State.FINAL,
)
"""States in which people other than the organiser see a campaign."""


@dataclass(slots=True)
class ReportLine:
    """A report on a list."""

    report: Report
    title: str
    review: str = ""
    """Title of the review that is due."""
    waits_for_me: bool = False
    due: date | None = None
    """The last day of the reminder that is not answered, else of the stage."""
    refusal: str = ""
    reminders: list[ReportReminder] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether its writer has something to do."""
        editable = self.report.state in (Report.State.DRAFT, Report.State.RETURNED)
        return editable and not self.refusal

    @property
    def is_late(self) -> bool:
        """Whether it is due and its last day has passed."""
        return self.is_open and self.due is not None and self.due < timezone.localdate()

    @property
    def missed(self) -> int:
        """How many reminders were answered late or, their day being over, not at all."""
        return sum(is_missed(r) for r in self.reminders)


def is_missed(row: ReportReminder) -> bool:
    """Whether a reminder was answered late or, its day being over, not at all."""
    if row.due is None:
        return False
    answered = timezone.localdate(row.answer.at) if row.answer else timezone.localdate()
    return answered > row.due


def report_lines(reports: Iterable[Report], person: Person | None = None) -> list[ReportLine]:
    """Lines of reports; two queries however many there are.

    Args:
        person: whose reviews are marked; None: nobody's.
    """
    rows = list(reports)
    stages: dict[int, list[CampaignStage]] = defaultdict(list)
    for stage in CampaignStage.objects.filter(campaign__in={r.subject.campaign_id for r in rows}):
        stages[stage.campaign_id].append(stage)
    reminders: dict[int, list[ReportReminder]] = defaultdict(list)
    asked = ReportReminder.objects.filter(report__in=[r.pk for r in rows])
    for reminder in asked.select_related("answer").order_by("received"):
        reminders[reminder.report_id].append(reminder)
    return [_line(row, stages[row.subject.campaign_id], reminders[row.pk], person) for row in rows]


def _line(
    row: Report, stages: list[CampaignStage], asked: list[ReportReminder], person: Person | None
) -> ReportLine:
    campaign = row.subject.campaign
    spec = report_spec(campaign_scheme(campaign), row.instrument)
    stage = pick_stage(campaign, stages, row.instrument)
    unanswered = [r.due for r in asked if r.answer is None and r.due is not None]
    waiting = row.state == Report.State.SUBMITTED and campaign.state == Campaign.State.OPEN
    review = review_of(spec, row.review) if waiting else None
    returned = row.state == Report.State.RETURNED
    return ReportLine(
        row,
        spec.title,
        review.title if review else "",
        bool(review and person and review.id in reviews_of(person, row)),
        min(unanswered) if unanswered else stage.due if stage else None,
        closed_reason(campaign, None if returned else stage),
        asked,
    )


@dataclass(slots=True)
class ReportBlock:
    """The reports of one instrument in one campaign."""

    campaign: Campaign
    instrument: str
    title: str
    reply: str = ""
    """How long a return may take after a reminder, in words; empty: the scheme sets nothing."""
    lines: list[ReportLine] = field(default_factory=list)

    @property
    def passed(self) -> int:
        """How many have passed."""
        return sum(x.report.state == Report.State.PASSED for x in self.lines)

    @property
    def waiting(self) -> int:
        """How many wait for whoever looks."""
        return sum(x.waits_for_me for x in self.lines)


def report_blocks(person: Person) -> list[ReportBlock]:
    """The reports somebody examines or oversees, by campaign and instrument."""
    rows = (
        Report.objects.filter(subject__campaign__state__in=LIVE)
        .select_related("subject__campaign__scheme", "subject__unit")
        .order_by("-subject__campaign__created_at", "-subject__campaign_id", "subject__order", "id")
    )
    if not person.is_overseer:
        rows = rows.filter(subject__unit__in=person.group_units)
    seen = [r for r in rows if person.is_overseer or reviews_of(person, r)]
    blocks: dict[tuple[int, str], ReportBlock] = {}
    for line in report_lines(seen, person):
        report = line.report
        key = (report.subject.campaign_id, report.instrument)
        if key not in blocks:
            campaign = report.subject.campaign
            reply = reply_words(campaign, report.instrument)
            blocks[key] = ReportBlock(campaign, report.instrument, line.title, reply)
        blocks[key].lines.append(line)
    return list(blocks.values())
