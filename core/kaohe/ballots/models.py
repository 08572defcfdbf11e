"""Anonymous polls: codes, the urn, and the counts that remain once a poll is sealed.

`Code`, `Urn` and `TextUrn` hold rows only while a poll runs.  Their columns are a frozen list
(`tests/guarantees/test_ballot_columns.py`): no time, no serial number, no address, no account, no
session.  Think twice before adding one, then do not add it.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Poll(models.Model):
    """One secret ballot or one anonymous form about one unit."""

    class State(models.TextChoices):
        PREPARED = "prepared", "准备中"
        OPEN = "open", "投票中"
        CLOSED = "closed", "已截止"
        SEALED = "sealed", "已封存"
        ANNULLED = "annulled", "已作废"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=120, unique=True)
    """What the poll is about, in the caller's words: ``c3.s12.vote``.  Never a foreign key."""
    title = models.CharField("名称", max_length=200)
    definition = models.JSONField()
    """See `kaohe.ballots.definition`; frozen from the first slip on."""
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    threshold = models.PositiveSmallIntegerField(default=5)
    """Fewest ballots a published cell rests on.  Raisable, never lowerable."""
    texts_offered = models.BooleanField(default=False)
    """Whether free texts are asked for; settled at opening by the head count."""
    paper_expected = models.BooleanField("有纸质票", default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the sorted result, as written to the journal."""
    cleared_at = models.DateTimeField(null=True, blank=True)
    """When the tables were rewritten on disk after sealing."""

    def __str__(self) -> str:
        return self.title


class Stratum(models.Model):
    """A class of voters in a poll, and its counts.  A poll without classes has one, key ``""``."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="strata")
    key = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=100)
    order = models.PositiveSmallIntegerField(default=0)
    due = models.PositiveIntegerField("应到", null=True, blank=True)
    present = models.PositiveIntegerField("实到", null=True, blank=True)
    printed = models.PositiveIntegerField("印制", default=0)
    void = models.PositiveIntegerField("作废", default=0)
    spent = models.PositiveIntegerField("已投", null=True, blank=True)
    """Set by sealing, like the two below; until then the codes themselves are counted."""
    unused = models.PositiveIntegerField("未投", null=True, blank=True)
    blank = models.PositiveIntegerField("空白", null=True, blank=True)
    paper_issued = models.PositiveIntegerField("纸质发出", default=0)
    paper_returned = models.PositiveIntegerField("纸质收回", default=0)
    paper_invalid = models.PositiveIntegerField("纸质无效", default=0)
    paper_blank = models.PositiveIntegerField("纸质空白", default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["poll", "key"], name="stratum_once")]

    def __str__(self) -> str:
        return self.title


class Code(models.Model):
    """The right to cast one ballot.  Only keyed hashes of the slip's two codes are stored."""

    qr_hash = models.CharField(max_length=64, primary_key=True)
    typed_hash = models.CharField(max_length=64, unique=True)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="+")
    stratum = models.CharField(max_length=60, blank=True)
    batch = models.UUIDField(null=True)
    """Print run, so that a lost one can be revoked.  Erased when the poll opens."""
    spent = models.BooleanField(default=False)
    retry_tag = models.CharField(max_length=64, blank=True)
    """Keyed hash of the page's nonce: a repeated post is recognised, its choice is not."""


class Urn(models.Model):
    """A ballot that was cast.  Emptied by sealing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="+")
    stratum = models.CharField(max_length=60, blank=True)
    payload = models.TextField()


class TextUrn(models.Model):
    """A free text, in an urn of its own: not even its class of voters is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="+")
    field = models.CharField(max_length=60)
    text = models.TextField()


class Tally(models.Model):
    """How often an option was marked.  Written once, by sealing."""

    class Channel(models.TextChoices):
        ELECTRONIC = "electronic", "电子"
        PAPER = "paper", "纸质"

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="tallies")
    channel = models.CharField(max_length=10, choices=Channel)
    stratum = models.CharField(max_length=60, blank=True)
    aspect = models.CharField(max_length=60)
    """An aspect, a score of a form, or ``*`` for one overall tally."""
    option = models.CharField(max_length=60, blank=True)
    """An option's label, or a mark as text; empty: left unmarked."""
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "channel", "stratum", "aspect", "option"], name="tally_once"
            )
        ]


class Comment(models.Model):
    """A free text after sealing: shuffled, under a new random id, shown after review only."""

    class State(models.TextChoices):
        WAITING = "waiting", "待审阅"
        RELEASED = "released", "可公开"
        WITHHELD = "withheld", "不公开"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="comments")
    field = models.CharField(max_length=60)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)

    class Meta:
        ordering = ["field", "id"]


class PaperEntry(models.Model):
    """One of two blind typings of a hand count.  Carries no time and no sheet numbers."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="paper_entries")
    round = models.PositiveSmallIntegerField(default=1)
    """Rises with every recount."""
    typist = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    label = models.CharField(max_length=150)
    data = models.JSONField()
    agreed = models.BooleanField(default=False)

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "round", "typist"], name="paper_entry_once")
        ]
