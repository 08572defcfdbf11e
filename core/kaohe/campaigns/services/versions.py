"""Freezing a scheme: from its first use on, a campaign never depends on the plugin's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.models import SchemeVersion

if TYPE_CHECKING:
    from kaohe.scheme.reading import SchemeSource


def freeze_scheme(source: SchemeSource, *, plugin: str, actor: str) -> SchemeVersion:
    """Store a scheme under its fingerprint, or return the row that has it already."""
    found = SchemeVersion.objects.filter(fingerprint=source.fingerprint).first()
    if found:
        return found
    with transaction.atomic():
        version, created = SchemeVersion.objects.get_or_create(
            fingerprint=source.fingerprint,
            defaults={
                "scheme_id": source.id,
                "version": source.version,
                "title": source.title,
                "plugin": plugin,
                "data": source.data,
                "frozen_at": timezone.now(),
            },
        )
        if created:
            record(
                "scheme.frozen",
                actor=actor,
                subject=f"{source.id}@{source.version}",
                data={"fingerprint": source.fingerprint, "plugin": plugin},
            )
    return version
