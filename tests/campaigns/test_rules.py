"""Sheets whose items have rules: what is counted, measured and chosen, and what it is worth."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kaohe.campaigns import services
from kaohe.campaigns.errors import Incomplete
from kaohe.campaigns.facts import campaign_facts, sheet_layout_of
from kaohe.campaigns.marks import read_sheet, sheet_layout
from kaohe.campaigns.models import Sheet
from kaohe.register.models import Unit
from kaohe.scheme.reading import read_source
from tests.campaigns.conftest import World, build_world, client_of

SCHEME = Path(__file__).parent / "rules.yaml"
FULL: dict[str, str] = {
    "notes.papers": "3", "attendance.part": "20", "attendance.whole": "20", "hours": "100",
    "paper": "1", "works": "4", "villages": "90", "impression": "5",
}  # fmt: skip


@pytest.fixture
def world(db: None, media: Path) -> World:
    """A month under way."""
    return build_world(SCHEME)


def layout() -> Any:
    """The sheet of these tests."""
    return sheet_layout(read_source(SCHEME.read_bytes(), name="r").bind(), "self_sheet")


def points(**marks: str) -> dict[str, Decimal]:
    """Points of the items with these figures, the others at their best."""
    given = {k.replace("__", "."): v for k, v in marks.items()}
    return read_sheet(layout(), {"marks": {**FULL, **given}}).points


@pytest.mark.parametrize(
    ("item", "marks", "expected"),
    [
        ("notes", {}, "35"),
        ("notes", {"notes__late": "3", "notes__careless": "2"}, "27"),
        ("notes", {"notes__careless": "9"}, "30"),  # at most 5
        ("notes", {"notes__late": "30"}, "0"),  # floor
        ("notes", {"notes__none": "1", "notes__late": "1"}, "0"),
        ("notes", {"notes__plan": "1"}, "32"),
        ("notes", {"notes__papers": "1"}, "31"),
        ("notes", {"notes__papers": "9"}, "35"),
        ("attendance", {"attendance__part": "18"}, "20"),
        ("attendance", {"attendance__part": "17", "attendance__whole": "19"}, "15"),
        ("attendance", {"attendance__part": "0"}, "10"),
        ("hours", {"hours": "99.9"}, "9"),
        ("hours", {"hours": "49.9"}, "0"),
        ("paper", {"paper": "2"}, "10"),
        ("works", {"works": "3"}, "7.50"),
        ("works", {"works": "9"}, "10"),
        ("villages", {"villages": "62.55"}, "6.95"),
    ],
)
def test_points_of_an_item_are_the_engines(item: str, marks: dict[str, str], expected: str) -> None:
    assert Decimal(expected) == points(**marks)[item]


def test_points_on_the_sheet_equal_the_result(world: World) -> None:
    from kaohe.campaigns.facts import campaign_scheme
    from kaohe.scoring import compile_scheme

    marks = {**FULL, "notes.late": "3", "villages": "62.55", "works": "3", "paper": "2"}
    reasons = {"notes.late": "三人迟交"}
    sheet = world.group_sheet()
    sheet = services.save_draft(
        sheet, version=0, changes={"marks": marks, "reasons": reasons}, actor=world.assessor
    )
    shown = read_sheet(sheet_layout_of(sheet), sheet.data).subtotal
    services.submit_sheet(sheet, version=sheet.version, key=uuid4(), actor=world.assessor)

    facts = campaign_facts(world.campaign)
    result = compile_scheme(campaign_scheme(world.campaign)).score(facts)

    subject = next(r for r in result.subjects if r.subject == world.subject.fact_id)
    assert shown == subject.scores["total"]


def test_what_is_missing_is_said_by_place() -> None:
    reading = read_sheet(layout(), {"marks": {"hours": "abc", "notes.late": "1.5"}})

    said = {p.place: p.what for p in reading.problems}
    assert "没有填写" == said["学习笔记 · 调研报告"]
    assert "没有填写" == said["出勤 · 实到"]
    assert "没有选择" == said["发表"]
    assert "没有打分" == said["总体印象"]
    assert (
        "abc" in said["志愿服务 · 时长"] if "志愿服务 · 时长" in said else "abc" in said["志愿服务"]
    )
    assert "应为整数" in said["学习笔记 · 迟交"]
    assert all(p.remedy for p in reading.problems)


@pytest.mark.parametrize(
    ("key", "text", "what"),
    [
        ("notes.late", "-1", "不能是负数"),
        ("notes.late", "10000", "超过上限"),
        ("notes.plan", "x", "应为勾选"),
        ("paper", "4", "不在选项中"),
        ("paper", "0", "不在选项中"),
        ("hours", "1.25", "最多 1 位小数"),
        ("villages", "1e3", "应为数字"),
        ("impression", "6", "超过满分 5 分"),
    ],
)
def test_wrong_figures_are_refused_in_words(key: str, text: str, what: str) -> None:
    faults = read_sheet(layout(), {"marks": {**FULL, key: text}}).faults

    assert [key] == list(faults)
    assert what in faults[key]


def test_whole_of_nothing_is_a_problem_not_a_score() -> None:
    reading = read_sheet(layout(), {"marks": {**FULL, "attendance.whole": "0"}})

    assert ["出勤"] == [p.place for p in reading.problems]
    assert "attendance" not in reading.points


def test_item_that_does_not_apply_leaves_the_possible_points() -> None:
    marks = {**FULL, "hours": "", "hours.na": "1"}
    reading = read_sheet(layout(), {"marks": marks})

    assert () == reading.problems
    assert (Decimal(105), Decimal(105)) == (reading.possible, reading.subtotal)
    assert Decimal(120) == reading.layout.maximum


def test_sections_add_up() -> None:
    reading = read_sheet(layout(), {"marks": {**FULL, "notes.late": "1", "impression": "4"}})

    assert {"study": Decimal(73), "other": Decimal(44)} == reading.section_points


def test_deduction_without_reason_is_refused_row_by_row(world: World) -> None:
    marks = {**FULL, "notes.late": "1", "notes.plan": "1", "notes.papers": "2", "impression": "4"}
    sheet = services.save_draft(
        world.group_sheet(), version=0,
        changes={"marks": marks, "reasons": {"notes.late": "一人"}}, actor=world.assessor,
    )  # fmt: skip

    with pytest.raises(Incomplete) as caught:
        services.submit_sheet(sheet, version=sheet.version, key=uuid4(), actor=world.assessor)

    assert ["notes.plan", "notes.papers", "impression"] == [p.input for p in caught.value.problems]


def test_empty_counts_are_zero_once_handed_in(world: World) -> None:
    sheet = services.save_draft(
        world.group_sheet(), version=0, changes={"marks": FULL}, actor=world.assessor
    )
    assert "notes.late" not in sheet.data["marks"]

    services.submit_sheet(sheet, version=sheet.version, key=uuid4(), actor=world.assessor)

    marks = {m.item: m.value for m in campaign_facts(world.campaign).marks}
    assert Decimal(0) == marks["notes.late"] == marks["notes.none"] == marks["notes.plan"]
    assert Decimal(3) == marks["notes.papers"]
    assert "hours.na" not in marks


def test_facts_of_an_item_that_does_not_apply_are_its_tick_alone(world: World) -> None:
    sheet = services.save_draft(
        world.group_sheet(), version=0, changes={"marks": {**FULL, "hours.na": "1"}},
        actor=world.assessor,
    )  # fmt: skip
    services.submit_sheet(sheet, version=sheet.version, key=uuid4(), actor=world.assessor)

    marks = {m.item for m in campaign_facts(world.campaign).marks}
    assert "hours.na" in marks
    assert "hours" not in marks


def test_sheets_are_given_only_to_their_classes(world: World) -> None:
    office = Unit.objects.create(name="机关支部", kind="机关")
    version = world.campaign.scheme
    campaign = services.create_campaign(
        title="又一月", scheme=version, period="2025-02",
        subjects=[(office, "office"), (world.subject.unit, "village")], actor=world.organiser,
    )  # fmt: skip

    services.assign_from_groups(campaign, actor=world.organiser)

    given = Sheet.objects.filter(subject__campaign=campaign, instrument="self_sheet")
    assert ["village"] == [s.subject.group for s in given]


# Pages -----------------------------------------------------------------------------------------


@pytest.fixture
def client(world: World) -> Client:
    """The respondent's browser."""
    return client_of(world.respondent)


