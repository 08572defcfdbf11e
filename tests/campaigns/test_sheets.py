"""Handing in once, returning with a reason, and what stays as it was."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from kaohe.audit.models import JournalEntry
from kaohe.campaigns import services
from kaohe.campaigns.errors import (
    DraftConflict,
    IllegalTransition,
    Incomplete,
    NotAllowed,
)
from kaohe.campaigns.facts import campaign_facts
from kaohe.campaigns.models import Sheet, SheetRevision
from kaohe.campaigns.services import sheets
from tests.campaigns.conftest import ITEMS, World, pdf_file


def test_submit_lists_every_problem_at_once(world: World) -> None:
    sheet = world.fill(world.self_sheet(), {"duty": "21", "team": "1.25", "rules": "x"})

    with pytest.raises(Incomplete) as caught:
        services.submit_sheet(sheet, version=sheet.version, key=uuid4(), actor=world.respondent)

    assert ["履职", "班子", "制度", "活动", "档案", "自查报告"] == [
        p.place for p in caught.value.problems
    ]
    assert Sheet.State.DRAFT == world.self_sheet().state


def test_submit_with_same_key_is_one_submission(world: World) -> None:
    sheet = world.fill(world.self_sheet())
    services.add_evidence(sheet, file=pdf_file(), slot="report", actor=world.respondent)
    key = uuid4()

    first = services.submit_sheet(sheet, version=sheet.version, key=key, actor=world.respondent)
    again = services.submit_sheet(sheet, version=sheet.version, key=key, actor=world.respondent)

    assert first.version == again.version
    assert 1 == SheetRevision.objects.count()
    assert 1 == JournalEntry.objects.filter(action="sheet.submit").count()


def test_submit_of_other_version_conflicts(world: World) -> None:
    sheet = world.fill(world.self_sheet())
    services.add_evidence(sheet, file=pdf_file(), slot="report", actor=world.respondent)

    with pytest.raises(DraftConflict):
        services.submit_sheet(sheet, version=0, key=uuid4(), actor=world.respondent)


def test_submit_with_key_of_another_sheet_is_refused(world: World) -> None:
    sheet = world.hand_in_self()
    other = world.fill(world.self_sheet(world.other_subject))
    services.add_evidence(other, file=pdf_file(), slot="report", actor=world.neighbour)

    with pytest.raises(IllegalTransition):
        services.submit_sheet(
            other, version=other.version, key=sheet.submission_key, actor=world.neighbour
        )


def double_click(world: World) -> list[str]:
    """Two threads hand the same page in at once."""
    sheet = world.fill(world.self_sheet())
    services.add_evidence(sheet, file=pdf_file(), slot="report", actor=world.respondent)
    keys = [uuid4(), uuid4()]
    start, answers = threading.Barrier(2), []

    def hand_in(key: Any) -> None:
        try:
            start.wait(5)
            services.submit_sheet(sheet, version=sheet.version, key=key, actor=world.respondent)
            answers.append("in")
        except (DraftConflict, IllegalTransition) as error:
            answers.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hand_in, args=(k,)) for k in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_submit_twice_at_once_is_one_submission(committed_world: World) -> None:
    answers = double_click(committed_world)

    assert 1 == answers.count("in"), answers
    assert 1 == SheetRevision.objects.count()


def test_submitted_sheet_cannot_be_changed(world: World) -> None:
    sheet = world.hand_in_self()
    before = world.self_sheet().data

    with pytest.raises(IllegalTransition, match="已经提交"):
        services.save_draft(
            sheet, version=sheet.version, changes={"marks": {"duty": "1"}}, actor=world.respondent
        )
    with pytest.raises(IllegalTransition):
        services.add_evidence(sheet, file=pdf_file(), slot="report", actor=world.respondent)
    assert before == world.self_sheet().data


def test_returned_sheet_is_handed_in_as_new_revision(world: World) -> None:
    world.hand_in_self()

    services.return_sheet(world.self_sheet(), reason="请补充第一项", actor=world.assessor)
    assert "请补充第一项" == world.self_sheet().return_reason
    world.hand_in_self({**ITEMS, "duty": "18"})

    first, second = world.self_sheet().revisions.all()
    assert ("returned", "请补充第一项", "20") == (
        first.verdict,
        first.reason,
        first.data["marks"]["duty"],
    )
    assert ("", "18") == (second.verdict, second.data["marks"]["duty"])
    assert "" == world.self_sheet().return_reason


def test_returned_sheet_may_be_changed_after_its_stage_closed(world: World) -> None:
    world.hand_in_self()
    services.close_stage(world.stage("self_stage"), actor=world.organiser)

    services.return_sheet(world.self_sheet(), reason="有误", actor=world.organiser)

    assert Sheet.State.SUBMITTED == world.hand_in_self({**ITEMS, "team": "3"}).state


def test_return_needs_reason_and_another_person(world: World) -> None:
    world.hand_in_self()

    with pytest.raises(NotAllowed):
        services.return_sheet(world.self_sheet(), reason="  ", actor=world.organiser)
    with pytest.raises(NotAllowed):
        services.return_sheet(world.self_sheet(), reason="再看看", actor=world.respondent)


def test_replay_of_first_submission_after_return_is_no_submission(world: World) -> None:
    sheet = world.hand_in_self()
    key, version = sheet.submission_key, sheet.version - 1
    services.return_sheet(world.self_sheet(), reason="有误", actor=world.organiser)

    with pytest.raises(DraftConflict):
        services.submit_sheet(world.self_sheet(), version=version, key=key, actor=world.respondent)


def test_removed_evidence_of_revision_is_kept(world: World) -> None:
    world.hand_in_self()
    services.return_sheet(world.self_sheet(), reason="有误", actor=world.organiser)
    file = world.self_sheet().evidence.get()

    services.remove_evidence(file, actor=world.respondent)

    file.refresh_from_db()
    assert file.removed_at is not None
    assert file.file.storage.exists(file.file.name)


def test_group_sheet_needs_reason_for_deduction(world: World) -> None:
    world.open_group_stage()
    sheet = world.fill(world.group_sheet(), {**ITEMS, "team": "14"})

    with pytest.raises(Incomplete) as caught:
        services.submit_sheet(sheet, version=sheet.version, key=uuid4(), actor=world.assessor)

    (problem,) = caught.value.problems
    assert ("team", "reasons", "扣了 1 分，没有写理由") == (
        problem.item,
        problem.field,
        problem.what,
    )


def test_facts_hold_only_what_was_handed_in(world: World) -> None:
    world.fill(world.self_sheet())
    assert () == campaign_facts(world.campaign).marks

    world.hand_in_self({**ITEMS, "duty": "１８。5"})

    facts = campaign_facts(world.campaign)
    marks = {m.item: str(m.value) for m in facts.marks}
    assert {"duty": "18.5", "team": "15", "rules": "10", "works": "10", "files": "5"} == marks
    assert {world.subject.fact_id} == {m.subject for m in facts.marks}
    assert {"东村"} == {m.respondent for m in facts.marks}
    assert ("李东", "") == tuple(s.person for s in facts.subjects)


def test_submit_takes_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    sheet = world.fill(world.self_sheet())
    services.add_evidence(sheet, file=pdf_file(), slot="report", actor=world.respondent)

    with django_assert_max_num_queries(16):
        services.submit_sheet(sheet, version=sheet.version, key=uuid4(), actor=world.respondent)


def test_stage_lock_is_taken_on_hand_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a stage and handing in at the same moment meet at the stage's row."""
    asked: list[bool] = []
    original = sheets.stage_for

    def stage_for(*args: Any, lock: bool = False) -> Any:
        asked.append(lock)
        return original(*args, lock=lock)

    monkeypatch.setattr(sheets, "stage_for", stage_for)
    world.hand_in_self()

    assert asked[-1]
