"""The period in progress: sheets begun, handed in and late, claims, slips prepared."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from kaohe.campaigns import services as campaigns
from kaohe.campaigns.claims import claimable_rules
from kaohe.campaigns.errors import IllegalTransition
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.marks import Layout, read_sheet, sheet_layout
from kaohe.campaigns.models import Campaign, CampaignStage, Claim, Sheet
from kaohe.hookspecs import SampleCampaign
from kaohe.kit.chance import Chance
from kaohe.kit.invented_figures import figures_of
from kaohe.records import Record
from kaohe.register.models import Role
from kaohe.scheme.model import EntryRule, Scheme, SheetInstrument
from kaohe.site.demo.finished import make_campaign
from kaohe.site.demo.papers import certificate
from kaohe.site.demo.telling import ACTOR
from kaohe.site.demo.writing import record_findings, write_reports
from kaohe.site.organiser.polls import prepare_polls, secret_instruments

REASONS = ("个别月份记录不全", "有一次会议推迟召开", "台账更新不及时", "新任务推进偏慢")
STAGES_OPEN = 3
"""How many stages of the period in progress have begun."""
HANDED_IN_BY_ASSESSORS = 14
GOOD = 920
"""How well sheets go, in thousandths of the full points."""


def run_next_period(sample: SampleCampaign, record: Record, last: Campaign) -> Campaign:
    """Open the next period and let people get as far as they do in the middle of one."""
    campaign = make_campaign(sample, record, steps=1)
    today = timezone.localdate()
    due = {
        stage.key: today + timedelta(days=-1 if number == 0 else 10 * number)
        for number, stage in enumerate(campaign.stages.all())
    }
    campaigns.set_due_dates(campaign, due, actor=ACTOR)
    campaigns.open_campaign(campaign, actor=ACTOR)
    for stage in list(campaign.stages.all())[:STAGES_OPEN]:
        if stage.state == CampaignStage.State.WAITING:
            _open_if_ready(stage)
    campaigns.assign_from_groups(campaign, actor=ACTOR)
    scheme = campaign_scheme(campaign)
    for number, sheet in enumerate(_sheets(campaign, scheme, "subject")):
        demo = sheet.respondent is not None and sheet.respondent.username == "tianbao"
        if number % 3 != 2 or demo:  # the others have not begun: late
            _fill(sheet, scheme, complete=not demo and number % 3 == 0)
    for sheet in _sheets(campaign, scheme, "assessors")[:HANDED_IN_BY_ASSESSORS]:
        if sheet.respondent is not None and sheet.respondent.username != "zuzhang":
            _fill(sheet, scheme, complete=True)
    _claims(campaign, scheme)
    write_reports(campaign, scheme)
    record_findings(campaign, scheme)
    prepare_polls(campaign, instruments=list(secret_instruments(scheme)), actor=ACTOR)
    return campaign


def _open_if_ready(stage: CampaignStage) -> None:
    """A stage behind a gate stays closed until what it waits for is finished."""
    try:
        campaigns.open_stage(stage, actor=ACTOR)
    except IllegalTransition:
        return


def _sheets(campaign: Campaign, scheme: Scheme, by: str) -> list[Sheet]:
    """Sheets of a kind whose stage is open."""
    keys = [
        k for k, i in scheme.instruments.items() if isinstance(i, SheetInstrument) and i.by == by
    ]
    rows = Sheet.objects.filter(subject__campaign=campaign, instrument__in=keys)
    found = rows.select_related("respondent", "subject__campaign__scheme").order_by("pk")
    open_keys = {
        name
        for stage in campaign.stages.filter(state=CampaignStage.State.OPEN)
        for name in next((s.does for s in scheme.stages if s.id == stage.key), ())
    }
    return [s for s in found if s.instrument in open_keys]


def _fill(sheet: Sheet, scheme: Scheme, *, complete: bool) -> None:
    instrument = scheme.instruments[sheet.instrument]
    assert isinstance(instrument, SheetInstrument)
    layout = sheet_layout(scheme, sheet.instrument)
    chance = Chance(random.randrange(10**6), "demo", str(sheet.pk))
    items = layout.items if complete else layout.items[: (len(layout.items) + 1) // 2]
    marks = {
        name: f"{value:f}"
        for item in items
        for name, value in figures_of(scheme, instrument, item, chance, GOOD, "plausible")
    }
    changes = {"marks": marks, "reasons": _reasons(layout, marks)}
    actor = sheet.respondent or ACTOR
    saved = campaigns.save_draft(sheet, version=sheet.version, changes=changes, actor=actor)
    if not complete:
        return
    for slot in instrument.attach:
        upload = certificate(f"{sheet.subject.title} 自查报告", name="自查报告.pdf")
        campaigns.add_evidence(saved, file=upload, slot=slot, actor=actor)
    saved.refresh_from_db()
    campaigns.submit_sheet(saved, version=saved.version, key=uuid.uuid4(), actor=actor)


def _reasons(layout: Layout, marks: dict[str, str]) -> dict[str, str]:
    """A reason wherever the sheet asks for one."""
    reading = read_sheet(layout, {"marks": marks, "reasons": {}})
    asked = [p.input or p.item for p in reading.problems if p.field == "reasons"]
    return {key: random.choice(REASONS) for key in asked}


def _claims(campaign: Campaign, scheme: Scheme) -> None:
    """Some units claim the first bonus they may claim."""
    for subject in campaign.subjects.all()[1:8:2]:
        role = Role.objects.filter(kind=Role.Kind.RESPONDENT, unit=subject.unit).first()
        rules = claimable_rules(scheme, subject)
        if role is None or not rules:
            continue
        key, rule = next(iter(rules.items()))
        row = campaigns.claim(
            subject, rule=key, quantity=_quantity(rule), label=_label(rule),
            reason="县级先进基层党组织（演示）",
            event="先进基层党组织表彰" if rule.event == "required" else "",
            actor=role.account, files=[certificate("荣誉证书（演示）", name="证书.pdf")],
        )  # fmt: skip
        if row.state == Claim.State.DRAFT:
            campaigns.hand_in_claim(row, actor=role.account)


def _label(rule: EntryRule) -> str:
    return next(iter(rule.points)) if isinstance(rule.points, dict) else ""


def _quantity(rule: EntryRule) -> Decimal:
    if not isinstance(rule.points, dict):
        return min(Decimal(2), rule.most)
    return Decimal(100 if rule.quantity == "percent" else 1)
