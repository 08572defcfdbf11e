"""Definitions: what can be used, and every fault at once of what cannot."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe.ballots.definition import DefinitionErrors, load_definition
from tests.ballots.live import OPTIONS, ballot_definition, form_definition


def test_ballot_is_read() -> None:
    definition = load_definition(ballot_definition(strata={"member": "党员代表"}))

    assert definition.labels == OPTIONS
    assert [option.points for option in definition.options] == [100, 80, 60, 40]
    assert len(definition.questions) == 8
    assert definition.strata == (("member", "党员代表"),)


def test_form_is_read() -> None:
    definition = load_definition(form_definition())

    assert [(s.id, s.maximum) for s in definition.scores] == [
        ("team", Decimal(100)),
        ("secretary", Decimal(100)),
    ]
    assert definition.strata == (("", "全体"),)


def test_every_fault_is_reported_at_once() -> None:
    faulty = ballot_definition(
        aspects=[{"id": "A", "title": "甲"}, {"id": "b", "title": ""}, {"id": "b", "title": "乙"}],
        options=[{"label": "优", "points": 1.5}, {"label": "优", "points": "x"}],
        strata={"X": "某类"},
        blank="maybe",
        colour="red",
        title="",
        hand_count=["sheet"],
    )

    with pytest.raises(DefinitionErrors) as caught:
        load_definition(faulty)

    text = str(caught.value)
    for part in (
        "aspects 第 1 行",
        "重复",
        "档次名称重复",
        "分值",
        "strata",
        "blank",
        "colour",
        "title",
        "hand_count",
    ):
        assert part in text
    assert len(caught.value.errors) >= 10


def test_binary_floats_are_refused() -> None:
    options = [{"label": "优", "points": 99.9}, {"label": "差", "points": "1"}]

    with pytest.raises(DefinitionErrors, match="分值"):
        load_definition(ballot_definition(options=options))
