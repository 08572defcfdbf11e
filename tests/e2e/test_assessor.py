"""An assessor scores a unit beside its own sheet, and gives a sheet back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.demo_site import DemoSite

pytestmark = pytest.mark.e2e
SCORED, GIVEN_BACK = "云岭村党支部", "梅林村党支部"
STATE = (
    "select s.state from campaigns_sheet s"
    " join campaigns_campaignsubject c on c.id = s.subject_id and c.campaign_id = 2"
    " left join register_account a on a.id = s.respondent_id"
    " where c.title = '{}' and s.instrument = '{}' and a.username = '{}'"
)


def test_a_group_sheet_needs_a_reason_for_every_point_taken_off(
    visit: Visit, site: DemoSite
) -> None:
    assessor = visit("zuzhang")
    page = assessor.page
    assessor.open("/units/")
    unit = page.locator("tr", has=page.get_by_role("rowheader", name=SCORED, exact=True))
    with page.expect_navigation():
        unit.get_by_role("link", name="评分").click()
    # The unit's own marks stand beside each field.
    own = page.locator("td.beside .num").all_inner_texts()
    assert 8 == len(own)
    for field in page.locator("input[data-max]").all():
        field.fill(field.get_attribute("data-max"))
    first = page.locator("input[data-max]").first
    first.fill("13.5")
    item = first.get_attribute("data-item")
    expect(page.locator(f"[data-reason={item}]")).to_be_visible()
    assessor.press("提交评分")
    assert "扣分须写理由" in assessor.says()
    assert "draft" == site.query(STATE.format(SCORED, "group_sheet", "zuzhang"))[0][0]
    expect(page.locator("input[data-max]").first).to_have_value("13.5")

    page.locator(f"textarea[data-item={item}]").fill("六月、九月两次专题会没有记录")
    assessor.press("提交评分")

    assert "已提交" in assessor.says()
    assert "submitted" == site.query(STATE.format(SCORED, "group_sheet", "zuzhang"))[0][0]
    assert "六月、九月两次专题会没有记录" in assessor.says()
    expect(page.locator("input[data-max]")).to_have_count(0)


def test_a_sheet_given_back_comes_with_its_reason(visit: Visit, site: DemoSite) -> None:
    assessor, head = visit("zuzhang"), visit("meilincun", width=390)
    page = assessor.page
    assessor.open("/units/")
    unit = page.locator("tr", has=page.get_by_role("rowheader", name=GIVEN_BACK, exact=True))
    with page.expect_navigation():
        unit.get_by_role("link", name="评分").click()
    assessor.follow("退回自评表")
    page.get_by_label("理由").fill(" ")
    assessor.press("退回")
    assert "写明" in assessor.says() or "填写" in assessor.says()
    assert "submitted" == site.query(STATE.format(GIVEN_BACK, "self_sheet", "meilincun"))[0][0]
    page.get_by_label("理由").fill("第三项没有附会议记录")
    assessor.press("退回")

    head.open("/tasks/")
    assert "第三项没有附会议记录" in head.says()
    head.follow("修改并重新提交")
    assert "第三项没有附会议记录" in head.says()
    head.open(head.page.url.removeprefix(site.address).split("steps")[0] + "steps/done/")
    head.press("确认提交")
    assert "submitted" == site.query(STATE.format(GIVEN_BACK, "self_sheet", "meilincun"))[0][0]
    expect(head.page.locator(".timeline li")).to_have_count(2)
