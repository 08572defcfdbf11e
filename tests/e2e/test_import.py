"""An office's own roll is imported from the browser: preview, questions, nothing before the yes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.ballots.live import ROOT
from tests.e2e.conftest import Visit
from tests.e2e.demo_site import DemoSite
from tests.e2e.visitors import Visitor

pytestmark = pytest.mark.e2e
ROLL = ROOT / "tests" / "register" / "data" / "office-roll.xlsx"
NEW = "云峰村党支部"


def roll(folder: Path, **cells: Any) -> Path:
    """The office's roll with some cells written over."""
    book = load_workbook(ROLL)
    for place, value in cells.items():
        book["花名册"][place] = value
    book.save(folder / "花名册.xlsx")
    return folder / "花名册.xlsx"


def upload(office: Visitor, file: Path) -> None:
    """Hand a file in for preview."""
    office.open("/register/import/")
    office.page.locator("input[type=file]").set_input_files(file)
    office.press("上传并预览")


def members(site: DemoSite, unit: str) -> list[tuple[int]]:
    """The number of members the register has of a unit; empty without the unit."""
    return site.query(f"select members from register_unit where name = '{unit}'")


def test_the_roll_as_the_office_keeps_it_is_understood(visit: Visit) -> None:
    office = visit("kaoheban")
    upload(office, ROLL)

    said = office.says()
    for words in ("26\n读懂的单位", "3\n考核组", "29\n处写法已整理", "2\n个问题请您定"):
        assert words in said
    assert "杨㛃" in said
    assert "与名册完全一致" in said
    expect(office.page.get_by_role("button", name="确认导入")).to_be_disabled()


def test_changes_are_written_after_the_answers_and_the_yes(
    visit: Visit, site: DemoSite, tmp_path: Path
) -> None:
    office = visit("kaoheban", width=390)
    row = {"A22": 27, "B22": f" {NEW} ", "C22": "行政村", "D22": "青岭乡党委", "F22": "４１"}
    before = members(site, "青石村党支部")
    upload(office, roll(tmp_path, F4=31, **row))

    # "行政村" is no class the register knows: asked, and nothing goes on without the answers.
    expect(office.page.locator("fieldset", has_text="行政村")).to_be_visible()
    expect(office.page.get_by_role("button", name="确认导入")).to_be_disabled()
    for question in office.page.locator("fieldset.register-open").all():
        question.locator("input[type=radio]").first.check()
    office.press("按这些回答重新比对")
    assert "新增 1 个单位" in office.says()
    change = office.page.locator("tr", has_text="青石村党支部").filter(has_text="党员数").first
    assert ["党员数", "29", "31"] == change.locator("td").all_inner_texts()
    assert (before, []) == (members(site, "青石村党支部"), members(site, NEW))
    office.press("确认导入")

    assert "已写入名册" in office.says()
    assert ([(31,)], [(41,)]) == (members(site, "青石村党支部"), members(site, NEW))


def test_mistakes_are_told_by_cell_and_nothing_is_written(
    visit: Visit, site: DemoSite, tmp_path: Path
) -> None:
    office = visit("kaoheban")
    before = site.query("select count(*) from register_unit")
    upload(office, roll(tmp_path, F5="三十来人", B6="柳湾村党支部", G8="去年春天"))

    said = office.says()
    for place in ("花名册!F5", "花名册!B6", "花名册!G8"):
        assert place in said
    expect(office.page.get_by_role("button", name="确认导入")).to_be_disabled()
    assert before == site.query("select count(*) from register_unit")
