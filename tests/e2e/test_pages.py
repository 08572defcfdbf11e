"""In a real browser: pages fit a phone, ask nobody else, log no error, work without a mouse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from kaohe.register.models import Account, Role

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SIZES = [(1280, 800), (390, 844)]
PASSWORD = "demo-browser-1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        chromium = p.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def organiser() -> Account:
    """An account that may see the office's pages."""
    account = Account.objects.create_user("office", password=PASSWORD)
    Role.objects.create(account=account, kind=Role.Kind.ORGANISER)
    return account


def watch(page: Any) -> tuple[list[str], list[str]]:
    """Collect what the page complains of and whom it asks."""
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    return errors, asked


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/login/", "/v", "/notices/"])
def test_public_pages_fit_and_ask_nobody_else(
    browser: Any, live_server: Any, path: str, size: tuple[int, int]
) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    errors, asked = watch(page)

    response = page.goto(live_server.url + path)

    assert response.status == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert [] == errors
    assert [] == [u for u in asked if not u.startswith((live_server.url, "data:"))]
    page.close()


def test_an_organiser_logs_in_with_the_keyboard_alone(
    browser: Any, live_server: Any, organiser: Account
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    errors, _ = watch(page)
    page.goto(live_server.url + "/login/")

    page.locator("#id_username").focus()
    page.keyboard.type("office")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/campaigns/")

    assert "考核" in page.locator("h1").inner_text()
    for path in (
        "/campaigns/",
        "/campaigns/new/",
        "/register/",
        "/polls/",
        "/claims/",
        "/journal/",
    ):
        assert page.goto(live_server.url + path).status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert [] == errors
    page.close()


def test_a_wrong_slip_code_is_refused_in_words_without_javascript(
    browser: Any, live_server: Any
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(live_server.url + "/v")

    page.locator("form input[type=text]").first.fill("00000-00000")
    page.locator("form button").first.click()

    assert page.locator("body").inner_text().strip()
    assert "00000" not in page.url
    context.close()
