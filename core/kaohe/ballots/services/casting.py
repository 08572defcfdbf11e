"""Casting a ballot: spend the code, fill the urn, commit; only then answer."""

from __future__ import annotations

import enum
from uuid import UUID

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from kaohe.ballots.codes import HashedCode, retry_tag
from kaohe.ballots.locks import lock_for_casting
from kaohe.ballots.marks import Ballot
from kaohe.ballots.models import Code, Poll, TextUrn, Urn


class Outcome(enum.Enum):
    """What came of a ballot; the value is the HTTP status."""

    RECORDED = 200
    REPEATED = "200 again"
    SPENT = 409
    UNKNOWN = 404
    WAITING = 403
    CLOSED = 410

    @property
    def status(self) -> int:
        """The HTTP status of this outcome."""
        return self.value if isinstance(self.value, int) else 200


@sensitive_variables()
def cast(code: HashedCode, *, poll: UUID, ballot: Ballot, nonce: str) -> Outcome:
    """Record a ballot that was checked as a whole.

    The shared lock comes before the state is read, and the conditional UPDATE is what makes one
    code count once: its row count, not an earlier look, decides.  Nothing is journalled here and no
    time is kept.
    """
    with transaction.atomic(durable=True):
        lock_for_casting(poll)
        state = Poll.objects.filter(pk=poll).values_list("state", flat=True).first()
        if state is None:
            return Outcome.UNKNOWN
        if state != Poll.State.OPEN:
            return Outcome.WAITING if state == Poll.State.PREPARED else Outcome.CLOSED
        mine = Code.objects.filter(**{code.column: code.hash}, poll_id=poll)
        tag = retry_tag(code, nonce)
        if mine.filter(spent=False).update(spent=True, retry_tag=tag) != 1:
            known = mine.values_list("retry_tag", flat=True).first()
            if known is None:
                return Outcome.UNKNOWN
            return Outcome.REPEATED if tag and known == tag else Outcome.SPENT
        stratum = mine.values_list("stratum", flat=True).get()
        Urn.objects.create(poll_id=poll, stratum=stratum, payload=ballot.payload())
        TextUrn.objects.bulk_create(
            TextUrn(poll_id=poll, field=name, text=text) for name, text in ballot.texts.items()
        )
    return Outcome.RECORDED
