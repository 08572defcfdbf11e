"""A sheet of counts, brackets and choices: another scheme's demo, scored by an assessor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.demo_site import DemoSite, demo_site
from tests.e2e.test_crawl import crawl
from tests.e2e.visitors import Visitor

pytestmark = pytest.mark.e2e
SCHEME = "enterprise.monthly"
STATES = "select s.state from campaigns_sheet s join register_account a on a.id = s.respondent_id where a.username = 'zuzhang' and s.version > 0"


@pytest.fixture(scope="module")
def monthly() -> Iterator[DemoSite]:
    """The demo of a scheme whose sheet is filled in by rules."""
    pytest.importorskip("kaohe_enterprise", reason="the scheme is its")
    with demo_site(SCHEME) as served:
        yield served


def leave(visitor: Visitor) -> None:
    """Close the browser; nothing may have been complained of."""
    visitor.leave()
    assert [] == visitor.complaints


def begin(browser: Any, site: DemoSite, **how: Any) -> Visitor:
    """The assessor in front of the first sheet that is open."""
    assessor = Visitor(browser, site, **how)
    assessor.log_in("zuzhang")
    assessor.open("/units/")
    assessor.follow("评分")
    return assessor


def points(assessor: Visitor, item: str) -> Any:
    """Where the page shows the points of an item."""
    return assessor.page.locator(f"output[data-points={item}]")


def test_points_follow_counts_brackets_and_choices(browser: Any, monthly: DemoSite) -> None:
    assessor = begin(browser, monthly)
    page = assessor.page
    notes = page.locator("tr[data-block]", has_text="党员笔记").first
    item = notes.get_attribute("data-block")
    full = points(assessor, item).inner_text()
    late = notes.locator("tr[data-row]", has_text="个人未按时交")
    late.get_by_role("button", name="加 1").click()
    late.get_by_role("button", name="加 1").click()
    expect(late.locator("input")).to_have_value("2")
    # Twice two points less; the server counts, the page shows.
    expect(points(assessor, item)).to_have_text(f"{float(full) - 4:.2f}")
    printed = page.locator("tr[data-block]", has_text="已刊登")
    printed.get_by_label("已刊登").check()
    expect(points(assessor, printed.get_attribute("data-block"))).to_have_text("20.00")
    sent = page.locator("tr[data-block]", has_text="投稿篇数")
    sent.get_by_label("投稿篇数").fill("3")
    expect(sent.locator("tr.hit")).to_contain_text("3 篇及以上")
    expect(points(assessor, sent.get_attribute("data-block"))).to_have_text("6.00")
    leave(assessor)


def test_a_sheet_by_rules_is_handed_in_without_javascript(browser: Any, monthly: DemoSite) -> None:
    assessor = begin(browser, monthly, javascript=False, width=390)
    page = assessor.page
    assessor.press("提交评分")
    assert "需要补充或修改" in assessor.says()
    for label, value in (
        ("实到人次", "18"),
        ("应到人次", "20"),
        ("投稿篇数", "1"),
        ("当月名次", "4"),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_label("没有投稿").check()
    before = monthly.query(STATES)
    assessor.press("提交评分")

    assert "已提交" in assessor.says()
    assert before.count(("submitted",)) + 1 == monthly.query(STATES).count(("submitted",))
    leave(assessor)


@pytest.mark.parametrize("username", ["kaoheban", "tianbao", "zuzhang"])
def test_pages_of_another_scheme_are_sound(browser: Any, monthly: DemoSite, username: str) -> None:
    visitor = Visitor(browser, monthly)
    visitor.log_in(username)

    faults, shapes = crawl(visitor, username)

    assert not faults, "\n" + "\n".join(faults)
    assert len(shapes) >= 5
    leave(visitor)
