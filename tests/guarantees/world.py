"""A small world with one object of every kind that an address names, and one account per role.

Two villages below a town.  Objects belong to the first village; the accounts of the second one, of
the town and of the other group are foreigners to them.  Everything is made through the services,
with a scheme of the tests: no plugin is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from kaohe.ballots.models import Poll
from kaohe.ballots.services import close_and_seal, create_poll, issue_slips, open_poll
from kaohe.campaigns import services as campaigns
from kaohe.campaigns.models import (
    Campaign,
    CampaignSubject,
    Claim,
    Evidence,
    Report,
    SchemeVersion,
    Sheet,
)
from kaohe.register.importing.uploads import keep_upload
from kaohe.register.models import (
    Account,
    Group,
    GroupMember,
    Office,
    Person,
    Role,
    RollUpload,
    Unit,
)
from kaohe.results import services as results
from kaohe.results.models import Notice
from kaohe.results.queries import today
from kaohe.scheme.reading import read_source
from kaohe.schemebooks.yaml_text import scheme_yaml
from kaohe.site.designer.models import SchemeDraft
from kaohe.site.designer.services import keep_upload as keep_scheme
from tests.ballots.live import ballot_definition
from tests.campaigns.conftest import pdf_file
from tests.campaigns.test_persons import SCHEME as PERSONS
from tests.campaigns.test_reports import CONTENT
from tests.campaigns.test_reports import SCHEME as REPORTS
from tests.register.rolls import roll_bytes, unit_row
from tests.results.township import ACTOR, A, B, fill, frozen_scheme

VISITORS = (
    "anonymous", "no_role", "respondent", "sibling", "parent", "assessor", "other_assessor",
    "organiser", "decider", "auditor", "designer", "technician",
)  # fmt: skip
"""Whoever may ask: the columns of the table.

