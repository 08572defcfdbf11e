"""Polls and people the tests of this floor share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kaohe.ballots.models import Poll
from kaohe.ballots.services import create_poll, issue_slips, open_poll
from kaohe.register.models import Account, Role
from tests.ballots.live import ballot_definition

NewAccount = Callable[..., Account]


@pytest.fixture
def account(db: None) -> NewAccount:
    """Make an account with a role."""

    def make(name: str, kind: str = Role.Kind.ORGANISER) -> Account:
        made = Account.objects.create_user(name)
        Role.objects.create(account=made, kind=kind)
        return made

    return make


@pytest.fixture
def organiser(account: NewAccount) -> Client:
    """A browser somebody of the office is logged in with."""
    client = Client()
    client.force_login(account("office"))
    return client


@pytest.fixture
def poll(db: None) -> Poll:
    """A ballot in preparation."""
    return create_poll(reference="c1.s1.vote", definition=ballot_definition())


@pytest.fixture
def opened(poll: Poll) -> tuple[Poll, list[str]]:
    """An open ballot for eight people, and its codes."""
    slips = issue_slips(poll, counts={"": 8})
    return open_poll(poll, head_counts={"": 8}), [slip.code.qr for slip in slips]
