"""Imports write all or nothing, once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError

from kaohe.audit.models import JournalEntry
from kaohe.audit.services import verify
from kaohe.register.importing import RollPreview, applying, understand_roll
from kaohe.register.importing.applying import apply_roll
from kaohe.register.importing.changes import find_changes
from kaohe.register.importing.settling import ImportRefused, settle
from kaohe.register.models import Group, GroupMember, Office, Person, Unit
from kaohe.register.queries import known_register, secretaries
from kaohe.workbooks import read_workbook
from tests.register.rolls import roll_bytes, unit_row

OFFICE_ROLL = (Path(__file__).parent / "data" / "office-roll.xlsx").read_bytes()
pytestmark = pytest.mark.django_db


def _preview(data: bytes) -> RollPreview:
    return understand_roll(read_workbook(data), known=known_register(), today=date(2026, 1, 15))


def _import(data: bytes, **answers: str) -> applying.Applied:
    return apply_roll(_preview(data), answers, "王（wang）")


def _counts() -> list[int]:
    return [m.objects.count() for m in (Unit, Person, Office, Group, GroupMember, JournalEntry)]


def test_office_roll_is_imported() -> None:
    applied = _import(OFFICE_ROLL)

    assert [27, 35, 26, 3, 9, 1] == _counts()
    assert 27 == len(applied.changes.new_units)
    unit = Unit.objects.get(name="新丰村党支部")
    assert ("村", 58, "2003-05", "软弱涣散") == (unit.kind, unit.members, unit.founded, unit.note)
    assert "青岭乡党委" == unit.parent.name  # type: ignore[union-attr]
    assert "朱䶮" == secretaries()[unit.pk]
    assert ["青石村党支部", "柳湾村党支部"] == [
        u.name for u in Unit.objects.exclude(name="青岭乡党委")[:2]
    ]
    assert 9 == Group.objects.get(name="第一组").units.count()
    assert verify() is None


def test_same_file_again_changes_nothing() -> None:
    _import(OFFICE_ROLL)
    before = _counts()

    again = _import(OFFICE_ROLL)

    assert before == _counts()
    assert [] == again.changes.rows
    assert 29 == len(again.changes.unchanged)


def test_answers_decide() -> None:
    _import(
        OFFICE_ROLL,
        **{"parent:青岭乡党委": "none", "months": "first", "note:软弱涣散": "drop"},
    )

    assert 26 == Unit.objects.count()
    unit = Unit.objects.get(name="新丰村党支部")
    assert (None, "2003-05-01", "") == (unit.parent, unit.founded, unit.note)


def test_changed_rows_are_shown_before_they_are_applied() -> None:
    _import(roll_bytes([unit_row(0), unit_row(1)]))
    data = roll_bytes([unit_row(0, members=99, secretary="钱新"), unit_row(1)])
    preview = _preview(data)

    changes = find_changes(settle(preview, {}))

    assert [("secretary", "赵一", "钱新"), ("members", "20", "99")] == [
        (c.field, c.before, c.after) for c in changes.altered
    ]
    assert 20 == Unit.objects.get(name="甲河村党支部").members

    apply_roll(preview, {}, "王", shown=changes.fingerprint)

    unit = Unit.objects.get(name="甲河村党支部")
    assert 99 == unit.members
    assert "钱新" == secretaries()[unit.pk]
    assert 1 == Office.objects.filter(unit=unit, until__isnull=False).count()


def test_blank_cells_erase_nothing() -> None:
    _import(roll_bytes([unit_row(0)]))

    _import(roll_bytes([unit_row(0, members=None, founded=None, secretary=None)]))

    unit = Unit.objects.get(name="甲河村党支部")
    assert (20, "2001-07-01") == (unit.members, unit.founded)
    assert "赵一" == secretaries()[unit.pk]


def test_secretary_who_returns_keeps_one_office_row() -> None:
    for name in ("赵一", "钱新", "赵一"):
        _import(roll_bytes([unit_row(0, secretary=name)]), **{"person:赵一": "one"})

    assert 2 == Office.objects.count()
    assert ["赵一"] == list(secretaries().values())


def test_roll_with_mistakes_changes_nothing() -> None:
    _import(roll_bytes([unit_row(0)]))
    before = _counts()

    with pytest.raises(ImportRefused) as refused:
        _import(roll_bytes([unit_row(1), unit_row(2, members="x"), unit_row(3, founded="y")]))

    assert 2 == len(refused.value.reasons)
    assert before == _counts()


def test_open_question_stops_the_import() -> None:
    rows = [unit_row(0, secretary="赵甲"), unit_row(1, secretary="赵甲")]

    with pytest.raises(ImportRefused, match="还没有回答"):
        _import(roll_bytes(rows))

    _import(roll_bytes(rows), **{"person:赵甲": "one"})
    assert 1 == Person.objects.count()


def test_namesakes_become_two_people() -> None:
    rows = [unit_row(0, secretary="赵甲"), unit_row(1, secretary="赵甲")]

    _import(roll_bytes(rows), **{"person:赵甲": "several"})

    assert 2 == Person.objects.filter(name="赵甲").count()
    assert [] == _import(roll_bytes(rows)).changes.rows


def test_assessor_who_is_a_secretary_is_one_person_if_so_answered() -> None:
    rows = [unit_row(0)]
    groups: list[list[object]] = [["第一组", "赵一", "李四", rows[0][1]]]

    _import(roll_bytes(rows, groups), **{"assessor:第一组:赵一": "one"})

    assert 2 == Person.objects.count()


def test_failure_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(applying, "record", fail)
    before = _counts()

    with pytest.raises(DatabaseError):
        _import(OFFICE_ROLL)

    assert before == _counts()


def test_register_that_moved_since_the_preview_stops_the_import() -> None:
    _import(roll_bytes([unit_row(0)]))
    preview = _preview(roll_bytes([unit_row(0, members=99)]))
    shown = find_changes(settle(preview, {})).fingerprint
    Unit.objects.filter(name="甲河村党支部").update(members=50)

    with pytest.raises(ImportRefused, match="变动"):
        apply_roll(preview, {}, "王", shown=shown)

    assert 50 == Unit.objects.get(name="甲河村党支部").members


def test_unit_moves_to_the_group_of_the_file() -> None:
    rows = [unit_row(0), unit_row(1)]
    names = [str(r[1]) for r in rows]
    _import(roll_bytes(rows, [["第一组", "张", "李", "、".join(names)]]))

    applied = _import(
        roll_bytes(rows, [["第二组", "王", "周", names[1]]]), **{f"group:{names[0]}": "none"}
    )

    assert [names[0]] == [u.name for u in Group.objects.get(name="第一组").units.all()]
    assert [names[1]] == [u.name for u in Group.objects.get(name="第二组").units.all()]
    assert ["第一组"] == [c.name for c in applied.changes.altered]


def test_units_the_file_does_not_mention_stay() -> None:
    _import(roll_bytes([unit_row(0), unit_row(1)]))

    applied = _import(roll_bytes([unit_row(0)]))

    assert ["乙河村党支部"] == applied.changes.absent
    assert 3 == Unit.objects.count()


def test_import_is_journalled_in_words() -> None:
    _import(OFFICE_ROLL)

    data = JournalEntry.objects.get(action="register.import").payload.data

    assert 27 == len(data["new_units"])
    assert "原样记在备注里" in data["answers"].values()
