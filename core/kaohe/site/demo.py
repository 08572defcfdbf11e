"""The demo site: a fictional township with one finished year and one in progress.

Everything goes through the same services people use; nothing is inserted behind their backs but
the facts of the finished year, which are taken over from the plugin's record.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kaohe import catalogue
from kaohe.campaigns import services as campaigns
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign, CampaignStage, Claim, Sheet
from kaohe.hookspecs import SampleCampaign
from kaohe.records import Record, read_record
from kaohe.register.importing.applying import apply_roll
from kaohe.register.importing.settling import complete_answers
from kaohe.register.importing.understanding import understand_roll
from kaohe.register.models import Account, Group, Office, Person, Role, Unit
from kaohe.results.queries import rows_of
from kaohe.results.services import (
    adopt_unflagged,
    compute_proposal,
    publish,
    waive_flag,
)
from kaohe.scheme.model import SheetInstrument
from kaohe.site.organiser.forms import suggest_class
from kaohe.site.organiser.polls import prepare_polls, secret_instruments
from kaohe.site.taking_over import take_over
from kaohe.workbooks import read_workbook

DEMO_PASSWORD = "yanshi-2026"
ACTOR = "演示"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account the log-in page of the demo lists."""

    username: str
    role: str
    look: str


DEMO_ACCOUNTS = (
    DemoAccount("kaoheban", "考核办", "两次考核：一次已公示，一次进行中；单位、测评、核验、结果"),
    DemoAccount(
        "tianbao", "填报人（石门村书记）", "我的任务：填写中的自评表、加分申报、去年的得分推导"
    ),
    DemoAccount("zuzhang", "考核组组长（第一组）", "我的单位：对照自评逐项打分"),
    DemoAccount("dangwei", "党委", "审定：同意或调整建议的等次"),
    DemoAccount("jiandu", "监督", "日志和全部结果"),
    DemoAccount("jishu", "系统管理", "账号"),
)


def seed(sample: SampleCampaign, *, progress: Progress) -> None:
    """Fill an empty database with the sample; does nothing if there is a campaign already."""
    if Campaign.objects.exists():
        progress("演示数据已经在了")
        return
    random.seed(20251231)  # the same demo every time
    progress("导入花名册")
    _import_roll(sample)
    progress("建账号")
    _accounts()
    progress("2025 年：录入全年数据")
    last = _finished(sample, progress)
    progress("2026 年：进行中的考核")
    _running(sample, last)


def _import_roll(sample: SampleCampaign) -> None:
    book = read_workbook((sample.folder / "roll.xlsx").read_bytes())
    preview = understand_roll(book)
    apply_roll(preview, complete_answers(preview, {}), ACTOR)


def _account(username: str, person: Person | None, *roles: tuple[str, Unit | None]) -> Account:
    account = Account(username=username, person=person)
    account.password = _hashed()
    account.save()
    for kind, unit in roles:
        Role.objects.create(account=account, kind=kind, unit=unit)
    return account


def _hashed() -> str:
    """One hash for all demo accounts: hashing 40 passwords would take half a minute."""
    from django.contrib.auth.hashers import make_password

    global _HASH
    if not _HASH:
        _HASH = make_password(DEMO_PASSWORD)
    return _HASH


_HASH = ""


def _accounts() -> None:
    from pypinyin import lazy_pinyin

    def person(name: str) -> Person:
        return Person.objects.create(name=name)

    _account("kaoheban", person("考核办演示员"), (Role.Kind.ORGANISER, None))
    _account("kaoheban2", person("考核办复核员"), (Role.Kind.ORGANISER, None))
    _account("dangwei", person("党委演示员"), (Role.Kind.DECIDER, None))
    _account("jiandu", person("监督演示员"), (Role.Kind.AUDITOR, None))
    _account("jishu", person("系统管理演示员"), (Role.Kind.TECHNICIAN, None))
    taken = {a.username for a in DEMO_ACCOUNTS}
    heads = Office.objects.filter(until=None, title="书记").select_related("person", "unit")
    for office in heads.order_by("unit__order"):
        name = "".join(lazy_pinyin(office.unit.name.removesuffix("党支部").removesuffix("党总支")))
        username = "tianbao" if office.unit.name.startswith("石门村") else name
        _account(username, office.person, (Role.Kind.RESPONDENT, office.unit))
        taken.add(username)
    first = True
    for group in Group.objects.order_by("order", "id"):
        for member in group.memberships.select_related("person").order_by("-leads", "pk"):
            username = "".join(lazy_pinyin(member.person.name))
            while username in taken:
                username += "2"
            if first:
                username, first = "zuzhang", False
            taken.add(username)
            _account(username, member.person, (Role.Kind.ASSESSOR, None))


