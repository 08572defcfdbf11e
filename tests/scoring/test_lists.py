"""Lists: ties, shares, conditions, scopes, precedence."""

from __future__ import annotations

import pytest

from kaohe.scoring.facts import Ruling
from tests.scoring.outcome_schemes import facts_of, members, scored, sentence, with_outcomes


def listed(facts: object = None, /, **rule: object) -> object:
    lists = {"some": {"title": "名单", **rule}}
    return (
        with_outcomes(lists=lists) if facts is None else scored(with_outcomes(lists=lists), facts)
    )


FIVE = {"a": "95", "b": "92", "c": "92", "d": "90", "e": "80"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"first": 1}, "a"),
        ({"first": 2}, "abc"),
        ({"first": 3}, "abc"),
        ({"first": 4}, "abcd"),
        ({"first": 2, "ties": "out"}, "a"),
        ({"last": 1}, "e"),
        ({"last": 3}, "bcde"),
        ({"last": 3, "ties": "out"}, "de"),
        ({"best_share": 40}, "a"),
        ({"best_share": 60}, "abc"),
        ({"best_share": 40, "ties": "in"}, "abc"),
        ({"best_share": "19.99"}, ""),
        ({"best_share": 20}, "a"),
        ({"best_share": 100}, "abcde"),
        ({"best_share": 10, "rounding": "half_up"}, "a"),
        ({"best_share": 10, "rounding": "up"}, "a"),
        ({"best_share": 9, "least": 1}, "a"),
        ({"worst_share": 25, "rounding": "half_up"}, "e"),
        ({"worst_share": 25, "rounding": "up"}, "de"),
        ({"worst_share": 40}, "de"),
        ({"worst_share": 60}, "de"),
        ({"at_least": 92}, "abc"),
        ({"at_least": "92.01"}, "a"),
        ({"below": 92}, "de"),
        ({"first": 3, "at_least": 93}, "a"),
        ({"more_than": 5, "first": 1}, ""),
        ({"more_than": 4, "first": 1}, "a"),
    ],
)
def test_who_is_on_a_list(rule: dict[str, object], expected: str) -> None:
    assert members(listed(facts_of(FIVE), **rule), "some") == expected


def test_enterprise_example_leaves_the_tie_at_the_edge_out() -> None:
    scores = ["97", "95", "92", "92", "91", "90", "89", "88", "87", "86"]
    facts = facts_of(dict(zip("abcdefghij", scores, strict=True)))

    result = listed(facts, best_share=30, at_least=85)

    assert members(result, "some") == "ab"
    assert sentence(result, "c", "some") == (
        "10 个有得分的对象，10 × 30% = 3，名额 3 个；第 3 名，与另外 1 个并列在名额边上，都不列入"
    )
    (account,) = result.lists
    assert (account.places, account.members, account.edge) == (3, ("a", "b"), "95.00")
    assert account.sentence.endswith("；名额边上 2 个并列，都不列入")


def test_single_subject_has_no_last_place() -> None:
    result = listed(facts_of({"a": "10", "b": None}), last=1)

    assert members(result, "some") == ""
    assert "没有末位" in sentence(result, "a", "some")
    assert sentence(result, "b", "some") == "“总分”没有得分，不列入"


def test_barred_subject_gives_its_place_to_the_next() -> None:
    result = listed(facts_of(FIVE, breaches=["a"]), first=1, barred_by=["breach"], cite="六")

    assert members(result, "some") == "bc"
    assert sentence(result, "a", "some") == "有经核验的“违纪”记录，不能列入（六）"


def test_exempt_subject_is_not_looked_at() -> None:
    ruling = Ruling("e", "exempt", "some", "筹建中")

    result = listed(facts_of(FIVE, rulings=[ruling]), worst_share=25)

    assert members(result, "some") == "d"
    assert sentence(result, "e", "some") == "按记录的决定不参加：筹建中"


def test_list_inside_classes_and_of_some_classes() -> None:
    groups = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "m"}
    facts = facts_of(FIVE, groups=groups)

    assert members(listed(facts, first=1, within="class"), "some") == "ace"
    result = listed(facts, first=1, within="class", classes=["x", "y"])
    assert members(result, "some") == "ac"
    assert sentence(result, "e", "some") == "不属于这份名单所看的类别"
    assert [one.scope for one in result.lists] == ["甲类", "乙类"]


def test_list_inside_units_takes_a_share_of_each() -> None:
    groups = dict.fromkeys("bcde", "m")
    units = {"b": "a", "c": "a", "d": "a", "e": "支部a"}
    facts = facts_of({**FIVE, "a": "50"}, groups=groups, units=units)

    result = listed(facts, best_share=25, within="unit", classes=["m"])

    assert members(result, "some") == ""  # two share the first place of one
    assert [(one.scope, one.denominator) for one in result.lists] == [("支部a", 4)]


def test_red_list_takes_what_the_grey_list_leaves() -> None:
    lists = {
        "red": {"title": "红榜", "first": 20, "gives_way_to": ["grey"]},
        "grey": {"title": "灰榜", "last": 2},
    }

    result = scored(with_outcomes(lists=lists), facts_of(FIVE))

    assert members(result, "grey") == "de"
    assert members(result, "red") == "abc"
    assert sentence(result, "d", "red") == "已列入“灰榜”，不再列入"
    assert [one.id for one in result.lists] == ["red", "grey"]


def test_list_by_grade_looks_at_the_grade_after_the_quota() -> None:
    grades = {
        "grade": {
            "title": "类别", "subject": "branch", "of": "total", "bands": {"好": "90", "中": "0"},
            "quotas": [{"label": "好", "share": "20", "moves_to": "中"}],
        }
    }  # fmt: skip
    lists = {"some": {"title": "旗帜", "grade": "grade", "labels": ["好"]}}

    result = scored(with_outcomes(grades=grades, lists=lists), facts_of(FIVE))

    assert members(result, "some") == "a"
    assert sentence(result, "b", "some") == "类别为“中”，不在“好”之内"


def test_digest_changes_with_a_list_and_not_with_the_order() -> None:
    one, other = listed(first=1), listed(first=2)
    facts = facts_of(FIVE)
    turned = facts_of(dict(reversed(FIVE.items())))

    assert scored(one, facts).digest == scored(one, turned).digest
    assert scored(one, facts).digest != scored(other, facts).digest
