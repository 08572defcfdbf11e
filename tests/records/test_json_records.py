"""The people's form of a JSON record, and the tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kaohe.scoring.facts import Entry, Mark, Ruling, Standing, Subject, Vote
from tests.records.making import one, read


def test_sheet_total_is_one_mark() -> None:
    assert read(one(own=96)).facts.marks == (Mark("a", "own", "", "*", Decimal(96)),)


def test_sheet_by_items_has_a_mark_each() -> None:
    facts = read(one(own={"first": "55.5", "乙项": 40})).facts

    assert facts.marks == (
        Mark("a", "own", "", "first", Decimal("55.5")),
        Mark("a", "own", "", "second", Decimal(40)),
    )


def test_several_sheets_have_respondents() -> None:
    given = [93.5, {"by": "张组长", "total": 95}, {"填表人": "李", "first": 60, "second": 30}]

    facts = read(one(group=given)).facts

    assert [(m.respondent, m.item, str(m.value)) for m in facts.marks] == [
        ("1", "*", "93.5"),
        ("张组长", "*", "95"),
        ("李", "first", "60"),
        ("李", "second", "30"),
    ]


def test_numbers_keep_their_digits() -> None:
    """0.1 + 0.2 would show a binary float on the way."""
    facts = read(
        '{"subjects":[{"id":"a","class":"north","own":0.30,"group":[99.99,"12.5"]}]}'
    ).facts

    assert [str(m.value) for m in facts.marks] == ["0.30", "99.99", "12.5"]
    assert all(type(m.value) is Decimal for m in facts.marks)


@pytest.mark.parametrize(
    "vote",
    [
        {"tally": {"好": 3, "中": 2, "差": 0}},
        {"好": 3, "中": 2, "差": 0},
        {"tally": [3, 2, 0]},
        [3, 2, 0],
        {"整体票数": {"好": "3", "中": "２", "差": 0}},
    ],
)
def test_overall_tally_in_each_way_it_can_be_written(vote: object) -> None:
    assert read(one(vote=vote)).facts.votes == (
        Vote("a", "vote", "", "*", "好", 3),
        Vote("a", "vote", "", "*", "中", 2),
        Vote("a", "vote", "", "*", "差", 0),
    )


def test_tally_by_aspect_and_voter_class_with_accounting() -> None:
    vote = {
        "发票": 9, "returned": 8,
        "strata": {"党员": {"aspects": {"甲项": [2, 1, 0]}}, "outer": {"first": {"好": 5}}},
    }  # fmt: skip

    assert set(read(one(vote=vote)).facts.votes) == {
        Vote("a", "vote", "", "@", "issued", 9),
        Vote("a", "vote", "", "@", "returned", 8),
        Vote("a", "vote", "inner", "first", "好", 2),
        Vote("a", "vote", "inner", "first", "中", 1),
        Vote("a", "vote", "inner", "first", "差", 0),
        Vote("a", "vote", "outer", "first", "好", 5),
    }


def test_form_mean_and_forms() -> None:
    assert read(one(form={"work": 92.4})).facts.marks == (
        Mark("a", "form", "", "work", Decimal("92.4")),
    )
    forms = read(one(form={"工作": [90, "90.0", 85.5]})).facts.votes
    by_form = read(
        one(form=[{"work": 90}, {"work": 90, "advice": "…"}, {"work": 85.5}])
    ).facts.votes
    assert forms == by_form
    assert {(v.option, v.count) for v in forms} == {("90", 2), ("85.5", 1)}


def test_entries_in_each_way_they_can_be_written() -> None:
    full = {"points": 2, "reason": "先进", "event": "评比", "day": "2025-06-30", "state": "待核验"}

    facts = read(one(bonus=[1, 1, full], prize=["省级", {"label": "县级", "times": 2}])).facts

    assert facts.entries == (
        Entry("a", "", "bonus", Decimal(1), reason="第 1 项"),
        Entry("a", "", "bonus", Decimal(1), reason="第 2 项"),
        Entry("a", "", "bonus", Decimal(2), "", "评比", date(2025, 6, 30), "claimed", "先进"),
        Entry("a", "", "prize", Decimal(1), "省级", reason="第 1 项"),
        Entry("a", "", "prize", Decimal(2), "县级", reason="第 2 项"),
    )


def test_note_and_ruling() -> None:
    ruling = {"kind": "重新分配权重", "target": "工作得分", "reason": "未开会", "by": "党委"}

    facts = read(one(opinion="好评居多", 决定=[ruling])).facts

    assert facts.notes == {"a": {"opinion": "好评居多"}}
    assert facts.rulings == (Ruling("a", "reweight", "work", "未开会", "党委"),)


def test_missing_is_missing_not_zero() -> None:
    facts = read(one(own=None, group=[], vote={"tally": {"好": None}}, form={"work": ""})).facts

    assert (facts.marks, facts.votes) == ((), ())


def test_keys_with_an_underscore_are_ignored() -> None:
    data = {"_说明": 1, **one(_own=5, own={"_注": "x", "total": 90})}

    assert len(read(data).facts.marks) == 1


def test_subject_needs_only_a_name() -> None:
    record = read({"subjects": [{"名称": "山前支部", "类别": "北区支部", "支部负责人": "赵"}]})

    assert record.facts.subjects == (Subject("山前支部", "山前支部", "north", "赵"),)


def test_tables_say_the_same_as_the_people_form() -> None:
    people = read(
        {
            "period": "2025",
            **one(title="甲支部", own=96, vote={"好": 3, "收票": 3}, form={"work": 90}, bonus=[{"points": 2, "reason": "x"}]),
        }
    )  # fmt: skip

    tables = read(
        {
            "period": "2025",
            "subjects": [{"id": "a", "title": "甲支部", "class": "north"}],
            "marks": [
                {"subject": "a", "instrument": "own", "value": "96"},
                {"subject": "甲支部", "instrument": "评议表", "item": "工作", "value": 90},
            ],
            "votes": [
                ["a", "测评", "", "@", "收票", 3],
                {"subject": "a", "poll": "vote", "aspect": "*", "option": "好", "count": 3},
            ],
            "entries": [{"subject": "a", "rule": "bonus", "quantity": 2, "reason": "x"}],
        }
    )

    assert tables.facts == people.facts


def test_standing_of_earlier_periods() -> None:
    row = {"subject": "a", "period": "2024", "value": 91.5, "grade": "优", "lists": ["红榜"]}

    facts = read({**one(), "standing": [row]}).facts

    assert facts.standing == (Standing("a", "2024", "total", Decimal("91.5"), "优", ("红榜",)),)


def test_parameters_of_the_record_bind_the_scheme() -> None:
    record = read({"parameters": {"where": "封顶之外", "points": [50, "50"]}, **one()})

    assert record.parameters == {"where": "outside", "points": ["50", "50"]}
    assert record.scheme.values["where"] == "outside"


def test_parameters_of_the_caller_come_first() -> None:
    record = read({"parameters": {"days": 7}, **one()}, parameters={"days": "9"})

    assert record.scheme.values["days"] == "9"
