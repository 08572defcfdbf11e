"""Half-years, their year, and the discipline deductions on it: from one published result to the next."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kaohe import catalogue
from kaohe.campaigns.models import Campaign
from kaohe.hookspecs import SampleCampaign
from kaohe.records import read_record
from kaohe.register.models import Unit
from kaohe.results.queries import latest_proposal, rows_of
from kaohe.site.demo.finished import finish_period

pytestmark = pytest.mark.django_db
UNITS = ("甲公司", "乙公司", "丙公司")


def publish(scheme: str, period: str, subjects: list[dict[str, Any]]) -> Campaign:
    """A campaign whose facts come from a record, closed, decided and published."""
    record = {"scheme": scheme, "period": period, "subjects": subjects}
    read = read_record(json.dumps(record).encode(), source=catalogue.get(scheme).source)
    sample = SampleCampaign(scheme, f"{period} {scheme}", scheme, Path())
    return finish_period(sample, read, lambda _: None)


def totals(campaign: Campaign) -> dict[str, str | None]:
    """Title -> total as computed."""
    proposal = latest_proposal(campaign)
    assert proposal is not None
    return {row.subject.title: row.result["scores"]["total"] for row in rows_of(proposal)}


def half_year(*figures: str) -> list[dict[str, Any]]:
    """The same figure from all three raters, so that the weights do not matter."""
    return [
        {"title": unit, "self_sheet": one, "site_sheet": one, "leader_sheet": one}
        for unit, one in zip(UNITS, figures, strict=True)
    ]


@pytest.fixture
def units() -> None:
    for order, name in enumerate(UNITS):
        Unit.objects.create(name=name, order=order)


@pytest.mark.usefixtures("units")
def test_discipline_rests_on_the_published_year() -> None:
    publish("enterprise.dual-promotion", "2025-H1", half_year("88", "90.01", "70"))
    publish("enterprise.dual-promotion", "2025-H2", half_year("88.8", "90.02", "71"))

    year = publish("enterprise.dual-promotion.year", "2025", [{"title": u} for u in UNITS])

    assert totals(year) == {"甲公司": "88.40", "乙公司": "90.02", "丙公司": "70.50"}
    team = {"label": "通报批评", "reason": "检查通报"}
    found = publish(
        "enterprise.discipline",
        "2025",
        [
            {"title": "甲公司", "team": [team]},
            {"title": "乙公司", "honour": ["省部级"]},
            {"title": "丙公司"},
        ],
    )
    assert totals(found) == {"甲公司": "85.40", "乙公司": "92.02", "丙公司": "70.50"}


@pytest.mark.usefixtures("units")
def test_without_a_published_year_there_is_no_total() -> None:
    """The control of the test above."""
    publish("enterprise.dual-promotion", "2025-H1", half_year("88", "90.01", "70"))

    found = publish("enterprise.discipline", "2025", [{"title": u} for u in UNITS])

    assert set(totals(found).values()) == {None}


@pytest.mark.usefixtures("units")
def test_months_make_a_year() -> None:
    sheet = {"notes": {}, "attendance": {"part": 1, "whole": 1}, "contributions": 4, "app": 1}
    for month, word in (("2025-03", "已刊登"), ("2025-07", "投稿未刊登")):
        month_sheet = [{**sheet, "published": word}]
        subjects = [{"title": u, "month_sheet": month_sheet} for u in UNITS[:2]]
        publish("enterprise.monthly", month, subjects)

    year = publish("enterprise.monthly.year", "2025", [{"title": u} for u in UNITS])

    assert totals(year) == {"甲公司": "95.00", "乙公司": "95.00", "丙公司": None}
    assert Decimal("95.00") == (Decimal(100) + Decimal(90)) / 2
