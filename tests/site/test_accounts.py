"""Logging in and out, the first password, and where each role starts."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from kaohe.register.models import Account, Role, Unit
from kaohe.site.context import MENU
from kaohe.site.home import FIRST_PAGE
from tests.site.conftest import PASSWORD, browser, make_account

pytestmark = pytest.mark.django_db
KIND = Role.Kind


def _log_in(client: Any, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"username": "zhangsan", "password": password, **more})


@pytest.mark.parametrize(("kind", "page"), FIRST_PAGE, ids=lambda value: value)
def test_home_of_one_role_is_its_page(kind: str, page: str) -> None:
    unit = Unit.objects.create(name="东村")
    client = browser(make_account("zhangsan", kind, unit=unit))

    response = client.get("/", follow=True)

    assert response.redirect_chain == [(reverse(page), 302)]
    assert response.status_code == 200


def test_every_role_has_a_first_page() -> None:
    assert {kind for kind, _ in FIRST_PAGE} == set(KIND.values)


def test_home_of_several_roles_offers_their_pages_only() -> None:
    client = browser(make_account("zhangsan", KIND.ORGANISER, KIND.DECIDER))

    response = client.get("/")

    menu = [link.url for link in response.context["site"]["menu"]]
    mine = {KIND.ORGANISER.value, KIND.DECIDER.value, "*"}
    assert menu == [reverse(name) for _, name, roles in MENU if roles & mine]
    assert reverse("results:decisions") in menu
    assert reverse("campaigns:tasks") not in menu
    for url in menu[1:]:
        assert f'<a class="card" href="{url}">' in response.content.decode()


def test_home_without_a_role_says_whom_to_ask() -> None:
    text = browser(make_account("zhangsan")).get("/").content.decode()

    assert "还没有角色" in text
    assert "考核办" in text


def test_menu_marks_the_page_one_is_on() -> None:
    client = browser(make_account("zhangsan", KIND.ORGANISER))

    menu = client.get(reverse("register:accounts")).context["site"]["menu"]

    assert [link.title for link in menu if link.current] == ["账号"]


def test_every_entry_of_the_menu_opens_for_its_roles() -> None:
    """A link that leads to a refusal is a fault of the menu."""
    unit = Unit.objects.create(name="东村")
    for number, kind in enumerate(sorted({k for _, _, kinds in MENU for k in kinds} - {"*"})):
        client = browser(make_account(f"u{number}", kind, unit=unit))
        for link in client.get("/", follow=True).context["site"]["menu"]:
            assert client.get(link.url, follow=True).status_code == 200, (kind, link.url)


def test_login_leads_to_the_page_one_wanted() -> None:
    make_account("zhangsan", KIND.AUDITOR)
    client = browser()
    asked = client.get("/journal/")
    assert asked.headers["Location"] == "/login/?next=/journal/"

    response = _log_in(client, next="/journal/")

    assert (response.status_code, response.headers["Location"]) == (302, "/journal/")
    assert client.get("/journal/").status_code == 200


@pytest.mark.parametrize(
    "away", ["https://example.org/", "//example.org/", "javascript:alert(1)", "\\\\example.org"]
)
def test_login_never_leads_away_from_the_site(away: str) -> None:
    make_account("zhangsan", KIND.AUDITOR)

    response = _log_in(browser(), next=away)

    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_wrong_password_is_said_and_the_name_stays() -> None:
    make_account("zhangsan", KIND.AUDITOR)
    client = browser()

    text = _log_in(client, password="wrong-password-1").content.decode()

    assert "用户名或密码不对" in text
    assert 'value="zhangsan"' in text
    assert "wrong-password-1" not in text
    assert "_auth_user_id" not in client.session


def test_deactivated_account_is_answered_like_a_wrong_password() -> None:
    make_account("zhangsan", KIND.AUDITOR, is_active=False)
    client = browser()

    assert "用户名或密码不对" in _log_in(client).content.decode()
    assert "_auth_user_id" not in client.session


def test_logging_in_renews_the_session_and_the_token() -> None:
    make_account("zhangsan", KIND.AUDITOR)
    client = browser()
    client.get("/login/")
    before = client.cookies["csrftoken"].value

    _log_in(client)

    assert client.cookies["csrftoken"].value != before
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"
    assert not client.cookies["sessionid"]["max-age"], "gone when the browser is closed"


def test_logout_is_a_post_and_clears_the_browser() -> None:
    client = browser(make_account("zhangsan", KIND.AUDITOR))
    assert client.get("/logout/").status_code == 405
    assert client.get("/journal/").status_code == 200

    response = client.post("/logout/")

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert response.headers["Location"] == "/login/"
    assert client.get("/journal/").status_code == 302


def test_one_time_password_must_be_changed_first() -> None:
    account = make_account("zhangsan", KIND.AUDITOR)
    Account.objects.filter(pk=account.pk).update(must_change_password=True)
    client = browser()
    _log_in(client)

    assert client.get("/journal/").headers["Location"] == "/password/"
    new = {"new_password1": "qing-ling-2026", "new_password2": "qing-ling-2026"}
    changed = client.post("/password/", {"old_password": PASSWORD, **new})

    assert (changed.status_code, changed.headers["Location"]) == (302, "/")
    assert client.get("/journal/").status_code == 200
    account.refresh_from_db()
    assert account.check_password("qing-ling-2026")


def test_weak_new_password_is_refused_in_chinese() -> None:
    account = make_account("zhangsan", KIND.AUDITOR)
    client = browser(account)

    new = {"new_password1": "1234", "new_password2": "1234"}
    text = client.post("/password/", {"old_password": PASSWORD, **new}).content.decode()

    assert "有内容需要修改" in text
    assert "密码" in text
    assert "password" not in _visible(text)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def _visible(html: str) -> str:
    import re

    return re.sub(r"<[^>]*>", " ", html).lower()


def test_login_page_names_demo_accounts_on_the_demo_site_only(settings: Any) -> None:
    assert "演示账号" not in browser().get("/login/").content.decode()

    settings.KAOHE_DEMO = True

    assert "演示账号" in browser().get("/login/").content.decode()
