"""Every form of this floor with fields missing, doubled, huge and strange: no 5xx, no change on
4xx (G22)."""

from __future__ import annotations

import random
from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import reverse

from kaohe.campaigns import services
from kaohe.campaigns.models import (
    Campaign,
    Claim,
    Evidence,
    Report,
    ReportReminder,
    ReportRevision,
    ReportVerdict,
    Sheet,
    SheetRevision,
)
from tests.campaigns.conftest import World, build_world, client_of, pdf_file
from tests.campaigns.test_findings import misconduct, sanction
from tests.campaigns.test_persons import Town
from tests.campaigns.test_reports import School
from tests.campaigns.test_rules import SCHEME as RULES

STRANGE = [
    "", " ", "\x00", "\ud800".encode("utf-8", "replace").decode(), "-1", "1e30", "NaN", "Infinity",
    "9" * 5000, "0" * 30, "１２", "<b>x</b>", "'; drop table", "../..", "0001-01-01", "9999-12-31",
    "True", "None", "[]", "𠮷" * 50, "\u202e", "1.0000000001",
]  # fmt: skip


class Forms(HTMLParser):
    """The POST forms of a page: action, fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.inside = given.get("method") == "post"
            if self.inside:
                self.forms.append((given.get("action", ""), {}))
        elif self.inside and tag in ("input", "textarea", "select", "button") and given.get("name"):
            self.forms[-1][1].setdefault(given["name"], given.get("value", "1"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def state() -> list[Any]:
    tables = (Campaign, Sheet, SheetRevision, Claim, Evidence, Report, ReportRevision)
    tables += (ReportVerdict, ReportReminder)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def mutations(fields: dict[str, str], rng: random.Random) -> Any:
    yield {}
    for name in fields:
        yield {k: v for k, v in fields.items() if k != name}
        for value in rng.sample(STRANGE, 4):
            yield {**fields, name: value}
        yield {**fields, name: [fields[name], "x"]}
    yield {**fields, **{f"extra{n}": "x" for n in range(1200)}}


def crawl(world: Any, who: str, pages: list[str]) -> int:
    client = client_of(getattr(world, who), raise_request_exception=False)
    rng, tried = random.Random(7), 0
    for page in pages:
        parser = Forms()
        response = client.get(page)
        assert 200 == response.status_code, page
        parser.feed(response.content.decode())
        for action, fields in parser.forms:
            if "logout" in action:
                continue
            for data in mutations(fields, rng):
                before = state()
                answer = client.post(action or page, data)
                tried += 1
                assert answer.status_code < 500, (page, action, data)
                if 400 <= answer.status_code < 500 and answer.status_code != 422:
                    assert before == state(), (page, action, data)
    return tried


def test_respondents_forms_stand_anything(world: World) -> None:
    sheet = world.self_sheet()
    services.add_evidence(sheet, file=pdf_file(), slot="duty", actor=world.respondent)
    draft = world.claim(files=())
    pages = [
        reverse("campaigns:step", args=[sheet.pk, "1"]),
        reverse("campaigns:step", args=[sheet.pk, "done"]),
        reverse("campaigns:sheet_evidence", args=[sheet.pk]),
        reverse("campaigns:claim_new", args=[sheet.subject_id, "honour"]),
        reverse("campaigns:claim_new", args=[sheet.subject_id, "medal"]),
        reverse("campaigns:claim", args=[draft.pk]),
        reverse("campaigns:unit_claims", args=[sheet.subject_id]),
    ]

    assert crawl(world, "respondent", pages) > 100


def test_assessors_forms_stand_anything(world: World) -> None:
    world.open_group_stage()
    world.hand_in_self()
    world.claim()
    pages = [
        reverse("campaigns:score", args=[world.group_sheet().pk]),
        reverse("campaigns:claims"),
        reverse("campaigns:return", args=[world.self_sheet().pk]),
    ]

    assert crawl(world, "assessor", pages) > 80


def test_addresses_stand_strange_keys(world: World) -> None:
    client = client_of(world.respondent)
    merge = reverse("campaigns:merge", args=[world.self_sheet().pk])
    autosave = reverse("campaigns:autosave", args=[world.self_sheet().pk])

    for value in STRANGE:
        for target in (merge, autosave):
            fields = {"version": value, "mark_duty": value, "pick-mark_duty": value, "back": value}
            assert client.post(target, fields).status_code < 500
    assert 404 == client.get("/sheets/999999999999999999/").status_code


@pytest.mark.slow
def test_forms_of_rules_stand_anything(db: None, media: Any) -> None:
    world = build_world(RULES)
    own, group = world.self_sheet().pk, world.group_sheet().pk
    steps = [reverse("campaigns:step", args=[own, step]) for step in ("1", "2")]

    assert crawl(world, "respondent", steps) > 100
    assert crawl(world, "assessor", [reverse("campaigns:score", args=[group])]) > 50


@pytest.mark.slow
def test_recorders_forms_stand_anything(db: None, media: Any) -> None:
    town = Town()
    subject, draft, waiting = town.unit().pk, misconduct(town, files=()), misconduct(town)
    sanction(town)
    pages = [
        reverse("campaigns:finding_new", args=[subject, "misconduct"]),
        reverse("campaigns:finding_new", args=[subject, "sanction"]),
        reverse("campaigns:finding", args=[draft.pk]),
        reverse("campaigns:finding", args=[waiting.pk]),
        reverse("campaigns:findings"),
    ]

    assert crawl(town, "deputy", [reverse("campaigns:finding", args=[waiting.pk])]) > 8
    assert crawl(town, "checker", pages) > 80


@pytest.mark.slow
def test_forms_of_reports_stand_anything(db: None, media: Any) -> None:
    school = School()
    services.open_stage(school.campaign.stages.get(key="monthly"), actor=school.office)
    monthly = reverse("campaigns:report", args=[school.report("self_check").pk])
    pages = [reverse("campaigns:report", args=[school.report().pk]), monthly]

    assert crawl(school, "writer", pages) > 80
    Report.objects.filter(pk=school.report().pk).update(state=Report.State.DRAFT)
    school.hand_in()
    examined = reverse("campaigns:report", args=[school.report().pk])
    assert crawl(school, "office", [examined, reverse("campaigns:reports")]) > 20
