"""A scheme at work: frozen versions, campaigns, subjects, assignments, sheets, entries, rulings."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from kaohe.campaigns.fields import OrderedJSONField
from kaohe.campaigns.report_models import (
    Report,
    ReportReminder,
    ReportRevision,
    ReportVerdict,
)
from kaohe.register.models import Person, Unit

__all__ = [
    "Campaign", "CampaignStage", "CampaignSubject", "Claim", "Evidence", "Report",
    "ReportReminder", "ReportRevision", "ReportVerdict", "RulingRecord", "SchemeVersion", "Sheet",
    "SheetRevision", "evidence_path",
]  # fmt: skip


class SchemeVersion(models.Model):
    """A scheme as it was when first used.  Readable without the plugin it came from."""

    scheme_id = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, unique=True)
    plugin = models.CharField(max_length=60, blank=True)
    data = OrderedJSONField()
    """The unbound tree (`kaohe.scheme.reading.SchemeSource.data`), order of keys kept."""
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Campaign(models.Model):
    """A scheme version applied to subjects in a period."""

    class State(models.TextChoices):
        DRAFT = "draft", "准备中"
        OPEN = "open", "进行中"
        CLOSED = "closed", "已收齐"
        DECIDED = "decided", "已审定"
        PUBLISHED = "published", "公示中"
        FINAL = "final", "已定稿"

    title = models.CharField("名称", max_length=200)
    scheme = models.ForeignKey(SchemeVersion, models.PROTECT, related_name="campaigns")
    period = models.CharField("考核周期", max_length=20)
    parameters = OrderedJSONField(default=dict, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title


class CampaignStage(models.Model):
    """A stage of the scheme with its dates in this campaign."""

    class State(models.TextChoices):
        WAITING = "waiting", "未开始"
        OPEN = "open", "进行中"
        CLOSED = "closed", "已结束"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="stages")
    key = models.CharField(max_length=60)
    order = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due = models.DateField("截止日期", null=True, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="stage_once")]


class CampaignSubject(models.Model):
    """A unit or an office holder in a campaign, with what it was called then."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="subjects")
    kind = models.CharField(max_length=60, blank=True)
    """Key of the scheme's subject kind; empty: the first."""
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="campaign_subjects")
    """The unit itself, or the one an office holder belongs to."""
    holder = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="campaign_subjects"
    )
    """Who is assessed, if it is a person in his own right; None: the unit is."""
    key = models.CharField(max_length=60, blank=True)
    """Id in the facts.  Empty: made from the row's own id; a record taken over keeps its own."""
    order = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=100)
    group = models.CharField("类别", max_length=60)
    """Key of the scheme's class."""
    person = models.CharField("书记", max_length=60, blank=True)
    """Who stands beside a unit and shares its result; empty for a person in his own right."""
    notes = models.JSONField(default=dict, blank=True)
    """Note instruments: key -> text."""

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            # Nulls are distinct: units and office holders need a rule each.
            models.UniqueConstraint(
                fields=["campaign", "unit"],
                condition=models.Q(holder=None),
                name="campaign_unit_once",
            ),
            models.UniqueConstraint(
                fields=["campaign", "unit", "holder"],
                condition=models.Q(holder__isnull=False),
                name="campaign_holder_once",
            ),
            models.UniqueConstraint(
                fields=["campaign", "key"],
                condition=~models.Q(key=""),
                name="campaign_subject_key_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def fact_id(self) -> str:
        """How the facts and results of the campaign name this subject."""
        return self.key or f"s{self.pk}"

    @property
    def is_person(self) -> bool:
        """Whether a person is assessed, not the unit."""
        return self.holder_id is not None

    @property
    def full_title(self) -> str:
        """The title; a person's with the unit (which should be loaded) behind it."""
        if not self.is_person or self.unit.name in self.title:
            return self.title
        return f"{self.title}（{self.unit.name}）"


class Sheet(models.Model):
    """One respondent's sheet for one subject and instrument: the draft, then what was handed in.

    The row itself is the draft: `version` rises with every save, and a save names the version it
    saw (lost-update protection).
    """

    class State(models.TextChoices):
        DRAFT = "draft", "填写中"
        SUBMITTED = "submitted", "已提交"
        RETURNED = "returned", "已退回"

    subject = models.ForeignKey(CampaignSubject, models.CASCADE, related_name="sheets")
    instrument = models.CharField(max_length=60)
    respondent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sheets", null=True
    )
    """None only for sheets entered from a record."""
    label = models.CharField(max_length=60, blank=True)
    """Who filled it in, as printed on the sheet."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict, blank=True)
    """{"marks": {item: "14.5"}, "reasons": {item: "…"}, "total": "96" (only if typed as a total),
    "stamps": {"marks.duty": 7}: the version in which a place last changed}"""
    updated_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, unique=True)
    """Idempotency key of the submission."""
    return_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "instrument", "respondent"], name="sheet_once"
            )
        ]


class SheetRevision(models.Model):
    """What was handed in, each time it was."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    verdict = models.CharField(max_length=10, blank=True)
    """``returned`` or empty."""
    reason = models.TextField(blank=True)
    """Why it was returned."""
    judged_by = models.CharField(max_length=150, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="revision_once")]


