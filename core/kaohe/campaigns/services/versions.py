"""Freezing a scheme: from then on the campaign no longer needs the plugin it came from."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.models import SchemeVersion
from kaohe.campaigns.services.actors import Actor, label_of
from kaohe.scheme.reading import SchemeSource


def freeze_scheme(source: SchemeSource, *, plugin: str = "", actor: Actor) -> SchemeVersion:
    """Keep a scheme as it is now; the same text is kept once.

    Returns:
        The frozen version, an earlier one if the fingerprint is known already.
    """
    known = SchemeVersion.objects.filter(fingerprint=source.fingerprint).first()
    if known:
        return known
    try:
        with transaction.atomic():
            version = SchemeVersion.objects.create(
                scheme_id=source.id,
                version=source.version,
                title=source.title,
                fingerprint=source.fingerprint,
                plugin=plugin,
                data=source.data,
                frozen_at=timezone.now(),
            )
            record(
                "scheme.freeze",
                actor=label_of(actor),
                subject=f"{source.id} {source.version}",
                data={"fingerprint": source.fingerprint, "plugin": plugin},
            )
    except IntegrityError:  # somebody froze the same text at the same moment
        return SchemeVersion.objects.get(fingerprint=source.fingerprint)
    return version
