"""The address a monitor asks."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from tests.site.conftest import browser

pytestmark = pytest.mark.django_db


def test_healthy_site_says_ok_and_leaves_no_trace() -> None:
    client = browser()

    response = client.get("/health/")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]
    assert client.cookies == {}


def test_site_without_its_database_says_so_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise OperationalError("could not connect to 10.0.0.7 as kaohe")

    monkeypatch.setattr("kaohe.site.health.connection.cursor", fail)

    response = browser().get("/health/")

    assert (response.status_code, response.content) == (503, b"database\n")