def step_url(world: World, step: str = "1") -> str:
    return reverse("campaigns:step", args=[world.self_sheet().pk, step])


def post(world: World, client: Client, step: str = "1", **kw: Any) -> Any:
    data = {"version": kw.pop("version", world.self_sheet().version), "goto": kw.pop("goto", "")}
    fields = {f"{step}-{k.replace('__', '.')}": v for k, v in kw.items()}
    return client.post(step_url(world, step), data | fields)


def test_step_shows_every_kind_of_field(world: World, client: Client) -> None:
    text = client.get(step_url(world)).content.decode()

    for shown in (
        'type="number" name="1-mark_notes.late"', 'type="checkbox" name="1-mark_notes.none"',
        'name="1-mark_attendance.part"', 'name="1-mark_hours.na"', "本项不适用", "每 1 人扣 2 分",
        "最多扣 5 分", "应有 3 篇", "本项记 0 分", "100%及以上", "学习", "小计",
    ):  # fmt: skip
        assert shown in text, shown
    text = client.get(step_url(world, "2")).content.decode()
    assert 'type="radio" name="2-mark_paper"' in text
    assert "已发表（20 分）" in text
    assert "需要佐证材料" in text


def test_step_saves_ticks_counts_and_choices(world: World, client: Client) -> None:
    post(world, client, mark_notes__late="2", mark_notes__none=["", "1"], mark_hours__na="")
    post(world, client, "2", mark_paper=["", "3"])

    marks = world.self_sheet().data["marks"]
    assert ("2", "1", "3") == (marks["notes.late"], marks["notes.none"], marks["paper"])

    post(world, client, mark_notes__none="", mark_notes__late="")
    marks = world.self_sheet().data["marks"]
    assert ("0", "0") == (marks["notes.none"], marks["notes.late"])