`respondent` fills in for the first village, `sibling` for the second, `parent` for the town above
both, which is not assessed; `assessor` scores the first village, `other_assessor` the second.
"""
TWINS = {"deactivated": "anonymous", "superuser": "technician"}
"""Who is to be answered like whom: a superuser only manages accounts."""
ITEMS = {
    "duty": 15, "organization": 15, "team": 15, "members": 15,
    "institutions": 10, "innovation": 10, "support": 10, "review": 10,
}  # fmt: skip


@dataclass
class World:
    """Accounts by visitor, and objects by what an address calls them."""

    accounts: dict[str, Account | None] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    polls: dict[str, Poll] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    uploads: dict[str, RollUpload] = field(default_factory=dict)
    drafts: dict[str, SchemeDraft] = field(default_factory=dict)
    group: Group | None = None

    def subject(self, campaign: str, unit: str = "village") -> CampaignSubject:
        """A unit in a campaign."""
        rows = CampaignSubject.objects.select_related("campaign__scheme", "unit")
        return rows.get(campaign=self.campaigns[campaign], unit=self.units[unit], holder=None)

    def account(self, visitor: str) -> Account:
        """The account of a visitor who has one."""
        account = self.accounts[visitor]
        assert account is not None
        return account


def build_world() -> World:
    """Make everything."""
    world = World()
    _people(world)
    version = frozen_scheme()
    for key in ("preparing", "drafting", "handed", "computed", "posted", "coming", "taken_back"):
        world.campaigns[key] = _campaign(world, key, version)
    for key in ("kept", "over"):
        world.campaigns[key] = _campaign(world, key, version)
    world.drafts["uploaded"] = keep_scheme(
        scheme_yaml({**version.data, "id": "office.own"}).encode(), name="办法.yaml", actor="设计"
    )
    _drafts(world)
    _handed_in(world)
    _findings(world)
    _reports(world)
    _polls(world)
    for key in ("computed", "posted", "coming", "taken_back", "kept", "over"):
        _computed(world, key)
    _notices(world)
    _uploads(world)
    return world


def _account(name: str, *roles: tuple[str, Unit | None], **values: Any) -> Account:
    account = Account.objects.create(
        username=name, person=Person.objects.create(name=f"某{name}"), **values
    )
    for kind, unit in roles:
        Role.objects.create(account=account, kind=kind, unit=unit)
    return account


def _people(world: World) -> None:
    kind = Role.Kind
    town = Unit.objects.create(name="某镇党委", order=1)
    village = Unit.objects.create(name="东村党支部", kind="村", parent=town, order=2)
    neighbour = Unit.objects.create(name="西村党支部", kind="村", parent=town, order=3)
    world.units = {"town": town, "village": village, "neighbour": neighbour}
    world.accounts = {
        "anonymous": None,
        "deactivated": _account(
            "deactivated", (kind.ORGANISER, None), (kind.RESPONDENT, village), is_active=False
        ),
        "no_role": _account("no_role"),
        "respondent": _account("respondent", (kind.RESPONDENT, village)),
        "sibling": _account("sibling", (kind.RESPONDENT, neighbour)),
        "parent": _account("parent", (kind.RESPONDENT, town)),
        "assessor": _account("assessor", (kind.ASSESSOR, None)),
        "other_assessor": _account("other_assessor", (kind.ASSESSOR, None)),
        "superuser": _account("superuser", is_superuser=True, is_staff=True),
    }
    for name in ("organiser", "decider", "auditor", "designer", "technician"):
        world.accounts[name] = _account(name, (kind(name), None))
    Office.objects.create(person=world.account("respondent").person, unit=village, title="书记")
    for name, member, unit in (
        ("第一组", "assessor", village), ("第二组", "other_assessor", neighbour),
    ):  # fmt: skip
        group = Group.objects.create(name=name)
        group.units.add(unit)
        GroupMember.objects.create(group=group, person=world.account(member).person)
        world.group = world.group or group


def _campaign(world: World, key: str, version: SchemeVersion) -> Campaign:
    chosen = [(world.units[u], "village") for u in ("village", "neighbour")]
    campaign = campaigns.create_campaign(
        title=f"考核 {key}", scheme=version, period="2025", subjects=chosen, actor=ACTOR
    )
    if key != "preparing":
        campaigns.open_campaign(campaign, actor=ACTOR)
    return campaign


def _sheets(world: World, key: str) -> tuple[Sheet, Sheet]:
    """Give everybody a sheet; the first village's own one and its assessor's."""
    campaign = world.campaigns[key]
    campaigns.assign_from_groups(campaign, actor=ACTOR)
    campaigns.open_stage(campaign.stages.get(key="group_assessment"), actor=ACTOR)
    rows = Sheet.objects.filter(subject=world.subject(key)).select_related("respondent")
    return rows.get(instrument="self_sheet"), rows.get(instrument="group_sheet")


def _claim(world: World, key: str, *, files: int = 1) -> Claim:
    claim: Claim = campaigns.claim(
        world.subject(key), rule="honour", quantity=Decimal(2), reason="先进集体",
        actor=world.account("respondent"), files=[pdf_file("证书.pdf") for _ in range(files)],
    )  # fmt: skip
    return claim


def _drafts(world: World) -> None:
    own, group = _sheets(world, "drafting")
    world.sheets |= {"own_draft": own, "group_draft": group}
    world.evidence["own_draft"] = campaigns.add_evidence(
        own, file=pdf_file("材料.pdf"), slot="duty", actor=world.account("respondent")
    )
    world.claims |= {
        "draft": _claim(world, "drafting", files=0), "claimed": _claim(world, "drafting"),
    }  # fmt: skip
    world.evidence["claimed"] = world.claims["claimed"].evidence.get()


def _handed_in(world: World) -> None:
    own, group = _sheets(world, "handed")
    world.evidence["own_handed"] = campaigns.add_evidence(
        own, file=pdf_file("材料.pdf"), slot="duty", actor=world.account("respondent")
    )
    for key, sheet in (("own_handed", own), ("group_handed", group)):
        assert sheet.respondent is not None
        marks = {k: str(v) for k, v in ITEMS.items()}
        sheet = campaigns.save_draft(
            sheet, version=sheet.version, changes={"marks": marks}, actor=sheet.respondent
        )
        world.sheets[key] = campaigns.submit_sheet(
            sheet, version=sheet.version, key=uuid4(), actor=sheet.respondent
        )
    verified = _claim(world, "handed")
    campaigns.verify_claim(verified, actor=world.account("organiser"))
    world.claims["verified"] = verified


def _findings(world: World) -> None:
    """A campaign that assesses the secretary as well: his own sheet, and findings about the unit."""
    source = read_source(PERSONS.read_bytes(), name=PERSONS.name)
    village = world.units["village"]
    holder = world.account("respondent").person
    chosen = [
        campaigns.SubjectChoice(village, "village"),
        campaigns.SubjectChoice(world.units["neighbour"], "village"),
        campaigns.SubjectChoice(village, "head", holder=holder),
    ]
    world.campaigns["persons"] = campaign = campaigns.create_campaign(
        title="考核 persons", scheme=campaigns.freeze_scheme(source, actor=ACTOR),
        period="2025-H1", subjects=chosen, actor=ACTOR,
    )  # fmt: skip
    campaigns.open_campaign(campaign, actor=ACTOR)
    campaigns.assign_from_groups(campaign, actor=ACTOR)
    campaigns.open_stage(campaign.stages.get(key="check"), actor=ACTOR)
    world.sheets["person"] = Sheet.objects.get(subject__holder=holder, instrument="member_sheet")
    for key in ("finding", "checked"):
        world.claims[key] = campaigns.record_finding(
            world.subject("persons"), rule="misconduct", reason="未到现场", event=f"{key}的事",
            person=holder.name, actor=world.account("organiser"), files=[pdf_file("材料.pdf")],
        )  # fmt: skip
    campaigns.verify_claim(world.claims["checked"], actor=world.account("assessor"))
    world.evidence["finding"] = world.claims["finding"].evidence.get()


def _reports(world: World) -> None:
    """Two half-years with a written report: begun in one, handed in in the other."""
    source = read_source(REPORTS.read_bytes(), name=REPORTS.name)
    version = campaigns.freeze_scheme(source, actor=ACTOR)
    writer = world.account("respondent")
    for key, period in (("report_draft", "2025-H1"), ("report_handed", "2025-H2")):
        world.campaigns[key] = campaign = campaigns.create_campaign(
            title=f"考核 {key}", scheme=version, period=period, actor=ACTOR,
            subjects=[(world.units[u],) for u in ("village", "neighbour")],
        )  # fmt: skip
        campaigns.open_campaign(campaign, actor=ACTOR)
        campaigns.assign_from_groups(campaign, actor=ACTOR)
        row = Report.objects.get(subject=world.subject(key), instrument="debrief")
        world.evidence[key] = campaigns.add_evidence(
            row, file=pdf_file("表.pdf"), slot="form", actor=writer
        )
        row = campaigns.save_report(row, version=row.version, content=CONTENT, actor=writer)
        if key == "report_handed":
            row = campaigns.submit_report(row, version=row.version, key=uuid4(), actor=writer)
        world.reports[key] = row


def _polls(world: World) -> None:
    subject = world.subject("drafting")
    for state in ("prepared", "open", "sealed"):
        poll = create_poll(
            reference=f"c{subject.campaign_id}.s{subject.pk}.{state}",
            definition=ballot_definition(),
        )
        if state != "prepared":
            issue_slips(poll, counts={"": 8})
            poll = open_poll(poll, head_counts={"": 8})
        world.polls[state] = close_and_seal(poll) if state == "sealed" else poll


def _computed(world: World, key: str) -> None:
    campaign = world.campaigns[key]
    for unit, content in (("village", A), ("neighbour", B)):
        fill(world.subject(key, unit), content)
    campaigns.close_campaign(campaign, actor=ACTOR)
    results.compute_proposal(campaign, actor=ACTOR)


def _notices(world: World) -> None:
    day = today()
    for key in ("posted", "coming", "taken_back", "kept", "over"):
        campaign = world.campaigns[key]
        proposal = campaign.proposals.get()
        results.adopt_unflagged(proposal, minutes="纪要1号", decided_on=day, actor="党委")
        starts = day + timedelta(days=3) if key == "coming" else day
        notice = results.publish(
            campaign, title=f"公示 {key}", starts=starts, actor=ACTOR, keeps=key == "kept"
        )
        if key == "taken_back":
            results.withdraw(notice, reason="有误", actor=ACTOR)
        if key in ("kept", "over"):
            past = {"starts": day - timedelta(days=20), "ends": day - timedelta(days=10)}
            Notice.objects.filter(pk=notice.pk).update(**past)
            results.finalise(notice, actor=ACTOR)
        campaign.refresh_from_db()
        world.notices[key] = notice


def _uploads(world: World) -> None:
    organiser = world.account("organiser")
    data = roll_bytes([unit_row(1), unit_row(2)])
    world.uploads["applied"] = keep_upload(data, name="花名册.xlsx", account=organiser)
    RollUpload.objects.filter(pk=world.uploads["applied"].pk).update(
        state=RollUpload.State.APPLIED, cells=None
    )
    world.uploads["preview"] = keep_upload(data, name="花名册.xlsx", account=organiser)
