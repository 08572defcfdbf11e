"""Publishing: a notice with its period, its withdrawal and correction, the final list."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from kaohe.audit import services as audit
from kaohe.campaigns.models import Campaign
from kaohe.campaigns.services import change_state
from kaohe.register.services.workdays import office_calendar
from kaohe.results import engine
from kaohe.results.errors import Problem, Refused
from kaohe.results.models import Notice
from kaohe.results.posting import notice_content
from kaohe.results.queries import (
    latest_proposal,
    progress_of,
    rows_of,
    standing_notice,
    today,
    waivers,
)
from kaohe.results.stored_facts import digest_of
from kaohe.scheme.model import Scheme

_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a notice; the day of publication is not counted."""

    starts: date
    ends: date
    days: int
    unit: str
    note: str
    """Set if the official holidays up to the end are not known yet."""

    @property
    def words(self) -> str:
        """5 个工作日."""
        return f"{self.days} 个工作日" if self.unit == "working" else f"{self.days} 天"


def notice_period(scheme: Scheme, starts: date) -> Period:
    """The period the scheme prescribes for a notice posted on a day."""
    days = scheme.notice.days if scheme.notice else 0
    unit = scheme.notice.unit if scheme.notice else "calendar"
    end = office_calendar().period_end(starts, days, unit)
    return Period(starts, end.day, days, unit, end.note)


def publication_problems(campaign: Campaign) -> list[Problem]:
    """Everything that keeps a campaign from being published, at once."""
    proposal = latest_proposal(campaign)
    if standing_notice(campaign) is not None:
        return [Problem("", "结果已经公示", "如需更正，请先撤回并说明理由")]
    if proposal is None:
        return [Problem("", "还没有测算结果", "请先在结果页测算")]
    progress = progress_of(rows_of(proposal), waivers(campaign))
    problems = []
    if progress.missing:
        problems.append(Problem("", f"{progress.missing} 个单位还没有总分", "请补齐后重新测算"))
    if progress.flagged:
        problems.append(
            Problem("", f"{progress.flagged} 个单位有待说明的提示", "请在审定页记录理由")
        )
    if progress.decided < progress.grades:
        left = progress.grades - progress.decided
        problems.append(Problem("", f"{left} 个等次还没有审定", "请先审定全部等次"))
    if not problems and campaign.state != Campaign.State.DECIDED:
        problems.append(Problem("", "结果还没有审定", "请先在审定页记录会议"))
    return problems


def publish(
    campaign: Campaign,
    *,
    title: str,
    starts: date,
    actor: str,
    contact: str = "",
    keeps: bool = False,
    reasons: bool = False,
) -> Notice:
    """Post the decided results; dates and content are frozen here.

    Raises:
        Refused: with everything that stands against it.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
        problems = publication_problems(campaign)
        if not title.strip():
            problems.append(Problem("标题", "没有填写", "请填写公示标题"))
        if starts < today():
            problems.append(Problem("公示日期", "早于今天", "公示日期应为今天或以后"))
        proposal = latest_proposal(campaign)
        if problems or proposal is None:
            raise Refused(problems)
        scheme = engine.scheme_of_proposal(proposal)
        period = notice_period(scheme, starts)
        content = notice_content(proposal, rows_of(proposal), scheme, reasons=reasons)
        last = campaign.notices.order_by("-number").first()
        notice = Notice(
            campaign=campaign,
            proposal=proposal,
            number=last.number + 1 if last else 1,
            slug="".join(secrets.choice(_LETTERS) for _ in range(10)),
            title=title.strip(),
            published_at=timezone.now(),
            starts=period.starts,
            ends=period.ends,
            days=period.days,
            unit=period.unit,
            period_note=period.note,
            contact=contact.strip(),
            keeps=keeps,
            by=actor,
            content=content,
            digest=digest_of(content),
            corrects=last,
        )
        change_state(campaign, to=Campaign.State.PUBLISHED, actor=actor)
        entry = audit.record(
            "notice.published",
            actor=actor,
            subject=f"campaign:{campaign.pk}",
            data={
                "notice": notice.slug,
                "number": notice.number,
                "title": notice.title,
                "proposal": proposal.number,
                "results": proposal.digest,
                "content": notice.digest,
                "starts": starts.isoformat(),
                "ends": period.ends.isoformat(),
                "corrects": last.slug if last else "",
            },
        )
        notice.journal_head = entry.hash
        notice.save()
    return notice


def withdraw(notice: Notice, *, reason: str, actor: str) -> None:
    """Take a notice back with a reason; the campaign may be computed and decided again."""
    if not reason.strip():
        raise Refused([Problem("理由", "没有填写", "请写明为什么撤回")])
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=notice.campaign_id)
        notice = Notice.objects.select_for_update().get(pk=notice.pk)
        if notice.withdrawn_at:
            raise Refused("公示已经撤回过")
        if notice.final_at:
            raise Refused("结果已经定稿，不能再撤回公示")
        notice.withdrawn_at = timezone.now()
        notice.withdrawn_reason = reason.strip()[:300]
        notice.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        change_state(
            campaign, to=Campaign.State.DECIDED, actor=actor, reason=notice.withdrawn_reason
        )
        audit.record(
            "notice.withdrawn",
            actor=actor,
            subject=f"campaign:{campaign.pk}",
            data={"notice": notice.slug, "reason": notice.withdrawn_reason},
        )


def finalise(notice: Notice, *, actor: str) -> None:
    """Make the results final once the period is over."""
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=notice.campaign_id)
        notice = Notice.objects.select_for_update().get(pk=notice.pk)
        if notice.withdrawn_at or notice.final_at:
            raise Refused("公示已经撤回或已经定稿")
        if today() <= notice.ends:
            raise Refused(f"公示期到 {notice.ends.isoformat()} 结束，之后才能定稿")
        notice.final_at = timezone.now()
        notice.save(update_fields=["final_at"])
        change_state(campaign, to=Campaign.State.FINAL, actor=actor)
        audit.record(
            "result.finalised",
            actor=actor,
            subject=f"campaign:{campaign.pk}",
            data={"notice": notice.slug, "results": notice.proposal.digest},
        )
