"""Pages of findings: the recorder's, those of whom they are about, of who checks and decides."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kaohe.campaigns.models import Claim
from kaohe.register.models import Account, Role
from tests.campaigns.conftest import client_of, make_account, pdf_file
from tests.campaigns.test_findings import misconduct, sanction
from tests.campaigns.test_persons import Town


@pytest.fixture
def town(db: None, media: Any) -> Town:
    """A half-year under way."""
    return Town()


@pytest.fixture
def decider(town: Town) -> Account:
    """Somebody who may decide on measures."""
    return make_account("committee", "周委", Role.Kind.DECIDER)


def url(name: str, *args: Any) -> str:
    return reverse(f"campaigns:{name}", args=args)


@pytest.fixture
def checker(town: Town) -> Client:
    """The recorder's browser."""
    return client_of(town.checker)


def test_form_offers_only_assessed_persons_of_the_unit(town: Town, checker: Client) -> None:
    text = checker.get(url("finding_new", town.unit().pk, "misconduct")).content.decode()

    assert "孙中" in text
    assert "李东" in text
    assert "王西" not in text
    assert "5 个工作日内" in text


def test_recording_by_form_and_the_whole_way_to_the_measure(
    town: Town, checker: Client, decider: Account
) -> None:
    subject = town.unit()
    target = url("finding_new", subject.pk, "misconduct")
    data = {"reason": "", "event": "三月的事", "person": "孙中", "key": str(uuid4())}
    answer = checker.post(target, data)
    assert 422 == answer.status_code
    assert "三月的事" in answer.content.decode()
    answer = checker.post(target, data | {"reason": "未到现场", "files": [pdf_file("a.pdf")]})
    row = Claim.objects.get()
    assert url("finding", row.pk) == answer["Location"]
    assert Claim.State.CLAIMED == row.state

    himself = client_of(town.deputy)
    assert "1 件待陈述" in himself.get(url("tasks")).content.decode()
    assert "三月的事" in himself.get(
        url("subject_findings", town.of(town.deputy).pk)
    ).content.decode()  # fmt: skip
    himself.post(url("finding_statement", row.pk), {"statement": "在外地"})
    organiser = client_of(town.organiser)
    assert "未到现场" in organiser.get(url("claims")).content.decode()
    answer = organiser.post(
        url("claim_verdict", row.pk), {"verdict": "verify", "reason": "", "back": "finding"}
    )
    assert url("finding", row.pk) == answer["Location"]
    committee = client_of(decider)
    assert "处理方式" in committee.get(url("finding", row.pk)).content.decode()
    committee.post(url("finding_measure", row.pk), {"measure": "criticism", "reason": "会议"})

    row.refresh_from_db()
    assert ("在外地", Claim.State.VERIFIED, "criticism") == (
        row.statement, row.state, row.measure,
    )  # fmt: skip
    text = himself.get(url("finding", row.pk)).content.decode()
    assert "批评教育" in text
    assert "处理方式" not in text


def test_who_sees_a_finding(town: Town) -> None:
    row = misconduct(town)
    stranger = make_account("stranger", "吴外", Role.Kind.ASSESSOR)
    for account, status in (
        (town.deputy, 200), (town.head, 200), (town.other, 404), (stranger, 404),
        (town.checker, 200), (town.organiser, 200),
    ):  # fmt: skip
        found = client_of(account).get(url("finding", row.pk)).status_code
        assert status == found, account


def test_draft_finding_is_not_shown_to_whom_it_concerns(town: Town) -> None:
    row = misconduct(town, files=())

    for account in (town.deputy, town.head):
        assert 404 == client_of(account).get(url("finding", row.pk)).status_code
    assert 200 == client_of(town.checker).get(url("finding", row.pk)).status_code


def test_unit_cannot_withdraw_or_judge_what_was_recorded(town: Town) -> None:
    row, browser = misconduct(town), client_of(town.head)

    assert 404 == browser.post(url("claim_withdraw", row.pk)).status_code
    browser.post(url("claim_verdict", row.pk), {"verdict": "refuse", "reason": "不服"})
    assert 404 == browser.post(
        url("finding_withdraw", row.pk), {"reason": "不服"}
    ).status_code  # fmt: skip
    row.refresh_from_db()
    assert Claim.State.CLAIMED == row.state


def test_nobody_records_about_himself_or_his_unit(town: Town) -> None:
    browser = client_of(town.head)  # an assessor of the group, and the branch's secretary

    assert 404 == browser.get(url("finding_new", town.unit().pk, "misconduct")).status_code
    assert 404 == browser.get(url("finding_new", town.of(town.head).pk, "lapse")).status_code
    west = url("finding_new", town.unit("西村").pk, "misconduct")
    assert 200 == browser.get(west).status_code


def test_list_names_whom_something_may_be_recorded_about(town: Town, checker: Client) -> None:
    misconduct(town)

    text = checker.get(url("findings")).content.decode()

    assert "孙中（东村）" in text
    assert "1 件" in text


def test_list_has_a_fixed_number_of_queries(
    town: Town, checker: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(4):
        misconduct(town, event=f"第 {n} 件")
    checker.get(url("findings"))
    with django_assert_max_num_queries(9):
        checker.get(url("findings"))


def test_withdrawn_role_records_nothing(town: Town, checker: Client) -> None:
    Role.objects.filter(account=town.checker).delete()

    assert 403 == checker.get(url("findings")).status_code


def test_queue_shows_sign_and_no_points_for_findings(town: Town) -> None:
    misconduct(town)
    sanction(town)

    text = client_of(town.organiser).get(url("claims")).content.decode()

    assert "−5.00" in text
    assert "不计分" in text
    assert "外聘职工甲" in text


def test_pages_have_no_inline_script_or_style(town: Town, checker: Client) -> None:
    row = misconduct(town)
    for target in (
        url("findings"), url("subject_findings", row.subject_id), url("finding", row.pk),
        url("finding_new", row.subject_id, "sanction"),
    ):  # fmt: skip
        text = checker.get(target).content.decode()
        assert " style=" not in text
        assert "<script>" not in text
