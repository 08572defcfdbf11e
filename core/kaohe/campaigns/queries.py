"""What the pages list, each in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q
from django.utils import timezone

from kaohe.campaigns.claims import claimable_rules
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.marks import Reading, read_sheet, sheet_layout
from kaohe.campaigns.models import (
    Campaign,
    CampaignStage,
    CampaignSubject,
    Claim,
    Evidence,
    Report,
    Sheet,
)
from kaohe.campaigns.permissions import Person, spec_of
from kaohe.campaigns.report_lists import LIVE, ReportLine, report_lines
from kaohe.campaigns.services.stages import closed_reason, pick_stage
from kaohe.scheme.model import Scheme, SheetInstrument

SHOWN = (Campaign.State.PUBLISHED, Campaign.State.FINAL)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A sheet on a list: what it is, how far it is, what to do next."""

    sheet: Sheet
    title: str
    reading: Reading
    due: date | None
    refusal: str
    """Why it cannot be filled in now; empty if it can."""

    @property
    def is_open(self) -> bool:
        """Whether something is to be done."""
        return not self.refusal and self.sheet.state != Sheet.State.SUBMITTED

    @property
    def is_late(self) -> bool:
        """Whether its last day has passed and it is still to be handed in."""
        return self.is_open and self.due is not None and self.due < timezone.localdate()

    @property
    def days_left(self) -> int | None:
        """Days to the last day, that day included as 0."""
        return (self.due - timezone.localdate()).days if self.due else None

    @property
    def total(self) -> Decimal | None:
        """The sum of the marks once everything has one."""
        full = self.reading.filled == len(self.reading.layout.items)
        return self.reading.subtotal if full else None


@dataclass(slots=True)
class Task:
    """What a respondent has to do for a unit in one campaign."""

    subject: CampaignSubject
    lines: list[SheetLine] = field(default_factory=list)
    claims: int = 0
    refused: int = 0
    """Claims to put right."""
    waiting: int = 0
    takes_claims: bool = False
    published: bool = False
    stages: list[CampaignStage] = field(default_factory=list)
    """The stages of the campaign while it is under way, with their last days."""
    reports: list[ReportLine] = field(default_factory=list)
    findings: int = 0
    """What others recorded about it."""
    answers: int = 0
    """Findings that wait for a statement."""
    answer_by: date | None = None
    """The first of their last days."""


def slots_of(sheets: Iterable[Sheet]) -> dict[int, set[str]]:
    """Sheet id -> slots that hold a file."""
    out: dict[int, set[str]] = defaultdict(set)
    rows = Evidence.objects.filter(sheet__in=[s.pk for s in sheets], removed_at=None)
    for pk, slot in rows.values_list("sheet_id", "slot"):
        if pk is not None:
            out[pk].add(slot)
    return out


def sheet_lines(sheets: list[Sheet]) -> dict[int, SheetLine]:
    """Lines of sheets by their id; two queries however many sheets."""
    stages: dict[int, list[CampaignStage]] = defaultdict(list)
    campaigns = {s.subject.campaign_id for s in sheets}
    for stage in CampaignStage.objects.filter(campaign__in=campaigns):
        stages[stage.campaign_id].append(stage)
    slots = slots_of(sheets)
    out = {}
    for sheet in sheets:
        campaign = sheet.subject.campaign
        layout = sheet_layout(campaign_scheme(campaign), sheet.instrument)
        stage = pick_stage(campaign, stages[campaign.pk], sheet.instrument)
        returned = sheet.state == Sheet.State.RETURNED
        out[sheet.pk] = SheetLine(
            sheet,
            layout.spec.title,
            read_sheet(layout, sheet.data, slots=slots.get(sheet.pk, set())),
            stage.due if stage else None,
            closed_reason(campaign, None if returned else stage),
        )
    return out


