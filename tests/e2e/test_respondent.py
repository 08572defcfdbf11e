"""A respondent fills in the self-assessment: on two devices, without JavaScript, against herself."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.demo_site import DemoSite
from tests.e2e.visitors import Visitor

pytestmark = pytest.mark.e2e
STORED = (
    "select s.state, s.data from campaigns_sheet s join register_account a on a.id = s.respondent_id"
    " where a.username = '{}' and s.instrument = 'self_sheet'"
)
REPORT = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A self-inspection report to upload."""
    file = tmp_path / "自查报告.pdf"
    file.write_bytes(REPORT)
    return file


def full_marks(page: Any) -> None:
    """Give every item of the step the most it can get."""
    for field in page.locator("input[data-max]").all():
        field.fill(field.get_attribute("data-max"))


def saved(visitor: Visitor) -> None:
    """Wait until the page says that it saved by itself."""
    expect(visitor.page.locator("[data-status]")).to_contain_text("已自动保存")


def upload(visitor: Visitor, file: Path) -> None:
    """Follow the review's complaint to the missing report and hand it in."""
    visitor.page.locator(".errors a[href*=evidence]").click()
    slot = visitor.page.locator(".slot", has_text="必传")
    slot.locator("input[type=file]").set_input_files(file)
    with visitor.page.expect_navigation():
        slot.get_by_role("button", name="上传").click()


def stored(site: DemoSite, username: str) -> tuple[str, str]:
    """State and data of an account's self-assessment as the database has them."""
    return site.query(STORED.format(username))[0]


def test_a_sheet_begun_on_one_device_is_handed_in_from_another(
    visit: Visit, site: DemoSite, report: Path
) -> None:
    desk = visit()
    desk.log_in("bailucun")
    desk.follow("开始填写")
    desk.page.locator("input[data-item=duty]").fill("14.5")
    desk.page.locator("textarea[data-item=duty]").fill("十月的专题会推迟了一周")
    saved(desk)
    expect(desk.page.locator("aside [data-subtotal]")).to_have_text("14.50")
    desk.leave()

    phone = visit(width=390)
    phone.log_in("bailucun")
    phone.follow("继续填写")
    expect(phone.page.locator("input[data-item=duty]")).to_have_value("14.5")
    expect(phone.page.locator("textarea[data-item=duty]")).to_have_value("十月的专题会推迟了一周")
    phone.page.locator("input[data-item=organization]").fill("15")
    phone.press("保存，下一步")
    while "/steps/done/" not in phone.page.url:
        full_marks(phone.page)
        phone.press("保存，下一步")
    # The report is missing: told on the review page, with the way to it.
    expect(phone.page.get_by_role("button", name="确认提交")).to_be_disabled()
    upload(phone, report)
    expect(phone.page.get_by_role("link", name="自查报告.pdf")).to_be_visible()
    phone.follow("下一步：核对并提交")
    phone.press("确认提交")

    assert "已提交" in phone.page.locator("h1").inner_text()
    state, data = stored(site, "bailucun")
    assert "submitted" == state
    assert '"duty": "14.5"' in data
    total = sum(Decimal(n) for n in re.findall(r'"\w+": "([\d.]+)"', data.split('"reasons"')[0]))
    assert f"{total:.2f}" in phone.says()
    with phone.page.expect_download() as download:
        phone.page.get_by_role("link", name="自查报告.pdf").first.click()
    assert REPORT == Path(download.value.path()).read_bytes()


def test_a_sheet_is_filled_in_and_handed_in_without_javascript(
    visit: Visit, site: DemoSite, report: Path
) -> None:
    plain = visit(width=390, javascript=False)
    plain.log_in("fengqiaocun")
    plain.follow("开始填写")
    plain.page.locator("input[data-item=duty]").fill("一百")
    plain.press("保存，下一步")
    assert "1 处需要修改" in plain.says()
    expect(plain.page.locator("input[data-item=duty]")).to_have_value("一百")
    while "/steps/done/" not in plain.page.url:
        full_marks(plain.page)
        plain.press("保存，下一步")
    upload(plain, report)
    plain.follow("下一步：核对并提交")
    plain.press("确认提交")

    assert "已提交" in plain.page.locator("h1").inner_text()
    assert "submitted" == stored(site, "fengqiaocun")[0]


def test_what_two_devices_wrote_at_once_is_shown_side_by_side(visit: Visit, site: DemoSite) -> None:
    desk, phone = visit(), visit(width=390)
    for device in (desk, phone):
        device.log_in("taoxicun")
        device.follow("开始填写")
    desk.page.locator("input[data-item=duty]").fill("13")
    saved(desk)
    phone.page.locator("input[data-item=duty]").fill("12")
    phone.page.locator("input[data-item=organization]").fill("11")
    expect(phone.page.locator("[data-status]")).to_contain_text("在别处被修改过")
    phone.press("保存，下一步")

    rows = phone.page.locator(".merge-row")
    expect(rows).to_have_count(1)
    assert {"12", "13"} <= set(rows.locator(".merge-text").all_inner_texts())
    phone.page.get_by_text("用已保存的").click()
    phone.press("按选择保存")

    data = stored(site, "taoxicun")[1]
    assert '"duty": "13"' in data
    assert '"organization": "11"' in data
