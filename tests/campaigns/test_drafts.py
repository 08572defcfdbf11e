"""Lost updates: two hands on one draft, and what must happen to both texts (G12)."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe.campaigns.errors import DraftConflict, IllegalTransition
from kaohe.campaigns.models import Sheet
from kaohe.campaigns.services import save_draft, sheets
from tests.campaigns.conftest import World


def save(world: World, version: int, **changes: Any) -> Sheet:
    return save_draft(world.self_sheet(), version=version, changes=changes, actor=world.respondent)


def test_save_raises_version(world: World) -> None:
    sheet = save(world, 0, marks={"duty": "14"})

    assert 1 == sheet.version
    assert {"duty": "14"} == world.self_sheet().data["marks"]


def test_save_of_same_place_from_older_version_conflicts(world: World) -> None:
    save(world, 0, marks={"duty": "14"})

    with pytest.raises(DraftConflict) as caught:
        save(world, 0, marks={"duty": "12"})

    assert {"marks.duty": "14"} == caught.value.stored
    assert {"marks.duty": "12"} == caught.value.mine
    assert "14" == world.self_sheet().data["marks"]["duty"]


def test_save_of_other_places_from_older_version_is_merged(world: World) -> None:
    """Two devices on different steps do not disturb each other."""
    save(world, 0, marks={"duty": "14"})

    sheet = save(world, 0, marks={"team": "11"})

    assert {"duty": "14", "team": "11"} == sheet.data["marks"]


def test_conflict_carries_everything_typed(world: World) -> None:
    save(world, 0, marks={"duty": "14"})

    with pytest.raises(DraftConflict) as caught:
        save(world, 0, marks={"duty": "12", "team": "9"}, reasons={"team": "说明"})

    assert {"marks.duty": "12", "marks.team": "9", "reasons.team": "说明"} == caught.value.mine


def test_save_sent_twice_changes_nothing(world: World) -> None:
    first = save(world, 0, marks={"duty": "14"})

    second = save(world, 0, marks={"duty": "14"})

    assert first.version == second.version


def test_clearing_a_place_is_a_change(world: World) -> None:
    save(world, 0, marks={"duty": "14"})

    sheet = save(world, 1, marks={"duty": ""})

    assert {} == sheet.data["marks"]
    with pytest.raises(DraftConflict):
        save(world, 0, marks={"duty": "3"})


def test_invalid_text_is_kept(world: World) -> None:
    sheet = save(world, 0, marks={"duty": "十四分"}, reasons={"duty": "a\x00b"})

    assert "十四分" == sheet.data["marks"]["duty"]
    assert "ab" == sheet.data["reasons"]["duty"]


def test_unknown_items_are_dropped(world: World) -> None:
    sheet = save(world, 0, marks={"duty": "1", "nonsense": "9"}, stamps={"duty": "9"})

    assert {"duty": "1"} == sheet.data["marks"]


def interleaved(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let another save slip in between the reading and the writing of this one."""
    original = sheets._merged
    slipped: list[bool] = []

    def merged(*args: Any, **kw: Any) -> Any:
        if not slipped:
            slipped.append(True)
            save(world, 0, marks={"duty": "14"})
        return original(*args, **kw)

    monkeypatch.setattr(sheets, "_merged", merged)
    with pytest.raises(DraftConflict):
        save(world, 0, marks={"duty": "12"})
    assert "14" == world.self_sheet().data["marks"]["duty"]


def test_save_between_read_and_write_is_not_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    interleaved(world, monkeypatch)


def test_save_between_read_and_write_is_lost_without_version_filter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with the version filter dropped the test above must fail."""
    monkeypatch.setattr(sheets, "unchanged_row", lambda pk, *, version: Sheet.objects.filter(pk=pk))

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        interleaved(world, monkeypatch)


def test_draft_of_closed_stage_is_refused(world: World) -> None:
    from kaohe.campaigns.services import close_stage

    close_stage(world.stage("self_stage"), actor=world.organiser)

    with pytest.raises(IllegalTransition, match="已经结束"):
        save(world, 0, marks={"duty": "1"})
