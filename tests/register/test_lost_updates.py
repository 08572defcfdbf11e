"""Two people save the same unit, group, person or account: the second is told, and loses nothing."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kaohe.audit.models import JournalEntry
from kaohe.register.models import Account, Group, Person, Role, Unit
from kaohe.register.services import seen as seen_module
from kaohe.register.services.seen import ChangedMeanwhile, fingerprint
from kaohe.register.services.units import save_group, save_unit, unit_state
from tests.register.opened import opened

UNIT = {"name": "甲村", "kind": "村", "order": "1", "active": "on", "note": "", "parent": ""}


def _client(username: str, kind: str = "organiser") -> Client:
    account = Account.objects.create_user(username, password="x")
    Role.objects.create(account=account, kind=kind)
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def first(db: None) -> Client:
    return _client("wang")


@pytest.fixture
def second(db: None) -> Client:
    return _client("li")


@pytest.fixture
def unit(db: None) -> Unit:
    return Unit.objects.create(name="甲村", kind="村", order=1, members=20)


def test_second_save_of_a_unit_is_refused_in_words(
    first: Client, second: Client, unit: Unit
) -> None:
    url = reverse("register:unit", args=[unit.pk])
    mine, theirs = opened(first, url), opened(second, url)
    assert second.post(url, {**UNIT, "members": "25", **theirs}).status_code == 302
    entries = JournalEntry.objects.count()

    response = first.post(url, {**UNIT, "members": "31", "note": "我写了很久", **mine})

    text = response.content.decode()
    assert response.status_code == 409
    assert "别人改过这里，所以还没有保存" in text
    assert "党员数：现在是“25”，您填写的是“31”" in text
    assert "备注：现在是“（空）”，您填写的是“我写了很久”" in text
    assert "类别：" not in text, "only what differs is named"
    assert 'value="31"' in text
    assert 'value="我写了很久"' in text
    unit.refresh_from_db()
    assert (unit.members, unit.note) == (25, "")
    assert JournalEntry.objects.count() == entries


def test_saving_again_knowingly_goes_through(first: Client, second: Client, unit: Unit) -> None:
    url = reverse("register:unit", args=[unit.pk])
    mine = opened(first, url)
    second.post(url, {**UNIT, "members": "25", **opened(second, url)})
    refused = first.post(url, {**UNIT, "members": "31", **mine})

    again = {**UNIT, "members": "31", "seen": refused.context["meanwhile"].seen}
    assert first.post(url, again).status_code == 302

    unit.refresh_from_db()
    assert unit.members == 31
    last = JournalEntry.objects.order_by("-seq").first()
    assert last is not None
    assert last.payload.data["changes"]["members"] == ["25", "31"]


def test_form_that_names_no_state_is_refused(first: Client, unit: Unit) -> None:
    url = reverse("register:unit", args=[unit.pk])

    assert first.post(url, {**UNIT, "members": "31"}).status_code == 409
    unit.refresh_from_db()
    assert unit.members == 20


def test_mistake_does_not_renew_what_was_seen(first: Client, second: Client, unit: Unit) -> None:
    """Coming back with a red field must not make the other's change disappear."""
    url = reverse("register:unit", args=[unit.pk])
    mine = opened(first, url)
    wrong = first.post(url, {**UNIT, "members": "many", **mine})
    assert wrong.status_code == 422
    second.post(url, {**UNIT, "members": "25", **opened(second, url)})

    shown = {"seen": wrong.context["meanwhile"].seen}
    assert first.post(url, {**UNIT, "members": "31", **shown}).status_code == 409


def test_new_secretary_counts_as_a_change(first: Client, second: Client, unit: Unit) -> None:
    url = reverse("register:unit", args=[unit.pk])
    mine = opened(first, url)
    second.post(url, {**UNIT, "members": "20", "secretary": "钱二", **opened(second, url)})

    response = first.post(url, {**UNIT, "members": "20", "secretary": "孙三", **mine})

    assert response.status_code == 409
    assert "书记：现在是“钱二”，您填写的是“孙三”" in response.content.decode()


def test_equal_changes_of_two_people_are_no_conflict(
    first: Client, second: Client, unit: Unit
) -> None:
    url = reverse("register:unit", args=[unit.pk])
    mine, theirs = opened(first, url), opened(second, url)
    second.post(url, {**UNIT, "members": "25", **theirs})

    assert first.post(url, {**UNIT, "members": "25", **mine}).status_code == 302


def test_second_save_of_a_group_is_refused(first: Client, second: Client, unit: Unit) -> None:
    group = save_group(
        Group(), name="第一组", leads=["赵一"], members=["钱二"], units=[unit], actor="x"
    )
    url = reverse("register:group", args=[group.pk])
    mine, theirs = opened(first, url), opened(second, url)
    data: dict[str, Any] = {"name": "第一组", "leads": "赵一", "units": [unit.pk]}
    assert second.post(url, {**data, "members": "钱二、孙三", **theirs}).status_code == 302

    response = first.post(url, {**data, "members": "李四", **mine})

    assert response.status_code == 409
    assert "成员：现在是“孙三、钱二”，您填写的是“李四”" in response.content.decode()
    assert sorted(m.person.name for m in group.memberships.all()) == ["孙三", "赵一", "钱二"]


def test_second_save_of_a_name_is_refused(first: Client, second: Client) -> None:
    person = Person.objects.create(name="赵一")
    url = reverse("register:person", args=[person.pk])
    mine, theirs = opened(first, url), opened(second, url)
    second.post(url, {"name": "赵乙", **theirs})

    assert first.post(url, {"name": "赵艺", **mine}).status_code == 409
    person.refresh_from_db()
    assert person.name == "赵乙"


def test_second_save_of_roles_is_refused(first: Client, second: Client) -> None:
    account = Account.objects.create_user("sun", password="x")
    url = reverse("register:account", args=[account.pk])
    mine, theirs = opened(first, url), opened(second, url)
    second.post(url, {"kinds": ["auditor"], **theirs})

    response = first.post(url, {"kinds": ["decider"], **mine})

    assert response.status_code == 409
    assert "角色：现在是“监督”，您填写的是“党委”" in response.content.decode()
    assert [r.kind for r in account.roles.all()] == ["auditor"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False], ids=["as built", "control"])
def test_two_saves_at_once_lose_nothing(guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both saw the same state; the control, without the check, silently keeps the last one only."""
    unit = Unit.objects.create(name="甲村", kind="村", order=1)
    shown = fingerprint(unit_state(unit))
    if not guarded:
        same = "kaohe.register.services.units.require_unchanged"
        monkeypatch.setattr(same, lambda *args, **kw: None)
    start, answers = threading.Barrier(2), []

    def save(field: str, value: str) -> None:
        try:
            start.wait(10)
            base = {"kind": "村", "note": ""}
            save_unit(unit, values={**base, field: value}, secretary="", actor=field, seen=shown)
            answers.append("saved")
        except ChangedMeanwhile:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=a) for a in (("kind", "机关"), ("note", "备注"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == (["refused", "saved"] if guarded else ["saved", "saved"])
    unit.refresh_from_db()
    assert (unit.kind, unit.note) != ("机关", "备注"), "one of them overwrote the other's field"


def test_fingerprint_is_of_every_field() -> None:
    state = {"a": "1", "b": "2"}

    assert fingerprint(state) == fingerprint({"b": "2", "a": "1"})
    assert len({fingerprint(s) for s in (state, {"a": "1"}, {"a": "12", "b": ""}, {})}) == 4
    assert seen_module.require_unchanged({}, seen=None) is None
