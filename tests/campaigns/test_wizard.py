"""The wizard: formtools' traps stay shut (docs/decisions/0007), nothing typed is lost."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from kaohe.campaigns import services
from kaohe.campaigns.models import Sheet, SheetRevision
from kaohe.register.models import Role
from tests.campaigns.conftest import ITEMS, World, client_of, make_account, pdf_file, upload


def url(world: World, step: str = "1") -> str:
    return reverse("campaigns:step", args=[world.self_sheet().pk, step])


def post(world: World, client: Client, step: str = "1", **kw: Any) -> Any:
    """Post a step; keyword arguments are fields, those of the step get its prefix."""
    data = {"version": kw.pop("version", world.self_sheet().version), "goto": kw.pop("goto", "")}
    data |= {f"{step}-{k}": v for k, v in kw.items()}
    return client.post(url(world, step), data)


@pytest.fixture
def client(world: World) -> Client:
    """The respondent's browser."""
    return client_of(world.respondent)


def row(world: World) -> dict[str, Any]:
    return Sheet.objects.filter(pk=world.self_sheet().pk).values().get()


@pytest.mark.parametrize(
    "path", ["", "?reset=1", "?wizard_goto_step=3", "?reset", "?mark_duty=3&version=0"]
)
@pytest.mark.parametrize("step", ["1", "3", "done", "99", "reset"])
def test_get_never_writes(world: World, client: Client, step: str, path: str) -> None:
    """formtools resets on a GET, stores the current step on a GET, runs `done` on a GET."""
    world.fill(world.self_sheet(), {"duty": "14"})
    before = row(world)

    for method in (client.get, client.head):
        assert method(url(world, step) + path).status_code in (200, 302)

    assert before == row(world)


def test_nothing_of_a_draft_is_kept_in_the_session(world: World, client: Client) -> None:
    post(world, client, mark_duty="14")

    kept = [s.get_decoded() for s in Session.objects.all()]

    assert {"_auth_user_id", "_auth_user_backend", "_auth_user_hash"} == set().union(*kept)


def test_step_is_saved_and_leads_to_the_next(world: World, client: Client) -> None:
    response = post(world, client, mark_duty="14", reason_duty="按时")

    assert url(world, "2") == response["Location"]
    data = world.self_sheet().data
    assert ({"duty": "14"}, {"duty": "按时"}) == (data["marks"], data["reasons"])


def test_invalid_step_is_saved_and_shown_again(world: World, client: Client) -> None:
    response = post(world, client, mark_duty="25", mark_team="7.3")

    assert 422 == response.status_code
    text = response.content.decode()
    assert "超过满分 20 分" in text
    assert "应为 0.5 的倍数" in text
    assert {"duty": "25", "team": "7.3"} == world.self_sheet().data["marks"]


def test_going_back_saves_too(world: World, client: Client) -> None:
    """formtools' own `wizard_goto_step` goes there without saving."""
    response = post(world, client, "2", goto="1", mark_rules="9")

    assert url(world, "1") == response["Location"]
    assert {"rules": "9"} == world.self_sheet().data["marks"]


def test_only_fields_of_the_step_are_stored(world: World, client: Client) -> None:
    data = {
        "version": 0,
        "1-mark_duty": "1",
        "2-mark_rules": "2",
        "mark_team": "3",
        "1-mark_nonsense": "4",
        "state": "submitted",
    }
    client.post(url(world), data)

    sheet = world.self_sheet()
    assert {"duty": "1"} == sheet.data["marks"]
    assert {"marks", "stamps"} == set(sheet.data)
    assert Sheet.State.DRAFT == sheet.state


def test_files_posted_to_a_step_are_not_kept(world: World, client: Client) -> None:
    client.post(url(world), {"version": 0, "1-mark_duty": "1", "1-file": pdf_file()})

    assert not world.self_sheet().evidence.exists()


def test_second_device_sees_the_draft(world: World, client: Client) -> None:
    post(world, client, mark_duty="14")
    client.logout()

    text = client_of(world.respondent).get(url(world)).content.decode()

    assert 'value="14"' in text


def test_start_goes_where_work_is_left(world: World, client: Client) -> None:
    world.fill(world.self_sheet(), {"duty": 1, "team": 2, "rules": 3})

    response = client.get(reverse("campaigns:sheet", args=[world.self_sheet().pk]))

    assert url(world, "2") == response["Location"]


def test_conflict_shows_both_texts_and_the_merge_keeps_what_is_chosen(
    world: World, client: Client
) -> None:
    post(world, client, version=0, mark_duty="14", reason_duty="甲")

    response = post(world, client, version=0, mark_duty="12", reason_duty="乙", mark_team="5")

    assert 409 == response.status_code
    text = response.content.decode()
    for shown in ("14", "12", "甲", "乙"):
        assert shown in text
    version = response.context["version"]
    response = client.post(
        reverse("campaigns:merge", args=[world.self_sheet().pk]),
        {
            "version": version,
            "back": "1",
            "mark_duty": "12",
            "pick-mark_duty": "stored",
            "reason_duty": "乙",
            "stored-reason_duty": "甲",
            "pick-reason_duty": "both",
            "mark_team": "5",
        },
    )
    assert url(world, "1") == response["Location"]
    data = world.self_sheet().data
    assert {"duty": "14", "team": "5"} == data["marks"]
    assert {"duty": "甲\n乙"} == data["reasons"]