def _campaign(sample: SampleCampaign, record: Record, title: str, period: str) -> Campaign:
    entry = catalogue.get(sample.scheme)
    version = campaigns.freeze_scheme(entry.source, plugin=entry.plugin, actor=ACTOR)
    classes = {s.title: s.group for s in record.facts.subjects}
    kinds = dict(next(iter(entry.source.bind().subjects.values())).classes)
    chosen = [
        campaigns.SubjectChoice(u, classes.get(u.name) or suggest_class(u, kinds))
        for u in Unit.objects.filter(name__in=classes).order_by("order")
    ]
    return campaigns.create_campaign(
        title=title,
        scheme=version,
        period=period,
        parameters=record.parameters,
        subjects=chosen,
        actor=ACTOR,
    )


def _read(sample: SampleCampaign) -> Record:
    entry = catalogue.get(sample.scheme)
    return read_record(sample.folder / "record.json", source=entry.source)


def _finished(sample: SampleCampaign, progress: Progress) -> Campaign:
    record = _read(sample)
    campaign = _campaign(sample, record, sample.title, record.period or "2025")
    campaigns.open_campaign(campaign, actor=ACTOR)
    done = take_over(campaign, record.facts, actor=ACTOR)
    progress(f"　录入 {done['sheets']} 张评分表、{done['votes']} 行计票、{done['claims']} 条加分")
    for stage in campaign.stages.all():
        if stage.state != CampaignStage.State.CLOSED:
            _close(stage)
    campaigns.close_campaign(campaign, actor=ACTOR)
    progress("　计算、审定、公示")
    proposal = compute_proposal(campaign, actor="考核办演示员（kaoheban）")
    for row in rows_of(proposal):
        for flag in row.result["flags"]:
            if flag.get("blocks") and not flag.get("waived"):
                waive_flag(
                    row.subject,
                    flag=flag["id"],
                    reason="实到党员和群众代表已覆盖各支部，党委同意结果有效。",
                    actor="党委演示员（dangwei）",
                )
    proposal = compute_proposal(campaign, actor="考核办演示员（kaoheban）")  # with the waivers
    today = timezone.localdate()
    adopt_unflagged(
        proposal, minutes="青党纪要〔2026〕1号", decided_on=today, actor="党委演示员（dangwei）"
    )
    campaign.refresh_from_db()
    publish(
        campaign,
        title=f"关于{sample.title}结果的公示",
        starts=today,
        actor="考核办演示员（kaoheban）",
        contact="乡考核办（电话从略）",
        keeps=True,
    )
    return campaign


def _close(stage: CampaignStage) -> None:
    if stage.state == CampaignStage.State.WAITING:
        campaigns.open_stage(stage, actor=ACTOR)
        stage.refresh_from_db()
    campaigns.close_stage(stage, actor=ACTOR)


