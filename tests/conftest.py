"""Shared by all tests."""

from __future__ import annotations

import shutil

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests need a browser; say so instead of failing in the middle."""
    if shutil.which("chromium"):
        return
    skip = pytest.mark.skip(reason="no chromium: apt-get install chromium")
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(skip)
