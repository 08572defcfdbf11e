"""People in front of a browser, each with a context of their own: cookies, width, JavaScript or none."""

from __future__ import annotations

from typing import Any

from tests.e2e.demo_site import PASSWORD, DemoSite


class Visitor:
    """One person at one device; whatever the browser complains of is kept in `complaints`."""

    def __init__(
        self,
        browser: Any,
        site: DemoSite,
        *,
        width: int = 1280,
        javascript: bool = True,
        session: Any = None,
    ) -> None:
        self.site = site
        self.complaints: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 800 else 800},
            java_script_enabled=javascript,
            storage_state=session,
            locale="zh-CN",
            accept_downloads=True,
        )
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda e: self.complaints.append(f"script: {e}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def _said(self, message: Any) -> None:
        # A refused form is answered with its status; the browser logs that, rightly.
        refused = message.text.startswith("Failed to load resource") and " 4" in message.text
        if message.type in ("error", "warning") and not refused:
            self.complaints.append(f"console: {message.text} at {self.page.url}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.site.address, "data:", "blob:", "about:")):
            self.complaints.append(f"asked somebody else: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.request.method} {response.url}")

    def open(self, path: str) -> Any:
        """Go to a path of the site; the response."""
        return self.page.goto(self.site.address + path)

    def log_in(self, username: str) -> None:
        """Fill in the log-in form and wait for the page behind it."""
        self.open("/login/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.locator("main button").click()
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def says(self) -> str:
        """The text of the page's main part."""
        return str(self.page.locator("main").inner_text())

    def press(self, name: str, *, exact: bool = True) -> None:
        """Click a button by its name, wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=exact).first.click()

    def follow(self, name: str, *, exact: bool = True) -> None:
        """Click a link by its name, wait for the page."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, exact=exact).first.click()

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()