def _running(sample: SampleCampaign, last: Campaign) -> None:
    record = _read(sample)
    title = sample.title.replace("2025", "2026")
    campaign = _campaign(sample, record, title, "2026")
    today = timezone.localdate()
    due = {}
    for number, stage in enumerate(campaign.stages.all()):
        due[stage.key] = today + timedelta(days=-1 if number == 0 else 10 * number)
    campaigns.set_due_dates(campaign, due, actor=ACTOR)
    campaigns.open_campaign(campaign, actor=ACTOR)
    stages = list(campaign.stages.all())
    for stage in stages[:3]:
        stage.refresh_from_db()
        if stage.state == CampaignStage.State.WAITING:
            campaigns.open_stage(stage, actor=ACTOR)
    campaigns.assign_from_groups(campaign, actor=ACTOR)
    own = list(_own_sheets(campaign))
    for number, sheet in enumerate(own):
        demo = sheet.respondent is not None and sheet.respondent.username == "tianbao"
        if number % 3 == 2 and not demo:
            continue  # not begun: late
        _fill(sheet, complete=not demo and number % 3 == 0)
    for sheet in _sheets(campaign, "assessors")[:14]:
        if sheet.respondent is not None and sheet.respondent.username != "zuzhang":
            _fill(sheet, complete=True)
    _claims(campaign)
    prepare_polls(
        campaign, instruments=list(secret_instruments(campaign_scheme(campaign))), actor=ACTOR
    )


def _sheets(campaign: Campaign, by: str) -> list[Sheet]:
    keys = [
        k
        for k, i in campaign_scheme(campaign).instruments.items()
        if isinstance(i, SheetInstrument) and i.by == by
    ]
    rows = Sheet.objects.filter(subject__campaign=campaign, instrument__in=keys)
    return list(rows.select_related("respondent", "subject__campaign__scheme").order_by("pk"))


def _own_sheets(campaign: Campaign) -> Iterator[Sheet]:
    yield from _sheets(campaign, "subject")


def _fill(sheet: Sheet, *, complete: bool) -> None:
    scheme = campaign_scheme(sheet.subject.campaign)
    instrument = scheme.instruments[sheet.instrument]
    assert isinstance(instrument, SheetInstrument)
    items = scheme.items[instrument.items].items
    marks, reasons = {}, {}
    for item in items if complete else items[: len(items) // 2]:
        lost = random.choice([0, 0, "0.5", 1, "1.5"])
        marks[item.id] = f"{(item.points or 0) - type(item.points or 0)(lost):f}"
        if lost:
            reasons[item.id] = random.choice(
                ["个别月份记录不全", "有一次会议推迟召开", "台账更新不及时", "新任务推进偏慢"]
            )
    actor = sheet.respondent or ACTOR
    saved = campaigns.save_draft(
        sheet, version=sheet.version, changes={"marks": marks, "reasons": reasons}, actor=actor
    )
    if not complete:
        return
    for slot in instrument.attach:
        upload = SimpleUploadedFile("自查报告.pdf", _pdf(f"{sheet.subject.title} 自查报告"))
        campaigns.add_evidence(saved, file=upload, slot=slot, actor=actor)
    saved.refresh_from_db()
    campaigns.submit_sheet(saved, version=saved.version, key=uuid.uuid4(), actor=actor)


def _claims(campaign: Campaign) -> None:
    from decimal import Decimal

    rules = list(campaign_scheme(campaign).entries)
    for subject in campaign.subjects.all()[1:8:2]:
        role = Role.objects.filter(kind=Role.Kind.RESPONDENT, unit=subject.unit).first()
        if role and rules:
            row = campaigns.claim(
                subject,
                rule=rules[0],
                quantity=Decimal(2),
                reason="县级先进基层党组织（演示）",
                actor=role.account,
                files=[SimpleUploadedFile("证书.pdf", _pdf("荣誉证书（演示）"))],
            )
            if row.state == Claim.State.DRAFT:
                campaigns.hand_in_claim(row, actor=role.account)


def _pdf(text: str) -> bytes:
    """The smallest PDF there is: one empty page that carries a title."""
    title = text.encode("utf-16-be").hex().upper()
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        f"<</Title<FEFF{title}>>>",
    )
    out, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += f"{number} 0 obj{part}endobj\n"
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{p:010d} 00000 n \n" for p in places)
    out += f"trailer<</Size {len(parts) + 1}/Root 1 0 R/Info 4 0 R>>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("ascii")