def respondent_tasks(person: Person) -> list[Task]:
    """Everything a respondent has to do, newest campaign first."""
    subjects = list(
        CampaignSubject.objects.filter(person.own(), campaign__state__in=LIVE)
        .select_related("campaign__scheme", "unit")
        .order_by("-campaign__created_at", "-campaign_id", "order")
    )
    tasks = {s.pk: Task(s) for s in subjects}
    sheets = [
        s
        for s in Sheet.objects.filter(subject__in=subjects)
        .select_related("subject__campaign__scheme")
        .order_by("id")
        if spec_of(s).by == "subject"
    ]
    for line in sheet_lines(sheets).values():
        tasks[line.sheet.subject_id].lines.append(line)
    own = Report.objects.filter(subject__in=subjects).select_related(
        "subject__campaign__scheme", "subject__unit"
    )
    for found in report_lines(own.order_by("id"), person):
        tasks[found.report.subject_id].reports.append(found)
    counts = (
        Claim.objects.filter(subject__in=subjects, recorded=False)
        .exclude(state=Claim.State.WITHDRAWN)
        .values("subject_id", "state")
        .annotate(n=Count("id"))
        .order_by()
    )
    for row in counts:
        task = tasks[row["subject_id"]]
        task.claims += row["n"]
        if row["state"] in (Claim.State.REFUSED, Claim.State.DRAFT):
            task.refused += row["n"]
        if row["state"] == Claim.State.CLAIMED:
            task.waiting += row["n"]
    _add_findings(tasks, subjects)
    running = {s.campaign_id for s in subjects if s.campaign.state == Campaign.State.OPEN}
    for stage in CampaignStage.objects.filter(campaign__in=running).order_by("order"):
        for task in tasks.values():
            if task.subject.campaign_id == stage.campaign_id:
                task.stages.append(stage)
    for task in tasks.values():
        campaign = task.subject.campaign
        is_open = campaign.state == Campaign.State.OPEN
        if is_open or task.claims:  # what was claimed stays to be seen
            task.takes_claims = bool(claimable_rules(campaign_scheme(campaign), task.subject))
        task.published = campaign.state in SHOWN
    return list(tasks.values())


def _add_findings(tasks: dict[int, Task], subjects: list[CampaignSubject]) -> None:
    standing = (Claim.State.CLAIMED, Claim.State.VERIFIED)
    rows = Claim.objects.filter(
        Q(subject__in=subjects) | Q(about__in=subjects), recorded=True, state__in=standing
    )
    for row in rows.select_related("subject__campaign__scheme"):
        rule = campaign_scheme(row.subject.campaign).entries.get(row.rule)
        for pk in {row.subject_id, row.about_id} & tasks.keys():
            task = tasks[pk]
            task.findings += 1
            if rule and rule.statement and not row.statement and not row.measure:
                task.answers += 1
                task.answer_by = min(filter(None, (task.answer_by, row.due)), default=None)


SELF_WORD = "自评"


@dataclass(slots=True)
class UnitLine:
    """A unit an assessor scores."""

    subject: CampaignSubject
    mine: SheetLine
    self_sheet: Sheet | None = None
    others: int = 0
    others_done: int = 0
    waiting: int = 0
    """Claims that wait for somebody to check them."""


@dataclass(slots=True)
class UnitBlock:
    """The units an assessor scores in one campaign."""

    campaign: Campaign
    title: str
    lines: list[UnitLine] = field(default_factory=list)
    beside: str = ""
    """What the sheet shown beside is called; empty: there is none."""

    @property
    def done(self) -> int:
        """How many of the own sheets are in."""
        return sum(x.mine.sheet.state == Sheet.State.SUBMITTED for x in self.lines)


