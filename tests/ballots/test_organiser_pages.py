"""The office's pages: many polls at once, one-time slips, turnout only."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings

from kaohe.ballots.codes import hash_code
from kaohe.ballots.models import Code, Poll
from kaohe.ballots.services import create_poll, issue_slips, open_poll
from kaohe.ballots.views.runs import voter_address
from kaohe.documents.slips import group_code
from kaohe.register.models import Role
from tests.ballots.conftest import NewAccount
from tests.ballots.live import ballot_definition, cast_fields, form_definition

STRATA = {"delegate": "党代表", "resident": "群众代表"}
NO_PDF = override_settings(KAOHE_SLIP_PRINTER="nowhere.at.all")


@pytest.fixture
def polls(db: None) -> list[Poll]:
    made = []
    for number in range(1, 4):
        ballot = ballot_definition(unit=f"第{number}村", strata=STRATA)
        made.append(create_poll(reference=f"c3.s{number}.vote", definition=ballot))
        form = form_definition(unit=f"第{number}村")
        made.append(create_poll(reference=f"c3.s{number}.debrief", definition=form))
    return made


def _chosen(polls: list[Poll]) -> dict[str, list[str]]:
    return {"poll": [str(poll.pk) for poll in polls]}


def test_the_list_is_filtered_by_reference(organiser: Client, polls: list[Poll]) -> None:
    create_poll(reference="c30.s1.vote", definition=ballot_definition(unit="别处"))

    page = organiser.get("/polls/?reference=c3.").content.decode()

    assert page.count('name="poll"') == 6
    assert "别处" not in page


@NO_PDF
def test_slips_of_many_polls_come_in_one_run_and_only_once(
    organiser: Client, polls: list[Poll]
) -> None:
    fields = _chosen(polls) | {
        "slips.all.delegate": "2",
        "slips.all.resident": "３",
        "slips.all.": "4",
    }
    fields[f"slips.{polls[0].pk.hex}.delegate"] = "1"

    answer = organiser.post("/polls/issue/", fields)

    page = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert page.count('class="slip"') == 4 + 5 + 5 + 3 * 4
    assert page.count("<svg") == page.count('class="slip"')
    typed = re.findall(r'class="typed">([^<]+)<', page)
    assert len(typed) == Code.objects.count()
    assert all(re.fullmatch(r"\w{3}-\w{4}-\w{3}", code) for code in typed)
    assert [group_code(code) for code in typed] == typed, "as the PDF prints it"
    hashed = hash_code(typed[0])
    assert hashed is not None
    assert Code.objects.filter(typed_hash=hashed.hash).exists()
    assert typed[0] not in organiser.get("/polls/").content.decode()


def test_slips_come_as_pdf_where_a_printer_is_installed(
    organiser: Client, polls: list[Poll]
) -> None:
    fields = _chosen(polls[:1]) | {"slips.all.delegate": "2", "format": "pdf"}

    answer = organiser.post("/polls/issue/", fields)

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store"


def test_wrong_numbers_are_all_named_and_kept(organiser: Client, polls: list[Poll]) -> None:
    fields = _chosen(polls[:1])
    fields[f"slips.{polls[0].pk.hex}.delegate"] = "两张"
    fields[f"slips.{polls[0].pk.hex}.resident"] = "-3"

    answer = organiser.post("/polls/issue/", fields)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="两张"' in page
    assert 'value="-3"' in page
    assert Code.objects.count() == 0


def test_many_polls_are_opened_and_closed_at_once(organiser: Client, polls: list[Poll]) -> None:
    ballots = polls[0::2]
    for poll in ballots:
        issue_slips(poll, counts={"delegate": 6, "resident": 8})
    heads = {"present.all.delegate": "6", "present.all.resident": "8", "due.all.resident": "10"}

    opened = organiser.post("/polls/open/", _chosen(ballots) | heads)
    assert opened.status_code == 302
    assert set(Poll.objects.filter(pk__in=[p.pk for p in ballots]).values_list("state")) == {
        ("open",)
    }

    closed = organiser.post("/polls/close/", _chosen(ballots))
    assert closed.status_code == 302
    assert set(Poll.objects.filter(pk__in=[p.pk for p in ballots]).values_list("state")) == {
        ("sealed",)
    }
    counts = ballots[0].strata.get(key="resident")
    assert (counts.due, counts.present, counts.unused) == (10, 8, 8)


def test_small_classes_are_warned_about_before_casting(
    organiser: Client, polls: list[Poll]
) -> None:
    issue_slips(polls[0], counts={"delegate": 3, "resident": 8})
    fields = _chosen(polls[:1]) | {"present.all.delegate": "3", "present.all.resident": "8"}

    warned = organiser.post("/polls/open/", fields)
    assert warned.status_code == 422
    assert "党代表不足 5 人" in warned.content.decode()
    polls[0].refresh_from_db()
    assert polls[0].state == Poll.State.PREPARED

    assert organiser.post("/polls/open/", fields | {"sure": "1"}).status_code == 302


def test_a_refused_poll_stays_on_the_page_and_the_others_open(
    organiser: Client, polls: list[Poll]
) -> None:
    ballots = polls[0:4:2]
    issue_slips(ballots[0], counts={"delegate": 5, "resident": 5})
    issue_slips(ballots[1], counts={"delegate": 9, "resident": 5})
    fields = _chosen(ballots) | {"present.all.delegate": "5", "present.all.resident": "5"}

    answer = organiser.post("/polls/open/", fields)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第2村 民主测评：党代表：有效票 9 张，实到 5 人" in page
    ballots[0].refresh_from_db()
    assert ballots[0].state == Poll.State.OPEN


def test_while_open_pages_show_turnout_only(
    organiser: Client, opened: tuple[Poll, list[str]]
) -> None:
    poll, codes = opened
    for code in codes[:3]:
        Client().post("/v", cast_fields(code, str(poll.pk), choices=[3] * 8))

    page = organiser.get(f"/polls/{poll.pk}/").content.decode()
    screen = organiser.get(f"/polls/turnout/?poll={poll.pk}").content.decode()
    assert '已投 <b class="num">3</b> 张' in page
    assert "<strong>3 / 8</strong>" in screen
    assert "空白" not in page + screen
    assert organiser.get(f"/polls/{poll.pk}/result/").status_code == 302


def test_void_by_scanning_reports_counts_and_keeps_no_code(organiser: Client, poll: Poll) -> None:
    slips = issue_slips(poll, counts={"": 4})
    scanned = f"http://testserver/v#{slips[0].code.qr}\r\n{slips[1].code.typed_grouped}\r\n000"

    answer = organiser.post("/polls/void/", {"codes": scanned})

    page = answer.content.decode()
    assert "作废 <b>2</b> 张" in page
    assert "1 张认不出" in page
    assert slips[0].code.qr not in page


def test_result_page_after_sealing(organiser: Client, opened: tuple[Poll, list[str]]) -> None:
    poll, codes = opened
    for code in codes[:6]:
        Client().post("/v", cast_fields(code, str(poll.pk)))
    organiser.post("/polls/close/", _chosen([poll]))

    page = organiser.get(f"/polls/{poll.pk}/result/").content.decode()

    assert "完全一致" in page
    assert "8 = 6 + 2" in page


def test_the_address_on_slips_can_be_set(rf: object) -> None:
    request = rf.get("/polls/")  # type: ignore[attr-defined]

    assert voter_address(request) == "http://testserver/v"
    with override_settings(KAOHE_PUBLIC_URL="https://kaohe.example.org/"):
        assert voter_address(request) == "https://kaohe.example.org/v"


@pytest.mark.parametrize(
    "address",
    [
        "/polls/",
        "/polls/issue/",
        "/polls/open/",
        "/polls/close/",
        "/polls/void/",
        "/polls/turnout/",
    ],
)
def test_others_are_kept_out(account: NewAccount, address: str) -> None:
    assessor = Client()
    assessor.force_login(account("assessor", Role.Kind.ASSESSOR))

    assert Client().get(address).status_code == 302
    assert assessor.get(address).status_code == 403


def test_an_auditor_reads_but_does_not_act(account: NewAccount, poll: Poll) -> None:
    auditor = Client()
    auditor.force_login(account("auditor", Role.Kind.AUDITOR))

    assert auditor.get("/polls/").status_code == 200
    assert auditor.get(f"/polls/{poll.pk}/").status_code == 200
    assert auditor.post(f"/polls/{poll.pk}/annul/", {"reason": "x"}).status_code == 403


def test_annulling_from_the_page(organiser: Client, poll: Poll) -> None:
    open_poll(poll, head_counts={"": 8}, paper=True)

    assert organiser.post(f"/polls/{poll.pk}/annul/", {"reason": ""}).status_code == 200
    assert organiser.post(f"/polls/{poll.pk}/annul/", {"reason": "重投"}).status_code == 302

    poll.refresh_from_db()
    assert poll.state == Poll.State.ANNULLED
