"""The register's pages: who sees them, what they save, what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kaohe.audit.models import JournalEntry
from kaohe.register.access import account_unit, has_role, roles_of
from kaohe.register.models import Account, Group, Office, Person, Role, RollUpload, Unit
from tests.register.opened import opened
from tests.register.rolls import roll_bytes, unit_row

OFFICE_ROLL = (Path(__file__).parent / "data" / "office-roll.xlsx").read_bytes()
pytestmark = pytest.mark.django_db


def _client(*kinds: str, username: str = "wang") -> Client:
    account = Account.objects.create_user(username, password="x")
    for kind in kinds:
        Role.objects.create(account=account, kind=kind)
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def organiser() -> Client:
    return _client("organiser")


def _upload(client: Client, data: bytes, name: str = "花名册.xlsx") -> str:
    response = client.post(reverse("register:import"), {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def _apply(client: Client, page: str, **answers: str) -> str:
    shown = client.get(page).context["changes"]
    data = {f"q:{k}": v for k, v in answers.items()}
    data |= {"action": "apply", "shown": shown.fingerprint if shown else ""}
    return client.post(page, data, follow=True).content.decode()


PAGES = [
    ("register:units", ()),
    ("register:unit_new", ()),
    ("register:people", ()),
    ("register:groups", ()),
    ("register:group_new", ()),
    ("register:import", ()),
    ("register:template", ()),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_register_is_for_organisers_only(name: str, args: tuple[int, ...]) -> None:
    url = reverse(name, args=args)

    assert 302 == Client().get(url).status_code
    for i, kind in enumerate(("respondent", "assessor", "technician", "decider", "auditor")):
        assert 403 == _client(kind, username=f"u{i}").get(url).status_code
    assert 200 == _client("organiser", username="o").get(url).status_code


def test_accounts_are_for_technicians_and_organisers() -> None:
    url = reverse("register:accounts")

    assert 403 == _client("respondent", username="r").get(url).status_code
    assert 200 == _client("technician", username="t").get(url).status_code
    assert 200 == _client("organiser", username="o").get(url).status_code


def test_office_roll_goes_through_the_pages(organiser: Client) -> None:
    page = _upload(organiser, OFFICE_ROLL)
    text = organiser.get(page).content.decode()
    assert "隶属“青岭乡党委”" in text
    assert "软弱涣散" in text
    assert 0 == Unit.objects.count()

    done = _apply(organiser, page)

    assert "导入完成" in done
    assert 27 == Unit.objects.count()
    assert RollUpload.objects.get().cells is None
    for name in ("units", "people", "groups"):
        listed = organiser.get(reverse(f"register:{name}")).content.decode()
        assert {"units": "朱䶮", "people": "曹𬭎", "groups": "组员1甲"}[name] in listed


def test_second_upload_of_the_file_says_that_nothing_changes(organiser: Client) -> None:
    _apply(organiser, _upload(organiser, OFFICE_ROLL))
    page = _upload(organiser, OFFICE_ROLL)

    text = organiser.get(page).content.decode()

    assert "与名册完全一致" in text
    assert 'value="apply" disabled' in text


def test_roll_with_mistakes_shows_them_and_cannot_be_confirmed(organiser: Client) -> None:
    page = _upload(organiser, roll_bytes([unit_row(0), unit_row(1, members="很多")]))
    text = organiser.get(page).content.decode()

    assert "花名册!F4" in text
    assert 'value="apply" disabled' in text
    organiser.post(page, {"action": "apply", "shown": ""})
    assert 0 == Unit.objects.count()
    assert 0 == JournalEntry.objects.count()


def test_answer_changed_at_the_last_moment_is_shown_again(organiser: Client) -> None:
    page = _upload(organiser, roll_bytes([unit_row(0)]))

    text = _apply(organiser, page, **{"parent:某乡党委": "none"})
    assert "变动" in text
    assert 0 == Unit.objects.count()

    _apply(organiser, page, **{"parent:某乡党委": "none"})
    assert 1 == Unit.objects.count()


def test_second_click_imports_once(organiser: Client) -> None:
    page = _upload(organiser, roll_bytes([unit_row(0)]))
    _apply(organiser, page)

    again = organiser.post(page, {"action": "apply", "shown": "x"}, follow=True)

    assert "导入完成" in again.content.decode()
    assert 1 == JournalEntry.objects.count()


@pytest.mark.parametrize("data", [b"not a workbook", b"PK\x03\x04broken"])
def test_unreadable_file_is_explained(organiser: Client, data: bytes) -> None:
    response = organiser.post(
        reverse("register:import"), {"file": SimpleUploadedFile("x.xlsx", data)}
    )

    assert 422 == response.status_code
    assert "另存为" in response.content.decode()
    assert 0 == RollUpload.objects.count()


def test_import_without_a_file_asks_for_one(organiser: Client) -> None:
    response = organiser.post(reverse("register:import"), {})

    assert 422 == response.status_code
    assert "请先选择文件" in response.content.decode()


def test_discarded_upload_keeps_nothing(organiser: Client) -> None:
    page = _upload(organiser, roll_bytes([unit_row(0)]))

    organiser.post(f"{page}discard/")

    assert RollUpload.objects.get().cells is None
    assert 302 == organiser.get(page).status_code


def test_template_is_a_roll_the_import_understands(organiser: Client) -> None:
    response = organiser.get(reverse("register:template"))
    page = _upload(organiser, response.content)

    assert "表头下面没有数据行" in organiser.get(page).content.decode()
    assert "attachment" in response["Content-Disposition"]


def test_unit_is_changed_with_its_secretary(organiser: Client) -> None:
    _apply(organiser, _upload(organiser, roll_bytes([unit_row(0)])))
    unit = Unit.objects.get(name="甲河村党支部")
    account = Account.objects.create_user("zhao", person=Person.objects.get(name="赵一"))
    Role.objects.create(account=account, kind="respondent", unit=unit)
    values = {
        "name": "甲河村党支部",
        "kind": "村",
        "members": "31",
        "founded": "２００１年７月",
        "secretary": "钱新",
        "order": "1",
        "active": "on",
        "note": "",
        "parent": unit.parent_id,
    }

    url = reverse("register:unit", args=[unit.pk])
    values |= opened(organiser, url)
    response = organiser.post(url, values)

    assert 302 == response.status_code
    unit.refresh_from_db()
    assert (31, "2001-07") == (unit.members, unit.founded)
    assert "钱新" == Office.objects.get(unit=unit, until=None).person.name
    assert not has_role(account, "respondent", unit)
    entry = JournalEntry.objects.order_by("-seq").first()
    assert ["20", "31"] == entry.payload.data["changes"]["members"]  # type: ignore[union-attr]

    before = JournalEntry.objects.count()
    assert 302 == organiser.post(url, values).status_code, "a second click"
    assert before == JournalEntry.objects.count()


def test_unit_form_keeps_what_was_typed_when_refused(organiser: Client) -> None:
    Unit.objects.create(name="甲")
    response = organiser.post(
        reverse("register:unit_new"), {"name": " 甲 ", "founded": "去年", "note": "已写的"}
    )
    text = response.content.decode()

    assert 422 == response.status_code
    assert "已有单位“甲”" in text
    assert "可写 1998年7月" in text
    assert "已写的" in text


def test_unit_cannot_be_above_itself(organiser: Client) -> None:
    top = Unit.objects.create(name="上")
    below = Unit.objects.create(name="下", parent=top)

    response = organiser.post(
        reverse("register:unit", args=[top.pk]), {"name": "上", "parent": below.pk}
    )

    assert "绕成了一圈" in response.content.decode()


def test_group_takes_units_from_other_groups(organiser: Client) -> None:
    unit = Unit.objects.create(name="甲")
    other = Group.objects.create(name="第一组")
    other.units.add(unit)

    response = organiser.post(
        reverse("register:group_new"),
        {"name": "第二组", "leads": "张三", "members": "李四、王五", "units": [unit.pk]},
    )

    assert 302 == response.status_code
    assert ["第二组"] == [g.name for g in unit.groups.all()]
    assert 3 == Group.objects.get(name="第二组").memberships.count()


def test_group_with_somebody_of_another_group_is_refused(organiser: Client) -> None:
    organiser.post(reverse("register:group_new"), {"name": "第一组", "leads": "张三"})

    response = organiser.post(reverse("register:group_new"), {"name": "第二组", "members": "张三"})

    assert 422 == response.status_code
    assert "已在“第一组”" in response.content.decode()


def test_lists_are_searched_by_name_pinyin_and_secretary(organiser: Client) -> None:
    _apply(organiser, _upload(organiser, OFFICE_ROLL))

    for query in ("青石", "qing shi", "赵建国"):
        page = organiser.get(reverse("register:units"), {"q": query}).context["page"]
        assert "青石村党支部" in {u.name for u in page}
        assert len(page.object_list) < 5


@pytest.mark.parametrize("name", ["units", "people"])
def test_lists_ask_the_database_as_often_for_many_as_for_few(
    organiser: Client, name: str, django_assert_max_num_queries: object
) -> None:
    _apply(organiser, _upload(organiser, OFFICE_ROLL))

    with django_assert_max_num_queries(14):  # type: ignore[operator]
        organiser.get(reverse(f"register:{name}"))


def test_superuser_is_a_technician_and_nothing_else() -> None:
    root = Account.objects.create_superuser("root", password="x")

    assert {"technician"} == roles_of(root)
    assert account_unit(root) is None
    assert not has_role(root, "organiser")