def assessor_blocks(person: Person) -> list[UnitBlock]:
    """The units an assessor scores, by campaign and instrument, in the campaign's order."""
    mine = [
        s
        for s in Sheet.objects.filter(respondent=person.account, subject__campaign__state__in=LIVE)
        .select_related("subject__campaign__scheme", "subject__unit")
        .order_by("-subject__campaign__created_at", "subject__order", "subject_id")
        if spec_of(s).by == "assessors" and not person.fills_for(s.subject)
    ]
    lines = sheet_lines(mine)
    others: dict[int, list[Sheet]] = defaultdict(list)
    subjects = {s.subject_id for s in mine}
    for sheet in Sheet.objects.filter(subject__in=subjects).order_by("id"):
        others[sheet.subject_id].append(sheet)
    waiting: dict[int, int] = defaultdict(int)
    claims = Claim.objects.filter(subject__in=subjects, state=Claim.State.CLAIMED)
    for pk in claims.values_list("subject_id", flat=True):
        waiting[pk] += 1
    blocks: dict[tuple[int, str], UnitBlock] = {}
    for sheet in mine:
        scheme = campaign_scheme(sheet.subject.campaign)
        line = UnitLine(sheet.subject, lines[sheet.pk], waiting=waiting[sheet.subject_id])
        shown = scheme.instruments.get(spec_of(sheet).beside or "")
        is_own = isinstance(shown, SheetInstrument) and shown.by == "subject"
        for other in others[sheet.subject_id]:
            if other.instrument == sheet.instrument and other.pk != sheet.pk:
                line.others += 1
                line.others_done += other.state == Sheet.State.SUBMITTED
            elif other.instrument == spec_of(sheet).beside and (
                is_own or other.respondent_id == sheet.respondent_id  # colleagues score unseen
            ):
                line.self_sheet = other
        key = (sheet.subject.campaign_id, sheet.instrument)
        title = scheme.instruments[sheet.instrument].title
        if key not in blocks:
            blocks[key] = UnitBlock(sheet.subject.campaign, title)
            if shown is not None:
                blocks[key].beside = SELF_WORD if is_own else shown.title
        blocks[key].lines.append(line)
    return list(blocks.values())


@dataclass(frozen=True, slots=True)
class Beside:
    """The sheet shown beside an assessor's: the unit's own, or the assessor's earlier one."""

    title: str
    sheet: Sheet | None
    reading: Reading | None
    files: dict[str, list[Evidence]] = field(default_factory=dict)
    word: str = SELF_WORD
    """What its column is called."""
    is_own: bool = True
    """Whether the unit filled it in: then it can be returned to the unit."""

    @property
    def is_in(self) -> bool:
        """Whether it was handed in; before that its figures are nobody's business."""
        return self.sheet is not None and self.sheet.state == Sheet.State.SUBMITTED


def beside_of(sheet: Sheet, scheme: Scheme) -> Beside | None:
    """The sheet the scheme shows beside this one, if it names one."""
    key = spec_of(sheet).beside
    if key is None:
        return None
    spec = scheme.instruments[key]
    assert isinstance(spec, SheetInstrument)
    is_own = spec.by == "subject"
    word = SELF_WORD if is_own else spec.title
    rows = Sheet.objects.filter(subject=sheet.subject_id, instrument=key)
    if not is_own:
        rows = rows.filter(respondent=sheet.respondent_id)
    other = rows.select_related("subject__campaign__scheme").order_by("id").first()
    if other is None or other.state != Sheet.State.SUBMITTED:
        return Beside(spec.title, other, None, word=word, is_own=is_own)
    files = evidence_by_slot(other)
    reading = read_sheet(sheet_layout(scheme, key), other.data)
    return Beside(spec.title, other, reading, files, word, is_own)


def evidence_by_slot(sheet: Sheet) -> dict[str, list[Evidence]]:
    """A sheet's files by slot."""
    out: dict[str, list[Evidence]] = defaultdict(list)
    for row in sheet.evidence.filter(removed_at=None):
        out[row.slot].append(row)
    return dict(out)


def colleagues_of(sheet: Sheet) -> list[SheetLine]:
    """The other assessors' sheets for the same unit."""
    rows = (
        Sheet.objects.filter(subject=sheet.subject_id, instrument=sheet.instrument)
        .exclude(pk=sheet.pk)
        .select_related("subject__campaign__scheme")
        .order_by("id")
    )
    return list(sheet_lines(list(rows)).values())
