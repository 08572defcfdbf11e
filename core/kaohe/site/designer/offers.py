"""Every scheme a campaign can be opened with: those of the plugins, and the office's own."""

from __future__ import annotations

from pathlib import Path

from kaohe import catalogue
from kaohe.catalogue import CatalogueEntry
from kaohe.scheme.reading import SchemeSource
from kaohe.site.designer.models import SchemeDraft


def schemes_on_offer() -> dict[str, CatalogueEntry]:
    """By id; of several versions of an uploaded scheme the latest upload."""
    found = catalogue.schemes()
    rows = SchemeDraft.objects.filter(state=SchemeDraft.State.OFFERED).order_by("uploaded_at", "id")
    for row in rows:
        if row.scheme_id in found and found[row.scheme_id].plugin:
            continue  # a plugin that brings the same id now goes first
        source = SchemeSource.from_data(row.data, name=row.file_name)
        found[row.scheme_id] = CatalogueEntry(source, "", Path(row.file_name))
    return found
