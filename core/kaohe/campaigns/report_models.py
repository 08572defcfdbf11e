"""Written reports, every revision of them, what reviews said, and when they were asked for."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kaohe.campaigns.fields import OrderedJSONField


class Report(models.Model):
    """A written report: the draft, then what was handed in and where its examination stands.

    Saved like a sheet: under the version that was seen.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "撰写中"
        SUBMITTED = "submitted", "审核中"
        RETURNED = "returned", "已退回"
        PASSED = "passed", "已通过"

    subject = models.ForeignKey("campaigns.CampaignSubject", models.CASCADE, related_name="reports")
    instrument = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    review = models.CharField(max_length=60, blank=True)
    """Key of the review that is due while it is submitted."""
    version = models.PositiveIntegerField(default=0)
    data = OrderedJSONField(default=dict, blank=True)
    """{"texts": {part: "…"}, "rows": {part: [{column: "…"}]}}"""
    updated_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering = ["subject__order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "instrument"], name="report_once")
        ]


class ReportRevision(models.Model):
    """A report as it was handed in; none is ever lost."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    data = OrderedJSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    by_account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_revision_once")
        ]


class ReportVerdict(models.Model):
    """What a review said about a revision."""

    revision = models.ForeignKey(ReportRevision, models.PROTECT, related_name="verdicts")
    review = models.CharField(max_length=60)
    passed = models.BooleanField()
    grounds = models.JSONField(default=list, blank=True)
    """Keys of the scheme's grounds on which it was returned."""
    remark = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "review"], name="report_verdict_once")
        ]


class ReportReminder(models.Model):
    """A report was asked for: when that was received, and by when it was due then."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="reminders")
    received = models.DateField("收到日期")
    due = models.DateField("期限", null=True, blank=True)
    """Frozen with the day: later changes of the calendar do not move it."""
    note = models.CharField("事项", max_length=300, blank=True)
    warning = models.CharField(max_length=200, blank=True)
    """What has to be said about the day (holidays not published yet)."""
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    answer = models.ForeignKey(
        ReportRevision, models.PROTECT, null=True, blank=True, related_name="answers"
    )
    """The revision that answered it."""

    class Meta:
        ordering = ["received", "id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "received"], name="report_reminder_once")
        ]
