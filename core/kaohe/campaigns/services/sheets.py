"""Sheets: drafts under several hands, handed in once, returned with a reason.

A draft is the sheet's own row.  Saving is optimistic: read, merge, then
``UPDATE … WHERE pk AND version``; no row updated means that somebody else was faster, and the merge
starts again from what is stored.  A place that changed since the caller loaded it is never
overwritten: `DraftConflict` shows both texts.  Draft saves are not journaled (they are nobody's
decision yet, and a save every 20 seconds would bury the journal); handing in and returning are.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.errors import DraftConflict, IllegalTransition, Incomplete, NotAllowed
from kaohe.campaigns.facts import sheet_layout_of
from kaohe.campaigns.marks import (
    LONGEST_MARK,
    LONGEST_REASON,
    ZERO,
    Layout,
    read_sheet,
    with_presets,
)
from kaohe.campaigns.models import CampaignStage, Sheet, SheetRevision
from kaohe.campaigns.services.actors import Actor, clean_reason, label_of
from kaohe.campaigns.services.stages import closed_reason, stage_for

EDITABLE = (Sheet.State.DRAFT, Sheet.State.RETURNED)
FIELDS = {"marks": LONGEST_MARK, "reasons": LONGEST_REASON}
_TRIES = 5

Changes = Mapping[str, Mapping[str, str]]
"""{"marks": {item: text}, "reasons": {item: text}}; only the places that are to change."""


def save_draft(
    sheet: Sheet, *, version: int, changes: Changes, actor: Actor, just_read: bool = False
) -> Sheet:
    """Store what was typed, valid or not; validity is asked for when the sheet is handed in.

    Args:
        version: the version the browser loaded.
        changes: places to set; an empty text clears the place.
        just_read: the caller read the sheet a moment ago and found it open, so the first try does
            not read it again.  The version in the update guards it either way.

    Returns:
        The stored sheet with its new version; unchanged if everything was stored already (a
        request sent twice).

    Raises:
        DraftConflict: places to set were changed elsewhere since `version`.
        IllegalTransition: the sheet is handed in, or its stage is not open.
    """
    flat: dict[str, str] | None = None
    layout: Layout
    for attempt in range(_TRIES):
        given = just_read and not attempt
        row = sheet if given else _load(sheet.pk)
        if flat is None:
            layout = sheet_layout_of(row)
            flat = _flat(changes, layout)
        if not given:
            require_editable(row)
        stored = {path: _at(row.data, path) for path in flat}
        wanted = {p: t for p, t in flat.items() if not _same(layout, p, t, stored[p])}
        if not wanted:
            return row
        contested = {p for p in wanted if changed_since(row.data, p, version)}
        if contested:
            raise DraftConflict(
                version=row.version,
                stored={p: stored[p] for p in flat if p in contested},
                mine=flat,
            )
        data = _merged(row.data, wanted, stamp=row.version + 1)
        updated = unchanged_row(row.pk, version=row.version).update(
            data=data, version=row.version + 1, updated_at=timezone.now()
        )
        if updated:
            row.data, row.version = data, row.version + 1
            return row
    raise DraftConflict(version=row.version, stored=stored, mine=flat or {})


def unchanged_row(pk: int, *, version: int) -> QuerySet[Sheet]:
    """The sheet if it still is what was read: the protection against lost updates."""
    return Sheet.objects.filter(pk=pk, version=version, state__in=EDITABLE)


def changed_since(data: Mapping[str, Any], path: str, version: int) -> bool:
    """Whether a place was last changed after `version`."""
    return int((data.get("stamps") or {}).get(path, 0)) > version


def _load(pk: int) -> Sheet:
    rows = Sheet.objects.select_related("subject__campaign__scheme")
    return rows.defer("subject__campaign__scheme__data").get(pk=pk)


def _same(layout: Layout, path: str, text: str, stored: str) -> bool:
    """Whether nothing is to be changed; an empty count does not take back a 0 that was stored."""
    if text == stored:
        return True
    return not text and stored == ZERO and path.removeprefix("marks.") in layout.counted


def _flat(changes: Changes, layout: Layout) -> dict[str, str]:
    out = {}
    known = {"marks": layout.input_items.keys(), "reasons": layout.reason_ids}
    for name, most in FIELDS.items():
        for item, text in (changes.get(name) or {}).items():
            if item in known[name]:
                plain = str(text).replace("\x00", "").replace("\r\n", "\n").strip()
                out[f"{name}.{item}"] = plain.encode("utf-8", "ignore").decode()[:most]
    return out


def _at(data: Mapping[str, Any], path: str) -> str:
    name, item = path.split(".", 1)
    return str((data.get(name) or {}).get(item, ""))


def _merged(data: Mapping[str, Any], wanted: Mapping[str, str], *, stamp: int) -> dict[str, Any]:
    out = deepcopy(dict(data))
    for path, text in wanted.items():
        name, item = path.split(".", 1)
        places = out.setdefault(name, {})
        if text:
            places[item] = text
        else:
            places.pop(item, None)
        out.setdefault("stamps", {})[path] = stamp
    return out


def require_editable(sheet: Sheet, *, lock: bool = False) -> None:
    """Refuse a change to a sheet that is handed in or whose stage is not open.

    Raises:
        IllegalTransition: with the reason.
    """
    stage = stage_for(sheet.subject.campaign, sheet.instrument, lock=lock)
    refusal = edit_refusal(sheet, stage)
    if refusal:
        raise IllegalTransition(refusal)


def edit_refusal(sheet: Sheet, stage: CampaignStage | None) -> str:
    """Why a sheet cannot be changed now; empty if it can.

    A returned sheet may be changed after its stage was closed: returning it asked for that.
    """
    if sheet.state == Sheet.State.SUBMITTED:
        return "这张表已经提交，不能再修改。如需修改，请联系考核办退回。"
    if sheet.state == Sheet.State.RETURNED:
        stage = None
    return closed_reason(sheet.subject.campaign, stage)


def why_locked(sheet: Sheet) -> str:
    """`edit_refusal` with the stage looked up."""
    return edit_refusal(sheet, stage_for(sheet.subject.campaign, sheet.instrument))


def submit_sheet(sheet: Sheet, *, version: int, key: UUID, actor: Actor) -> Sheet:
    """Hand a sheet in, once: the same key again is the same submission.

    Args:
        version: the version the person reviewed.
        key: made with the review page.

    Raises:
        Incomplete: every problem at once.
        DraftConflict: the sheet was changed since it was reviewed.
        IllegalTransition: it is handed in already (with another key), or its stage is closed.
    """
    try:
        with transaction.atomic():
            return _submit(sheet.pk, version=version, key=key, actor=actor)
    except IntegrityError:  # the key was used for another sheet
        raise IllegalTransition("提交凭证已经用过，请重新打开核对页再提交。") from None


def _submit(pk: int, *, version: int, key: UUID, actor: Actor) -> Sheet:
    row = _load(pk)
    if row.state == Sheet.State.SUBMITTED and row.submission_key == key:
        return row
    require_editable(row, lock=True)
    if row.version != version:
        raise DraftConflict(version=row.version, stored={}, mine={})
    files = list(row.evidence.filter(removed_at=None))
    layout = sheet_layout_of(row)
    row.data = {**row.data, "marks": with_presets(layout, row.data.get("marks") or {})}
    reading = read_sheet(layout, row.data, slots={f.slot for f in files})
    if reading.problems:
        raise Incomplete(reading.problems)
    now = timezone.now()
    updated = unchanged_row(row.pk, version=version).update(
        state=Sheet.State.SUBMITTED,
        submission_key=key,
        data=row.data,
        submitted_at=now,
        updated_at=now,
        return_reason="",
        version=F("version") + 1,
    )
    if not updated:
        row.refresh_from_db(fields=["state", "submission_key", "version"])
        if row.submission_key == key:
            return row
        raise DraftConflict(version=row.version, stored={}, mine={})
    data = {k: row.data.get(k, {}) for k in FIELDS} | {
        "evidence": [
            {"id": str(f.pk), "slot": f.slot, "name": f.name, "sha256": f.sha256} for f in files
        ]
    }
    number = row.revisions.count() + 1
    SheetRevision.objects.create(sheet=row, number=number, data=data, at=now, by=label_of(actor))
    record(
        "sheet.submit",
        actor=label_of(actor),
        subject=f"sheet:{row.pk}",
        data={
            "campaign": row.subject.campaign_id,
            "unit": row.subject.title,
            "instrument": row.instrument,
            "revision": number,
            "subtotal": f"{reading.subtotal:f}",
            "points": {k: f"{v:f}" for k, v in reading.points.items()},
            **data,
        },
    )
    return _load(pk)


def return_sheet(sheet: Sheet, *, reason: str, actor: Actor) -> Sheet:
    """Give a sheet that was handed in back to whoever filled it in.

    Raises:
        IllegalTransition: it is not handed in, or the campaign is closed.
        NotAllowed: no reason, or the actor filled it in.
    """
    reason = clean_reason(reason, what="退回理由", most=1000)
    if not isinstance(actor, str) and actor.pk == sheet.respondent_id:
        raise NotAllowed("不能退回自己提交的表，请联系考核办。")
    with transaction.atomic():
        row = _load(sheet.pk)
        refusal = closed_reason(row.subject.campaign, None)
        if refusal:
            raise IllegalTransition(refusal)
        now = timezone.now()
        updated = Sheet.objects.filter(pk=row.pk, state=Sheet.State.SUBMITTED).update(
            state=Sheet.State.RETURNED,
            return_reason=reason,
            updated_at=now,
            version=F("version") + 1,
        )
        if not updated:
            raise IllegalTransition(f"这张表的状态是“{row.get_state_display()}”，不能退回。")
        last = row.revisions.order_by("-number").first()
        if last is not None:
            last.verdict, last.reason = "returned", reason
            last.judged_by, last.judged_at = label_of(actor), now
            last.save(update_fields=["verdict", "reason", "judged_by", "judged_at"])
        record(
            "sheet.return",
            actor=label_of(actor),
            subject=f"sheet:{row.pk}",
            data={
                "campaign": row.subject.campaign_id,
                "unit": row.subject.title,
                "instrument": row.instrument,
                "revision": last.number if last else 0,
                "reason": reason,
            },
        )
        return _load(row.pk)
