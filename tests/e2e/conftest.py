"""One browser and one served demo for all walks; visitors come and go."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.demo_site import DemoSite, demo_site
from tests.e2e.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)
    with sync_playwright() as p:
        chromium = p.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site() -> Iterator[DemoSite]:
    """The demo, seeded and served once."""
    pytest.importorskip("kaohe_township", reason="the walks use its sample campaign")
    with demo_site() as served:
        yield served


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """Cookies by user name: who has logged in once need not again."""
    return {}


@pytest.fixture
def visit(browser: Any, site: DemoSite, sessions: dict[str, Any]) -> Iterator[Visit]:
    """Open a visitor, logged in under a user name if one is given; nothing may be complained of."""
    made: list[Visitor] = []

    def visitor(username: str = "", *, width: int = 1280, javascript: bool = True) -> Visitor:
        known = sessions.get(username)
        one = Visitor(browser, site, width=width, javascript=javascript, session=known)
        made.append(one)
        if username and known is None:
            one.log_in(username)
            sessions[username] = one.context.storage_state()
        return one

    yield visitor
    for one in made:
        one.leave()
    complaints = [c for one in made for c in one.complaints]
    assert not complaints, "\n".join([*complaints, site.log.read_text()[-3000:]])
