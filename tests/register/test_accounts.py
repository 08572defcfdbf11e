"""Accounts: made in one step, roles that end at the next request."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from kaohe.audit.models import JournalEntry, JournalPayload
from kaohe.register.importing import understand_roll
from kaohe.register.importing.applying import apply_roll
from kaohe.register.models import Account, Group, Role, Unit
from kaohe.register.services.accounts import create_missing_accounts, missing_accounts
from kaohe.workbooks import read_workbook
from tests.register.opened import opened

OFFICE_ROLL = (Path(__file__).parent / "data" / "office-roll.xlsx").read_bytes()
pytestmark = pytest.mark.django_db


@pytest.fixture
def technician() -> Client:
    account = Account.objects.create_user("tech", password="x")
    Role.objects.create(account=account, kind="technician")
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def office() -> None:
    apply_roll(understand_roll(read_workbook(OFFICE_ROLL)), {}, "王")


def test_all_who_need_one_get_an_account(office: None) -> None:
    slips = create_missing_accounts(actor="王")

    assert 35 == len(slips)
    assert 35 == len({s.username for s in slips})
    assert all(s.username.isascii() and len(s.password) == 14 for s in slips)
    by_name = {s.name: s for s in slips}
    assert "zhaojianguo" == by_name["赵建国"].username
    assert "填报人（青石村党支部）" == by_name["赵建国"].roles
    assert "考核组" == by_name["组员1甲"].roles
    assert 26 == Role.objects.filter(kind="respondent").count()
    assert 9 == Role.objects.filter(kind="assessor").count()
    assert [] == missing_accounts()
    assert [] == create_missing_accounts(actor="王")


def test_passwords_are_kept_nowhere(office: None) -> None:
    slips = create_missing_accounts(actor="王")

    stored = str(list(JournalPayload.objects.values_list("data", flat=True)))
    stored += str(list(Account.objects.values_list("password", flat=True)))
    assert not [s for s in slips if s.password in stored]


def test_initial_password_has_to_be_changed(office: None) -> None:
    slip = next(s for s in create_missing_accounts(actor="王") if s.name == "赵建国")
    Role.objects.create(account=Account.objects.get(username=slip.username), kind="organiser")
    client = Client()
    assert client.login(username=slip.username, password=slip.password)

    assert reverse("password_change") == client.get(reverse("register:units"))["Location"]
    assert reverse("password_change") == client.get(reverse("audit:journal"))["Location"]

    new = "三月的新密码2026"
    response = client.post(
        reverse("password_change"),
        {"old_password": slip.password, "new_password1": new, "new_password2": new},
    )
    assert 302 == response.status_code
    assert 200 == client.get(reverse("register:units")).status_code


def test_technician_creates_all_and_sees_passwords_once(office: None, technician: Client) -> None:
    text = technician.post(reverse("register:accounts_create")).content.decode()
    again = technician.post(reverse("register:accounts_create"), follow=True).content.decode()

    assert "zhaojianguo" in text
    assert "密码只显示这一次" in text
    assert "没有新建" in again


def test_new_secretary_with_an_account_only_gets_the_role(office: None) -> None:
    create_missing_accounts(actor="王")
    Role.objects.filter(account__username="zhaojianguo").delete()

    slips = create_missing_accounts(actor="王")

    assert [("zhaojianguo", "")] == [(s.username, s.password) for s in slips]


def test_namesakes_get_names_of_their_own(office: None) -> None:
    Account.objects.create_user("zhaojianguo")

    slips = create_missing_accounts(actor="王")

    assert "zhaojianguo2" == next(s for s in slips if s.name == "赵建国").username


def test_revoked_role_is_gone_at_the_next_request(technician: Client) -> None:
    account = Account.objects.create_user("org", password="x")
    Role.objects.create(account=account, kind="organiser")
    client = Client()
    client.force_login(account)
    assert 200 == client.get(reverse("register:units")).status_code

    url = reverse("register:account", args=[account.pk])
    technician.post(url, {"kinds": ["auditor"], **opened(technician, url)})

    assert 403 == client.get(reverse("register:units")).status_code
    assert 200 == client.get(reverse("audit:journal")).status_code
    entry = JournalEntry.objects.get(action="account.roles")
    assert {"given": "监督", "taken": "考核办"} == entry.payload.data


def test_deactivated_account_is_out_at_the_next_request(technician: Client) -> None:
    account = Account.objects.create_user("org", password="x")
    Role.objects.create(account=account, kind="organiser")
    client = Client()
    client.force_login(account)
    url = reverse("register:account_state", args=[account.pk])

    technician.post(url, {"active": "0"})
    assert 302 == client.get(reverse("register:units")).status_code

    technician.post(url, {"active": "1"})
    account.refresh_from_db()
    assert account.is_active


def test_nobody_locks_himself_out(technician: Client) -> None:
    own = Account.objects.get(username="tech")

    technician.post(reverse("register:account_state", args=[own.pk]), {"active": "0"})
    response = technician.post(reverse("register:account", args=[own.pk]), {"kinds": []})

    own.refresh_from_db()
    assert own.is_active
    assert 422 == response.status_code
    assert ["technician"] == [r.kind for r in own.roles.all()]


def test_respondent_needs_a_unit(technician: Client) -> None:
    unit = Unit.objects.create(name="甲")
    data = {"name": "张三", "username": "zhang", "kinds": ["respondent"]}
    url = reverse("register:account_new")

    assert "填报人要选填报单位" in technician.post(url, data).content.decode()
    assert 200 == technician.post(url, {**data, "units": [unit.pk]}).status_code
    assert Role.objects.filter(account__username="zhang", unit=unit).exists()


def test_password_reset_shows_a_new_one(technician: Client) -> None:
    account = Account.objects.create_user("org", password="old")

    response = technician.post(reverse("register:account_password", args=[account.pk]))

    password = response.context["slips"][0].password
    account.refresh_from_db()
    assert account.check_password(password)
    assert account.must_change_password


def test_member_who_leaves_all_groups_is_no_assessor_any_more(office: None) -> None:
    from kaohe.register.services.units import delete_group

    create_missing_accounts(actor="王")

    delete_group(Group.objects.get(name="第一组"), actor="王")

    assert 6 == Role.objects.filter(kind="assessor").count()


def test_role_form_shows_the_roles_held(technician: Client) -> None:
    unit = Unit.objects.create(name="甲")
    account = Account.objects.create_user("r")
    Role.objects.create(account=account, kind="respondent", unit=unit)

    text = technician.get(reverse("register:account", args=[account.pk])).content.decode()

    assert 'value="respondent" id="id_kinds_2" checked' in text
    assert f'<option value="{unit.pk}" selected>' in text
