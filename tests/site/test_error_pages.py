"""Error pages: in Chinese, with a way on, and without losing what was typed."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from kaohe.register.models import Role
from kaohe.site import urls as site_urls
from tests.site.conftest import browser, make_account

pytestmark = pytest.mark.django_db


def _broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("票码 ABCDE 泄露")


def _suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("no")


@pytest.fixture
def client(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A stranger's browser, at a site with two pages that fail."""
    more = [path("broken/", _broken), path("suspicious/", _suspicious)]
    handlers = {k: v for k, v in vars(site_urls).items() if k.startswith("handler")}
    urls = type("urls", (), {"urlpatterns": [*site_urls.urlpatterns, *more], **handlers})
    monkeypatch.setitem(__import__("sys").modules, "tests.urls_that_fail", urls)
    settings.ROOT_URLCONF = "tests.urls_that_fail"
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    monkeypatch.setattr(logging.getLogger("django.security.SuspiciousOperation"), "disabled", True)
    return browser(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/no-such-page/", 404, "没有找到"),
        ("/suspicious/", 400, "请求无法处理"),
        ("/broken/", 500, "系统出错"),
        ("/campaigns/99999/", 302, ""),
    ],
)
def test_error_page_says_what_to_do(client: Client, address: str, status: int, title: str) -> None:
    response = client.get(address)

    assert response.status_code == status
    if title:
        text = response.content.decode()
        assert f"<h1>{title}</h1>" in text
        assert "首页" in text
        assert "泄露" not in text
        assert "Traceback" not in text


def test_refused_page_names_the_role_that_is_missing_and_whom_to_ask(client: Client) -> None:
    client.force_login(make_account("zhangsan", Role.Kind.AUDITOR))

    response = client.get("/register/")

    assert response.status_code == 403
    assert "没有权限" in response.content.decode()
    assert "考核办" in response.content.decode()


def test_error_page_of_a_broken_site_needs_nothing_of_the_site(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What broke may be what every page is made of."""

    def fail(*args: object) -> None:
        raise RuntimeError("no roles today")

    monkeypatch.setattr("kaohe.site.context.kinds_in", fail)

    response = client.get("/login/")

    assert response.status_code == 500
    assert "系统出错" in response.content.decode()


def test_error_pages_carry_the_content_policy(client: Client) -> None:
    for address in ("/no-such-page/", "/broken/", "/suspicious/"):
        assert "default-src 'self'" in client.get(address).headers["Content-Security-Policy"]


def test_stale_form_shows_the_answers_again_but_no_password(client: Client) -> None:
    account = make_account("zhangsan", Role.Kind.ORGANISER)
    strict = browser(account, enforce_csrf_checks=True)
    typed = {"name": "青石村 & <党支部>", "note": "写了半天", "password": "secret-1"}

    response = strict.post("/register/units/new/", typed)

    text = response.content.decode()
    assert response.status_code == 403
    assert 'value="青石村 &amp; &lt;党支部&gt;"' in text
    assert 'value="写了半天"' in text
    assert "secret-1" not in text
    assert 'action="/register/units/new/"' in text


def test_stale_form_of_somebody_logged_out_can_be_copied(client: Client) -> None:
    response = browser(enforce_csrf_checks=True).post("/register/units/new/", {"note": "写了半天"})

    assert response.status_code == 403
    assert "写了半天" in response.content.decode()
    assert "登录" in response.content.decode()


def test_answers_of_a_stale_form_go_through_with_the_fresh_token(client: Client) -> None:
    """What the page offers must work: post what it shows, with its own token."""
    import re

    account = make_account("zhangsan", Role.Kind.ORGANISER)
    strict = browser(account, enforce_csrf_checks=True)
    typed = {"name": "青石村", "kind": "村", "order": "1", "active": "on"}
    page = strict.post("/register/units/new/", typed).content.decode()

    form = re.search(r'<form method="post" action="/register/units/new/">(.*?)</form>', page, re.S)
    assert form
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]))
    response = strict.post("/register/units/new/", fields)

    assert (response.status_code, response.headers["Location"]) == (302, "/register/")
