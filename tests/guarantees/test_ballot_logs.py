"""G8: with everything logging as loudly as it can, no code, choice or address is written."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator

import pytest
from django.template import Context, Template

from tests.ballots.live import Place, Voter, cast_fields, place

pytestmark = pytest.mark.slow
ADDRESS = "127.0.0.77"
CHOICES = [3, 1, 2, 0, 3, 3, 1, 2]
PAYLOAD = '"duty":3'


@pytest.fixture
def hall() -> Iterator[Place]:
    with place(KAOHE_TEST_TALKATIVE="1") as made:
        made.serve(debug=True)
        yield made


def _written(hall: Place) -> str:
    mails = [f.read_text() for f in sorted((hall.folder / "mail").glob("*"))]
    return "\n".join([hall.log.read_text(errors="replace"), *mails])


def _secrets(hall: Place, codes: list[str]) -> list[str]:
    hashes = [row[0] for row in hall.query("SELECT qr_hash FROM ballots_code")]
    return [ADDRESS, PAYLOAD, PAYLOAD.replace('"', '\\"'), "m.duty", *codes, *hashes]


def _rename_urn(hall: Place, old: str, new: str) -> None:
    hall.run(
        "from django.db import connection\n"
        "connection.cursor().execute(f'ALTER TABLE {old} RENAME TO {new}')",
        old=old,
        new=new,
    )


def test_a_poll_with_failures_leaves_no_trace_in_logs_and_mail(hall: Place) -> None:
    poll, codes = hall.open_poll(6)
    known = _secrets(hall, codes)
    voter = Voter(hall.port, address=ADDRESS)
    first, second, third, *_ = codes

    statuses = [
        voter.post("/v", {"code": first}),
        voter.post("/v", cast_fields(first, poll, choices=CHOICES)),
        voter.post("/v", cast_fields(first, poll, choices=CHOICES)),
        voter.post("/v", cast_fields("0" * 26, poll, choices=CHOICES)),
        voter.post("/v", {"step": "cast", "code": second, "m.duty": "9"}),
    ]
    _rename_urn(hall, "ballots_urn", "gone")
    statuses.append(voter.post("/v", cast_fields(third, poll, choices=CHOICES)))
    _rename_urn(hall, "gone", "ballots_urn")
    with socket.create_connection(
        ("127.0.0.1", hall.port), source_address=(ADDRESS, 0), timeout=5
    ) as link:
        link.sendall(b"NONSENSE\r\n\r\n")
        link.recv(100)
    voter.get("/nowhere")

    assert statuses == [200, 200, 409, 404, 422, 503]
    text = _written(hall)
    assert "GET /nowhere" in text  # the access log does work
    assert "ballot page failed" in text  # and so does the error log
    assert [secret for secret in known if secret in text] == []


def test_a_template_that_looks_up_what_is_not_there_logs_no_context(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Django logs the whole context then, at DEBUG; the voter's context holds the code."""
    with caplog.at_level(logging.DEBUG, "django.template"):
        Template("{{ missing.part }}").render(Context({"code": "ABCDE12345"}))

    assert "ABCDE12345" not in caplog.text
    assert "missing" in caplog.text


def test_a_view_that_logs_the_form_is_noticed(hall: Place) -> None:
    """The control."""
    poll, codes = hall.open_poll(2)

    Voter(hall.port, address=ADDRESS).post("/test/chatty", cast_fields(codes[0], poll))

    text = _written(hall)
    assert codes[0] in text
    assert ADDRESS in text
