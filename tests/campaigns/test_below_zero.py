"""Figures and points below zero on the form of a sheet: entered, counted, shown, scored."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kaohe.campaigns import services
from kaohe.campaigns.facts import campaign_facts, campaign_scheme, sheet_layout_of
from kaohe.campaigns.inputs import expectation, read_input
from kaohe.campaigns.marks import read_sheet
from kaohe.scheme.rules import Measured
from kaohe.scoring import compile_scheme
from tests.campaigns.conftest import World, build_world, client_of
from tests.campaigns.test_rules import FULL, SCHEME

CHANGES = {
    "{of: {title: 时长, unit: 小时, decimals: 1}, lowest: {100: 15, 50: 9}, otherwise: 0}": (
        '{of: {title: 增幅, unit: "%", decimals: 1, least: -100},'
        " lowest: {10: 15, 0: 9, -10: 0}, otherwise: -4}"
    ),
    "没有: 0}": "没有: -40}",
}
WORST = {
    **FULL, "notes.none": "1", "attendance.part": "0", "hours": "-12.5", "paper": "3", "works": "0",
    "villages": "0", "impression": "0",
}  # fmt: skip
GROWTH = Measured.model_validate(
    {"title": "增幅", "unit": "%", "least": "-100", "most": "300", "decimals": "1"}
).as_input("growth")


@pytest.fixture
def world(db: None, media: Path, tmp_path: Path) -> World:
    """A month under way."""
    text = SCHEME.read_text("utf-8")
    for before, after in CHANGES.items():
        assert before in text
        text = text.replace(before, after)
    path = tmp_path / "below.yaml"
    path.write_text(text, "utf-8")
    return build_world(path)


@pytest.fixture
def client(world: World) -> Client:
    """The respondent's browser."""
    return client_of(world.respondent)


def autosave(world: World, client: Client, **marks: str) -> dict[str, Any]:
    target = reverse("campaigns:autosave", args=[world.self_sheet().pk])
    fields = {
        f"{'1' if k < 'i' or k == 'notes.none' else '2'}-mark_{k}": v for k, v in marks.items()
    }
    data = {"version": world.self_sheet().version, **fields}
    answer: dict[str, Any] = client.post(target, data, headers={"X-Requested-With": "kaohe"}).json()
    return answer


@pytest.mark.parametrize("text", ["-12.5", "－12.5", "−12.5", "−12。5%"])
def test_a_minus_is_read_however_it_is_typed(text: str) -> None:
    assert read_input(text, of=GROWTH, step=Decimal(1)) == Decimal("-12.5")


def test_what_is_too_low_is_said_with_the_bound() -> None:
    with pytest.raises(ValueError, match="不能小于 -100%"):
        read_input("-100.1", of=GROWTH, step=Decimal(1))
    assert expectation(GROWTH) == "请填写 -100 到 300 的数，最多 1 位小数。"


def test_the_field_of_a_figure_that_may_be_negative_brings_a_keyboard_with_a_minus(
    world: World, client: Client
) -> None:
    text = client.get(reverse("campaigns:step", args=[world.self_sheet().pk, "1"])).content.decode()

    (field,) = [tag for tag in text.split("<input") if 'name="1-mark_hours"' in tag]
    assert 'inputmode="text"' in field
    (other,) = [tag for tag in text.split("<input") if 'name="1-mark_attendance.part"' in tag]
    assert 'inputmode="decimal"' in other
    assert "−10%及以上" in text
    assert "-4 分" in text


def test_points_subtotals_and_faults_move_while_one_types(world: World, client: Client) -> None:
    answer = autosave(world, client, hours="-12.5", paper="3")

    assert answer["points"] == {"hours": "-4.00", "paper": "-40.00"}
    assert answer["sections"] == {"study": "-4.00", "other": "-40.00"}
    assert answer["subtotal"] == "-44.00"
    assert answer["hits"]["hours"] == [3]
    assert "不能小于 -100%" in next(iter(autosave(world, client, hours="-101")["faults"].values()))


def test_a_total_below_zero_on_the_sheet_is_the_result(world: World) -> None:
    sheet = services.save_draft(
        world.group_sheet(), version=0,
        changes={"marks": WORST, "reasons": {"notes.none": "未交", "impression": "差"}},
        actor=world.assessor,
    )  # fmt: skip
    shown = read_sheet(sheet_layout_of(sheet), sheet.data).subtotal
    services.submit_sheet(sheet, version=sheet.version, key=uuid4(), actor=world.assessor)

    result = compile_scheme(campaign_scheme(world.campaign)).score(campaign_facts(world.campaign))

    subject = next(r for r in result.subjects if r.subject == world.subject.fact_id)
    assert shown == subject.scores["total"] == Decimal("-34.00")
    page = client_of(world.assessor).get(reverse("campaigns:score", args=[world.group_sheet().pk]))
    assert "-34" in page.content.decode() or "−34" in page.content.decode()
