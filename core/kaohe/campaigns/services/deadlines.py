"""Last days that follow from the scheme: how long a return may take after it was asked for."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign
from kaohe.register.services.workdays import office_calendar
from kaohe.scheme.outcomes import NoticePeriod


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
    reply = _reply(campaign, part)
    if reply is None:
        return ReplyDue()
    end = office_calendar().period_end(received, reply.days, reply.unit)
    return ReplyDue(end.day, end.note, _words(reply))


def reply_words(campaign: Campaign, part: str) -> str:
    """How long a return may take, in words; empty if the scheme sets nothing."""
    reply = _reply(campaign, part)
    return _words(reply) if reply else ""


def _reply(campaign: Campaign, part: str) -> NoticePeriod | None:
    stages = campaign_scheme(campaign).stages
    return next((s.reply for s in stages if part in s.does and s.reply), None)


def _words(reply: NoticePeriod) -> str:
    return f"{reply.days} {'个工作日' if reply.unit == 'working' else '天'}内"
