"""A sheet from the log-in to its submission without a mouse."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.demo_site import PASSWORD

pytestmark = pytest.mark.e2e
_FOCUSED = """() => {
  const n = document.activeElement;
  const box = n.getBoundingClientRect();
  return { text: (n.innerText || n.value || "").trim(), tag: n.tagName, item: n.dataset.item || "",
    name: n.name || "", max: n.dataset.max || "", href: n.getAttribute("href") || "",
    seen: box.width > 0 && getComputedStyle(n).outlineStyle !== "none" || n.matches("input, textarea") };
}"""
_MOST = 120
"""More tabs than any page has stops."""


def tab_to(page: Any, **wanted: str) -> None:
    """Press Tab until the focus is where it is wanted; it must be visible at every stop."""
    passed = []
    for _ in range(_MOST):
        page.keyboard.press("Tab")
        here = page.evaluate(_FOCUSED)
        passed.append(here["text"][:20])
        if here["tag"] != "BODY":
            assert here["seen"], f"no focus to be seen on {here}"
        if all(here[key] == value for key, value in wanted.items()):
            return
    raise AssertionError(f"{wanted} cannot be reached: {passed}")


def test_a_sheet_is_handed_in_with_the_keyboard_alone(visit: Visit, tmp_path: Any) -> None:
    report = tmp_path / "自查报告.pdf"
    report.write_bytes(b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    visitor = visit()
    page = visitor.page
    page.on("filechooser", lambda _: None)  # caught from the start, not from the key on
    visitor.open("/login/")
    expect(page.locator("[name=username]")).to_be_focused()
    page.keyboard.type("weishengyuan")
    tab_to(page, name="password")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, text="开始填写")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    while "/steps/done/" not in page.url:
        for item in page.eval_on_selector_all(
            "input[data-max]", "a => a.map((n) => n.dataset.item)"
        ):
            tab_to(page, tag="INPUT", item=item)
            page.keyboard.type(page.evaluate(_FOCUSED)["max"])
        tab_to(page, text="保存，下一步")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    tab_to(page, text="材料")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, name="files")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(report)
    tab_to(page, text="上传")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, text="下一步：核对并提交")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, text="确认提交")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("已提交")


def test_the_first_stop_of_a_page_skips_the_menu(visit: Visit) -> None:
    visitor = visit("kaoheban")
    visitor.open("/campaigns/")
    visitor.page.keyboard.press("Tab")

    assert "跳到正文" == visitor.page.evaluate(_FOCUSED)["text"]
    visitor.page.keyboard.press("Enter")
    tab_to(visitor.page, tag="A")
    assert visitor.page.evaluate("document.activeElement.closest('main') !== null")