def test_background_save_does_not_turn_empty_counts_into_zero(world: World, client: Client) -> None:
    target = reverse("campaigns:autosave", args=[world.self_sheet().pk])
    data = {"version": 0, "1-mark_notes.late": "", "1-mark_notes.careless": "1"}
    answer = client.post(target, data, headers={"X-Requested-With": "kaohe"}).json()

    assert {"notes.careless": "1"} == world.self_sheet().data["marks"]
    assert "105" not in answer["points"]
    data = {
        "version": answer["version"], "1-mark_notes.papers": "3",
        "1-mark_attendance.part": "18", "1-mark_attendance.whole": "20", "1-mark_hours": "60",
    }  # fmt: skip
    answer = client.post(target, data, headers={"X-Requested-With": "kaohe"}).json()
    assert {"notes": "34.00", "attendance": "20.00", "hours": "9.00"} == answer["points"]
    assert {"study": "63.00", "other": "0.00"} == answer["sections"]
    assert {"attendance": [1], "hours": [1]} == {k: v for k, v in answer["hits"].items() if v}


def test_empty_field_does_not_take_back_a_stored_zero(world: World, client: Client) -> None:
    post(world, client, version=0, mark_notes__late="")

    response = post(world, client, version=0, mark_notes__late="", goto="stay")

    assert 302 == response.status_code
    assert "0" == world.self_sheet().data["marks"]["notes.late"]


def test_conflict_names_the_row(world: World, client: Client) -> None:
    post(world, client, version=0, mark_notes__late="1")

    response = post(world, client, version=0, mark_notes__late="2")

    assert 409 == response.status_code
    assert "学习笔记 · 迟交" in response.content.decode()


def test_fresh_sheet_starts_at_its_first_step(world: World, client: Client) -> None:
    response = client.get(reverse("campaigns:sheet", args=[world.self_sheet().pk]))

    assert step_url(world) == response["Location"]


def test_review_says_what_nobody_looked_at(world: World, client: Client) -> None:
    sheet = world.self_sheet()
    services.save_draft(sheet, version=0, changes={"marks": FULL}, actor=world.respondent)

    text = client.get(step_url(world, "done")).content.decode()

    assert "确认提交" in text
    assert "月度自评表" in text
    assert "105.00" in text or "120.00" in text


def test_group_sheet_shows_rules_and_what_the_unit_entered(world: World, client: Client) -> None:
    sheet = world.self_sheet()
    sheet = services.save_draft(
        sheet, version=0, changes={"marks": {**FULL, "notes.late": "4"}}, actor=world.respondent
    )
    services.submit_sheet(sheet, version=sheet.version, key=uuid4(), actor=world.respondent)
    assessor = client_of(world.assessor)
    target = reverse("campaigns:score", args=[world.group_sheet().pk])

    text = assessor.get(target).content.decode()

    assert "迟交 4 人" in text
    assert "已发表" in text
    assert "上传佐证材料" in text
    data = {f"all-mark_{k}": v for k, v in FULL.items()}
    response = assessor.post(
        target, data | {"version": 0, "goto": "submit", "key": str(uuid4()),
                        "all-mark_notes.late": "1"},
    )  # fmt: skip
    assert 422 == response.status_code
    assert "学习笔记 · 迟交" in response.content.decode()
    response = assessor.post(
        target, {"version": world.group_sheet().version, "goto": "submit", "key": str(uuid4()),
                 "all-reason_notes.late": "一人没有交"},
    )  # fmt: skip
    assert 302 == response.status_code
    assert Sheet.State.SUBMITTED == world.group_sheet().state
    text = assessor.get(target).content.decode()
    assert "一人没有交" in text


def test_assessor_uploads_evidence_beside_an_item(world: World) -> None:
    assessor, sheet = client_of(world.assessor), world.group_sheet()
    target = reverse("campaigns:score", args=[sheet.pk])

    response = assessor.post(target, {"version": 0, "goto": "files:paper"})

    assert response["Location"].endswith("#slot-paper")
    text = assessor.get(response["Location"]).content.decode()
    assert "回到评分表" in text
    assert "下一步：核对并提交" not in text


def test_no_inline_script_or_style(world: World, client: Client) -> None:
    pages = [(client, step_url(world)), (client, step_url(world, "done"))]
    pages.append(
        (client_of(world.assessor), reverse("campaigns:score", args=[world.group_sheet().pk]))
    )
    for browser, target in pages:
        text = browser.get(target).content.decode()
        assert " style=" not in text
        assert "<script>" not in text
