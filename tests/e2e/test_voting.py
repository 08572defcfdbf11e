"""A poll from its slips to its result: voters on phones, with JavaScript and without."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.demo_site import DemoSite
from tests.e2e.visitors import Visitor

pytestmark = pytest.mark.e2e
UNIT = "古井村党支部"
BEST, GOOD, POOR = 0, 1, 3


def poll_path(site: DemoSite, unit: str) -> str:
    """The page of this year's ballot about a unit."""
    asked = f"select id from ballots_poll where title = '{unit} 民主测评' and reference like 'c2.%'"
    return f"/polls/{uuid.UUID(site.query(asked)[0][0])}/"


def print_slips(organiser: Visitor, path: str, *, members: int) -> list[str]:
    """Have slips printed as a page; the codes to type."""
    organiser.open(path)
    organiser.follow("印票")
    organiser.page.get_by_label(re.compile("普通党员代表")).fill(str(members))
    organiser.page.get_by_label(re.compile("网页")).check()
    organiser.press("生成并打印")
    return organiser.page.locator(".typed").all_inner_texts()


def start(organiser: Visitor, path: str, *, members: int) -> None:
    """Enter who came and open the poll."""
    organiser.open(path)
    organiser.follow("填实到人数，开始")
    for field in organiser.page.get_by_label(re.compile("实到$")).all():
        field.fill("0")
    organiser.page.get_by_label(re.compile("普通党员代表 实到")).fill(str(members))
    organiser.press("开始投票")
    assert "已开始 1 项投票" in organiser.says()


def enter(voter: Visitor, code: str) -> None:
    """Type the code of a slip."""
    voter.open("/v")
    voter.page.get_by_label("票码").fill(code)
    voter.press("打开测评票")


def mark(voter: Visitor, option: int, *, leave_out: int = 0) -> int:
    """Mark every question alike, all but the last few; how many there are."""
    questions = voter.page.locator("fieldset.q")
    for question in questions.all()[: questions.count() - leave_out]:
        question.locator(".options label").nth(option).click()
    return int(questions.count())


def test_a_poll_goes_from_slips_to_a_result_nobody_saw_before(visit: Visit, site: DemoSite) -> None:
    organiser = visit("kaoheban")
    path = poll_path(site, UNIT)
    codes = print_slips(organiser, path, members=6)
    assert 6 == len(set(codes))
    early = visit(width=390)
    enter(early, codes[0])
    assert "投票还没有开始" in early.says()
    start(organiser, path, members=6)

    # With JavaScript: asked once more, counted, and no second time.
    early.press("开始了，打开测评票")
    assert UNIT in early.page.locator("h1").inner_text()
    asked = mark(early, BEST, leave_out=1)
    expect(early.page.locator("#done")).to_have_text(str(asked - 1))
    early.page.locator("fieldset.q").last.locator(".options label").nth(BEST).click()
    early.page.locator("#hand-in").click()
    expect(early.page.locator("#summary")).to_contain_text(f"优秀 {asked} 项")
    early.page.locator("#sure").click()
    expect(early.page.locator("[data-kind=recorded] h1")).to_have_text("已计票")
    enter(early, codes[0])
    expect(early.page.locator("[data-kind=counted] h1")).to_have_text("这张票已计票")

    # Nobody sees a choice before the end, the organiser neither.
    for page in (path, path + "result/", "/polls/turnout/"):
        organiser.open(page)
        assert "优秀 1" not in organiser.says().replace("\t", " ")
    assert "1 / 6" in organiser.says()
    organiser.open(path + "result/")
    assert "封存以后才有结果" in organiser.says()
    assert "优秀" not in early.says()

    # Without JavaScript: a question left open is asked for, then counted.
    plain = visit(width=390, javascript=False)
    enter(plain, codes[1].lower().replace("-", " "))
    mark(plain, GOOD, leave_out=1)
    plain.press("交票")
    assert "还没有交票：还有 1 项没有填" in plain.says()
    expect(plain.page.locator("input:checked")).to_have_count(asked - 1)
    plain.page.locator("fieldset.q").last.locator(".options label").nth(GOOD).click()
    plain.press("补好了，交票")
    expect(plain.page.locator("[data-kind=recorded] h1")).to_have_text("已计票")
    enter(plain, codes[1])
    expect(plain.page.locator("[data-kind=counted] h1")).to_have_text("这张票已计票")
    assert codes[1] not in plain.page.url

    vote_quietly(site, codes[2:], POOR)
    organiser.open(path)
    organiser.follow("截止并封存")
    organiser.press("截止 1 项")
    organiser.open(path + "result/")
    row = organiser.page.locator("table.counts tbody tr").first.locator("td")
    # title, 优秀, 良好, 一般, 较差, not marked, marked
    assert ["1", "1", "0", "4", "0", "6"] == row.all_inner_texts()[1:]
    enter(plain, codes[1])
    assert "没有这张票" in plain.says()


def vote_quietly(site: DemoSite, codes: list[str], option: int) -> None:
    """Cast the same marks with each code, without a browser."""
    for code in codes:
        ballot = post(site, {"code": code})
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', ballot))
        marks = dict.fromkeys(re.findall(r'name="(m\.\w+)"', ballot), str(option))
        assert 'data-kind="recorded"' in post(site, hidden | marks)


def post(site: DemoSite, fields: dict[str, str]) -> str:
    """What the voter's page answers to a form."""
    with urlopen(site.address + "/v", urlencode(fields).encode()) as answer:
        return str(answer.read().decode())


def test_a_scanned_code_does_not_stay_in_the_address(visit: Visit, site: DemoSite) -> None:
    organiser, path = visit("kaoheban"), poll_path(site, "双塘村党支部")
    codes = print_slips(organiser, path, members=6)
    start(organiser, path, members=6)
    phone = visit(width=390)

    phone.open("/v#" + codes[0].replace("-", ""))
    expect(phone.page.locator("h1")).to_have_text("双塘村党支部")

    assert phone.page.url == site.address + "/v"
    phone.page.go_back()
    assert codes[0].replace("-", "") not in phone.page.url


def test_a_wrong_code_is_refused_in_words(visit: Visit) -> None:
    for javascript in (True, False):
        voter = visit(width=390, javascript=javascript)
        enter(voter, "00000-00000")
        assert "没有这张票" in voter.says()
        assert "00000" not in voter.page.url
