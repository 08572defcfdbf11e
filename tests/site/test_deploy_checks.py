"""G25: each bad setting is named, and the settings as shipped have none of them."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from django.core.checks import run_checks

from kaohe.site import deploy_checks
from kaohe.site.deploy_checks import LIMITER, check_sqlite_version, check_uploads


def _ids(messages: Any) -> list[str | None]:
    return [message.id for message in messages]


def test_shipped_settings_pass() -> None:
    assert check_uploads() == []
    assert not [m for m in run_checks() if m.id in ("kaohe.E045", "kaohe.E046", "kaohe.E047")]


def test_checks_are_run_with_the_others(settings: Any) -> None:
    settings.MEDIA_URL = "/media/"

    assert "kaohe.E047" in _ids(run_checks())


@pytest.mark.parametrize("handlers", [[], ["some.Other", LIMITER], ["some.Other"]])
def test_unlimited_uploads_are_named(settings: Any, handlers: list[str]) -> None:
    settings.FILE_UPLOAD_HANDLERS = handlers

    assert _ids(check_uploads()) == ["kaohe.E046"]


def test_missing_guard_against_xml_bombs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploy_checks, "find_spec", lambda name: None)

    assert _ids(check_uploads()) == ["kaohe.E045"]


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ((3, 6, 23), []),
        ((3, 40, 1), ["kaohe.W048"]),
        ((3, 51, 2), ["kaohe.W048"]),
        ((3, 51, 3), []),
    ],
)
def test_sqlite_with_the_reset_bug_is_named(
    monkeypatch: pytest.MonkeyPatch, settings: Any, version: tuple[int, ...], found: list[str]
) -> None:
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)

    assert _ids(check_sqlite_version()) == found


def test_postgresql_has_no_such_bug(settings: Any) -> None:
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}

    assert check_sqlite_version() == []
