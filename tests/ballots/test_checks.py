"""The system checks name each setting that would lose or reveal ballots."""

from __future__ import annotations

import pytest
from django.test import override_settings

from kaohe.ballots.checks import check_ballot_settings

GOOD = {
    "ENGINE": "django.db.backends.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    },
}


def _found(**database: object) -> list[str | None]:
    with override_settings(DATABASES={"default": GOOD | database}):
        return [message.id for message in check_ballot_settings()]


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"ATOMIC_REQUESTS": True}, ["kaohe.E041"]),
        ({"OPTIONS": GOOD["OPTIONS"] | {"transaction_mode": None}}, ["kaohe.E042"]),  # type: ignore[operator]
        ({"OPTIONS": {"transaction_mode": "IMMEDIATE"}}, ["kaohe.E043"] * 3),
        ({"ENGINE": "django.db.backends.postgresql", "OPTIONS": {}}, ["kaohe.W044"]),
    ],
)
def test_bad_settings_are_named(change: dict[str, object], found: list[str]) -> None:
    assert _found(**change) == found


def test_a_missing_pepper_is_named() -> None:
    with override_settings(BALLOT_PEPPER=""):
        assert "kaohe.E040" in [message.id for message in check_ballot_settings()]
