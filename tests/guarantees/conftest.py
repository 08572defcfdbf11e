"""The world that tests of whole-site guarantees walk through."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from tests.guarantees.world import World, build_world


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One world for the module, in a transaction that is never committed.

    Each test runs in a transaction of its own inside, so it finds the world as it was made.
    """
    patch = pytest.MonkeyPatch()
    _stub_slow_parts(patch)
    patch.setattr(logging.getLogger("django.request"), "disabled", True)
    media = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")))
    with django_db_blocker.unblock():
        try:
            with media, transaction.atomic():
                yield build_world()
                transaction.set_rollback(True)
        finally:
            patch.undo()


def _stub_slow_parts(patch: pytest.MonkeyPatch) -> None:
    """Who gets a paper is asked here, not how it is drawn; rewriting tables needs a commit."""
    for name in ("sheet_pdf", "table_pdf", "notice_pdf", "blank_ballot_pdf", "table_xlsx"):
        patch.setattr(f"kaohe.documents.views.{name}", lambda *args: b"paper")
    patch.setattr("kaohe.ballots.views.polls.clear_storage", lambda: True)