class Claim(models.Model):
    """An entry under a rule: a bonus that is claimed, a deduction or finding that is recorded."""

    class State(models.TextChoices):
        DRAFT = "draft", "未提交"
        CLAIMED = "claimed", "待核验"
        VERIFIED = "verified", "已核验"
        REFUSED = "refused", "未通过"
        WITHDRAWN = "withdrawn", "已撤回"

    subject = models.ForeignKey(CampaignSubject, models.CASCADE, related_name="claims")
    rule = models.CharField(max_length=60)
    label = models.CharField(max_length=100, blank=True)
    quantity = models.DecimalField("分值", max_digits=8, decimal_places=2)
    reason = models.CharField("名称与依据", max_length=300)
    event = models.CharField(max_length=100, blank=True)
    person = models.CharField("有关人员", max_length=100, blank=True)
    """Whom it is about: the title of a person assessed here; a name only where the rule counts
    by person."""
    about = models.ForeignKey(
        CampaignSubject, models.PROTECT, null=True, blank=True, related_name="mentions"
    )
    """The person's own subject, if he is assessed in his own right."""
    recorded = models.BooleanField(default=False)
    """Recorded by whoever is responsible, not claimed by the subject."""
    due = models.DateField("期限", null=True, blank=True)
    """By when a statement or a correction is due."""
    day = models.DateField("日期", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.CLAIMED)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="claims"
    )
    claimed_at = models.DateTimeField()
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="verified"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verdict_reason = models.CharField(max_length=300, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    """When it was last handed in; None: never."""
    key = models.UUIDField(null=True, blank=True, unique=True)
    """Idempotency key of the form it came from."""
    statement = models.TextField("本人陈述", blank=True)
    statement_by = models.CharField(max_length=150, blank=True)
    statement_at = models.DateTimeField(null=True, blank=True)
    measure = models.CharField(max_length=60, blank=True)
    """Key of the rule's measure an authorised person decided on; never chosen by the program."""
    measure_reason = models.CharField(max_length=300, blank=True)
    measure_by = models.CharField(max_length=150, blank=True)
    measure_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]


def evidence_path(instance: Evidence, filename: str) -> str:
    """Where a file is stored: a path made by us, never by the uploader."""
    return f"evidence/{instance.id.hex[:2]}/{instance.id.hex}"


class Evidence(models.Model):
    """An uploaded file of a sheet, a claim or a report.  Served as a download only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sheet = models.ForeignKey(Sheet, models.CASCADE, null=True, blank=True, related_name="evidence")
    claim = models.ForeignKey(Claim, models.CASCADE, null=True, blank=True, related_name="evidence")
    report = models.ForeignKey(
        Report, models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    slot = models.CharField(max_length=60, blank=True)
    """Attachment key of the sheet or report, or an item id."""
    file = models.FileField(upload_to=evidence_path, max_length=200)
    name = models.CharField(max_length=200)
    """The name the uploader gave, cleaned."""
    kind = models.CharField(max_length=10)
    """pdf, jpg, png, docx, xlsx: from the content, not from the client."""
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    """Taken off after it had been handed in once: the row and file stay for the revision."""

    class Meta:
        ordering = ["uploaded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sheet=None, claim__isnull=False, report=None)
                | models.Q(sheet__isnull=False, claim=None, report=None)
                | models.Q(sheet=None, claim=None, report__isnull=False),
                name="evidence_has_one_owner",
            )
        ]


class RulingRecord(models.Model):
    """A decision scoring has to respect: reweight a missing part, waive a flag."""

    subject = models.ForeignKey(CampaignSubject, models.CASCADE, related_name="rulings")
    kind = models.CharField(max_length=20)
    target = models.CharField(max_length=60)
    reason = models.CharField("理由", max_length=300)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind", "target"],
                condition=models.Q(withdrawn_at=None),
                name="ruling_once",
            )
        ]
