"""Mistakes in a JSON record: each with its place, what is wrong, what to do; all at once."""

from __future__ import annotations

import pytest

from kaohe.records.json_text import positions
from tests.records.making import one, problems

TEN = """{
  "scheme": "other.scheme",
  "parameters": {"where": "elsewhere", "days": 99},
  "subjects": [
    {"id": "a", "class": "north", "own": 196},
    {"id": "b", "class": "nort", "group": [93.555]},
    {"id": "c", "class": "south", "vote": {"tally": {"好": 5.5}, "returned": 3}},
    {"id": "d", "class": "south", "vote": {"tally": {"好": 9}, "returned": 3}},
    {"id": "e", "class": "north", "fom": {"work": 90}},
    {"id": "f", "class": "north", "form": {"work": "九十"}},
    {"id": "g", "class": "north", "bonus": [{"reason": "忘了分值"}]},
    {"id": "h", "class": "north", "own": {"first": 10, "thrd": 4}},
    {"id": "i", "class": "north", "own": 1, "own": 2},
    {"id": "i", "class": "north", "rulings": [{"kind": "waive", "target": "turnout"}]}
  ]
}
"""


def test_ten_kinds_of_mistakes_are_all_reported_at_once() -> None:
    assert problems(TEN) == [
        "r.json:2:13 scheme：记录写的考核办法是 other.scheme，现在用的是 test.demo。换用对应的考核办法，或改正记录。",
        "r.json:3:27 parameters.where：参数“加分加在哪里”应为其中之一：inside、outside（现在是 elsewhere）。",
        "r.json:3:48 parameters.days：参数“公示天数”不能大于 30（现在是 99）。",
        "r.json:5:42 subjects[0].own（a · 自评表 · 总分）：得分 196 超过满分 100。填写 0 到 100 的数。",
        "r.json:6:5 subjects[1]（b）：类别“nort”不存在。改为其中之一：north（北区支部）、south（南区支部）。",
        "r.json:6:44 subjects[1].group[0]（b · 考核表 · 总分）：得分 93.555 的小数超过 2 位。最多保留 2 位小数。",
        "r.json:7:59 subjects[2].vote.tally.好：票数 5.5 不是整数。填写整数。",
        "r.json:8:59 subjects[3].vote.tally.好（d · 测评 · 整体票数）：各选项合计 9 票，多于收回的 3 张。核对该项票数与票数登记。",
        "r.json:9:42 subjects[4].fom：不认识的键“fom”。是否想写“form”。",
        "r.json:10:52 subjects[5].form.work：“九十”不是数字。填写数字，如 96 或 93.5。",
        "r.json:11:45 subjects[6].bonus[0]：“加分”没有分值。填写 points。",
        "r.json:12:64 subjects[7].own.thrd：“自评表”没有项目“thrd”。可用：first、second。",
        "r.json:13:52 subjects[8].own：键“own”写了两次。只保留一个。",
        "r.json:14:5 subjects[9]（i）：考核对象“i”出现两次。删去重复的一行。",
        "r.json:14:47 subjects[9].rulings[0]（i · 决定 · 确认标记 · turnout）：决定没有理由。写明理由。",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"subjects": [}', "r.json:1:15：这里缺少一个值。"),
        ('{\n "a": 1\n "b": 2}', "r.json:3:2：这里缺少逗号。"),
        ('{"a": "x\n"}', "r.json:1:9：文字里有换行或制表符。"),
        ("{'a': 1}", "r.json:1:2：这里应为一个带双引号的键。"),
        ('{"a": 1} x', "r.json:1:10：后面还有多余的内容。"),
        ("", "r.json：文件是空的。"),
        ("[1]", "r.json：最外层应为一组键值，却是列表。"),
    ],
)
def test_broken_json_is_placed_by_line_and_column(text: str, said: str) -> None:
    (found,) = problems(text)

    assert found.startswith(said)


def test_bytes_that_are_no_text_are_refused() -> None:
    assert problems(b"\xff\xfe{") == ["r.json：不是 UTF-8 编码（第 1 字节）。另存为 UTF-8 编码。"]


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert problems(b"\xef\xbb\xbf" + b'{"subjects": [{"id": "a", "class": "north"}]}') == []


def test_deep_nesting_is_refused_not_a_crash() -> None:
    assert problems('{"subjects": ' + "[" * 100_000 + "]" * 100_000 + "}") == [
        "r.json：嵌套太深。核对括号。"
    ]


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "1e400", "1e-400", "9" * 5000, '"1e5"'])
def test_figures_that_are_none_are_refused(figure: str) -> None:
    (found,) = problems('{"subjects":[{"id":"a","class":"north","own":' + figure + "}]}")

    assert found.startswith("r.json:1:46 subjects[0].own")


@pytest.mark.parametrize("value", [True, [1], {"first": [1]}, "12%", "—"])
def test_values_of_the_wrong_kind_are_named(value: object) -> None:
    (found,) = problems(one(own=value)) if value != [1] else problems(one(own=[[1]]))

    assert "subjects[0].own" in found


def test_empty_list_of_subjects_is_said() -> None:
    assert problems({"subjects": []}) == ["r.json:1:1：没有任何考核对象。至少写一个。"]


def test_unknown_names_in_tables_are_placed() -> None:
    found = problems(
        {
            **one(),
            "marks": [{"subject": "z", "instrument": "own", "value": 1}, {"subject": "a", "instrument": "x", "value": 1}],
            "votes": [{"subject": "a", "poll": "vote", "option": "很好", "count": 1}, [1]],
            "notes": [{"subject": "a", "instrument": "own", "text": "t"}],
        }
    )  # fmt: skip

    assert [line.split(" ")[1].split("（")[0].split("：")[0] for line in found] == [
        "marks[0]", "marks[1]", "votes[0]", "votes[1]", "notes[0].instrument",
    ]  # fmt: skip


def test_positions_know_every_value() -> None:
    found = positions('{\n  "a": [1, {"b": "x\\"y"}],\n  "c": {}\n}')

    assert found == {
        (): (1, 1),
        ("a",): (2, 8),
        ("a", 0): (2, 9),
        ("a", 1): (2, 12),
        ("a", 1, "b"): (2, 18),
        ("c",): (3, 8),
    }
