"""Sealing: the urn becomes counts, and everything that could link a voter to a choice goes."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.ballots.definition import Definition, load_definition
from kaohe.ballots.models import Code, Comment, PaperEntry, Poll, Stratum, Tally, TextUrn, Urn
from kaohe.ballots.services.paper import paper_tallies
from kaohe.ballots.services.polls import TEXT_THRESHOLD, Refused, close, locked_poll
from kaohe.ballots.services.storage import clear_storage_on_commit

Histogram = Counter[tuple[str, str, str]]
"""(stratum, aspect, option) -> count; option "" is "left unmarked"."""


class Unbalanced(RuntimeError):
    """The counts do not add up; nothing was changed."""


def close_and_seal(poll: Poll, *, actor: str = "") -> Poll:
    """Close a poll and, in the same transaction, turn its urn into counts.

    Raises:
        Refused: paper ballots are expected and their count is not agreed yet; close first.
        Unbalanced: ballots and codes do not add up.
    """
    with transaction.atomic():
        fresh = locked_poll(poll.pk, states=(Poll.State.OPEN, Poll.State.CLOSED))
        if fresh.state == Poll.State.OPEN:
            close(fresh, actor=actor)
        _seal(fresh, actor=actor)
        clear_storage_on_commit()
    fresh.refresh_from_db()
    return fresh


def seal_poll(poll: Poll, *, actor: str = "") -> Poll:
    """Seal a closed poll."""
    with transaction.atomic():
        fresh = locked_poll(poll.pk, states=(Poll.State.CLOSED,))
        _seal(fresh, actor=actor)
        clear_storage_on_commit()
    fresh.refresh_from_db()
    return fresh


def _seal(poll: Poll, *, actor: str) -> None:
    definition = load_definition(poll.definition)
    agreed = PaperEntry.objects.filter(poll=poll, agreed=True).first()
    if poll.paper_expected and agreed is None:
        raise Refused(f"“{poll.title}”：纸质票还没有由两人录入并核对一致，录完后再封存")
    strata = list(poll.strata.all())
    histogram, blanks = _count_urn(poll, definition)
    _balance(poll, definition, strata, histogram, blanks)
    rows = _tallies(poll, Tally.Channel.ELECTRONIC, histogram)
    if agreed is not None:
        rows += _tallies(poll, Tally.Channel.PAPER, paper_tallies(definition, agreed.data))
        _keep_paper_counts(strata, agreed.data)
    rows.sort(key=lambda r: (r.channel, r.stratum, r.aspect, r.option))
    Tally.objects.bulk_create(rows, batch_size=100)
    Stratum.objects.bulk_update(
        strata,
        ["spent", "unused", "blank", "paper_issued", "paper_returned", "paper_invalid",
         "paper_blank"],
    )  # fmt: skip
    texts = _keep_texts(poll, returned=sum((s.spent or 0) + s.paper_returned for s in strata))
    Urn.objects.filter(poll=poll).delete()
    TextUrn.objects.filter(poll=poll).delete()
    Code.objects.filter(poll=poll).delete()
    PaperEntry.objects.filter(poll=poll, agreed=False).delete()
    poll.state, poll.sealed_at = Poll.State.SEALED, timezone.now()
    poll.digest = result_digest(poll)
    poll.save(update_fields=["state", "sealed_at", "digest"])
    record(
        "ballots.sealed",
        actor=actor,
        subject=poll.reference,
        data={
            "poll": str(poll.pk),
            "digest": poll.digest,
            "spent": sum(s.spent or 0 for s in strata),
            "unused": sum(s.unused or 0 for s in strata),
            "paper_returned": sum(s.paper_returned for s in strata),
            "texts": texts,
        },
    )


def _count_urn(poll: Poll, definition: Definition) -> tuple[Histogram, Counter[str]]:
    ballots = list(Urn.objects.filter(poll=poll).values_list("stratum", "payload"))
    secrets.SystemRandom().shuffle(ballots)
    histogram: Histogram = Counter()
    blanks: Counter[str] = Counter()
    labels = definition.labels
    for stratum, payload in ballots:
        ballot = json.loads(payload)
        blanks[stratum] += ballot.get("b", 0)
        for question in definition.questions:
            if definition.kind == "ballot":
                place = ballot["m"].get(question.id)
                option = "" if place is None else labels[place]
            else:
                option = ballot["s"].get(question.id, "")
            histogram[stratum, question.id, option] += 1
    return histogram, blanks


def _balance(
    poll: Poll,
    definition: Definition,
    strata: list[Stratum],
    histogram: Histogram,
    blanks: Counter[str],
) -> None:
    """Fill in the counts of codes, and check every equation before anything is deleted."""
    for stratum in strata:
        codes = Code.objects.filter(poll=poll, stratum=stratum.key)
        stratum.spent = codes.filter(spent=True).count()
        stratum.unused = codes.filter(spent=False).count()
        stratum.blank = blanks[stratum.key]
        if stratum.printed - stratum.void != stratum.spent + stratum.unused:
            raise Unbalanced(f"“{poll.title}” {stratum.title}：印制 − 作废 ≠ 已投 + 未投")
        for question in definition.questions:
            marked = sum(
                n for (s, a, _), n in histogram.items() if (s, a) == (stratum.key, question.id)
            )
            if marked != stratum.spent:
                raise Unbalanced(f"“{poll.title}” {stratum.title} {question.title}：票数不符")
    if sum(s.spent or 0 for s in strata) != Urn.objects.filter(poll=poll).count():
        raise Unbalanced(f"“{poll.title}”：票箱票数与已投票数不符")


def _tallies(poll: Poll, channel: str, histogram: Histogram) -> list[Tally]:
    return [
        Tally(poll=poll, channel=channel, stratum=s, aspect=a, option=o, count=n)
        for (s, a, o), n in histogram.items()
        if n
    ]


def _keep_paper_counts(strata: list[Stratum], data: dict[str, Any]) -> None:
    for stratum in strata:
        counts = data.get(stratum.key, {})
        stratum.paper_issued = counts.get("issued", 0)
        stratum.paper_returned = counts.get("returned", 0)
        stratum.paper_invalid = counts.get("invalid", 0)
        stratum.paper_blank = counts.get("blank", 0)


def _keep_texts(poll: Poll, *, returned: int) -> dict[str, int]:
    """Move free texts out of their urn, shuffled; destroy them unread if too few forms came."""
    texts = list(TextUrn.objects.filter(poll=poll).values_list("field", "text"))
    if returned < TEXT_THRESHOLD:
        return {"kept": 0, "destroyed": len(texts)}
    secrets.SystemRandom().shuffle(texts)
    Comment.objects.bulk_create(
        (Comment(poll=poll, field=field, text=text) for field, text in texts), batch_size=100
    )
    return {"kept": len(texts), "destroyed": 0}


def result_digest(poll: Poll) -> str:
    """SHA-256 of the sorted result: every tally and every count."""
    tallies = sorted(poll.tallies.values_list("channel", "stratum", "aspect", "option", "count"))
    counts = sorted(
        poll.strata.values_list(
            "key", "due", "present", "printed", "void", "spent", "unused", "blank",
            "paper_issued", "paper_returned", "paper_invalid", "paper_blank",
        )
    )  # fmt: skip
    body = json.dumps(
        {"reference": poll.reference, "tallies": tallies, "counts": counts},
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    return hashlib.sha256(body.encode()).hexdigest()
