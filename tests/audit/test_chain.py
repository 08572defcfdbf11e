"""The journal's chain: golden digests, tampering, anchors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError

from kaohe.audit.canonical import GENESIS, canonical, digest, entry_hash
from kaohe.audit.models import JournalEntry, JournalPayload
from kaohe.audit.services import erase_payload, head, record, verify
from kaohe.audit.triggers import drop_triggers

GOLDEN_DIGEST = "9dddb696eff0cf3f10a10fee2498597f0e411aa530932ed2e54c2cc9f2a6ff43"
GOLDEN_HASH = "e4e121060935aaf48701630abfcc432a2342b52aa4582517c93a468d347254ef"
AT = datetime(2025, 12, 31, 23, 59, 59, 7, tzinfo=UTC)


def test_canonical_form_is_the_golden_one() -> None:
    value = {
        "乙": Decimal("90.50"),
        "a": [1, True, None, "䶮𬭎"],
        "日": date(2025, 12, 3),
        "at": AT,
    }

    assert canonical(value).decode() == (
        '{"a":[1,true,null,"䶮𬭎"],"at":"2025-12-31T23:59:59.000007Z",'
        '"乙":"90.50","日":"2025-12-03"}'
    )
    assert digest(value) == GOLDEN_DIGEST


def test_entry_hash_is_the_golden_one() -> None:
    entry = {
        "seq": 1,
        "at": AT,
        "actor": "王（wang）",
        "action": "unit.change",
        "subject": "青石村党支部",
        "payload_digest": digest({}),
        "prev_hash": GENESIS,
    }

    assert entry_hash(**entry) == GOLDEN_HASH


def test_moment_is_the_same_in_every_zone() -> None:
    kathmandu = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))

    assert canonical({"at": AT}) == canonical({"at": kathmandu})


def test_payload_with_a_binary_float_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical({"score": 0.1})


def test_payload_with_nul_and_surrogate_is_made_storable() -> None:
    assert canonical("a\0b\ud800") == '"a\ufffdb?"'.encode()


@pytest.mark.django_db(transaction=True)
def test_record_outside_a_transaction_is_refused() -> None:
    with pytest.raises(TransactionManagementError):
        record("unit.change", data={})


@pytest.fixture
def chain(db: None) -> list[JournalEntry]:
    return [
        record(f"unit.change{i}", actor=f"甲{i}", subject=f"单位{i}", data={"n": i})
        for i in range(1, 7)
    ]


@pytest.fixture
def open_chain(chain: list[JournalEntry]) -> list[JournalEntry]:
    """The same without triggers: somebody with the rights of the database's owner."""
    drop_triggers(connection)
    return chain


def test_untouched_chain_verifies(chain: list[JournalEntry]) -> None:
    assert verify() is None
    assert verify(anchor=chain[2].hash) is None
    assert verify(anchor=head()[:16]) is None
    assert [e.seq for e in JournalEntry.objects.all()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("seq", [1, 3, 6])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", AT),
        ("actor", "乙"),
        ("action", "x"),
        ("subject", "x"),
        ("payload_digest", "0" * 64),
        ("prev_hash", "1" * 64),
        ("hash", "2" * 64),
        ("seq", 99),
    ],
)
def test_changed_column_is_named_by_its_row(
    open_chain: list[JournalEntry], seq: int, column: str, value: object
) -> None:
    JournalEntry.objects.filter(seq=seq).update(**{column: value})

    problem = verify()

    assert problem is not None
    # A moved last row is found where the chain continues, beyond its old place.
    assert problem.seq == (6 if (seq, column) == (6, "seq") else seq)


def test_changed_payload_is_named_by_its_row(open_chain: list[JournalEntry]) -> None:
    JournalPayload.objects.filter(entry=open_chain[3]).update(data={"n": 400})

    assert verify().seq == 4  # type: ignore[union-attr]


def test_swapped_payloads_are_named_by_the_first(open_chain: list[JournalEntry]) -> None:
    first, second = open_chain[1], open_chain[2]
    JournalPayload.objects.filter(entry=first).update(data={"n": 3})
    JournalPayload.objects.filter(entry=second).update(data={"n": 2})

    assert verify().seq == 2  # type: ignore[union-attr]


def test_deleted_row_is_named(open_chain: list[JournalEntry]) -> None:
    JournalPayload.objects.filter(entry=open_chain[2]).delete()
    JournalEntry.objects.filter(seq=3).delete()

    assert verify().seq == 3  # type: ignore[union-attr]


def test_inserted_row_is_named(open_chain: list[JournalEntry]) -> None:
    for entry in reversed(open_chain[3:]):
        JournalEntry.objects.filter(pk=entry.pk).update(seq=entry.seq + 1)
    content = {
        "seq": 4,
        "at": AT,
        "actor": "",
        "action": "forged",
        "subject": "",
        "payload_digest": digest({}),
        "prev_hash": "3" * 64,
    }
    JournalEntry.objects.create(**content, hash=entry_hash(**content))

    assert verify().seq == 4  # type: ignore[union-attr]


def test_cut_tail_shows_only_against_an_anchor(open_chain: list[JournalEntry]) -> None:
    anchor = head()
    for entry in open_chain[4:]:
        JournalPayload.objects.filter(entry=entry).delete()
        JournalEntry.objects.filter(pk=entry.pk).delete()

    assert verify() is None
    assert verify(anchor=anchor) is not None


def test_rewritten_chain_shows_only_against_an_anchor(open_chain: list[JournalEntry]) -> None:
    anchor, previous = head(), GENESIS
    for entry in open_chain:
        content = {
            "seq": entry.seq,
            "at": entry.at,
            "actor": "伪造",
            "action": entry.action,
            "subject": entry.subject,
            "payload_digest": entry.payload_digest,
            "prev_hash": previous,
        }
        previous = entry_hash(**content)
        JournalEntry.objects.filter(pk=entry.pk).update(**content, hash=previous)

    assert verify() is None  # the negative control: consistent in itself
    problem = verify(anchor=anchor)
    assert problem is not None
    assert problem.seq is None


def test_anchor_that_is_no_hash_is_explained(chain: list[JournalEntry]) -> None:
    assert verify(anchor="没有") is not None
    assert verify(anchor="abc") is not None


def test_update_and_delete_are_blocked_by_the_database(chain: list[JournalEntry]) -> None:
    attempts = [
        lambda: JournalEntry.objects.filter(seq=2).update(actor="乙"),
        lambda: JournalEntry.objects.filter(seq=6)._raw_delete("default"),
        lambda: JournalPayload.objects.filter(entry=chain[0]).update(data={}),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert verify() is None

    drop_triggers(connection)  # the negative control
    assert attempts[0]() == 1


def test_erased_payload_leaves_a_valid_chain(chain: list[JournalEntry]) -> None:
    erase_payload(chain[1], actor="丙", reason="个人信息删除申请")

    assert verify() is None
    assert not JournalPayload.objects.filter(entry=chain[1]).exists()


def test_payload_deleted_without_the_service_is_named(chain: list[JournalEntry]) -> None:
    JournalPayload.objects.filter(entry=chain[1]).delete()

    assert verify().seq == 2  # type: ignore[union-attr]
