"""Slips: issued once in clear, revoked by print run, voided by scanning them back in."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F
from django.views.decorators.debug import sensitive_variables

from kaohe.audit.services import record
from kaohe.ballots.codes import NewCode, hash_code, keyed, new_code
from kaohe.ballots.locks import lock_for_change
from kaohe.ballots.models import Code, Poll, Stratum
from kaohe.ballots.services.polls import Refused, locked_poll

MOST_SLIPS = 5000


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip to print.  Exists in memory for one response; never stored, logged or cached."""

    code: NewCode
    stratum: str
    poll: UUID


@dataclass(frozen=True, slots=True)
class VoidReport:
    """What became of the codes that were scanned back in."""

    voided: int = 0
    spent: int = 0
    unknown: int = 0


@sensitive_variables()
def issue_slips(poll: Poll, *, counts: Mapping[str, int], actor: str = "") -> list[Slip]:
    """Draw codes for a poll and return its slips, in random order, this once.

    While a poll is open slips may be added for people who came late, up to the head count.
    """
    with transaction.atomic():
        return _issue(poll, counts=counts, actor=actor)


@sensitive_variables()
def issue_slips_for_many(
    orders: Sequence[tuple[Poll, Mapping[str, int]]], *, actor: str = ""
) -> list[Slip]:
    """Issue slips of several polls in one print run: all or none."""
    with transaction.atomic():
        # All locks first, in one order: the journal's lock comes with the first entry.
        for key in sorted(poll.pk for poll, _ in orders):
            lock_for_change(key)
        return [
            slip for poll, counts in orders for slip in _issue(poll, counts=counts, actor=actor)
        ]


@sensitive_variables()
def _issue(poll: Poll, *, counts: Mapping[str, int], actor: str) -> list[Slip]:
    fresh = locked_poll(poll.pk, states=(Poll.State.PREPARED, Poll.State.OPEN))
    strata = {stratum.key: stratum for stratum in fresh.strata.all()}
    wanted = {key: number for key, number in counts.items() if number}
    if unknown := sorted(set(wanted) - set(strata)):
        raise Refused(f"没有这样的类别：{'、'.join(unknown)}")
    if not wanted or min(wanted.values()) < 0:
        raise Refused(f"“{fresh.title}”：请填要印的张数")
    if sum(wanted.values()) > MOST_SLIPS:
        raise Refused(f"一次最多印 {MOST_SLIPS} 张")
    opened = fresh.state == Poll.State.OPEN
    if opened:
        live = _codes_by_stratum(fresh)
        for key, number in wanted.items():
            if live.get(key, 0) + number > (strata[key].present or 0):
                raise Refused(f"{strata[key].title}：票数不能多于实到人数，请先改实到人数")
    batch = None if opened else uuid.uuid4()
    slips = [
        Slip(new_code(), key, fresh.pk) for key, number in wanted.items() for _ in range(number)
    ]
    rows = [
        Code(
            qr_hash=keyed("qr", slip.code.qr),
            typed_hash=keyed("typed", slip.code.typed),
            poll=fresh,
            stratum=slip.stratum,
            batch=batch,
        )
        for slip in slips
    ]
    # Stored in the order of the hashes, printed in another random order.
    Code.objects.bulk_create(sorted(rows, key=lambda row: row.qr_hash), batch_size=100)
    secrets.SystemRandom().shuffle(slips)
    # By class, which is printed on the slip anyway, so that the stacks can be handed out by class.
    slips.sort(key=lambda slip: strata[slip.stratum].order)
    for key, number in wanted.items():
        Stratum.objects.filter(pk=strata[key].pk).update(printed=F("printed") + number)
    record(
        "ballots.issued",
        actor=actor,
        subject=fresh.reference,
        data={"poll": str(fresh.pk), "counts": wanted, "batch": str(batch or "")},
    )
    return slips


def _codes_by_stratum(poll: Poll) -> dict[str, int]:
    rows = Code.objects.filter(poll=poll).values("stratum").annotate(n=Count("pk")).order_by()
    return {row["stratum"]: row["n"] for row in rows}


def _count_void(poll: Poll, removed: Mapping[str, int]) -> None:
    for key, number in removed.items():
        Stratum.objects.filter(poll=poll, key=key).update(void=F("void") + number)


def revoke_batch(poll: Poll, *, batch: UUID, actor: str = "") -> int:
    """Void a whole print run (lost or spoiled) before opening; returns how many slips it had."""
    with transaction.atomic():
        fresh = locked_poll(poll.pk, states=(Poll.State.PREPARED,))
        codes = Code.objects.filter(poll=fresh, batch=batch, spent=False)
        removed = {
            r["stratum"]: r["n"] for r in codes.values("stratum").annotate(n=Count("pk")).order_by()
        }
        codes.delete()
        _count_void(fresh, removed)
        record(
            "ballots.revoked",
            actor=actor,
            subject=fresh.reference,
            data={"batch": str(batch), "counts": removed},
        )
    return sum(removed.values())


def revoke_unused_batches(poll: Poll, *, actor: str = "") -> int:
    """Void every slip of a poll that is not open yet."""
    with transaction.atomic():
        fresh = locked_poll(poll.pk, states=(Poll.State.PREPARED,))
        batches = list(
            Code.objects.filter(poll=fresh).values_list("batch", flat=True).distinct().order_by()
        )
        return sum(revoke_batch(fresh, batch=batch, actor=actor) for batch in batches if batch)


@sensitive_variables()
def void_slips(codes: Iterable[str], *, actor: str = "", poll: Poll | None = None) -> VoidReport:
    """Void slips that were not handed out, or were handed back, by either of their codes.

    Args:
        codes: what the scanner read or somebody typed.
        poll: only slips of this poll; None: of any poll.
    """
    voided = spent = unknown = 0
    for text in codes:
        hashed = hash_code(text)
        found = hashed and Code.objects.filter(**{hashed.column: hashed.hash})
        if found and poll is not None:
            found = found.filter(poll=poll)
        code = found.first() if found else None
        if code is None:
            unknown += 1
            continue
        with transaction.atomic():
            fresh = locked_poll(code.poll_id, states=(Poll.State.PREPARED, Poll.State.OPEN))
            # The condition is the lock: a code that was spent meanwhile is not voided.
            removed, _ = Code.objects.filter(pk=code.pk, spent=False).delete()
            if not removed:
                spent += 1
                continue
            _count_void(fresh, {code.stratum: 1})
            record("ballots.voided", actor=actor, subject=fresh.reference, data={"count": 1})
            voided += 1
    return VoidReport(voided, spent, unknown)
