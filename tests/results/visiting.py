"""Visitors of the result pages."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from kaohe.campaigns.models import Campaign
from kaohe.results import services
from kaohe.results.models import Notice
from kaohe.results.queries import today
from tests.results.township import ACTOR, account


def publish(campaign: Campaign) -> Notice:
    proposal = campaign.proposals.first()
    assert proposal is not None
    services.adopt_unflagged(proposal, minutes="纪要1号", decided_on=today(), actor="党委")
    return services.publish(campaign, title="公示", starts=today(), actor=ACTOR)


def as_(kind: str, unit: Any = None) -> Client:
    client = Client()
    client.force_login(account(f"u-{kind}", kind, unit))
    return client


def subject_url(campaign: Campaign, title: str, name: str = "subject") -> str:
    return reverse(f"results:{name}", args=[campaign.subjects.get(title=title).pk])
