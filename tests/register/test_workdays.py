"""Holidays and swapped workdays an office enters, and the deadlines that follow from them."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kaohe.audit.models import JournalEntry
from kaohe.register.models import Account, Role, WorkdayYear
from kaohe.register.services.workdays import office_calendar, save_workdays
from kaohe.workdays import published_years
from tests.register.opened import opened

pytestmark = pytest.mark.django_db
YEAR = published_years().stop
"""The first year the program does not know by itself."""
TEXT = "元旦：1月1日至3日放假，共3天。1月9日上班。"


@pytest.fixture(autouse=True)
def this_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages offer the years around today."""
    today = lambda *args: date(YEAR - 1, 12, 28)  # noqa: E731
    monkeypatch.setattr("kaohe.register.views.workdays.timezone.localdate", today)


@pytest.fixture
def organiser() -> Client:
    account = Account.objects.create_user("wang", password="x")
    Role.objects.create(account=account, kind="organiser")
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def url() -> str:
    return reverse("register:workday_year", args=[YEAR])


def _save(client: Client, url: str, **data: Any) -> Any:
    shown = opened(client, url)
    return client.post(url, {"text": TEXT, "action": "save", **shown, **data})


def _saved() -> WorkdayYear | None:
    return WorkdayYear.objects.filter(year=YEAR).first()


def test_pasted_notice_moves_deadlines(organiser: Client, url: str) -> None:
    before = office_calendar().period_end(date(YEAR - 1, 12, 31), 5, "working")
    assert not before.official
    assert "放假安排未录入" in before.note

    assert _save(organiser, url, complete="on").status_code == 302

    after = office_calendar().period_end(date(YEAR - 1, 12, 31), 5, "working")
    assert after.official
    assert after.day > before.day
    row = _saved()
    assert row is not None
    assert row.days == {
        f"{YEAR}-01-01": False, f"{YEAR}-01-02": False, f"{YEAR}-01-03": False,
        f"{YEAR}-01-09": True,
    }  # fmt: skip
    entry = JournalEntry.objects.get(action="workdays.change")
    assert entry.payload.data["changes"] == {
        "days": ["（无）", "01-01 至 01-03 放假；01-09 上班"], "complete": ["否", "是"],
    }  # fmt: skip


def test_notice_of_results_ends_by_the_offices_calendar(organiser: Client, url: str) -> None:
    """The calendar reaches the two places where days are counted."""
    from kaohe.results.services.notices import notice_period
    from tests.results.township import SCHEME, read_source

    scheme = read_source(SCHEME.read_bytes(), name=SCHEME.name).bind()
    start = date(YEAR - 1, 12, 31)
    before = notice_period(scheme, start)

    _save(organiser, url, complete="on", text="1月1日至9日放假")

    after = notice_period(scheme, start)
    assert (after.ends > before.ends, after.note) == (True, "")


def test_reading_first_shows_the_days_and_saves_nothing(organiser: Client, url: str) -> None:
    response = _save(organiser, url, action="read")

    text = response.content.decode()
    assert response.status_code == 200
    assert "还没有保存" in text
    assert [(r["first"].day, r["last"].day, r["worked"]) for r in response.context["ranges"]] == [
        (1, 3, False), (9, 9, True),
    ]  # fmt: skip
    assert _saved() is None


def test_mistakes_are_all_named_and_the_text_stays(organiser: Client, url: str) -> None:
    wrong = "2月30日放假\n5月1日至7日放假，共5天"

    response = _save(organiser, url, text=wrong)

    text = response.content.decode()
    assert response.status_code == 422
    assert "第 1 行：" in text
    assert "第 2 行：" in text
    assert wrong in text.replace("\r\n", "\n")
    assert _saved() is None


