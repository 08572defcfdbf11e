"""A designer and an organiser at their browsers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kaohe.register.models import Account, Person, Role
from kaohe.schemebooks.yaml_text import scheme_yaml
from tests.kit.schemes import BASE


def browser(kind: str) -> Client:
    """Somebody with one role, logged in."""
    person = Person.objects.create(name=f"某{kind}")
    account = Account.objects.create_user(username=kind, password="kaohe-tests-2026", person=person)
    Role.objects.create(account=account, kind=kind)
    client = Client()
    client.force_login(account)
    return client


@dataclass
class Office:
    """What the tests act on."""

    designer: Client
    organiser: Client

    def upload(self, content: bytes, name: str = "办法.yaml") -> Any:
        """Send a file as the designer."""
        return self.designer.post("/schemes/", {"file": SimpleUploadedFile(name, content)})


@pytest.fixture
def office(db: None) -> Office:
    """Designer and organiser."""
    return Office(browser("designer"), browser("organiser"))


def scheme_bytes(**changes: Any) -> bytes:
    """The small scheme as an office would upload it."""
    return scheme_yaml({**BASE, "id": "office.own", **changes}).encode()
