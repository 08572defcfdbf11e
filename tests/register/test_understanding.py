"""What is understood of rolls, without a database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kaohe.register.importing import Known, RollPreview, understand_roll
from kaohe.workbooks import read_workbook
from tests.register.rolls import HEADING, roll_bytes, unit_row

OFFICE_ROLL = Path(__file__).parent / "data" / "office-roll.xlsx"
TODAY = date(2026, 1, 15)


def _understand(data: bytes, known: Known | None = None) -> RollPreview:
    return understand_roll(read_workbook(data), known=known, today=TODAY)


def _ids(preview: RollPreview) -> list[str]:
    return [q.id for q in preview.questions]


@pytest.fixture(scope="module")
def office() -> RollPreview:
    return _understand(OFFICE_ROLL.read_bytes())


def test_office_roll_is_understood_whole(office: RollPreview) -> None:
    assert [] == office.errors
    assert 26 == len(office.units)
    assert {"村": 18, "机关": 6, "总支": 2} == {
        k: sum(u.kind == k for u in office.units) for k in ("村", "机关", "总支")
    }
    by_name = {u.name: u for u in office.units}
    assert "杨㛃" == by_name["长堤村党支部"].secretary
    assert "朱䶮" == by_name["新丰村党支部"].secretary
    assert "曹𬭎" == by_name["工业园党总支"].secretary
    assert 36 == by_name["望山村党支部"].members
    assert ["1998-07", "2003-05", "2011-07-01", "2015-03", "1987-10-01"] == [
        u.founded for u in office.units[:5]
    ]
    assert [9, 9, 8] == [len(g.units) for g in office.groups]
    assert ["组长1", "组员1甲", "组员1乙"] == office.groups[0].people


def test_office_roll_shows_what_was_normalised(office: RollPreview) -> None:
    found = {n.place: (n.before, n.after) for n in office.normalised}

    assert (" 村", "村") == found["花名册!C4"]
    assert ("石门村党支部  ", "石门村党支部") == found["花名册!B7"]
    assert ("３６", "36") == found["花名册!F15"]
    assert ("２０１５年３月", "2015-03") == found["花名册!G7"]
    assert "花名册!G6" not in found


def test_office_roll_says_what_it_skipped(office: RollPreview) -> None:
    texts = {r.place: r.text for r in office.remarks}

    assert "合计行，已跳过" == texts["花名册!32:32"]
    assert "第 22、29 行是空行，已跳过" == texts["花名册!22:22"]
    assert "花名册!1:2" in texts


def test_office_roll_raises_the_open_questions(office: RollPreview) -> None:
    assert ["parent:青岭乡党委", "months", "note:软弱涣散"] == _ids(office)
    assert ("花名册!H20",) == office.questions[2].places
    assert all(q.default for q in office.questions)


def test_ten_kinds_of_mistakes_are_reported_at_once() -> None:
    rows = [
        unit_row(0),
        unit_row(1),
        unit_row(2, name=unit_row(1)[1]),  # 1 duplicate name
        unit_row(3, name=None),  # 2 no name
        unit_row(4, members="约四十"),  # 3 not a number
        unit_row(5, founded="2011-02-30"),  # 4 no such day
        unit_row(6, founded="2031-01-01"),  # 5 in the future
        unit_row(7, members=12.5),  # 6 half a member
        unit_row(8, members="=SUM(F3:F5)"),  # 7 a formula never computed
        unit_row(9, secretary="赵\ue001"),  # 8 a private-use character
    ]
    first, second = str(rows[0][1]), str(rows[1][1])
    groups: list[list[object]] = [
        ["第一组", "组长", "张三、李四", f"{first}、{second}、戊河村支部"],  # 9 unknown unit
        ["第二组", "王五", "张三", f"{first}、庚河村党支部"],  # 10 unit and 11 person twice
        ["第二组", "赵六", "钱七", "辛河村党支部"],  # 12 group twice
        ["第三组", "孙八", "周九、周九", "己河村党支部"],  # 13 person twice in a group
    ]

    preview = _understand(roll_bytes(rows, groups))

    found = {(e.place, e.what) for e in preview.errors}
    expected = {
        ("花名册!B5", f"单位“{second}”与 花名册!B4 重名。"),
        ("花名册!B6", "这一行有内容，但没有单位名称。"),
        ("花名册!F7", "党员数：“约四十”不是数字。"),
        ("花名册!G8", "成立时间：“2011-02-30”不是存在的日期。"),
        ("花名册!G9", "成立时间“2031-01-01”晚于今天。"),
        ("花名册!F10", "党员数“12.5”不是合理的人数。"),
        ("花名册!F11", "党员数：公式还没有计算结果。"),
        ("花名册!E12", "书记姓名“赵\ue001”含有本机自造字，别的电脑上显示不出来。"),
        ("考核组!D2", "“第一组”负责的“戊河村支部”不在花名册里。"),
        ("考核组!D3", f"“{first}”同时由“第一组”和“第二组”负责。"),
        ("考核组!C3", "“张三”同时在“第一组”和“第二组”。"),
        ("考核组!A4", "组别“第二组”与 考核组!A3 重复。"),
        ("考核组!C5", "“周九”在“第三组”中出现 2 次。"),
    }
    assert expected == found
    assert all(e.remedy for e in preview.errors)
    assert any("是不是“戊河村党支部”？" in e.remedy for e in preview.errors)


def test_circle_of_superiors_is_an_error() -> None:
    rows = [unit_row(0, parent="乙河村党支部"), unit_row(1, parent="甲河村党支部")]

    errors = _understand(roll_bytes(rows)).errors

    assert ["花名册!D3", "花名册!D4"] == [e.place for e in errors]


def test_unit_above_itself_is_an_error() -> None:
    errors = _understand(roll_bytes([unit_row(0, parent="甲河村党支部")])).errors

    assert ["花名册!D3"] == [e.place for e in errors]


def test_misspelt_superior_has_to_be_answered() -> None:
    rows = [
        unit_row(0, name="某乡党委", parent=None, kind="党委"),
        unit_row(1, parent="某乡党委"),
        unit_row(2, parent="某乡党委会"),
    ]

    questions = _understand(roll_bytes(rows)).questions

    assert ["parent:某乡党委会"] == [q.id for q in questions]
    assert "" == questions[0].default
    assert "use:某乡党委" in {c.value for c in questions[0].choices}


def test_same_name_in_two_offices_is_asked() -> None:
    rows = [unit_row(0, secretary="赵甲"), unit_row(1, secretary="赵甲")]
    preview = _understand(roll_bytes(rows))

    question = preview.question("person:赵甲")

    assert question is not None
    assert "" == question.default
    assert ("花名册!E3", "花名册!E4") == question.places


def test_unit_without_group_is_asked() -> None:
    rows = [unit_row(0), unit_row(1)]
    preview = _understand(roll_bytes(rows, [["第一组", "张三", "李四", rows[0][1]]]))

    assert f"group:{rows[1][1]}" in _ids(preview)


def test_unknown_column_is_named_and_asked() -> None:
    heading = [*HEADING, "联系电话"]
    preview = _understand(roll_bytes([[*unit_row(0), "0800-1"]], heading=heading))

    assert ["联系电话"] == [c.title for c in preview.columns if not c.meaning]
    assert "column:花名册!I2" in _ids(preview)


def test_other_words_for_headings_are_understood() -> None:
    heading = ["号", "单位", "单位性质", "上级党组织", "负责人", "人数（人）", "建立时间", "说明"]

    preview = _understand(roll_bytes([unit_row(0)], heading=heading))

    assert 8 == sum(bool(c.meaning) for c in preview.columns)
    assert "赵一" == preview.units[0].secretary


def test_variant_of_a_class_is_suggested() -> None:
    preview = _understand(roll_bytes([unit_row(0), unit_row(1, kind="行政村")]))

    question = preview.question("kind:行政村")

    assert question is not None
    assert "use:村" == question.default


def test_blank_class_is_suggested_from_the_name() -> None:
    preview = _understand(roll_bytes([unit_row(0), unit_row(1, kind=None)]))

    question = preview.question("blank:村")

    assert question is not None
    assert "use:村" == question.default


def test_vacant_office_is_only_remarked() -> None:
    preview = _understand(roll_bytes([unit_row(0, secretary="空缺")]))

    assert "" == preview.units[0].secretary
    assert any(r.place == "花名册!E3" and "空缺" in r.text for r in preview.remarks)


def test_section_titles_and_repeated_headings_are_skipped() -> None:
    rows = [["一、村党组织"], unit_row(0), HEADING, unit_row(1), ["填表人：某某"]]

    preview = _understand(roll_bytes(rows))

    assert [] == preview.errors
    assert 2 == len(preview.units)


def test_workbook_without_a_roll_is_explained() -> None:
    preview = _understand(roll_bytes([["a", "b"]], heading=["x", "y"]))

    assert ["花名册"] == [e.place for e in preview.errors]
    assert "党组织名称" in preview.errors[0].remedy


def test_heading_without_rows_is_explained() -> None:
    assert ["表头下面没有数据行。"] == [e.what for e in _understand(roll_bytes([])).errors]


def test_known_unit_needs_no_row_of_its_own() -> None:
    known = Known(secretaries={"某乡党委": "", "旧村党支部": "钱"})
    rows = [unit_row(0)]
    groups: list[list[object]] = [["第一组", "张三", "李四", f"{rows[0][1]}、旧村党支部"]]

    preview = _understand(roll_bytes(rows, groups), known)

    assert [] == preview.errors
    assert [] == preview.questions
