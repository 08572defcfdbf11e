"""Shared by all tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from kaohe.audit.triggers import create_triggers, drop_triggers

# How long an example takes says something about the machine, nothing about the product.
settings.register_profile("kaohe", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kaohe")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share one browser and one site; without a browser they say so and are skipped."""
    for item in items:
        for name in ("e2e", "packaging"):
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.xdist_group(name))
    if shutil.which("chromium"):
        return
    skip = pytest.mark.skip(reason="no chromium: apt-get install chromium")
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(skip)


@pytest.fixture(autouse=True, scope="session")
def flushable_journal() -> Iterator[None]:
    """Let the flush after a transactional test empty the journal, whose triggers refuse that."""
    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        drop_triggers(connection)
        try:
            original(self)
        finally:
            create_triggers(connection)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = original
