"""G14, the part that asks nothing: the checked-in table is complete and allows what it may allow.

Whether the site answers as it says is measured by `test_authorisation.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guarantees.access_probe import routes
from tests.guarantees.access_table import Table, advice, read_table, write_table

PUBLIC = {
    "health",
    "login", "logout", "ballots:vote",
    "results:notices", "results:notice", "results:notice_subject",
    "results:notice_json", "results:notice_text", "documents:notice", "documents:notice_sheet",
}  # fmt: skip
"""What a stranger may open: logging in, voting with a slip, public notices, the monitor's page."""


@pytest.fixture(scope="module")
def table() -> Table:
    """What is checked in."""
    return read_table()


def test_every_address_has_a_row(table: Table) -> None:
    asked = {route for route, _method, _case in table}

    found = sorted({f"{name} /{route}" for name, route in routes()} ^ asked)
    assert not found, advice(found)


def test_table_written_and_read_again_is_the_same(table: Table, tmp_path: Path) -> None:
    write_table(table, tmp_path / "again.txt")

    assert read_table(tmp_path / "again.txt") == table


def test_nobody_brings_a_server_error_about(table: Table) -> None:
    assert [k for k, row in table.items() if set(row.values()) & {"500", "503"}] == []


def test_strangers_open_public_addresses_only(table: Table) -> None:
    opened = {
        route.split()[0]
        for (route, _method, _case), row in table.items()
        if row["anonymous"] not in ("login", "401", "403", "404", "405")
    }

    assert opened == PUBLIC


@pytest.mark.parametrize("foreigner", ["sibling", "parent", "other_assessor", "technician"])
def test_sheets_and_evidence_of_others_are_refused(table: Table, foreigner: str) -> None:
    objects = {k: r for k, r in table.items() if k[0].startswith("campaigns:") and "<" in k[0]}

    assert len(objects) > 60
    let_in = [k for k, r in objects.items() if r[foreigner] not in ("403", "404", "405")]
    assert let_in == []
