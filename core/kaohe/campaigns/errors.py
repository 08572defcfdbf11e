"""What a service refuses, in words for the person who tried."""

from __future__ import annotations


class CampaignError(Exception):
    """A step that the state of a campaign does not allow; the text says what to do instead."""


class DraftConflict(Exception):
    """Somebody saved the sheet after the version this save started from."""
