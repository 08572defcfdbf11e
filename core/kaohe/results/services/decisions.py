"""What the committee decides: each grade adopted or changed, flags waived with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from kaohe.audit import services as audit
from kaohe.campaigns.errors import Refusal
from kaohe.campaigns.models import Campaign, CampaignSubject
from kaohe.campaigns.services import change_state, record_ruling
from kaohe.results import engine
from kaohe.results.errors import Problem, Refused
from kaohe.results.explanation.page import bands_of
from kaohe.results.followers import follow_ups
from kaohe.results.models import Decision, Proposal, ProposalRow
from kaohe.results.queries import (
    blocking_flags,
    decisions_of,
    latest_proposal,
    progress_of,
    rows_of,
    today,
    waivers,
)
from kaohe.scheme.model import Scheme

DECIDABLE = {Campaign.State.CLOSED, Campaign.State.DECIDED}


@dataclass(frozen=True, slots=True)
class Choice:
    """One grade as the committee decided it."""

    row: int
    """Primary key of the proposal's row."""
    grade: str
    label: str
    reason: str = ""


def decide(
    proposal: Proposal,
    *,
    choices: Sequence[Choice],
    minutes: str,
    decided_on: date | None,
    actor: str,
) -> list[Decision]:
    """Record decisions of one meeting, all or none.

    Raises:
        Refused: with every reason at once.
    """
    minutes = minutes.strip()
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=proposal.campaign_id)
        scheme = engine.scheme_of_proposal(proposal)
        rows = {r.pk: r for r in rows_of(proposal)}
        waived = waivers(campaign)
        problems = _meeting_problems(campaign, proposal, minutes, decided_on)
        if not choices and any(row.result["grades"] for row in rows.values()):
            problems.append(Problem("", "没有选择任何等次", "请至少审定一个单位"))
        elif not choices:  # nothing to grade: the meeting confirms the figures
            problems += _flag_problems(rows.values(), waived)
        for choice in choices:
            problems += _choice_problems(choice, rows.get(choice.row), scheme, waived)
        if problems or decided_on is None:
            raise Refused(problems)
        now = timezone.now()
        taken = [
            made
            for c in choices
            if (made := _write(rows[c.row], c, minutes, decided_on, actor, now))
        ]
        _settle(campaign, proposal, actor)
        audit.record(
            "decision.recorded",
            actor=actor,
            subject=f"campaign:{campaign.pk}",
            data={
                "proposal": proposal.number,
                "minutes": minutes,
                "on": decided_on.isoformat(),
                "decisions": [
                    {
                        "subject": d.row.subject.title,
                        "grade": d.grade,
                        "proposed": d.proposed,
                        "decided": d.decided,
                        "kind": d.kind,
                        "reason": d.reason,
                    }
                    for d in taken
                ],
            },
        )
    return taken


def _flag_problems(rows: Iterable[ProposalRow], waived: dict) -> list[Problem]:
    return [
        Problem(row.subject.title, f"有待说明的提示“{flag.title}”", "请先记录理由，再审定")
        for row in rows
        for flag in blocking_flags(row, waived)
    ]


def adopt_unflagged(
    proposal: Proposal, *, minutes: str, decided_on: date | None, actor: str
) -> list[Decision]:
    """Adopt every proposed grade that is complete, carries no blocking flag and is undecided.

    A grade whose leading one was changed is not simple: it is decided on by itself.
    """
    waived, rows = waivers(proposal.campaign), rows_of(proposal)
    waiting = {(f.row.pk, f.grade) for f in follow_ups(rows, engine.scheme_of_proposal(proposal))}
    choices = [
        Choice(row.pk, key, grade["label"])
        for row in rows
        if not blocking_flags(row, waived)
        for key, grade in row.result["grades"].items()
        if grade["label"] and key not in decisions_of(row) and (row.pk, key) not in waiting
    ]
    return decide(proposal, choices=choices, minutes=minutes, decided_on=decided_on, actor=actor)


def waive_flag(subject: CampaignSubject, *, flag: str, reason: str, actor: str) -> None:
    """Record why a result may become final although a flag is raised."""
    if not reason.strip():
        raise Refused([Problem(subject.title, "没有写理由", "请写明为什么可以定稿")])
    proposal = latest_proposal(subject.campaign)
    row = proposal.rows.filter(subject=subject).first() if proposal else None
    if row is None or flag not in {f.id for f in blocking_flags(row)}:
        raise Refused([Problem(subject.title, "没有这条待说明的提示，或已经说明过")])
    _rule(subject, kind="waive", target=flag, reason=reason, actor=actor)


