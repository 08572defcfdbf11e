"""A poll's life: prepared, open, closed; sealing and paper have modules of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.ballots.definition import load_definition
from kaohe.ballots.locks import lock_for_change
from kaohe.ballots.models import Code, PaperEntry, Poll, Stratum, TextUrn, Urn
from kaohe.ballots.services.storage import clear_storage_on_commit

SMALLEST_THRESHOLD = 5
TEXT_THRESHOLD = 10
"""Free texts need at least this many voters, and this many forms handed in."""


class Refused(Exception):
    """Something that may not be done now; `reasons` says why and what to do, in Chinese."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("；".join(reasons))
        self.reasons = list(reasons)


def locked_poll(poll: UUID, *, states: tuple[str, ...]) -> Poll:
    """Lock a poll for a change of state, then read it."""
    lock_for_change(poll)
    fresh = Poll.objects.get(pk=poll)
    if fresh.state not in states:
        raise Refused(f"“{fresh.title}”现在是“{fresh.get_state_display()}”，不能这样操作")
    return fresh


def threshold_setting() -> int:
    """The site's k: raisable through `KAOHE_BALLOT_THRESHOLD`, never below 5."""
    return max(SMALLEST_THRESHOLD, int(getattr(settings, "KAOHE_BALLOT_THRESHOLD", 0)))


def _write_strata(poll: Poll) -> None:
    definition = load_definition(poll.definition)
    Stratum.objects.bulk_create(
        Stratum(poll=poll, key=key, title=title, order=order)
        for order, (key, title) in enumerate(definition.strata)
    )


def create_poll(*, reference: str, definition: Mapping[str, Any], actor: str = "") -> Poll:
    """Create a poll in preparation.

    Raises:
        DefinitionErrors: the definition cannot be used.
        Refused: the reference is taken.
    """
    checked = load_definition(definition)
    with transaction.atomic():
        if Poll.objects.filter(reference=reference).exists():
            raise Refused(f"已有同一用途的投票（{reference}）")
        poll = Poll.objects.create(
            reference=reference,
            title=f"{checked.unit} {checked.title}",
            definition=dict(definition),
            threshold=threshold_setting(),
        )
        _write_strata(poll)
        record("ballots.created", actor=actor, subject=reference, data={"poll": str(poll.pk)})
    return poll


def update_definition(poll: Poll, *, definition: Mapping[str, Any], actor: str = "") -> Poll:
    """Replace the definition of a poll that has no slips yet."""
    checked = load_definition(definition)
    with transaction.atomic():
        fresh = locked_poll(poll.pk, states=(Poll.State.PREPARED,))
        if fresh.strata.filter(printed__gt=0).exists():
            raise Refused("已经印发过票，票面不能再改；如确需修改，请作废本次投票后重建")
        fresh.definition = dict(definition)
        fresh.title = f"{checked.unit} {checked.title}"
        fresh.save(update_fields=["definition", "title"])
        fresh.strata.all().delete()
        _write_strata(fresh)
        record("ballots.redefined", actor=actor, subject=fresh.reference, data={})
    return fresh


def _open_codes(poll: Poll) -> dict[str, int]:
    rows = Code.objects.filter(poll=poll).values("stratum").annotate(n=Count("pk"))
    return {row["stratum"]: row["n"] for row in rows.order_by("stratum")}


def _take_head_counts(
    poll: Poll, head_counts: Mapping[str, int], due: Mapping[str, int] | None
) -> list[str]:
    """Store head counts; return what forbids them."""
    codes, problems = _open_codes(poll), []
    strata = list(poll.strata.all())
    if unknown := sorted(set(head_counts) - {s.key for s in strata}):
        problems.append(f"没有这样的类别：{'、'.join(unknown)}")
    for stratum in strata:
        present = head_counts.get(stratum.key)
        where = f"{stratum.title}：" if stratum.key else ""
        if present is None:
            problems.append(f"{where}请填实到人数")
            continue
        if codes.get(stratum.key, 0) > present:
            surplus = codes[stratum.key] - present
            problems.append(
                f"{where}有效票 {codes[stratum.key]} 张，实到 {present} 人，"
                f"请先把没有发出的 {surplus} 张票扫码作废"
            )
        stratum.present = present
        stratum.due = (due or {}).get(stratum.key, stratum.due)
        if stratum.due is None or stratum.due < present:
            stratum.due = present
    if not problems:
        Stratum.objects.bulk_update(strata, ["present", "due"])
        if sum(s.present or 0 for s in strata) == 0:
            problems.append("实到人数不能全是 0")
    return problems


