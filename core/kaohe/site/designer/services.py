"""Keeping, offering and withdrawing uploaded schemes."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kaohe import catalogue
from kaohe.audit.services import record
from kaohe.campaigns.models import SchemeVersion
from kaohe.kit.plans import scheme_findings
from kaohe.scheme.errors import SchemeError, SchemeErrors
from kaohe.scheme.lint import Finding
from kaohe.scheme.reading import SchemeSource
from kaohe.schemebooks import read_any_source
from kaohe.scoring import PlanRefused, compile_scheme
from kaohe.site.designer.models import SchemeDraft


class UploadRefused(Exception):
    """A scheme that cannot be kept or offered; the message says why and what to do."""


def keep_upload(content: bytes, *, name: str, actor: str) -> SchemeDraft:
    """Read an uploaded file and keep it as a draft; the same version again replaces the draft.

    Raises:
        SchemeErrors: every mistake in the file, with its place.
        UploadRefused: a plugin brings a scheme of this id, or this version is frozen.
    """
    source = read_checked(content, name=name)
    if source.id in catalogue.schemes():
        raise UploadRefused(
            f"编号 {source.id} 已由安装的插件提供。请改用自己的编号，如 office.{source.id.partition('.')[2]}。"
        )
    with transaction.atomic():
        rows = SchemeDraft.objects.select_for_update()
        row = rows.filter(scheme_id=source.id, version=source.version).first()
        if row is not None and row.fingerprint == source.fingerprint:
            return row
        if is_frozen(source.id, source.version, other_than=source.fingerprint):
            raise UploadRefused(
                f"{source.id} 的版本 {source.version} 已经用于考核，不能再改。"
                f"请把 version 提高（如 {_next(source.version)}）后再上传。"
            )
        before = row.fingerprint if row else ""
        row = row or SchemeDraft(scheme_id=source.id, version=source.version)
        row.title, row.data = source.title[:200], source.data
        row.fingerprint, row.file_name = source.fingerprint, name[:200]
        row.state = SchemeDraft.State.DRAFT
        row.uploaded_by, row.uploaded_at = actor[:150], timezone.now()
        row.save()
        record(
            "scheme.upload",
            actor=actor,
            subject=f"{source.id} {source.version}",
            data={"fingerprint": source.fingerprint, "replaces": before, "file": name},
        )
    return row


def read_checked(content: bytes, *, name: str) -> SchemeSource:
    """A scheme that binds with every choice and compiles.

    Raises:
        SchemeErrors: what is wrong.
    """
    operators = catalogue.syntaxes()
    source = read_any_source(content, name=name, operators=operators)
    source.check(operators=operators)
    try:
        compile_scheme(source.bind(operators=operators), operators=catalogue.meanings())
    except PlanRefused as error:
        raise SchemeErrors([SchemeError("SCHEME_050", name, "", str(error), "")]) from error
    return source


def findings(source: SchemeSource) -> list[Finding]:
    """What the lint and the plan say about a scheme, errors first."""
    operators, meanings = catalogue.syntaxes(), catalogue.meanings()
    return scheme_findings(source, operators=operators, meanings=meanings)


def offer(draft: SchemeDraft, *, actor: str) -> None:
    """Let organisers choose it for a campaign.

    Raises:
        UploadRefused: the lint finds errors, or somebody changed its state meanwhile.
    """
    source = SchemeSource.from_data(draft.data)
    errors = [f for f in findings(source) if f.severity == "error"]
    if errors:
        raise UploadRefused(f"检查还有 {len(errors)} 处错误，改正后重新上传，再提供选用。")
    _move(draft, SchemeDraft.State.OFFERED, "scheme.offer", actor)


def withdraw(draft: SchemeDraft, *, actor: str) -> None:
    """Take it out of the choice; campaigns that use it are not touched."""
    _move(draft, SchemeDraft.State.WITHDRAWN, "scheme.withdraw", actor)


def _move(draft: SchemeDraft, state: SchemeDraft.State, action: str, actor: str) -> None:
    with transaction.atomic():
        rows = SchemeDraft.objects.select_for_update()
        row = rows.filter(pk=draft.pk, fingerprint=draft.fingerprint).first()
        if row is None:
            raise UploadRefused("这个版本刚刚被别人重新上传过。请再看一遍。")
        if row.state == state:
            return
        row.state = state
        row.save(update_fields=["state"])
        record(
            action,
            actor=actor,
            subject=f"{row.scheme_id} {row.version}",
            data={"fingerprint": row.fingerprint},
        )
    draft.state = state


def is_frozen(scheme_id: str, version: str, *, other_than: str = "") -> bool:
    """Whether a campaign uses this version (with another content than the one named)."""
    rows = SchemeVersion.objects.filter(scheme_id=scheme_id, version=version)
    return rows.exclude(fingerprint=other_than).exists()


def _next(version: str) -> str:
    year, _, number = version.partition(".")
    return f"{year}.{int(number) + 1}" if number.isdecimal() else version
