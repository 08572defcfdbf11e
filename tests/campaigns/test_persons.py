"""Office holders as subjects: who they are, who fills in, who scores, who sees what."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from kaohe.campaigns import services
from kaohe.campaigns.errors import Incomplete
from kaohe.campaigns.facts import campaign_facts, campaign_scheme
from kaohe.campaigns.kinds import assesses_persons
from kaohe.campaigns.models import Campaign, CampaignSubject, Sheet
from kaohe.campaigns.services import SubjectChoice, office_holders
from kaohe.register.models import Account, Group, GroupMember, Office, Role, Unit
from kaohe.scheme.reading import read_source
from tests.campaigns.conftest import client_of, make_account

SCHEME = Path(__file__).parent / "persons.yaml"


class Town:
    """Two branches, their office holders with accounts, a check group."""

    def __init__(self) -> None:
        self.organiser = make_account("office", "张办", Role.Kind.ORGANISER)
        self.units = {
            n: Unit.objects.create(name=n, kind="村", order=o)
            for o, n in enumerate(("东村", "西村"))
        }
        self.head = self._holder("head", "李东", "东村", "书记", fills=True)
        self.deputy = self._holder("deputy", "孙中", "东村", "委员")
        self.other = self._holder("other", "王西", "西村", "书记", fills=True)
        self.checker = make_account("checker", "赵一", Role.Kind.ASSESSOR)
        group = Group.objects.create(name="检查组")
        group.units.set(self.units.values())
        for account in (self.checker, self.head):
            GroupMember.objects.create(group=group, person=account.person)
        Role.objects.create(account=self.head, kind=Role.Kind.ASSESSOR)
        source = read_source(SCHEME.read_bytes(), name=SCHEME.name)
        version = services.freeze_scheme(source, actor=self.organiser)
        chosen = [SubjectChoice(u, "village") for u in self.units.values()]
        chosen += [h.choice() for h in office_holders(source.bind())]
        self.campaign: Campaign = services.create_campaign(
            title="上半年", scheme=version, period="2026-H1", subjects=chosen, actor=self.organiser
        )
        services.open_campaign(self.campaign, actor=self.organiser)
        self.made = services.assign_from_groups(self.campaign, actor=self.organiser)
        services.open_stage(self.campaign.stages.get(key="check"), actor=self.organiser)

    def _holder(
        self, username: str, name: str, unit: str, office: str, *, fills: bool = False
    ) -> Account:
        account = make_account(username, name)
        found = self.units[unit]
        Role.objects.create(
            account=account, kind=Role.Kind.RESPONDENT, unit=found if fills else None
        )
        Office.objects.create(person=account.person, unit=found, title=office)
        return account

    def of(self, account: Account) -> CampaignSubject:
        """The person subject of an account."""
        rows = CampaignSubject.objects.select_related("campaign__scheme", "unit")
        return rows.get(campaign=self.campaign, holder=account.person)

    def unit(self, name: str = "东村") -> CampaignSubject:
        """The subject of a unit."""
        rows = CampaignSubject.objects.select_related("campaign__scheme", "unit")
        return rows.get(campaign=self.campaign, unit=self.units[name], holder=None)

    def sheet(self, subject: CampaignSubject, instrument: str, **kw: Any) -> Sheet:
        """One sheet, freshly read."""
        return Sheet.objects.get(subject=subject, instrument=instrument, **kw)


@pytest.fixture
def town(db: None, media: Path) -> Town:
    """A half-year under way."""
    return Town()


def test_office_holders_come_from_the_register_with_the_class_of_their_office(town: Town) -> None:
    Office.objects.create(person=town.other.person, unit=town.units["东村"], title="联系人")
    found = office_holders(campaign_scheme(town.campaign))

    assert [("李东", "东村", "head"), ("孙中", "东村", "deputy"), ("王西", "东村", ""),
            ("王西", "西村", "head")] == sorted(
        ((h.person.name, h.unit.name, h.group) for h in found),
        key=lambda x: (x[1], "李孙王".index(x[0][0])),
    )  # fmt: skip
    assert assesses_persons(campaign_scheme(town.campaign))


def test_facts_name_class_and_unit_of_a_person(town: Town) -> None:
    facts = {s.title: s for s in campaign_facts(town.campaign).subjects}

    found = facts["李东"]
    assert ("head", town.unit().fact_id, "") == (found.group, found.unit, found.person)
    assert "" == facts["东村"].unit


def test_person_whose_unit_takes_no_part_keeps_its_name(town: Town) -> None:
    campaign = services.create_campaign(
        title="只考核个人", scheme=town.campaign.scheme, period="2026-H1", actor=town.organiser,
        subjects=[SubjectChoice(town.units["东村"], "head", holder=town.head.person)],
    )  # fmt: skip

    assert ["东村"] == [s.unit for s in campaign_facts(campaign).subjects]


def test_same_name_is_told_apart_by_the_unit(town: Town) -> None:
    twin = make_account("twin", "李东").person
    chosen = [
        SubjectChoice(town.units["东村"], "head", holder=town.head.person),
        SubjectChoice(town.units["西村"], "deputy", holder=twin),
    ]
    services.set_subjects(
        campaign := services.create_campaign(
            title="再考核", scheme=town.campaign.scheme, period="2026-H2", actor=town.organiser
        ),
        chosen,
        actor=town.organiser,
    )

    assert ["李东（东村）", "李东（西村）"] == [s.title for s in campaign.subjects.all()]


def test_wrong_choices_are_refused_in_words_all_at_once(town: Town) -> None:
    east, person = town.units["东村"], town.head.person
    chosen = [
        SubjectChoice(east, "head"),  # nobody chosen
        SubjectChoice(east, "village", holder=person),  # a person in a class of units
        SubjectChoice(east, "nothing", kind="member", holder=town.deputy.person),
        SubjectChoice(town.units["西村"], kind="boss", group="x"),
        SubjectChoice(east, "head", holder=person),
    ]
    with pytest.raises(Incomplete) as caught:
        services.create_campaign(
            title="x", scheme=town.campaign.scheme, period="2026-H1", subjects=chosen,
            actor=town.organiser,
        )  # fmt: skip

    said = [str(p) for p in caught.value.problems]
    assert 5 == len(said)
    for text in ("没有选人", "不能选个人", "类别“nothing”不在考核办法中", "不是本办法的考核对象",
                 "列了两次"):  # fmt: skip
        assert any(text in s for s in said), text


def test_database_refuses_a_person_twice(town: Town) -> None:
    row = town.of(town.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignSubject.objects.create(
            campaign=town.campaign, unit=row.unit, holder=row.holder, title="又", group="head"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignSubject.objects.create(
            campaign=town.campaign, unit=row.unit, title="又", group="village"
        )


def test_sheets_go_to_the_person_and_to_groups_of_his_unit(town: Town) -> None:
    own = Sheet.objects.filter(instrument="member_sheet").select_related("respondent")
    assert {town.of(a).pk: a for a in (town.head, town.deputy, town.other)} == {
        s.subject_id: s.respondent for s in own
    }
    checks = Sheet.objects.filter(instrument="check").values_list("subject", "respondent__username")
    assert {
        (town.of(town.head).pk, "checker"),  # not scored by himself
        (town.of(town.deputy).pk, "checker"), (town.of(town.deputy).pk, "head"),
        (town.of(town.other).pk, "checker"), (town.of(town.other).pk, "head"),
    } == set(checks)  # fmt: skip
    assert not Sheet.objects.filter(instrument="check", subject__holder=None).exists()
    assert [] == town.made.without_respondent


def test_person_fills_in_his_own_sheet_and_nobody_elses(town: Town) -> None:
    mine = town.sheet(town.of(town.deputy), "member_sheet")
    colleague = town.sheet(town.of(town.head), "member_sheet")
    branch = town.sheet(town.unit(), "branch_sheet")
    browser = client_of(town.deputy)

    def step(sheet: Sheet) -> int:
        return browser.get(reverse("campaigns:step", args=[sheet.pk, "1"])).status_code

    assert (200, 404, 404) == (step(mine), step(colleague), step(branch))
    tasks = browser.get(reverse("campaigns:tasks")).content.decode()
    assert "成员自查表" in tasks
    assert "孙中" in tasks
    assert "支部自查表" not in tasks


def test_unit_respondent_does_not_read_a_members_sheet(town: Town) -> None:
    sheet = town.sheet(town.of(town.deputy), "member_sheet")
    for account, status in ((town.other, 404), (town.deputy, 200), (town.organiser, 200)):
        response = client_of(account).get(reverse("campaigns:sheet_view", args=[sheet.pk]))
        assert status == response.status_code, account


def test_member_sheet_counts_for_the_member(town: Town) -> None:
    sheet = town.sheet(town.of(town.deputy), "member_sheet")
    sheet = services.save_draft(
        sheet, version=0, changes={"marks": {"guide": "40", "train": "50"}}, actor=town.deputy
    )
    services.submit_sheet(sheet, version=sheet.version, key=uuid4(), actor=town.deputy)

    marks = campaign_facts(town.campaign).marks
    assert {town.of(town.deputy).fact_id} == {m.subject for m in marks}


def test_checker_sees_persons_with_their_unit(town: Town) -> None:
    text = client_of(town.checker).get(reverse("campaigns:units")).content.decode()

    assert "孙中" in text
    assert "孙中（东村）" in text


def test_person_who_lost_the_role_fills_in_nothing(town: Town) -> None:
    sheet = town.sheet(town.of(town.deputy), "member_sheet")
    Role.objects.filter(account=town.deputy).update(kind=Role.Kind.ASSESSOR)

    assert 404 == client_of(town.deputy).get(
        reverse("campaigns:step", args=[sheet.pk, "1"])
    ).status_code  # fmt: skip


# The guided set-up -----------------------------------------------------------------------------


def test_setup_offers_units_and_office_holders(town: Town) -> None:
    campaign = services.create_campaign(
        title="下半年", scheme=town.campaign.scheme, period="2026-H2", actor=town.organiser
    )
    browser = client_of(town.organiser)
    target = reverse("organiser:setup_units", args=[campaign.pk])
    east = town.units["东村"]

    text = browser.get(target).content.decode()
    assert "孙中" in text
    assert "班子其他成员" in text
    answer = browser.post(
        target,
        {f"unit_{east.pk}": "village",
         f"holder_member_{town.deputy.person_id}_{east.pk}": "deputy"},
    )  # fmt: skip

    assert 302 == answer.status_code
    assert [("东村", "branch", "village"), ("孙中", "member", "deputy")] == list(
        campaign.subjects.values_list("title", "kind", "group")
    )
    people = browser.get(reverse("organiser:setup_people", args=[campaign.pk])).content.decode()
    assert "孙中（东村）" in people
    again = browser.get(target).content.decode()
    assert 2 == again.count(" selected>村</option>") + again.count("selected>班子其他成员</option>")


def test_overview_does_not_wait_for_sheets_of_other_classes(town: Town) -> None:
    page = client_of(town.organiser).get(reverse("organiser:campaign", args=[town.campaign.pk]))

    lines = {x.subject.title: x for x in page.context["overview"].lines}
    assert [True, False, False] == [s.meant for s in lines["东村"].sheets]
    assert [False, True, True] == [s.meant for s in lines["李东"].sheets]
    assert "主要负责人" == lines["李东"].class_title