def open_poll(
    poll: Poll,
    *,
    head_counts: Mapping[str, int],
    due: Mapping[str, int] | None = None,
    paper: bool = False,
    actor: str = "",
) -> Poll:
    """Open a poll for as many people as are in the room.

    Args:
        head_counts: people present, by stratum.
        due: people expected, by stratum; at least those present.
        paper: whether some of them vote on paper (its count is then typed before sealing).

    Raises:
        Refused: more open codes than people, or not in preparation.
    """
    with transaction.atomic():
        fresh = locked_poll(poll.pk, states=(Poll.State.PREPARED,))
        problems = _take_head_counts(fresh, head_counts, due)
        if not paper and not Code.objects.filter(poll=fresh).exists():
            problems.append("还没有印发电子票；如全部用纸质票，请勾选“有纸质票”")
        if problems:
            transaction.set_rollback(True)
            raise Refused(*problems)
        texts = load_definition(fresh.definition).texts
        fresh.texts_offered = bool(texts) and sum(head_counts.values()) >= TEXT_THRESHOLD
        fresh.paper_expected = paper
        fresh.state, fresh.opened_at = Poll.State.OPEN, timezone.now()
        fresh.save(update_fields=["texts_offered", "paper_expected", "state", "opened_at"])
        # From now on a print run would tell codes apart: a run of one slip is a person.
        Code.objects.filter(poll=fresh).update(batch=None)
        record(
            "ballots.opened",
            actor=actor,
            subject=fresh.reference,
            data={"poll": str(fresh.pk), "present": dict(head_counts), "codes": _open_codes(fresh)},
        )
    return fresh


def update_head_counts(
    poll: Poll,
    *,
    head_counts: Mapping[str, int],
    due: Mapping[str, int] | None = None,
    actor: str = "",
) -> Poll:
    """Correct the head count of an open poll (somebody came late)."""
    with transaction.atomic():
        fresh = locked_poll(poll.pk, states=(Poll.State.OPEN,))
        if problems := _take_head_counts(fresh, head_counts, due):
            transaction.set_rollback(True)
            raise Refused(*problems)
        record(
            "ballots.head_counts",
            actor=actor,
            subject=fresh.reference,
            data={"present": dict(head_counts)},
        )
    return fresh


def close(poll: Poll, *, actor: str) -> None:
    """Close an open poll whose exclusive lock is held."""
    poll.state, poll.closed_at = Poll.State.CLOSED, timezone.now()
    poll.save(update_fields=["state", "closed_at"])
    record(
        "ballots.closed",
        actor=actor,
        subject=poll.reference,
        data={
            "poll": str(poll.pk),
            "codes": Code.objects.filter(poll=poll).count(),
            "spent": Code.objects.filter(poll=poll, spent=True).count(),
        },
    )


def close_poll(poll: Poll, *, actor: str = "") -> Poll:
    """Close the electronic part; paper may still be typed before sealing."""
    with transaction.atomic():
        fresh = locked_poll(poll.pk, states=(Poll.State.OPEN,))
        close(fresh, actor=actor)
    return fresh


def annul_poll(poll: Poll, *, reason: str, actor: str = "") -> Poll:
    """Throw a poll away, ballots unread, so that it can be repeated under its reference."""
    if not reason.strip():
        raise Refused("请写明作废的理由")
    with transaction.atomic():
        fresh = locked_poll(
            poll.pk, states=(Poll.State.PREPARED, Poll.State.OPEN, Poll.State.CLOSED)
        )
        reference = fresh.reference
        for model in (Urn, TextUrn, Code, PaperEntry):
            model.objects.filter(poll=fresh).delete()
        fresh.state, fresh.closed_at = Poll.State.ANNULLED, timezone.now()
        fresh.reference = f"{reference[:70]}~{fresh.pk.hex}"
        fresh.save(update_fields=["state", "closed_at", "reference"])
        clear_storage_on_commit()
        record("ballots.annulled", actor=actor, subject=reference, data={"reason": reason.strip()})
    return fresh
