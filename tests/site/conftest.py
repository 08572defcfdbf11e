"""A site with an organiser, a unit and its respondent; a scheme of the tests, no plugin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kaohe.campaigns.models import Campaign
from kaohe.catalogue import CatalogueEntry
from kaohe.register.models import Account, Group, GroupMember, Office, Person, Role, Unit
from kaohe.scheme.reading import read_source

SCHEME = Path(__file__).parents[1] / "results" / "scheme.yaml"
PASSWORD = "kaohe-tests-2026"


def make_account(username: str, *kinds: str, unit: Unit | None = None, **values: Any) -> Account:
    """An account with a person, a password and roles; the unit is for its respondent's role."""
    person = Person.objects.create(name=f"某{username}")
    account = Account.objects.create_user(
        username=username, password=PASSWORD, person=person, **values
    )
    for kind in kinds:
        of = unit if kind == Role.Kind.RESPONDENT else None
        Role.objects.create(account=account, kind=kind, unit=of)
    return account


def browser(account: Account | None = None, **values: Any) -> Client:
    """A browser, logged in if an account is given."""
    client = Client(**values)
    if account is not None:
        client.force_login(account)
    return client


@dataclass
class Site:
    """What the tests act on."""

    organiser: Client
    villages: list[Unit]
    respondent: Account
    assessor: Account

    def campaign(self) -> Campaign:
        """The only campaign, freshly read."""
        return Campaign.objects.select_related("scheme").get()


@pytest.fixture
def site(db: None, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Two villages below a town, a group with one assessor, one respondent, one scheme on offer."""
    source = read_source(SCHEME.read_bytes(), name=SCHEME.name)
    offered = {source.id: CatalogueEntry(source, "", SCHEME)}
    monkeypatch.setattr("kaohe.catalogue.schemes", lambda *names: dict(offered))
    monkeypatch.setattr("kaohe.catalogue.problems", lambda *names: [])
    town = Unit.objects.create(name="某镇党委", order=1)
    villages = [
        Unit.objects.create(name=name, kind="村", parent=town, order=order)
        for order, name in enumerate(("东村党支部", "西村党支部"), start=2)
    ]
    respondent = make_account("dongcun", Role.Kind.RESPONDENT, unit=villages[0])
    Office.objects.create(person=respondent.person, unit=villages[0], title="书记")
    assessor = make_account("zuyuan", Role.Kind.ASSESSOR)
    group = Group.objects.create(name="第一组")
    group.units.set(villages)
    GroupMember.objects.create(group=group, person=assessor.person)
    organiser = browser(make_account("kaoheban", Role.Kind.ORGANISER))
    return Site(organiser, villages, respondent, assessor)
