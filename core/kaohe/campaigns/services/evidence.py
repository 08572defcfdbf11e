"""Uploads: what a file is follows from its content; names and types of the client are not trusted."""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zipfile
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.errors import CampaignError
from kaohe.campaigns.models import CampaignSubject, Claim, Evidence, Sheet
from kaohe.register.access import actor_label
from kaohe.register.models import Account

MAX_FILE = 20 * 1024 * 1024
MAX_SUBJECT = 500 * 1024 * 1024
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ACCEPTED = "PDF、JPG、PNG、DOCX、XLSX"
_MARKUP = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?xml", b"<iframe", b"javascript:")
_ACTIVE_PDF = (b"/JavaScript", b"/JS ", b"/JS(", b"/OpenAction", b"/Launch", b"/EmbeddedFile")


def sniff(content: bytes) -> str:
    """Tell what a file is from its bytes.

    Raises:
        CampaignError: not on the list, or not harmless; the text says what to do.
    """
    if not content:
        raise CampaignError("文件是空的，请重新选择。")
    if b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" in content[:4096]:
        raise CampaignError("文件被识别为病毒测试文件，没有保存。")
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise CampaignError("PDF 不完整，请重新导出后上传。")
        if any(word in content for word in _ACTIVE_PDF):
            raise CampaignError("PDF 里有脚本、自动操作或嵌入文件，请打印成普通 PDF 后上传。")
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        _no_markup(content)
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        width = int.from_bytes(content[16:20], "big")
        height = int.from_bytes(content[20:24], "big")
        if not 0 < width * height <= 100_000_000:
            raise CampaignError("图片尺寸过大或损坏，请另存为较小的图片后上传。")
        if b"IEND" not in content[-64:]:
            raise CampaignError("图片不完整或后面带有别的内容，请重新保存后上传。")
        _no_markup(content)
        return "png"
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    raise CampaignError(f"这种文件不能上传。可用：{_ACCEPTED}；照片请存为 JPG。")


def _no_markup(content: bytes) -> None:
    lowered = content[:2048].lower() + content[-4096:].lower()
    if any(word in lowered for word in _MARKUP):
        raise CampaignError("图片里夹带网页内容，没有保存。请用画图软件重新保存后上传。")


def _office_kind(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            names = [i.filename for i in infos]
            size = sum(i.file_size for i in infos)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise CampaignError("文件损坏，请重新保存后上传。") from error
    if len(infos) > 2000 or size > 200 * 1024 * 1024 or size > 200 * max(len(content), 1):
        raise CampaignError("文件解开后过大，没有保存。")
    if any(n.startswith(("/", "..")) or "/../" in n or "\\" in n for n in names):
        raise CampaignError("文件内部结构异常，没有保存。")
    if any("vbaproject" in n.lower() or n.lower().endswith((".exe", ".js", ".zip")) for n in names):
        raise CampaignError("文件里有宏或嵌入程序，请另存为不含宏的 DOCX/XLSX 后上传。")
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return "docx"
        if "xl/workbook.xml" in names:
            return "xlsx"
    raise CampaignError(f"压缩包不能上传。可用：{_ACCEPTED}。")


def clean_name(name: str) -> str:
    """A name that is safe to show and to download: no path, control or direction characters."""
    base = unicodedata.normalize("NFC", str(name).replace("\\", "/")).rsplit("/", 1)[-1]
    kept = "".join(c for c in base if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    return kept.strip(". ")[:150] or "文件"


def add_evidence(
    *,
    upload: UploadedFile,
    account: Account,
    sheet: Sheet | None = None,
    claim: Claim | None = None,
    slot: str = "",
) -> Evidence:
    """Store a file for a sheet or a claim.

    Raises:
        CampaignError: too large, not allowed, over the unit's quota.
    """
    if (upload.size or 0) > MAX_FILE:
        raise CampaignError(f"文件超过 {MAX_FILE // 1024 // 1024} MB，请压缩后上传。")
    content = upload.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise CampaignError(f"文件超过 {MAX_FILE // 1024 // 1024} MB，请压缩后上传。")
    kind = sniff(content)
    owner = sheet.subject if sheet else claim.subject if claim else None
    if owner is None:
        raise CampaignError("没有说明文件属于哪张表。")
    if _used(owner) + len(content) > MAX_SUBJECT:
        raise CampaignError("本单位上传的文件总量已到上限，请先删除不需要的文件。")
    digest = hashlib.sha256(content).hexdigest()
    row = Evidence(
        sheet=sheet,
        claim=claim,
        slot=slot[:60],
        name=clean_name(upload.name or ""),
        kind=kind,
        size=len(content),
        sha256=digest,
        uploaded_by=account,
        uploaded_at=timezone.now(),
    )
    row.file.save("", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            record(
                "evidence.added",
                actor=actor_label(account),
                subject=_label(row),
                data={"name": row.name, "sha256": digest, "size": row.size},
            )
    except BaseException:
        row.file.storage.delete(row.file.name)  # no orphan if the row could not be written
        raise
    return row


def remove_evidence(row: Evidence, *, account: Account) -> None:
    """Remove a file that has not been handed in yet; the journal keeps its name and digest."""
    name, storage = row.file.name, row.file.storage
    with transaction.atomic():
        record(
            "evidence.removed",
            actor=actor_label(account),
            subject=_label(row),
            data={"name": row.name, "sha256": row.sha256},
        )
        row.delete()
    storage.delete(name)


def _label(row: Evidence) -> str:
    return f"sheet:{row.sheet_id}" if row.sheet_id else f"claim:{row.claim_id}"


def _used(subject: CampaignSubject) -> int:
    sheets: dict[str, Any] = Evidence.objects.filter(sheet__subject=subject).aggregate(
        n=Sum("size")
    )
    claims: dict[str, Any] = Evidence.objects.filter(claim__subject=subject).aggregate(
        n=Sum("size")
    )
    return (sheets["n"] or 0) + (claims["n"] or 0)
