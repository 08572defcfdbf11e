"""Proposals the program computed, decisions people took, notices the public reads."""

from __future__ import annotations

from django.db import models

from kaohe.campaigns.fields import OrderedJSONField
from kaohe.campaigns.models import Campaign, CampaignSubject


class RecordedVote(models.Model):
    """How often an option was marked, for campaigns whose votes came from a record.

    The five columns are those of `kaohe.scoring.facts.Vote`.  A poll held here never has such
    rows: its counts come from the sealed tally.
    """

    subject = models.ForeignKey(
        CampaignSubject, models.CASCADE, related_name="recorded_votes", verbose_name="单位"
    )
    poll = models.CharField(max_length=60)
    stratum = models.CharField(max_length=60, blank=True)
    aspect = models.CharField(max_length=60)
    option = models.CharField(max_length=40)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["subject_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "poll", "stratum", "aspect", "option"],
                name="recorded_vote_once",
            )
        ]


class RecordedStanding(models.Model):
    """What a subject reached in a period that was not assessed here, from a record.

    The columns are those of `kaohe.scoring.facts.Standing`.  A campaign published here takes
    precedence over it.
    """

    subject = models.ForeignKey(
        CampaignSubject, models.CASCADE, related_name="recorded_standing", verbose_name="单位"
    )
    period = models.CharField("时期", max_length=20)
    score = models.CharField("得分", max_length=140, blank=True)
    value = models.CharField("分值", max_length=40, blank=True)
    """A decimal as text; empty on rows that only carry a grade or lists."""
    grade = models.CharField("等次", max_length=120, blank=True)
    lists = models.JSONField("名单", default=list)

    class Meta:
        ordering = ["subject_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "period", "score", "grade"], name="recorded_standing_once"
            )
        ]


class Proposal(models.Model):
    """One computation of a campaign.  Never changed; a new one replaces it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="proposals")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    digest = models.CharField(max_length=64)
    """Of all scores, grades and lists: what `kaohe score` prints for the same facts."""
    fingerprint = models.CharField(max_length=64)
    """Of the frozen scheme."""
    parameters = OrderedJSONField(default=dict)
    facts = OrderedJSONField(default=dict)
    """The facts it was computed from (`kaohe.results.stored_facts`): with the frozen scheme and
    the parameters they are all that is needed to compute it again, years later."""
    facts_digest = models.CharField(max_length=64, blank=True)
    accounts = OrderedJSONField(default=dict, blank=True)
    """Lists, streaks and quotas as a whole: `kaohe.scoring.rendering.accounts_json`."""

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="proposal_once")]

    def __str__(self) -> str:
        return f"第 {self.number} 次测算"


class ProposalRow(models.Model):
    """One subject's result in a proposal, derivation included."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="rows")
    subject = models.ForeignKey(CampaignSubject, models.PROTECT, related_name="rows")
    order = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    rank = models.PositiveIntegerField(null=True)
    group_rank = models.PositiveIntegerField(null=True)
    result = OrderedJSONField()
    """`kaohe.scoring.rendering.result_json` of the SubjectResult, derivation included."""
    figures = models.CharField(max_length=64, blank=True)
    """Digest of what a decision rests on: scores, grades, blocking flags.  Equal figures in a
    later proposal carry the decision over."""
    changes = models.JSONField(default=list)
    """What differs from the proposal before: [title, before, after] each."""

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["proposal", "subject"], name="row_once")]


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
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    """The decision on an earlier proposal with the same figures that stands."""
    superseded_at = models.DateTimeField(null=True, blank=True)
    """When a later decision on the same proposal replaced it; the row stays."""

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["row", "grade"],
                condition=models.Q(superseded_at=None),
                name="decision_once",
            ),
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
    days = models.PositiveIntegerField(default=0)
    unit = models.CharField(max_length=10, default="working")
    period_note = models.CharField(max_length=200, blank=True)
    """Set if the end rests on holidays that were not known yet."""
    contact = models.CharField(max_length=200, blank=True)
    """Where objections go: printed on the notice."""
    keeps = models.BooleanField(default=False)
    """Whether the final list stays public after the period."""
    by = models.CharField(max_length=150)
    content = OrderedJSONField(default=dict)
    """What the public page shows, frozen (`kaohe.results.posting`)."""
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of `content`."""
    journal_head = models.CharField(max_length=64)
    """Head of the journal chain at publication: the anchor printed on the notice."""
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    final_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="notice_once"),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(withdrawn_at=None),
                name="one_notice_stands",
            ),
        ]

    def __str__(self) -> str:
        return self.title
