"""The finished period of the demo: taken over from the record, decided and published."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from kaohe import catalogue
from kaohe.campaigns import services as campaigns
from kaohe.campaigns.kinds import kind_of
from kaohe.campaigns.models import Campaign, CampaignStage
from kaohe.hookspecs import SampleCampaign
from kaohe.records import Record
from kaohe.register.models import Unit
from kaohe.results.queries import rows_of
from kaohe.results.services import adopt_unflagged, compute_proposal, publish, waive_flag
from kaohe.scheme.model import Scheme
from kaohe.site.demo.register import holder_of, is_person, unit_titles
from kaohe.site.demo.telling import ACTOR, Progress, later, retitled
from kaohe.site.taking_over import take_over

OFFICE, COMMITTEE = "考核办演示员（kaoheban）", "党委演示员（dangwei）"


def make_campaign(sample: SampleCampaign, record: Record, *, steps: int = 0) -> Campaign:
    """A campaign with the subjects of the record, some periods later."""
    entry = catalogue.get(sample.scheme)
    version = campaigns.freeze_scheme(entry.source, plugin=entry.plugin, actor=ACTOR)
    scheme = entry.source.bind(record.parameters, operators=catalogue.syntaxes())
    period = record.period or "2025"
    return campaigns.create_campaign(
        title=retitled(sample.title, period, steps) if steps else sample.title,
        scheme=version,
        period=later(period, steps) if steps else period,
        parameters=record.parameters,
        subjects=list(_choices(record, scheme)),
        actor=ACTOR,
    )


def _choices(record: Record, scheme: Scheme) -> list[campaigns.SubjectChoice]:
    titles = unit_titles(record.facts)
    units = {u.name: u for u in Unit.objects.all()}
    out = []
    for subject in record.facts.subjects:
        if is_person(subject):
            unit = units[titles.get(subject.unit, subject.unit)]
            key, _ = kind_of(scheme, subject.group)
            holder = holder_of(subject, unit, scheme)
            choice = campaigns.SubjectChoice(
                unit, subject.group, key=subject.id, kind=key, holder=holder
            )
        else:
            choice = campaigns.SubjectChoice(units[subject.title], subject.group, key=subject.id)
        out.append(choice)
    return out


def finish_period(sample: SampleCampaign, record: Record, progress: Progress) -> Campaign:
    """Take the record over, close every stage, decide and publish."""
    campaign = make_campaign(sample, record)
    campaigns.open_campaign(campaign, actor=ACTOR)
    done = take_over(campaign, record.facts, actor=ACTOR)
    progress(f"　录入 {done['sheets']} 张评分表、{done['votes']} 行计票、{done['claims']} 条记录")
    for stage in campaign.stages.all():
        _close(stage)
    campaigns.close_campaign(campaign, actor=ACTOR)
    progress("　计算、审定、公示")
    proposal = compute_proposal(campaign, actor=OFFICE)
    for row in rows_of(proposal):
        for flag in row.result["flags"]:
            if flag.get("blocks") and not flag.get("waived"):
                reason = "已核对原始材料，党委同意结果有效。"
                waive_flag(row.subject, flag=flag["id"], reason=reason, actor=COMMITTEE)
    proposal = compute_proposal(campaign, actor=OFFICE)  # with the waivers
    today: date = timezone.localdate()
    minutes = f"党纪要〔{today.year}〕1号"
    adopt_unflagged(proposal, minutes=minutes, decided_on=today, actor=COMMITTEE)
    campaign.refresh_from_db()
    publish(
        campaign, title=f"关于{sample.title}结果的公示", starts=today, actor=OFFICE,
        contact="考核办（电话从略）", keeps=True,
    )  # fmt: skip
    return campaign


def _close(stage: CampaignStage) -> None:
    if stage.state == CampaignStage.State.WAITING:
        campaigns.open_stage(stage, actor=ACTOR, reason="全年材料一次录入")
        stage.refresh_from_db()
    if stage.state != CampaignStage.State.CLOSED:
        campaigns.close_stage(stage, actor=ACTOR)
