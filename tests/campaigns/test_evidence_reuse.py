"""One uploaded file used for several items of a sheet, stored once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from kaohe.audit.models import JournalEntry
from kaohe.campaigns import services
from kaohe.campaigns.errors import FileRefused, IllegalTransition
from kaohe.campaigns.models import Evidence
from kaohe.campaigns.services import evidence as evidence_service
from tests.campaigns.conftest import World, client_of, pdf_bytes, png_bytes, upload
from tests.campaigns.test_evidence import add


def _page(world: World) -> str:
    return reverse("campaigns:sheet_evidence", args=[world.self_sheet().pk])


def _reuse(world: World, slot: str, *rows: Any) -> Any:
    data = {"action": "reuse", "slot": slot, "reuse": [str(getattr(r, "pk", r)) for r in rows]}
    return client_of(world.respondent).post(_page(world), data)


def test_file_is_used_for_another_item_and_stored_once(world: World, media: Path) -> None:
    row = add(world, "照片.png", png_bytes(), slot="duty")
    client = client_of(world.respondent)
    assert "使用已上传的文件（1）" in client.get(_page(world)).content.decode()

    assert _reuse(world, "team", row).status_code == 302

    rows = {e.slot: e for e in Evidence.objects.all()}
    assert set(rows) == {"duty", "team"}
    assert rows["duty"].file.name == rows["team"].file.name
    assert len([p for p in media.rglob("*") if p.is_file()]) == 1
    download = client.get(reverse("campaigns:evidence", args=[rows["team"].pk]))
    assert b"".join(download.streaming_content) == png_bytes()
    entry = JournalEntry.objects.get(action="evidence.reuse")
    assert entry.payload.data["from_slot"] == "duty"


def test_shared_file_stays_until_its_last_item_lets_go(world: World) -> None:
    row = add(world, "a.pdf", pdf_bytes(), slot="duty")
    _reuse(world, "team", row)
    other = Evidence.objects.get(slot="team")

    services.remove_evidence(row, actor=world.respondent)
    assert default_storage.exists(other.file.name)

    services.remove_evidence(other, actor=world.respondent)
    assert not default_storage.exists(other.file.name)


def test_shared_file_counts_once_in_the_quota(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = pdf_bytes()
    monkeypatch.setattr(evidence_service, "QUOTA", len(data))
    row = add(world, "a.pdf", data, slot="duty")

    assert _reuse(world, "team", row).status_code == 302
    assert Evidence.objects.count() == 2
    with pytest.raises(FileRefused, match="MB"):
        add(world, "b.pdf", pdf_bytes(b"other"), slot="team")


def test_reuse_is_refused_in_words(world: World) -> None:
    row = add(world, "a.pdf", pdf_bytes(), slot="duty")
    foreign = services.add_evidence(
        world.self_sheet(world.other_subject),
        file=upload("b.pdf", pdf_bytes(b"theirs")),
        slot="duty",
        actor=world.neighbour,
    )

    for slot, chosen, words in (
        ("duty", row, "同样的文件已经在这里"),
        ("no-such-item", row, "没有选择材料对应的项目"),
        ("team", foreign, "没有选择文件"),
        ("team", "nonsense", "没有选择文件"),
    ):
        response = _reuse(world, slot, chosen)
        assert response.status_code == 422
        assert words in response.content.decode()
    assert Evidence.objects.count() == 2


def test_file_taken_off_meanwhile_is_not_reused(world: World) -> None:
    row = add(world, "a.pdf", pdf_bytes(), slot="duty")
    services.remove_evidence(row, actor=world.respondent)

    with pytest.raises(FileRefused, match="已经移除"):
        services.reuse_evidence(row, slot="team", actor=world.respondent)


def test_sheet_handed_in_takes_no_reuse(world: World) -> None:
    row = add(world, "a.pdf", pdf_bytes(), slot="duty")
    world.hand_in_self()

    with pytest.raises(IllegalTransition):
        services.reuse_evidence(row, slot="team", actor=world.respondent)
