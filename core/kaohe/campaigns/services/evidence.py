"""Evidence: files kept beside sheets and claims, at paths of our own making."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.errors import FileRefused, IllegalTransition
from kaohe.campaigns.facts import sheet_layout_of
from kaohe.campaigns.files.kinds import QUOTA, sniff
from kaohe.campaigns.files.names import clean_name
from kaohe.campaigns.models import CampaignSubject, Claim, Evidence, Report, Sheet
from kaohe.campaigns.services.actors import Actor, label_of, require_account
from kaohe.campaigns.services.reports import edit_refusal_of, spec_of_report
from kaohe.campaigns.services.sheets import require_editable

MOST_PER_OWNER = 60


def add_evidence(
    owner: Sheet | Claim | Report, *, file: UploadedFile, slot: str = "", actor: Actor
) -> Evidence:
    """Check a file and keep it; all or nothing.

    Args:
        owner: a sheet or report that may be changed, or a claim that is not handed in.
        slot: for a sheet an attachment key or an item id, for a report an attachment key.

    Raises:
        FileRefused: not a kind that is kept, too large, quota used up.
        IllegalTransition: the owner may not be changed now.
    """
    account = require_account(actor)
    size = int(file.size or 0)
    kind = sniff(file, size=size)
    row = Evidence(
        slot=slot,
        name=clean_name(file.name or "", kind=kind.key),
        kind=kind.key,
        size=size,
        sha256=_digest(file),
        uploaded_by=account,
        uploaded_at=timezone.now(),
    )
    path = ""
    try:
        with transaction.atomic():
            subject = _attach(row, owner, slot)
            _require_room(subject, row)
            file.seek(0)
            row.file.save(row.name, file, save=False)
            path = row.file.name or ""
            row.save(force_insert=True)
            _journal("evidence.add", row, actor)
    except BaseException:
        if path:
            default_storage.delete(path)
        raise
    return row


def _digest(file: UploadedFile) -> str:
    file.seek(0)
    total = hashlib.sha256()
    for chunk in file.chunks():
        total.update(chunk)
    return total.hexdigest()


def _attach(row: Evidence, owner: Sheet | Claim | Report, slot: str) -> CampaignSubject:
    if isinstance(owner, Sheet):
        sheet = Sheet.objects.select_related("subject__campaign__scheme").get(pk=owner.pk)
        layout = sheet_layout_of(sheet)
        if slot not in layout.spec.attach and slot not in layout.item_ids:
            raise FileRefused("没有选择材料对应的项目，请重新选择。")
        require_editable(sheet, lock=True)
        row.sheet, subject = sheet, sheet.subject
    elif isinstance(owner, Report):
        report = _editable_report(owner.pk)
        if slot not in spec_of_report(report).attach:
            raise FileRefused("没有选择材料对应的项目，请重新选择。")
        row.report, subject = report, report.subject
    else:
        claim = Claim.objects.select_related("subject__campaign__scheme").get(pk=owner.pk)
        if claim.state not in (Claim.State.DRAFT, Claim.State.REFUSED):
            raise IllegalTransition("申报已经提交，不能再更换证书；可先撤回。")
        row.claim, subject = claim, claim.subject
    # Two uploads at once count one after the other, or both would fit into the same room.
    return CampaignSubject.objects.select_for_update().get(pk=subject.pk)


def _editable_report(pk: int) -> Report:
    rows = Report.objects.select_related("subject__campaign__scheme")
    report = rows.select_for_update(of=("self",)).get(pk=pk)
    refusal = edit_refusal_of(report)
    if refusal:
        raise IllegalTransition(refusal)
    return report


def _require_room(subject: CampaignSubject, row: Evidence) -> None:
    kept = Evidence.objects.filter(
        Q(sheet__subject=subject) | Q(claim__subject=subject) | Q(report__subject=subject)
    )
    # A file that is used in several places is stored once.
    used = sum(dict(kept.values_list("file", "size")).values())
    if not row.file and used + row.size > QUOTA:
        raise FileRefused(
            f"本单位已上传 {used / 1048576:.0f} MB，加上这个文件会超过 {QUOTA // 1048576} MB。"
            "请先移除不需要的材料。"
        )
    name = "sheet" if row.sheet_id else "report" if row.report_id else "claim"
    own: dict[str, Any] = {name: getattr(row, name)}
    mine = kept.filter(**own, removed_at=None)
    if mine.count() >= MOST_PER_OWNER:
        raise FileRefused(f"这里已有 {MOST_PER_OWNER} 个文件，请合并后再传。")
    if mine.filter(slot=row.slot, sha256=row.sha256).exists():
        raise FileRefused("同样的文件已经在这里，不必再传。")


def reuse_evidence(evidence: Evidence, *, slot: str, actor: Actor) -> Evidence:
    """Use a file of a sheet for another of its items too; it stays stored once.

    Raises:
        FileRefused: it is there already, or was taken off.
        IllegalTransition: the sheet may not be changed now.
    """
    account = require_account(actor)
    with transaction.atomic():
        if evidence.sheet is None:
            raise FileRefused("只有评分表的材料可以用在多个项目上。")
        row = Evidence(slot=slot, uploaded_by=account, uploaded_at=timezone.now())
        subject = _attach(row, evidence.sheet, slot)
        # Under the sheet's lock: nobody takes the file away meanwhile.
        of = row.sheet.evidence if row.sheet else Evidence.objects.none()
        known = of.filter(pk=evidence.pk, removed_at=None).first()
        if known is None:
            raise FileRefused("这个文件已经移除，请重新上传。")
        row.file.name = known.file.name
        row.name, row.kind, row.size, row.sha256 = (
            known.name, known.kind, known.size, known.sha256,
        )  # fmt: skip
        _require_room(subject, row)
        row.save(force_insert=True)
        _journal("evidence.reuse", row, actor, from_slot=known.slot)
    return row


def remove_evidence(evidence: Evidence, *, actor: Actor) -> None:
    """Take a file off.  Once it was part of something handed in, it is only hidden.

    Raises:
        IllegalTransition: its sheet or claim may not be changed now.
    """
    path = ""
    with transaction.atomic():
        row = Evidence.objects.select_related("sheet__subject__campaign__scheme", "claim").get(
            pk=evidence.pk
        )
        if row.sheet is not None:
            require_editable(row.sheet, lock=True)
            keep = row.sheet.revisions.exists()
        elif row.report_id is not None:
            keep = _editable_report(row.report_id).revisions.exists()
        else:
            assert row.claim is not None
            if row.claim.state not in (Claim.State.DRAFT, Claim.State.REFUSED):
                raise IllegalTransition("申报已经提交，不能再移除证书；可先撤回。")
            keep = row.claim.handed_in_at is not None
        _journal("evidence.remove", row, actor, kept=keep)
        if keep:
            Evidence.objects.filter(pk=row.pk, removed_at=None).update(removed_at=timezone.now())
        else:
            path = row.file.name or ""
            row.delete()
            if Evidence.objects.filter(file=path).exists():
                path = ""  # another item uses the file too
    if path:  # after the commit: a row without a file is worse than a file without a row
        default_storage.delete(path)


def _journal(action: str, row: Evidence, actor: Actor, **data: object) -> None:
    record(
        action,
        actor=label_of(actor),
        subject=_owner(row),
        data={
            "id": str(row.pk),
            "slot": row.slot,
            "name": row.name,
            "size": row.size,
            "sha256": row.sha256,
            **data,
        },
    )


def _owner(row: Evidence) -> str:
    if row.sheet_id:
        return f"sheet:{row.sheet_id}"
    return f"report:{row.report_id}" if row.report_id else f"claim:{row.claim_id}"


def sweep_orphans(*, older_than: timedelta = timedelta(days=1), delete: bool = True) -> list[str]:
    """Delete stored files no row knows: what a crash between file and commit left behind.

    Args:
        older_than: younger files stay: an upload under way has no row yet.
        delete: whether to delete them; otherwise they are only named.
    """
    gone: list[str] = []
    limit = timezone.now() - older_than
    root = "evidence"
    if not default_storage.exists(root):
        return gone
    for folder in default_storage.listdir(root)[0]:
        names = [f"{root}/{folder}/{n}" for n in default_storage.listdir(f"{root}/{folder}")[1]]
        known = set(Evidence.objects.filter(file__in=names).values_list("file", flat=True))
        for name in names:
            if name not in known and default_storage.get_modified_time(name) < limit:
                if delete:
                    default_storage.delete(name)
                gone.append(name)
    return gone
