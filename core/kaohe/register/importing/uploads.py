"""Uploaded rolls between preview and decision: kept as cells in a row of the database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.register.access import actor_label
from kaohe.register.importing.applying import Applied, apply_roll
from kaohe.register.importing.preview import RollPreview
from kaohe.register.importing.understanding import understand_roll
from kaohe.register.models import Account, RollUpload
from kaohe.register.queries import known_register
from kaohe.workbooks import (
    normal_text,
    read_workbook,
    workbook_from_json,
    workbook_to_json,
)


def keep_upload(data: bytes, *, name: str, account: Account) -> RollUpload:
    """Read a file and keep its cells; raises `WorkbookError`, and then nothing is kept."""
    cells = workbook_to_json(read_workbook(data))
    with transaction.atomic():
        # One open preview per person is enough, and the cells hold names.
        RollUpload.objects.filter(uploaded_by=account, state=RollUpload.State.PREVIEW).update(
            state=RollUpload.State.DISCARDED, cells=None
        )
        return RollUpload.objects.create(
            name=normal_text(name).value[-200:] or "花名册.xlsx",
            digest=hashlib.sha256(data).hexdigest(),
            uploaded_by=account,
            cells=cells,
        )


def preview_upload(upload: RollUpload) -> RollPreview:
    """Understand an upload against the register of this moment."""
    workbook = workbook_from_json(upload.cells or [])
    return understand_roll(workbook, known=known_register(), today=timezone.localdate())


def keep_answers(upload: RollUpload, answers: Mapping[str, str]) -> dict[str, str]:
    """Remember the answers given so far; only those to questions of this upload."""
    preview = preview_upload(upload)
    asked = {q.id: {c.value for c in q.choices} for q in preview.questions}
    valid = {k: v for k, v in answers.items() if v in asked.get(k, ())}
    with transaction.atomic():
        RollUpload.objects.filter(pk=upload.pk, state=RollUpload.State.PREVIEW).update(
            answers=valid
        )
    return valid


def apply_upload(
    upload: RollUpload, answers: Mapping[str, str], *, account: Account, shown: str | None
) -> Applied:
    """Import an upload once; its cells are dropped, the summary stays."""
    with transaction.atomic():
        upload = RollUpload.objects.select_for_update().get(
            pk=upload.pk, state=RollUpload.State.PREVIEW
        )
        applied = apply_roll(
            preview_upload(upload),
            answers,
            actor_label(account),
            source={"file": upload.name, "sha256": upload.digest},
            shown=shown,
        )
        upload.state, upload.cells = RollUpload.State.APPLIED, None
        upload.answers, upload.summary = dict(answers), _summary(applied)
        upload.save()
    return applied


def _summary(applied: Applied) -> dict[str, Any]:
    changes = applied.changes
    return {
        "new_units": [c.name for c in changes.new_units],
        "new_groups": [c.name for c in changes.new_groups],
        "altered": [[c.name, c.label, c.before, c.after] for c in changes.altered],
        "unchanged": len(changes.unchanged),
        "people": applied.created_people,
    }


def discard_upload(upload: RollUpload, *, account: Account) -> None:
    """Give up a preview."""
    with transaction.atomic():
        RollUpload.objects.filter(pk=upload.pk, state=RollUpload.State.PREVIEW).update(
            state=RollUpload.State.DISCARDED, cells=None
        )
        record("register.discard", actor=actor_label(account), subject=upload.name)
