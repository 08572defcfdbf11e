"""Mistakes in the facts: all at once, each with place, what, and remedy."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest

from kaohe.scoring import FactErrors, compile_scheme, validate_facts
from kaohe.scoring.facts import Entry, Facts, Mark, Ruling, Subject, Vote
from tests.scoring.cases import CASES, Case
from tests.scoring.schemes import responsibility

GOOD = Facts(
    (Subject("a", "甲村", "village"), Subject("b", "乙村", "village")),
    (Mark("a", "self_sheet", "", "*", D(96)),),
)


def codes(facts: Facts) -> list[str]:
    return [p.code for p in validate_facts(responsibility(), facts)]


def mark(value: str, item: str = "duty", *, by: str = "", sheet: str = "self_sheet") -> Mark:
    return Mark("b", sheet, by, item, D(value))


def vote(option: str, count: int, aspect: str = "duty", poll: str = "vote") -> Vote:
    return Vote("b", poll, "", aspect, option, count)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_signed_cases_hold_no_mistake(case: Case) -> None:
    assert codes(case.facts) == []


def test_record_with_many_kinds_of_mistakes_reports_each_at_once() -> None:
    facts = Facts(
        (
            Subject("a", "甲村", "village"),
            Subject("b", "乙村", "town"),
            Subject("a", "甲村", "village"),
        ),
        (
            Mark("nobody", "self_sheet", "", "*", D(90)),
            Mark("a", "peer_sheet", "", "*", D(90)),
            Mark("a", "self_sheet", "", "beauty", D(9)),
            Mark("a", "self_sheet", "", "duty", D("15.5")),
            Mark("a", "self_sheet", "", "team", D("-1")),
            Mark("a", "self_sheet", "", "members", D("9.125")),
            Mark("a", "self_sheet", "", "members", D("9")),
            Mark("b", "group_sheet", "张", "*", D("130")),
        ),
        (
            Vote("a", "vote", "", "duty", "很好", 3),
            Vote("a", "vote", "", "duty", "优秀", -3),
            Vote("a", "vote", "", "@", "issued", 10),
            Vote("a", "vote", "", "@", "returned", 12),
            Vote("a", "vote", "", "@", "valid", 8),
            Vote("a", "vote", "", "@", "invalid", 1),
            Vote("a", "vote", "", "team", "优秀", 9),
            Vote("b", "debrief_form", "", "team", "九十", 1),
        ),
        (
            Entry("a", "", "honor", D(2)),
            Entry("a", "", "honour", D(200), reason="大奖"),
            Entry("a", "", "honour", D(2), reason="奖", state="maybe"),
        ),
        rulings=(Ruling("a", "reweight", "nothing", ""),),
    )

    problems = validate_facts(responsibility(), facts)

    assert {p.code for p in problems} == {
        "duplicate_subject", "unknown_class", "unknown_subject", "unknown_instrument",
        "unknown_item", "above_maximum", "below_zero", "too_many_decimals", "duplicate_mark",
        "unknown_option", "negative_count", "returned_above_issued", "ballots_do_not_add_up",
        "tally_above_returned", "not_a_number", "unknown_rule", "above_most", "unknown_state",
        "unknown_ruling_target", "ruling_reason",
    }  # fmt: skip
    assert all(p.place and p.what and p.remedy for p in problems)
    over = next(p for p in problems if p.item == "duty" and p.code == "above_maximum")
    assert over.place == "甲村 · 自评表 · 履行职责"
    assert over.what == "得分 15.5 超过满分 15"
    assert (over.table, over.row) == ("marks", 3)
    with pytest.raises(FactErrors) as caught:
        compile_scheme(responsibility()).score(facts)
    assert caught.value.problems == tuple(problems)
    assert "甲村 · 自评表 · 履行职责：得分 15.5 超过满分 15" in str(caught.value)


def test_total_beside_items_must_be_their_sum() -> None:
    items = responsibility().items["aspects"].items
    full = tuple(mark(str(i.points), i.id) for i in items)

    assert codes(replace(GOOD, marks=(*full, mark("100", "*")))) == []
    assert codes(replace(GOOD, marks=(*full, mark("99.99", "*")))) == ["total_differs"]
    assert codes(replace(GOOD, marks=(full[0], mark("99", "*")))) == ["total_beside_part"]


def test_overall_and_aspect_tallies_exclude_each_other() -> None:
    both = (vote("优秀", 3), vote("优秀", 3, "*"))

    assert codes(replace(GOOD, votes=both)) == ["overall_beside_aspects"]
    assert codes(replace(GOOD, votes=both[:1])) == []


def test_typed_mean_and_forms_exclude_each_other() -> None:
    facts = replace(
        GOOD,
        marks=(mark("90", "team", sheet="debrief_form"),),
        votes=(vote("91.5", 1, "team", "debrief_form"),),
    )

    assert codes(facts) == ["mean_beside_forms"]


def test_mark_off_the_step_is_reported() -> None:
    scheme = responsibility()
    sheet = scheme.instruments["self_sheet"].model_copy(update={"step": D("0.5")})
    coarse = scheme.model_copy(update={"instruments": {**scheme.instruments, "self_sheet": sheet}})

    found = validate_facts(coarse, replace(GOOD, marks=(mark("9.3"), mark("9.5", "team"))))

    assert [p.code for p in found] == ["off_step"]


def test_unknown_stratum_is_reported() -> None:
    facts = replace(GOOD, votes=(Vote("b", "vote", "tourist", "duty", "优秀", 1),))

    assert codes(facts) == ["unknown_stratum"]


def test_duplicate_rows_are_reported() -> None:
    entry = Entry("b", "", "honour", D(2), reason="县级")
    facts = replace(GOOD, votes=(vote("优秀", 1), vote("优秀", 2)), entries=(entry, entry))

    assert codes(facts) == ["duplicate_vote", "duplicate_entry"]