def test_merge_on_an_older_version_conflicts_again(world: World, client: Client) -> None:
    post(world, client, version=0, mark_duty="14")
    post(world, client, version=1, mark_duty="15")

    response = client.post(
        reverse("campaigns:merge", args=[world.self_sheet().pk]),
        {"version": 1, "mark_duty": "12", "pick-mark_duty": "mine"},
    )

    assert 409 == response.status_code
    assert {"duty": "15"} == world.self_sheet().data["marks"]


def autosave(world: World, client: Client, **data: Any) -> Any:
    target = reverse("campaigns:autosave", args=[world.self_sheet().pk])
    return client.post(target, data, headers={"X-Requested-With": "kaohe"})


def test_autosave_answers_what_the_server_computed(world: World, client: Client) -> None:
    answer = autosave(
        world, client, **{"version": 0, "1-mark_duty": "１４．５", "1-mark_team": "abc"}
    ).json()

    assert (1, "14.50", 1, 5) == (
        answer["version"],
        answer["subtotal"],
        answer["filled"],
        answer["items"],
    )
    assert {"team"} == set(answer["faults"])


def test_autosave_of_an_older_version_is_refused(world: World, client: Client) -> None:
    autosave(world, client, **{"version": 0, "1-mark_duty": "14"})

    response = autosave(world, client, **{"version": 0, "1-mark_duty": "12"})

    assert 409 == response.status_code
    assert "conflict" in response.json()
    assert {"duty": "14"} == world.self_sheet().data["marks"]


def test_autosave_without_log_in_says_so(world: World) -> None:
    response = autosave(world, Client(), version=0)

    assert 401 == response.status_code


def test_expired_session_shows_what_was_typed(world: World) -> None:
    response = post(world, Client(), mark_duty="14", reason_duty="写了很久的说明")

    assert 401 == response.status_code
    assert "写了很久的说明" in response.content.decode()
    assert 'name="1-mark_duty" value="14"' in response.content.decode()


def test_expired_token_shows_what_was_typed(world: World) -> None:
    client = client_of(world.respondent, enforce_csrf_checks=True)

    response = post(world, client, mark_duty="14", reason_duty="写了很久的说明")

    assert 403 == response.status_code
    assert "写了很久的说明" in response.content.decode()


def test_closed_stage_shows_what_was_typed(world: World, client: Client) -> None:
    services.close_stage(world.stage("self_stage"), actor=world.organiser)

    response = post(world, client, mark_duty="14", reason_duty="写了很久的说明")

    assert 409 == response.status_code
    assert "写了很久的说明" in response.content.decode()


def test_review_submits_once(world: World, client: Client) -> None:
    sheet = world.fill(world.self_sheet())
    services.add_evidence(sheet, file=pdf_file(), slot="report", actor=world.respondent)
    form = client.get(url(world, "done")).context["form"]
    data = {"version": form.initial["version"], "key": form.initial["key"]}
    target = reverse("campaigns:submit", args=[sheet.pk])

    first, second = client.post(target, data), client.post(target, data)

    assert first["Location"] == second["Location"]
    assert 1 == SheetRevision.objects.count()
    assert 200 == client.get(first["Location"]).status_code


def test_review_lists_every_problem(world: World, client: Client) -> None:
    response = client.get(url(world, "done"))

    assert 6 == len(response.context["reading"].problems)
    assert 200 == response.status_code


def test_submit_of_incomplete_sheet_comes_back_to_the_review(world: World, client: Client) -> None:
    response = client.post(
        reverse("campaigns:submit", args=[world.self_sheet().pk]), {"version": 0, "key": uuid4()}
    )

    assert url(world, "done") == response["Location"]
    assert not SheetRevision.objects.exists()


def test_two_people_of_one_unit_share_the_sheet(world: World) -> None:
    unit = world.subject.unit
    deputy = make_account("dongcun2", "周副", Role.Kind.RESPONDENT, unit=unit)
    services.assign_from_groups(world.campaign, actor=world.organiser)

    response = post(world, client_of(deputy), mark_duty="14")

    assert 302 == response.status_code
    assert {"duty": "14"} == world.self_sheet().data["marks"]


@pytest.mark.parametrize("who", ["neighbour", "assessor", "organiser"])
def test_somebody_elses_sheet_is_not_found(world: World, who: str) -> None:
    client = client_of(getattr(world, who))
    expected = 403 if who == "organiser" else 404

    assert expected == client.get(url(world)).status_code
    assert expected == post(world, client, mark_duty="1").status_code
    assert {} == world.self_sheet().data


def test_deactivated_account_is_out_on_the_next_request(world: World, client: Client) -> None:
    world.respondent.is_active = False
    world.respondent.save()

    assert 401 == post(world, client, mark_duty="1").status_code
    assert 302 == client.get(url(world)).status_code


def queries_of(client: Client, target: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert 200 == client.get(target).status_code
    return len(captured)


def test_step_costs_few_queries_however_many_files(world: World, client: Client) -> None:
    client.get(url(world))
    sheet = world.self_sheet()
    services.add_evidence(sheet, file=pdf_file(), slot="duty", actor=world.respondent)
    one = queries_of(client, url(world))
    for n in range(3):
        services.add_evidence(
            sheet, file=upload(f"{n}.pdf", pdf_file().read()), slot="duty", actor=world.respondent
        )

    assert one == queries_of(client, url(world))
    assert one <= 10


def test_no_inline_script_or_style(world: World, client: Client) -> None:
    world.fill(world.self_sheet(), ITEMS)
    sheet = world.self_sheet().pk
    for target in (url(world), url(world, "done"), reverse("campaigns:tasks"),
                   reverse("campaigns:sheet_evidence", args=[sheet])):  # fmt: skip
        text = client.get(target).content.decode()
        assert " style=" not in text
        assert "<script>" not in text
        assert " onclick=" not in text
