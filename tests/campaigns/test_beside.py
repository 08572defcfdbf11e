"""An assessors' sheet beside an assessors' sheet: only one's own earlier one is shown."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse

from kaohe.campaigns import services
from kaohe.campaigns.models import Sheet
from kaohe.register.models import Account
from tests.campaigns.conftest import World, build_world, client_of

SCHEME = """\
id: demo.twice
version: "2026.1"
title: 半年检查和年终考核
source: {document: "示例"}
period: year
decimals: 2
subjects:
  branch: {title: 支部, kind: organization, classes: {village: 村}}
items:
  duties:
    title: 责任
    items: [{id: meetings, title: 会议, points: 10}, {id: study, title: 学习, points: 10}]
instruments:
  half: {type: sheet, title: 半年检查表, by: assessors, items: duties}
  final: {type: sheet, title: 年终考核表, by: assessors, items: duties, beside: half}
scores:
  half_score: {title: 半年得分, sheet: half, shown: true}
  total: {title: 总分, sheet: final}
stages:
  - {id: check, title: 检查, who: assessor, does: [half, final]}
"""


@pytest.fixture
def twice(db: None, media: Path, tmp_path: Path) -> World:
    """Two assessors, two sheets each for a village; the first of one is handed in."""
    path = tmp_path / "twice.yaml"
    path.write_text(SCHEME, "utf-8")
    world = build_world(path)
    stage = world.stage("check")
    if stage.state == stage.State.WAITING:
        services.open_stage(stage, actor=world.organiser)
    first = sheet_of(world, "half", world.assessor)
    saved = world.fill(first, {"meetings": "7.25", "study": "10"})
    services.submit_sheet(saved, version=saved.version, key=uuid4(), actor=world.assessor)
    return world


def sheet_of(world: World, instrument: str, account: Account) -> Sheet:
    return Sheet.objects.get(subject=world.subject, instrument=instrument, respondent=account)


def test_own_earlier_sheet_stands_beside_under_its_name(twice: World) -> None:
    page = client_of(twice.assessor).get(
        reverse("campaigns:score", args=[sheet_of(twice, "final", twice.assessor).pk])
    )

    text = page.content.decode()
    assert "<th>半年检查表</th>" in text
    assert "7.25" in text
    assert "<th>自评</th>" not in text
    assert "退回半年检查表" not in text


def test_a_colleagues_earlier_sheet_is_not_shown(twice: World) -> None:
    page = client_of(twice.colleague).get(
        reverse("campaigns:score", args=[sheet_of(twice, "final", twice.colleague).pk])
    )

    assert "7.25" not in page.content.decode()


def test_every_link_of_the_list_of_units_opens(twice: World) -> None:
    client = client_of(twice.colleague)

    page = client.get(reverse("campaigns:units")).content.decode()

    hidden = sheet_of(twice, "half", twice.assessor)
    assert reverse("campaigns:sheet_view", args=[hidden.pk]) not in page
    assert "<th>半年检查表</th>" in page
