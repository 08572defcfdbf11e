"""Who may download what."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from kaohe.ballots.services import create_poll
from kaohe.campaigns.models import Campaign
from kaohe.documents import views
from kaohe.documents.fonts import FontError
from kaohe.results import services
from kaohe.results.models import Notice, Proposal
from tests.documents.sample import plain_text
from tests.documents.test_documents import BALLOT
from tests.results.township import ASPECTS, A, B, account, make_campaign

pytestmark = pytest.mark.django_db
ACTOR = "考核办"


@pytest.fixture
def campaign() -> Campaign:
    """A computed campaign of two units."""
    made = make_campaign((A, B))
    services.compute_proposal(made, actor=ACTOR)
    return made


def log_in(kind: str, unit: object = None) -> Client:
    """A browser somebody with a role has logged in with."""
    client = Client()
    client.force_login(account(f"{kind}-{unit or ''}", kind, unit))  # type: ignore[arg-type]
    return client


def post_notice(
    campaign: Campaign, *, starts: int = 0, length: int = 7, **changes: object
) -> Notice:
    """A notice of the latest proposal, as publication stores it."""
    from kaohe.results import engine
    from kaohe.results.posting import notice_content
    from kaohe.results.queries import rows_of

    proposal = Proposal.objects.get(campaign=campaign)
    scheme = engine.scheme_of_proposal(proposal)
    day = timezone.localdate() + timedelta(days=starts)
    content = notice_content(proposal, rows_of(proposal), scheme, reasons=False)
    for row in content["rows"]:
        for key, _ in content["grades"]:
            row["grades"][key] = {
                "holder": row["title"], "proposed": "优秀", "decided": "优秀", "rank": 1,
                "changed": False, "minutes": "", "reason": "",
            }  # fmt: skip
    return Notice.objects.create(
        campaign=campaign, proposal=proposal, slug="abc", title="考核结果公示",
        published_at=timezone.now(), starts=day, ends=day + timedelta(days=length), days=5,
        contact="考核办", by=ACTOR, content=content, digest="d" * 64, journal_head="e" * 64,
        **changes,
    )  # fmt: skip


def addresses(campaign: Campaign) -> list[str]:
    """What only insiders may download."""
    subject = campaign.subjects.first()
    assert subject is not None
    return [
        reverse("documents:table", args=[campaign.pk]),
        reverse("documents:workbook", args=[campaign.pk]),
        reverse("documents:sheets", args=[campaign.pk]),
        reverse("documents:sheet", args=[subject.pk]),
    ]


@pytest.mark.parametrize("kind", ["organiser", "auditor", "decider"])
def test_insiders_download_everything(kind: str, campaign: Campaign) -> None:
    client = log_in(kind)

    answers = [client.get(address) for address in addresses(campaign)]

    assert [a.status_code for a in answers] == [200] * 4
    assert all("attachment" in a["Content-Disposition"] for a in answers)


def test_anonymous_people_are_sent_to_log_in(campaign: Campaign) -> None:
    answers = [Client().get(address).status_code for address in addresses(campaign)]

    assert answers == [302] * 4


@pytest.mark.parametrize("kind", ["assessor", "designer", "technician"])
def test_other_roles_get_nothing(kind: str, campaign: Campaign) -> None:
    client = log_in(kind)

    assert {client.get(a).status_code for a in addresses(campaign)} <= {403, 404}


def test_unit_sees_its_own_sheet_after_publication_only(campaign: Campaign) -> None:
    mine, other = campaign.subjects.order_by("order")
    client = log_in("respondent", mine.unit)
    address = reverse("documents:sheet", args=[mine.pk])
    before = client.get(address).status_code

    post_notice(campaign)

    assert before == 404
    assert client.get(address).status_code == 200
    assert client.get(reverse("documents:sheet", args=[other.pk])).status_code == 404
    assert client.get(reverse("documents:table", args=[campaign.pk])).status_code == 403


def test_unit_does_not_learn_its_assessors() -> None:
    marks = dict.fromkeys(ASPECTS[:4], "14") | dict.fromkeys(ASPECTS[4:], "9")
    campaign = make_campaign((replace(A, sheets=(marks, marks)),))
    services.compute_proposal(campaign, actor=ACTOR)
    subject = campaign.subjects.get()
    post_notice(campaign)

    theirs = log_in("respondent", subject.unit).get(reverse("documents:sheet", args=[subject.pk]))
    inside = log_in("organiser").get(reverse("documents:sheet", args=[subject.pk]))

    assert "考核员1" in plain_text(inside.content)
    assert "考核员1" not in plain_text(theirs.content)


def test_public_reads_the_notice_while_it_is_posted(campaign: Campaign) -> None:
    post_notice(campaign)
    subject = campaign.subjects.first()
    assert subject is not None

    notice = Client().get(reverse("documents:notice", args=["abc"]))
    sheet = Client().get(reverse("documents:notice_sheet", args=["abc", subject.pk]))

    assert notice.status_code == 200
    assert "96.86" in plain_text(notice.content)
    assert sheet.status_code == 200


@pytest.mark.parametrize(
    ("starts", "changes"),
    [(1, {}), (-30, {}), (0, {"withdrawn_at": timezone.now(), "withdrawn_reason": "有误"})],
)
def test_public_reads_nothing_outside_the_period(
    starts: int, changes: dict[str, object], campaign: Campaign
) -> None:
    post_notice(campaign, starts=starts, **changes)
    subject = campaign.subjects.first()
    assert subject is not None

    answers = [
        Client().get(reverse("documents:notice", args=["abc"])).status_code,
        Client().get(reverse("documents:notice_sheet", args=["abc", subject.pk])).status_code,
    ]

    assert answers == [404, 404]


def test_final_list_stays_but_derivations_do_not(campaign: Campaign) -> None:
    post_notice(campaign, starts=-30, keeps=True, final_at=timezone.now())
    subject = campaign.subjects.first()
    assert subject is not None

    assert Client().get(reverse("documents:notice", args=["abc"])).status_code == 200
    sheet = Client().get(reverse("documents:notice_sheet", args=["abc", subject.pk]))
    assert sheet.status_code == 404


def test_archive_holds_a_sheet_for_each_unit(campaign: Campaign) -> None:
    answer = log_in("organiser").get(reverse("documents:sheets", args=[campaign.pk]))

    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert names == ["001 甲村党支部.pdf", "002 乙村党支部.pdf"]


def test_table_of_open_grades_says_so(campaign: Campaign) -> None:
    answer = log_in("organiser").get(reverse("documents:table", args=[campaign.pk]))

    assert "尚未全部审定" in plain_text(answer.content)


def test_campaign_without_proposal_has_no_documents() -> None:
    made = make_campaign((A,))

    address = reverse("documents:table", args=[made.pk])
    assert log_in("organiser").get(address).status_code == 404


def test_missing_fonts_are_explained(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> bytes:
        raise FontError("请安装字体包：pip install kaohe-fonts")

    monkeypatch.setattr(views, "table_pdf", fail)
    answer = log_in("organiser").get(reverse("documents:table", args=[campaign.pk]))

    assert answer.status_code == 503
    assert "pip install kaohe-fonts" in answer.content.decode()


@override_settings(KAOHE_OFFICE="青岭乡考核办公室")
def test_office_is_printed_at_the_head(campaign: Campaign) -> None:
    post_notice(campaign)

    text = plain_text(Client().get(reverse("documents:notice", args=["abc"])).content)

    assert "青岭乡考核办公室" in text


def test_organiser_prints_the_blank_ballot() -> None:
    poll = create_poll(reference="c1.s1.vote", definition=BALLOT, actor=ACTOR)
    address = reverse("documents:blank_ballot", args=[poll.pk])

    assert log_in("organiser").get(address).status_code == 200
    assert log_in("auditor").get(address).status_code == 403
