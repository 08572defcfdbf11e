"""G14: every address, asked by everybody, with each method, answers as the table says.

`access.csv` has a row for each route of the resolver, state of its object and method, and a column
for each visitor (`world.VISITORS`).  A cell is the status of the answer, or ``login`` if it leads
to the log-in page.  POSTs carry an empty body: whoever may act gets past the guard and is told what
is missing (200, 302, 409, 422), whoever may not gets ``login``, 401, 403 or 404.

A new route fails this test until it has a row.  For a proposal, to be read line by line before it
is taken over::

    KAOHE_ACCESS_PROPOSAL=/tmp/access.csv pytest tests/guarantees/test_authorisation.py -k table
    diff tests/guarantees/access.csv /tmp/access.csv
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.guarantees.access_probe import differences, measure, probes, read_table, write_table
from tests.guarantees.world import World, build_world

pytestmark = pytest.mark.django_db


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
    patch.setattr("django.conf.settings.MEDIA_ROOT", str(tmp_path_factory.mktemp("media")))
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield build_world()
                transaction.set_rollback(True)
        finally:
            patch.undo()


def _stub_slow_parts(patch: pytest.MonkeyPatch) -> None:
    """Who gets a paper is asked here, not how it is drawn; rewriting tables needs a commit."""
    for name in ("sheet_pdf", "table_pdf", "notice_pdf", "blank_ballot_pdf", "table_xlsx"):
        patch.setattr(f"kaohe.documents.views.{name}", lambda *args: b"paper")
    patch.setattr("kaohe.ballots.views.polls.clear_storage", lambda: True)


def test_every_address_answers_as_the_table_says(world: World) -> None:
    wanted, complaints = probes(world)
    measured = measure(world, wanted)
    if os.environ.get("KAOHE_ACCESS_PROPOSAL"):
        write_table(measured, Path(os.environ["KAOHE_ACCESS_PROPOSAL"]))

    assert complaints == []
    assert differences(read_table(), measured) == []
