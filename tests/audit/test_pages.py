"""The journal's page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kaohe.audit.models import JournalEntry
from kaohe.audit.services import erase_payload, record
from kaohe.audit.triggers import drop_triggers
from kaohe.register.models import Account, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor() -> Client:
    account = Account.objects.create_user("audit")
    Role.objects.create(account=account, kind="auditor")
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def entries() -> list[JournalEntry]:
    return [
        record(
            "unit.change",
            actor="王（wang）",
            subject="甲",
            data={"changes": {"members": ["1", "2"]}},
        ),
        record("account.roles", actor="李（li）", subject="乙", data={"given": "监督"}),
        record("unknown.action", data={"x": [1, {"y": None}], "z": "<b>"}),
    ]


def test_journal_is_for_auditors_and_organisers(auditor: Client) -> None:
    url = reverse("audit:journal")
    other = Account.objects.create_user("r")
    Role.objects.create(account=other, kind="respondent")
    client = Client()

    assert 302 == client.get(url).status_code
    client.force_login(other)
    assert 403 == client.get(url).status_code
    assert 403 == client.post(reverse("audit:check")).status_code
    assert 200 == auditor.get(url).status_code


def test_entries_are_shown_in_words(auditor: Client, entries: list[JournalEntry]) -> None:
    text = auditor.get(reverse("audit:journal")).content.decode()

    assert "修改单位" in text
    assert "党员数：1 → 2" in text
    assert "&lt;b&gt;" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"action": "unit.change"}, 1),
        ({"text": "乙"}, 1),
        ({"since": "2001-01-01", "until": "2001-01-02"}, 0),
        ({"since": "never"}, 3),
        ({"until": "9999-12-31"}, 3),
        ({"page": "99"}, 3),
        ({"text": "\0"}, 3),
    ],
)
def test_entries_are_filtered(
    auditor: Client, entries: list[JournalEntry], query: dict[str, str], found: int
) -> None:
    assert found == len(auditor.get(reverse("audit:journal"), query).context["rows"])


def test_check_says_that_all_is_well(auditor: Client, entries: list[JournalEntry]) -> None:
    url = reverse("audit:check")

    assert "核对通过" in auditor.post(url).content.decode()
    assert "核对通过" in auditor.post(url, {"anchor": entries[1].hash}).content.decode()
    assert "核对没有通过" in auditor.post(url, {"anchor": "f" * 64}).content.decode()
    assert 3 == JournalEntry.objects.count()


def test_check_names_the_bad_row(auditor: Client, entries: list[JournalEntry]) -> None:
    drop_triggers(connection)
    JournalEntry.objects.filter(seq=2).update(actor="别人")

    assert "第 2 条" in auditor.post(reverse("audit:check")).content.decode()


def test_erased_payload_is_said(auditor: Client, entries: list[JournalEntry]) -> None:
    erase_payload(entries[0], actor="李", reason="申请")

    assert "内容已依规删除" in auditor.get(reverse("audit:journal")).content.decode()
