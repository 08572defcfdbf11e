"""A computed campaign for the tests of pages."""

from __future__ import annotations

import pytest

from kaohe.campaigns.models import Campaign
from kaohe.results import services
from tests.results.township import ACTOR, make_campaign


@pytest.fixture
def campaign(db: None) -> Campaign:
    """Four units, everything handed in, computed once."""
    campaign = make_campaign()
    services.compute_proposal(campaign, actor=ACTOR)
    return campaign
