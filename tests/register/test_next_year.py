"""Next year's roll: renamed units, new secretaries, units that are no more."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe.register.importing import RollPreview, understand_roll
from kaohe.register.importing.applying import Applied, apply_roll
from kaohe.register.importing.settling import ImportRefused
from kaohe.register.models import Group, Office, Person, Unit
from kaohe.register.queries import known_register, secretaries
from kaohe.workbooks import read_workbook
from tests.register.rolls import roll_bytes, unit_row

pytestmark = pytest.mark.django_db
ROWS = [unit_row(n) for n in range(6)]
GROUPS: list[list[object]] = [["第一组", "组长", "组员", "、".join(str(r[1]) for r in ROWS)]]


def _preview(data: bytes) -> RollPreview:
    return understand_roll(read_workbook(data), known=known_register(), today=date(2027, 1, 15))


def _import(data: bytes, **answers: str) -> Applied:
    return apply_roll(_preview(data), answers, "王（wang）")


@pytest.fixture(autouse=True)
def last_year() -> None:
    _import(roll_bytes(ROWS, GROUPS))


def _next(**changes: object) -> list[list[object]]:
    """All rows, the first changed."""
    return [unit_row(0, **changes), *ROWS[1:]]


def test_unit_of_the_same_secretary_may_be_renamed() -> None:
    old = Unit.objects.get(name="甲河村党支部")
    data, answer = roll_bytes(_next(name="新城社区党委")), "use:甲河村党支部"

    question = _preview(data).question("rename:新城社区党委")
    applied = _import(data, **{"rename:新城社区党委": answer})

    assert question is not None
    assert "" == question.default
    assert "书记相同" in question.choices[0].label

    assert [("名称", "甲河村党支部", "新城社区党委")] == [
        (c.label, c.before, c.after) for c in applied.changes.altered
    ]
    old.refresh_from_db()
    assert "新城社区党委" == old.name
    assert [] == applied.changes.new_units
    assert 1 == Person.objects.filter(name="赵一").count()
    assert "第一组" == old.groups.get().name


def test_alike_name_with_another_secretary_is_asked_about() -> None:
    data = roll_bytes(_next(name="甲河社区党支部", secretary="孙新"))

    question = _preview(data).question("rename:甲河社区党支部")

    assert question is not None
    assert "" == question.default
    with pytest.raises(ImportRefused):
        _import(data)
    applied = _import(data, **{question.id: "use:甲河村党支部"})
    assert {"名称", "书记姓名"} == {c.label for c in applied.changes.altered}
    assert "孙新" == secretaries()[Unit.objects.get(name="甲河社区党支部").pk]


def test_new_unit_beside_a_vanished_one_leaves_that_as_it_is() -> None:
    applied = _import(
        roll_bytes(_next(name="甲河社区党支部", secretary="孙新")),
        **{"rename:甲河社区党支部": "new"},
    )

    assert ["甲河社区党支部"] == [c.name for c in applied.changes.new_units]
    assert ["甲河村党支部"] == applied.changes.absent


def test_one_unit_cannot_become_two() -> None:
    rows = [unit_row(0, name="甲河东村党支部"), unit_row(0, name="甲河西村党支部"), *ROWS[1:]]
    answers = {
        "rename:甲河东村党支部": "use:甲河村党支部", "rename:甲河西村党支部": "use:甲河村党支部",
        "person:赵一": "one",
    }  # fmt: skip

    with pytest.raises(ImportRefused, match="只能改名为一个单位"):
        _import(roll_bytes(rows), **answers)

    assert not Unit.objects.filter(name__contains="甲河东").exists()


def test_unit_that_is_no_more_stays_unless_told() -> None:
    applied = _import(roll_bytes(ROWS[1:]))

    assert [] == applied.changes.rows
    assert ["甲河村党支部"] == applied.changes.absent
    assert Unit.objects.get(name="甲河村党支部").active


def test_unit_that_is_no_more_is_taken_off_and_comes_back() -> None:
    applied = _import(roll_bytes(ROWS[1:]), absent="retire")

    assert [("甲河村党支部", "在册", "是", "否")] == [
        (c.name, c.label, c.before, c.after) for c in applied.changes.altered
    ]
    assert not Unit.objects.get(name="甲河村党支部").active
    assert [] == _import(roll_bytes(ROWS[1:]), absent="retire").changes.rows

    back = _import(roll_bytes(ROWS))

    assert [("在册", "否", "是")] == [(c.label, c.before, c.after) for c in back.changes.altered]
    assert Unit.objects.get(name="甲河村党支部").active


def test_part_of_the_roll_raises_no_such_question() -> None:
    rows = [unit_row(0), unit_row(7), unit_row(8, secretary=ROWS[3][4])]
    preview = _preview(roll_bytes(rows))

    assert [] == [q.id for q in preview.questions if q.id.startswith(("rename", "absent"))]


def test_new_secretary_of_a_renamed_group_unit_keeps_the_old_one_s_term() -> None:
    _import(roll_bytes(_next(name="甲河社区党支部", secretary="孙新")),
            **{"rename:甲河社区党支部": "use:甲河村党支部"})  # fmt: skip

    unit = Unit.objects.get(name="甲河社区党支部")
    assert {"赵一", "孙新"} == {o.person.name for o in Office.objects.filter(unit=unit)}
    assert 1 == Person.objects.filter(name="赵一").count()
    assert 6 == Group.objects.get(name="第一组").units.count()


def test_renamed_unit_is_not_asked_about_its_secretary_again() -> None:
    preview = _preview(roll_bytes(_next(name="新城社区党委")))

    assert ["rename:新城社区党委"] == [q.id for q in preview.questions]
