"""G8 at the office's side: printing slips and taking them back leaves no code in logs and mail.

Everything logs at DEBUG, SQL included, and each error is mailed; the pages are those of the whole
site.  `test_ballot_logs.py` asks the same of the voter's page, with real workers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils.log import AdminEmailHandler

from kaohe.ballots.codes import NewCode, hash_code, new_code
from kaohe.ballots.models import Poll
from kaohe.ballots.services import create_poll, open_poll
from kaohe.ballots.views import runs
from kaohe.register.models import Account, Role
from tests.ballots.live import ballot_definition, cast_fields

pytestmark = pytest.mark.django_db
CHOICES = [3, 1, 2, 0, 3, 3, 1, 2]
PAYLOAD = '"duty":3'


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[NewCode]:
    """Every code that is drawn."""
    drawn: list[NewCode] = []

    def draw() -> NewCode:
        drawn.append(new_code())
        return drawn[-1]

    monkeypatch.setattr("kaohe.ballots.services.slips.new_code", draw)
    return drawn


@pytest.fixture(params=[False, True], ids=["debug off", "debug on"])
def written(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, settings: Any
) -> Iterator[Callable[[], str]]:
    """All that was logged and mailed, by the loudest site there is."""
    settings.DEBUG = request.param
    settings.ADMINS = [("operator", "operator@example.org")]
    loud = [logging.getLogger(name) for name in (None, "django", "django.request")]
    handler = AdminEmailHandler(include_html=True)
    handler.setLevel(logging.ERROR)
    for logger in loud:
        logger.setLevel(logging.DEBUG)
    loud[0].addHandler(handler)
    connection.force_debug_cursor = True

    def text() -> str:
        records = [f"{r.getMessage()} {r.__dict__}" for r in caplog.records]
        mails = [f"{m.subject} {m.body} {m.alternatives}" for m in mail.outbox]  # type: ignore[attr-defined]
        return "\n".join([caplog.text, *records, *mails])

    with caplog.at_level(logging.DEBUG):
        yield text
    connection.force_debug_cursor = False
    loud[0].removeHandler(handler)
    loud[0].setLevel(logging.WARNING)
    for logger in loud[1:]:
        logger.setLevel(logging.NOTSET)


@pytest.fixture
def office() -> Client:
    """An organiser's browser; failures are pages, as in an office."""
    account = Account.objects.create_user("wang", password="x")
    Role.objects.create(account=account, kind=Role.Kind.ORGANISER)
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def _poll() -> Poll:
    return create_poll(reference="c1.s1.vote", definition=ballot_definition())


def _issue(office: Client, poll: Poll, number: int, **more: str) -> Any:
    fields = {"poll": str(poll.pk), "slips.all.": str(number), **more}
    return office.post("/polls/issue/", fields)


def _found(codes: list[NewCode], text: str) -> list[str]:
    secrets = [PAYLOAD, PAYLOAD.replace('"', '\\"')]
    for code in codes:
        hashes = [h.hash for h in (hash_code(code.qr), hash_code(code.typed)) if h]
        secrets += [code.qr, code.typed, code.typed_grouped, *hashes]
    assert len(secrets) > 2, "no code was drawn: the test proves nothing"
    return [secret for secret in secrets if secret in text]


def test_printing_voting_and_voiding_leave_no_code(
    office: Client, codes: list[NewCode], written: Callable[[], str]
) -> None:
    poll = _poll()
    assert _issue(office, poll, 3).status_code == 200
    assert _issue(office, poll, 1, format="pdf").status_code == 200
    void = office.post("/polls/void/", {"codes": f"{codes[0].typed_grouped}\n{codes[1].qr}\nxyz"})
    assert void.status_code == 200
    open_poll(poll, head_counts={"": 5})
    cast = Client().post("/v", cast_fields(codes[2].qr, str(poll.pk), choices=CHOICES))
    assert cast.status_code == 200

    text = written()
    assert "SELECT" in text, "SQL was logged"
    assert _found(codes, text) == []


@pytest.mark.parametrize("where", ["void_slips", "printer", "render"])
def test_failing_pages_leave_no_code(
    where: str,
    office: Client,
    codes: list[NewCode],
    written: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poll = _poll()
    _issue(office, poll, 2)

    def fail(*args: object, **kw: object) -> Any:
        raise RuntimeError("out of order")

    if where == "void_slips":
        monkeypatch.setattr(runs, "void_slips", fail)
        response = office.post("/polls/void/", {"codes": codes[0].typed_grouped})
    elif where == "printer":
        monkeypatch.setattr(runs, "printer", lambda: fail)
        response = _issue(office, poll, 2, format="pdf")
    else:
        monkeypatch.setattr(runs, "render", fail)
        response = _issue(office, poll, 2)

    assert response.status_code == 500
    assert "系统出错" in response.content.decode()
    text = written()
    assert "ballot page failed: RuntimeError in fail" in text, "the failure was reported"
    assert _found(codes, text) == []


def test_view_that_logs_what_it_prints_is_noticed(
    office: Client,
    codes: list[NewCode],
    written: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Negative control."""
    drawn = runs.render

    def chatty(request: HttpRequest, template: str, context: Any, **kw: Any) -> HttpResponse:
        logging.getLogger("tests").debug("printing %s", [s.typed for s in context["batch"].slips])
        return drawn(request, template, context, **kw)

    monkeypatch.setattr(runs, "render", chatty)
    _issue(office, _poll(), 2)

    assert _found(codes, written()) != []