def test_second_save_is_refused_and_loses_nothing(organiser: Client, url: str) -> None:
    mine = opened(organiser, url)
    save_workdays(YEAR, text="1月1日放假", complete=False, actor="别人")

    response = organiser.post(url, {"text": TEXT, "action": "save", **mine})

    text = response.content.decode()
    assert response.status_code == 409
    assert "别人保存过" in text
    assert "1月1日放假" in text
    assert TEXT in text
    row = _saved()
    assert row is not None
    assert row.text == "1月1日放假"
    again = {"text": TEXT, "action": "save", "seen": response.context["seen"]}
    assert organiser.post(url, again).status_code == 302
    row.refresh_from_db()
    assert row.text == TEXT


def test_second_click_writes_once(organiser: Client, url: str) -> None:
    shown = opened(organiser, url)
    data = {"text": TEXT, "action": "save", **shown}

    assert [organiser.post(url, data).status_code for _ in range(2)] == [302, 302]
    assert JournalEntry.objects.filter(action="workdays.change").count() == 1


def test_emptied_year_is_the_built_in_one_again(organiser: Client, url: str) -> None:
    _save(organiser, url, complete="on")

    _save(organiser, url, text="")

    assert _saved() is None
    assert not office_calendar().is_official(date(YEAR, 6, 1))


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["放假安排"], ["日期", "到", "安排"], [date(YEAR, 1, 1), date(YEAR, 1, 3), "放假"],
        [f"{YEAR}年1月9日", None, "上班"],
    ):  # fmt: skip
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("安排.xlsx", _workbook()),
        ("安排.txt", TEXT.encode()),
        ("安排.txt", TEXT.encode("gb18030")),
        ("安排.txt", b"\xef\xbb\xbf" + TEXT.encode()),
    ],
    ids=["xlsx", "utf-8", "gb18030", "bom"],
)
def test_file_is_read_for_review_and_not_saved(
    organiser: Client, url: str, name: str, data: bytes
) -> None:
    file = SimpleUploadedFile(name, data)

    response = _save(organiser, url, text="", file=file)

    assert response.status_code == 200
    assert [(r["first"].day, r["last"].day, r["worked"]) for r in response.context["ranges"]] == [
        (1, 3, False), (9, 9, True),
    ]  # fmt: skip
    assert _saved() is None
    shown = response.context["form"]["text"].value()
    assert _save(organiser, url, text=shown).status_code == 302
    row = _saved()
    assert row is not None
    assert len(row.days) == 4


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04broken", b"%PDF-1.4 \0", b"x" * 300_000, b"\xff\xfe\x00", b""],
    ids=["zip", "pdf", "long", "utf-16", "empty"],
)  # fmt: skip
def test_other_files_are_refused_in_words(organiser: Client, url: str, data: bytes) -> None:
    response = _save(organiser, url, text="我写的", file=SimpleUploadedFile("a.xlsx", data))

    assert response.status_code == 422
    assert response.context["form"]["file"].errors
    assert "我写的" in response.content.decode()
    assert _saved() is None


def test_years_far_away_have_no_page(organiser: Client) -> None:
    for year in (1, 1999, YEAR + 5, 32767, 99999):
        url = reverse("register:workday_year", args=[year])
        assert organiser.get(url).status_code == 404


def test_list_says_where_each_year_comes_from(organiser: Client, url: str) -> None:
    _save(organiser, url)

    text = organiser.get(reverse("register:workdays")).content.decode()

    assert f"{YEAR} 年" in text
    assert "部分录入" in text
    assert "程序自带" in text
    assert "未录入" in text


def test_day_that_differs_from_the_built_in_year_is_pointed_out(organiser: Client) -> None:
    url = reverse("register:workday_year", args=[YEAR - 1])

    response = _save(organiser, url, text="6月3日放假", action="read")

    assert [f"{day:%m-%d}" for day in response.context["differ"]] == ["06-03"]


@pytest.mark.parametrize("kind", ["auditor", "decider", "technician", "respondent"])
def test_only_organisers_enter_holidays(kind: str, url: str) -> None:
    account = Account.objects.create_user("zhao", password="x")
    Role.objects.create(account=account, kind=kind)
    client = Client()
    client.force_login(account)

    assert client.post(url, {"text": TEXT, "action": "save"}).status_code == 403
    assert _saved() is None
