"""Last days that follow from the scheme: how long a return may take after it was asked for."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign
from kaohe.register.services.workdays import office_calendar


class ReplyDue(NamedTuple):
    """The last day of a return, and what has to be said about it."""

    day: date | None = None
    """None: the scheme sets none."""
    note: str = ""
    """That the year's holidays are not known yet."""
    words: str = ""
    """The rule in words: 2 个工作日内."""


def reply_due(campaign: Campaign, part: str, *, received: date) -> ReplyDue:
    """When something is due that was asked for on a day, which itself is not counted.

    Args:
        part: an instrument or entry rule; its stage may say how long a reply takes.
        received: the day the reminder was received.
    """
    reply = next(
        (s.reply for s in campaign_scheme(campaign).stages if part in s.does and s.reply), None
    )
    if reply is None:
        return ReplyDue()
    end = office_calendar().period_end(received, reply.days, reply.unit)
    word = "个工作日" if reply.unit == "working" else "天"
    return ReplyDue(end.day, end.note, f"{reply.days} {word}内")
