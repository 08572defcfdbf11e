"""Free texts after sealing: reviewed one by one before anybody else reads them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from kaohe.audit.services import record
from kaohe.ballots.models import Comment, Poll
from kaohe.ballots.services.polls import Refused


def review_comment(poll: Poll, *, comment: UUID, release: bool, actor: str = "") -> Comment:
    """Release a text or withhold it."""
    with transaction.atomic():
        row = Comment.objects.filter(poll=poll, pk=comment).first()
        if row is None:
            raise Refused("没有这条意见")
        row.state = Comment.State.RELEASED if release else Comment.State.WITHHELD
        row.save(update_fields=["state"])
        record(
            "ballots.text_reviewed",
            actor=actor,
            subject=poll.reference,
            data={"comment": str(row.pk), "state": row.state},
        )
    return row
