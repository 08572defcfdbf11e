"""Headers every answer carries, and pages that keep to them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from kaohe.register.models import Role, Unit
from tests.site.conftest import browser, make_account

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    [*(ROOT / "templates").rglob("*.html"), *(ROOT / "plugins").rglob("templates/**/*.html")]
)
PAGES = {
    "stranger": ("/login/", "/notices/", "/no-such-page/"),
    Role.Kind.ORGANISER: ("/campaigns/", "/register/", "/polls/", "/journal/", "/register/accounts/"),
    Role.Kind.RESPONDENT: ("/tasks/", "/password/"),
    Role.Kind.DECIDER: ("/decisions/",),
}  # fmt: skip
DIRECTIVES = {
    "default-src": "'self'", "img-src": "'self' data:", "style-src": "'self'",
    "script-src": "'self'", "object-src": "'none'", "base-uri": "'none'", "form-action": "'self'",
    "frame-ancestors": "'none'",
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES, ids=str)
def test_pages_carry_the_security_headers(who: str) -> None:
    unit = Unit.objects.create(name="东村")
    client = browser(None if who == "stranger" else make_account("zhangsan", who, unit=unit))

    for address in PAGES[who]:
        response = client.get(address)
        policy = dict(
            part.strip().split(" ", 1)
            for part in response.headers["Content-Security-Policy"].split(";")
        )
        assert policy == DIRECTIVES, address
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Referrer-Policy"] == "same-origin"
        private = response.headers.get("Cache-Control") == "no-store"
        assert private == (who != "stranger"), address


def test_page_of_somebody_logged_in_is_not_kept_even_if_refused() -> None:
    response = browser(make_account("zhangsan")).get("/register/")

    assert response.status_code == 403
    assert response.headers["Cache-Control"] == "no-store"


_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.I
)
_FOREIGN = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_template_has_nothing_the_policy_forbids(path: Path) -> None:
    """Inline scripts and styles would silently not work; foreign addresses tell who reads what."""
    text = path.read_text(encoding="utf-8")

    assert _INLINE.findall(text) == []
    assert _FOREIGN.findall(text) == []


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>", "<p style='color:red'>", '<a onclick="x()">', "<style>p{}</style>",
        '<script type="module">', '<a href="javascript:x()">',
    ],
)  # fmt: skip
def test_scan_finds_what_is_inline(bad: str) -> None:
    """Negative control."""
    assert _INLINE.search(bad)
    assert not _INLINE.search('<script src="/a.js" defer></script><p class="one">style = x</p>')


def test_scan_finds_foreign_addresses() -> None:
    """Negative control."""
    assert _FOREIGN.search('<script src="https://cdn.example.org/x.js">')
    assert _FOREIGN.search('<img src="//example.org/x.png">')


def test_static_files_load_nothing_from_elsewhere() -> None:
    folder = ROOT / "core" / "kaohe" / "site" / "static"
    for path in [*folder.rglob("*.css"), *folder.rglob("*.js")]:
        if "htmx" not in path.name:
            assert not re.search(r"(?:url\(|import\s).{0,3}(?:https?:)?//", path.read_text("utf-8"))


def test_settings_behind_tls_are_strict(tmp_path: Path) -> None:
    """In a process of its own: settings are read once."""
    import json
    import os
    import subprocess
    import sys

    names = (
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEBUG",
    )  # fmt: skip
    code = f"import json, kaohe.site.settings as s; print(json.dumps([getattr(s, n) for n in {names!r}]))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KAOHE_DATA": str(tmp_path), "KAOHE_TLS": "true"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    values = dict(zip(names, json.loads(found.stdout), strict=True))
    assert values == {
        "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000, "SESSION_COOKIE_NAME": "__Host-s",
        "CSRF_COOKIE_NAME": "__Host-c", "DEBUG": False,
    }  # fmt: skip
    for name in ("secret-key", "ballot-pepper"):
        assert (tmp_path / "secrets" / name).stat().st_mode & 0o077 == 0, (
            "only the service reads it"
        )


def test_language_of_the_browser_changes_nothing(db: None) -> None:
    """Chinese readers must not meet English errors because of an English browser."""
    response = browser().post("/login/", {}, headers={"Accept-Language": "en-US,en"})

    assert 'lang="zh-CN"' in response.content.decode()
    assert "This field" not in response.content.decode()
    middleware: list[Any] = django_settings.MIDDLEWARE
    assert not [m for m in middleware if "LocaleMiddleware" in m]
