"""Minimum turnout: a number of voters, or a share of some of them among those present."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import Flag
from kaohe.scoring.facts import Facts, Ruling, Subject, Vote
from tests.scoring.schemes import small

STRATA = {"member": "党员代表", "other": "非党员代表", "leader": "领导"}


def flags(
    rows: list[tuple[str, str, str, int]], *, rulings: tuple[Ruling, ...] = (), **rule: Any
) -> tuple[Flag, ...]:
    """Flags raised for tallies (stratum, aspect, option, count)."""
    vote = {
        "type": "ballot", "title": "测评", "aspects": "aspects", "strata": STRATA,
        "options": {"好": "100", "差": "40"}, "turnout": [rule],
    }  # fmt: skip
    scheme = small(instruments={"vote": vote}, scores={"total": {"title": "总分", "votes": "vote"}})
    votes = tuple(Vote("k", "vote", *row) for row in rows)
    facts = Facts((Subject("k", "支部"),), votes=votes, rulings=rulings)
    return compile_scheme(scheme).score(facts).subjects[0].flags


def present(member: int, other: int, leader: int) -> list[tuple[str, str, str, int]]:
    return [
        ("member", "@", "present", member), ("other", "@", "present", other),
        ("leader", "@", "present", leader), ("leader", "a", "好", 5),
    ]  # fmt: skip


SHARE = {"share": "30", "strata": ["member", "other"], "of": "present", "cite": "五"}


@pytest.mark.parametrize(
    ("member", "other", "leader", "is_raised"),
    [
        (2, 1, 7, False),  # exactly 30 %
        (2, 1, 8, True),
        (299, 0, 700, True),  # 29.93 %
        (300, 0, 700, False),
        (0, 0, 1, True),
        (1, 0, 0, False),
    ],
)
def test_share_of_those_present(member: int, other: int, leader: int, is_raised: bool) -> None:
    assert bool(flags(present(member, other, leader), **SHARE)) is is_raised


def test_share_says_the_figures() -> None:
    (flag,) = flags(present(2, 1, 8), **SHARE)

    assert flag.sentence == (
        "“测评”到会 11 人，其中党员代表、非党员代表 3，占 ≈27.27%；"
        "要求党员代表、非党员代表不少于 30%"
    )
    assert flag.cite == ("五",)


def test_share_that_cannot_be_checked_is_a_flag_not_a_pass() -> None:
    (flag,) = flags([("leader", "a", "好", 5)], **SHARE)

    assert "没有按身份记录到会人数，无法核对" in flag.sentence


def test_share_without_any_ballot_is_left_to_the_missing_score() -> None:
    assert [flag.id for flag in flags([], **SHARE)] == ["missing"]


def test_share_is_waived_by_a_ruling() -> None:
    ruling = Ruling("k", "waive", "turnout", "停电改期")

    (flag,) = flags(present(0, 0, 9), rulings=(ruling,), **SHARE)

    assert flag.waived == "停电改期"


def test_share_of_returned_ballots() -> None:
    rows = [
        ("member", "@", "returned", 3), ("leader", "@", "returned", 7),
        ("member", "@", "present", 0), ("leader", "a", "好", 7),
    ]  # fmt: skip

    assert not flags(rows, **{**SHARE, "of": "returned"})
    assert flags(rows, **SHARE)


def test_number_of_those_present() -> None:
    rows = [*present(10, 10, 29)]

    assert flags(rows, at_least="50", of="present")[0].sentence == (
        "“测评”到会 49 人，要求不少于 50 人"
    )
    assert not flags(rows, at_least="49", of="present")
