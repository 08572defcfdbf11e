"""G5: what one ballot costs, counted; how long a hall waits is measured by `benchmarks/ballots.py`."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from kaohe.ballots.models import Poll
from kaohe.ballots.views.voter import vote
from tests.ballots.live import cast_fields
from tests.ballots.live_urls import with_password

MOST_STATEMENTS = 10
"""Of one ballot, with the code's poll, the spending of the code, the urn and the savepoints."""


def _work_of_a_ballot(view: Callable[[HttpRequest], HttpResponse], code: str) -> tuple[int, int]:
    """Statements and slow hashes that one ballot costs."""
    fields = cast_fields(code, nonce=secrets.token_hex(16))
    hashed: list[str] = []
    original = hashers.PBKDF2PasswordHasher.encode

    def encode(self: Any, password: str, *args: Any, **kwargs: Any) -> str:
        hashed.append(password)
        return original(self, password, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch, CaptureQueriesContext(connection) as queries:
        patch.setattr(hashers.PBKDF2PasswordHasher, "encode", encode)
        assert view(RequestFactory().post("/v", fields)).status_code == 200
    return len(queries), len(hashed)


def test_a_ballot_is_little_work(opened: tuple[Poll, list[str]], settings: Any) -> None:
    """And the control: the work a log-in does would be noticed."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    _, codes = opened

    statements, hashes = _work_of_a_ballot(vote, codes[0])
    _, with_login = _work_of_a_ballot(with_password, codes[1])

    assert 0 < statements <= MOST_STATEMENTS
    assert (hashes, with_login) == (0, 1)
