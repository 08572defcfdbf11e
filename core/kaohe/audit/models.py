"""The journal: a chain of digests, and the payloads they cover in a table of their own."""

from __future__ import annotations

from django.db import models


class JournalEntry(models.Model):
    """One event.  `prev_hash` is unique, so the chain cannot fork."""

    seq = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150, blank=True)
    """Account name and role at the time; empty for the system.  Never a voter."""
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)
    payload_digest = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["seq"]


class JournalPayload(models.Model):
    """What happened, in full; erasable without breaking the chain."""

    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, primary_key=True, related_name="payload"
    )
    data = models.JSONField()
