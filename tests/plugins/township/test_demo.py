"""The demo as people meet it: every role's pages answer, the figures are those of the record."""

from __future__ import annotations

import pytest
from django.test import Client

from kaohe import catalogue
from kaohe.campaigns.models import Campaign, CampaignStage
from kaohe.records import read_record
from kaohe.register.models import Account, Unit
from kaohe.results.models import Notice, ProposalRow
from kaohe.results.queries import latest_proposal
from kaohe.scoring import compile_scheme
from kaohe.site.demo import DEMO_ACCOUNTS, seed

pytestmark = pytest.mark.django_db
SAMPLE = "qingling"
OFFICE = [
    "/campaigns/", "/campaigns/new/", "/register/", "/polls/", "/claims/", "/journal/",
]  # fmt: skip


@pytest.fixture
def demo() -> None:
    """The seeded site."""
    seed(catalogue.samples()[SAMPLE], progress=lambda text: None)


def as_user(username: str) -> Client:
    """A browser of somebody who is logged in."""
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client


def test_every_demo_account_sees_its_first_page(demo: None) -> None:
    for account in DEMO_ACCOUNTS:
        response = as_user(account.username).get("/", follow=True)

        assert 200 == response.status_code, account.username


def test_office_pages_answer_the_organiser_and_refuse_a_respondent(demo: None) -> None:
    pages = list(OFFICE)
    for campaign in Campaign.objects.all():
        base = f"/campaigns/{campaign.pk}/"
        subject = campaign.subjects.first()
        pages += [base, f"{base}polls/", f"{base}results/", f"{base}subjects/{subject.pk}/"]
    organiser, respondent = as_user("kaoheban"), as_user("tianbao")

    assert [] == [p for p in pages if organiser.get(p).status_code != 200]
    assert [] == [p for p in pages if respondent.get(p).status_code not in (403, 404)]


def test_the_published_figures_are_those_of_the_record(demo: None) -> None:
    sample = catalogue.samples()[SAMPLE]
    source = catalogue.get(sample.scheme).source
    record = read_record(sample.folder / "record.json", source=source)
    expected = {
        s.title: (s.scores["total"], {k: g.label for k, g in s.grades.items()})
        for s in compile_scheme(source.bind(record.parameters)).score(record.facts).subjects
    }

    notice = Notice.objects.get()
    rows = ProposalRow.objects.filter(proposal=notice.proposal).select_related("subject")

    assert 26 == len(expected) == len(rows)
    assert expected == {
        r.subject.title: (r.total, {k: g["label"] for k, g in r.result["grades"].items()})
        for r in rows
    }
    assert latest_proposal(notice.campaign) == notice.proposal
    assert 200 == Client().get(f"/notices/{notice.slug}/").status_code


def test_an_organiser_opens_a_campaign_in_guided_steps(demo: None) -> None:
    client = as_user("kaoheban")
    asked = {"scheme": "township.responsibility", "period": "2027", "title": "2027 年度考核"}

    wrong = client.post("/campaigns/new/", asked | {"period": "明年"})
    assert 422 == wrong.status_code
    assert "2027 年度考核" in wrong.content.decode()

    where = client.post("/campaigns/new/", asked)["Location"]
    page = client.get(where)
    form = page.context["form"]
    assert 422 == client.post(where, {}).status_code  # nobody chosen
    chosen = {name: form[name].value() or "" for name in form.fields}
    assert 26 == sum(bool(v) for v in chosen.values())
    where = client.post(where, chosen)["Location"]

    form = client.get(where).context["form"]
    values = {name: form[name].value() for name in form.fields}
    wrong = client.post(where, values | {"aspect_points.0": "20"})
    assert 422 == wrong.status_code
    assert "合计应为 100" in wrong.content.decode()
    where = client.post(where, values | {"bonus_on": "mean"})["Location"]

    form = client.get(where).context["form"]
    where = client.post(where, {n: form[n].value() for n in form.fields})["Location"]
    assert 200 == client.get(where).status_code
    client.post(where)

    campaign = Campaign.objects.get(period="2027")
    assert Campaign.State.OPEN == campaign.state
    assert "mean" == campaign.parameters["bonus_on"]
    assert 26 == campaign.subjects.count() == Unit.objects.exclude(name="青岭乡党委").count()
    stage = campaign.stages.first()
    client.post(f"/campaigns/{campaign.pk}/stages/{stage.pk}/", {"to": "closed"})
    stage.refresh_from_db()
    assert CampaignStage.State.CLOSED == stage.state
