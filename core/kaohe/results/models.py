"""Proposals the program computed, decisions people took, notices the public reads."""

from __future__ import annotations

from django.db import models

from kaohe.campaigns.models import Campaign, CampaignSubject


class Proposal(models.Model):
    """One computation of a campaign.  Never changed; a new one replaces it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="proposals")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    digest = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    parameters = models.JSONField(default=dict)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="proposal_once")
        ]


class ProposalRow(models.Model):
    """One subject's result in a proposal, derivation included."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="rows")
    subject = models.ForeignKey(CampaignSubject, models.PROTECT, related_name="rows")
    order = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    rank = models.PositiveIntegerField(null=True)
    group_rank = models.PositiveIntegerField(null=True)
    result = models.JSONField()
    """`kaohe.scoring.rendering.result_json` of the SubjectResult, derivation included."""

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "subject"], name="row_once")
        ]


class Decision(models.Model):
    """What the committee decided on one grade: adopted, or changed with a reason."""

    class Kind(models.TextChoices):
        ADOPTED = "adopted", "同意建议"
        CHANGED = "changed", "调整"

    row = models.ForeignKey(ProposalRow, models.PROTECT, related_name="decisions")
    grade = models.CharField(max_length=60)
    """Key of the scheme's grade."""
    kind = models.CharField(max_length=10, choices=Kind)
    proposed = models.CharField(max_length=40)
    decided = models.CharField(max_length=40)
    reason = models.CharField("理由", max_length=300, blank=True)
    minutes = models.CharField("会议纪要编号", max_length=80)
    decided_on = models.DateField("会议日期")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["row", "grade"], name="decision_once"),
            models.CheckConstraint(
                condition=models.Q(kind="adopted") | ~models.Q(reason=""),
                name="change_has_reason",
            ),
        ]


class Notice(models.Model):
    """A published result: what was posted, from when to when (dates frozen at publication)."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="notices")
    proposal = models.ForeignKey(Proposal, models.PROTECT)
    number = models.PositiveIntegerField(default=1)
    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    published_at = models.DateTimeField()
    starts = models.DateField()
    ends = models.DateField()
    by = models.CharField(max_length=150)
    journal_head = models.CharField(max_length=64)
    """Head of the journal chain at publication: the anchor printed on the notice."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