def reweight(subject: CampaignSubject, *, score: str, reason: str, actor: str) -> None:
    """Record the decision to redistribute the weight of a missing score.  Takes effect with
    the next computation."""
    if not reason.strip():
        raise Refused([Problem(subject.title, "没有写理由", "请写明由谁、为什么决定")])
    if subject.campaign.state not in DECIDABLE | {Campaign.State.OPEN}:
        raise Refused("结果已经公示，不能再改变计算方法；请先撤回公示")
    scheme = engine.scheme_of(subject.campaign)
    node = scheme.scores.get(score)
    if node is None or node.missing != "reweight":
        raise Refused([Problem(subject.title, "办法不允许对这一得分重新分配权重")])
    _rule(subject, kind="reweight", target=score, reason=reason, actor=actor)


def _rule(subject: CampaignSubject, *, kind: str, target: str, reason: str, actor: str) -> None:
    try:
        record_ruling(subject, kind=kind, target=target, reason=reason, actor=actor)
    except Refusal as error:
        raise Refused([Problem(subject.title, str(error).rstrip("。"))]) from error


def _meeting_problems(
    campaign: Campaign, proposal: Proposal, minutes: str, decided_on: date | None
) -> list[Problem]:
    problems = []
    latest = latest_proposal(campaign)
    if latest is None or latest.pk != proposal.pk:
        problems.append(Problem("", "测算结果已经更新", "请回到审定页，按最新一次测算审定"))
    if campaign.state not in DECIDABLE:
        word = {
            Campaign.State.OPEN: ("考核还在进行", "请考核办收齐各项材料、关闭全部阶段后再审定"),
            Campaign.State.DRAFT: ("考核还没有启动", ""),
        }.get(campaign.state, ("结果已经公示", "如需更正，请考核办先撤回公示"))  # type: ignore[call-overload]
        problems.append(Problem("", *word))
    if not minutes:
        problems.append(Problem("会议纪要编号", "没有填写", "请填写会议纪要编号"))
    elif len(minutes) > 80:
        problems.append(Problem("会议纪要编号", "太长", "最多 80 字"))
    if decided_on is None:
        problems.append(Problem("会议日期", "没有填写", "请填写会议日期"))
    elif decided_on > today():
        problems.append(Problem("会议日期", "在今天之后", "请填写实际开会的日期"))
    return problems


def _choice_problems(
    choice: Choice, row: ProposalRow | None, scheme: Scheme, waived: dict
) -> list[Problem]:
    if row is None or choice.grade not in row.result["grades"]:
        return [Problem("", "提交的单位或等次不在本次测算中", "请刷新页面重试")]
    grade = row.result["grades"][choice.grade]
    place = f"{row.subject.title} · {grade['title']}"
    labels = bands_of(scheme, choice.grade)
    problems = []
    if not grade["label"]:
        return [Problem(place, "还没有得分，不能审定", "请先补齐缺少的部分并重新测算")]
    for flag in blocking_flags(row, waived):
        problems.append(Problem(place, f"有待说明的提示“{flag.title}”", "请先记录理由，再审定"))
    if choice.label not in labels:
        problems.append(
            Problem(place, f"没有“{choice.label}”这一等次", f"可选：{'、'.join(labels)}")
        )
    elif choice.label != grade["label"] and not choice.reason.strip():
        problems.append(
            Problem(place, f"由“{grade['label']}”调整为“{choice.label}”没有写理由", "请写明理由")
        )
    if len(choice.reason) > 300:
        problems.append(Problem(place, "理由太长", "最多 300 字"))
    return problems


def _write(
    row: ProposalRow, choice: Choice, minutes: str, day: date, actor: str, now: object
) -> Decision | None:
    proposed = row.result["grades"][choice.grade]["label"]
    changed = choice.label != proposed
    old = decisions_of(row).get(choice.grade)
    if old is not None:
        old.superseded_at = now  # type: ignore[assignment]
        old.save(update_fields=["superseded_at"])
    return Decision.objects.create(
        row=row,
        grade=choice.grade,
        kind=Decision.Kind.CHANGED if changed else Decision.Kind.ADOPTED,
        proposed=proposed,
        decided=choice.label,
        reason=choice.reason.strip() if changed else "",
        minutes=minutes,
        decided_on=day,
        by=actor,
        at=now,
    )


def _settle(campaign: Campaign, proposal: Proposal, actor: str) -> None:
    """Everything decided: the campaign may be published."""
    progress = progress_of(rows_of(proposal), waivers(campaign))
    done = progress.is_complete or (not progress.grades and not progress.flagged)
    state = Campaign.State.DECIDED if done else Campaign.State.CLOSED
    if campaign.state != state:
        change_state(campaign, to=state, actor=actor, reason="还有等次没有审定")
