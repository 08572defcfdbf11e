"""Computing a proposal, comparing it with the one before, and computing it again as a check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaohe.audit import services as audit
from kaohe.campaigns.models import Campaign, Claim, Sheet
from kaohe.campaigns.services import change_state
from kaohe.results import engine
from kaohe.results.errors import Problem, Refused
from kaohe.results.explanation.secrecy import THRESHOLD
from kaohe.results.facts import campaign_polls, facts_for
from kaohe.results.models import Decision, Proposal, ProposalRow
from kaohe.results.queries import decisions_of, progress_of, rows_of, waivers
from kaohe.results.stored_facts import digest_of, facts_from_json, facts_json
from kaohe.scheme.model import Scheme

COMPUTABLE = {Campaign.State.OPEN, Campaign.State.CLOSED, Campaign.State.DECIDED}


def compute_proposal(campaign: Campaign, *, actor: str) -> Proposal:
    """Compute all results and store them with everything they were computed from.

    Decisions on units whose figures did not change are carried over; the others have to be
    taken anew.

    Raises:
        Refused: the campaign is in a state without computations.
        kaohe.scoring.errors.FactErrors: facts the scheme cannot take, all of them.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if campaign.state not in COMPUTABLE:
            raise Refused(_why_not(campaign))
        previous = campaign.proposals.order_by("-number").first()
        scheme = engine.scheme_of(campaign)
        facts = facts_for(campaign)
        result = engine.compute(scheme, facts)
        stored = facts_json(facts)
        proposal = Proposal.objects.create(
            campaign=campaign,
            number=previous.number + 1 if previous else 1,
            at=timezone.now(),
            by=actor,
            digest=result.digest,
            fingerprint=campaign.scheme.fingerprint,
            parameters=campaign.parameters,
            facts=stored,
            facts_digest=digest_of(stored),
            accounts=engine.accounts_of(result),
        )
        rows = _store_rows(proposal, result.subjects, scheme, previous)
        carried = _carry_over(rows, previous, actor)
        changed = [r for r in rows if r.changes]
        if campaign.state == Campaign.State.DECIDED and not _all_decided(proposal):
            change_state(
                campaign,
                to=Campaign.State.CLOSED,
                actor=actor,
                reason=f"{proposal}后有单位的数字发生变化，须重新审定",
            )
        elif campaign.state == Campaign.State.CLOSED and carried and _all_decided(proposal):
            change_state(campaign, to=Campaign.State.DECIDED, actor=actor)
        audit.record(
            "proposal.computed",
            actor=actor,
            subject=f"campaign:{campaign.pk}",
            data={
                "proposal": proposal.number,
                "scheme": f"{scheme.id} {scheme.version}",
                "fingerprint": proposal.fingerprint,
                "facts": proposal.facts_digest,
                "digest": proposal.digest,
                "subjects": len(rows),
                "changed": [r.subject.title for r in changed] if previous else [],
                "carried": carried,
            },
        )
    return proposal


def _why_not(campaign: Campaign) -> str:
    if campaign.state == Campaign.State.DRAFT:
        return "本次考核还没有启动，没有可计算的数据"
    return "结果已经公示，不能重新测算；如需更正，请先撤回公示并说明理由"


def _store_rows(
    proposal: Proposal, results: Any, scheme: Scheme, previous: Proposal | None
) -> list[ProposalRow]:
    subjects = {s.fact_id: s for s in proposal.campaign.subjects.all()}
    before = {r.subject_id: r for r in previous.rows.all()} if previous else {}
    papers = collect_papers(proposal.campaign)
    rows = []
    for order, result in enumerate(results, start=1):
        subject = subjects[result.subject]
        data = engine.to_json(result)
        data["papers"] = papers.get(subject.pk, {})
        old = before.get(subject.pk)
        rows.append(
            ProposalRow(
                proposal=proposal,
                subject=subject,
                order=order,
                total=result.scores.get(scheme.total),
                rank=result.rank,
                group_rank=result.group_rank,
                result=data,
                figures=figures_digest(data),
                changes=differences(old.result, data, scheme) if old else [],
            )
        )
    ProposalRow.objects.bulk_create(rows)
    return list(proposal.rows.select_related("subject"))


def collect_papers(campaign: Campaign) -> dict[int, dict[str, Any]]:
    """Reasons on sheets and claims with certificates, frozen beside the figures they explain."""
    papers: dict[int, dict[str, Any]] = defaultdict(lambda: {"reasons": {}, "claims": {}})
    for subject, _, poll in campaign_polls(campaign):
        found = papers[subject]
        found["threshold"] = max(found.get("threshold", THRESHOLD), poll.threshold)
    sheets = Sheet.objects.filter(subject__campaign=campaign, state=Sheet.State.SUBMITTED)
    for sheet in sheets:
        reasons = {k: v for k, v in (sheet.data.get("reasons") or {}).items() if v}
        name = sheet.label or f"r{sheet.pk}"  # as in kaohe.campaigns.facts
        if reasons:
            papers[sheet.subject_id]["reasons"].setdefault(sheet.instrument, {})[name] = reasons
    claims = Claim.objects.filter(subject__campaign=campaign).exclude(
        state__in=[Claim.State.DRAFT, Claim.State.WITHDRAWN]
    )
    for claim in claims.select_related(
        "verified_by", "verified_by__person", "claimed_by", "claimed_by__person"
    ).prefetch_related("evidence"):
        papers[claim.subject_id]["claims"].setdefault(claim.rule, []).append(_claim_paper(claim))
    return dict(papers)


def _claim_paper(claim: Claim) -> dict[str, Any]:
    return {
        "title": claim.reason or claim.label,
        "quantity": format(claim.quantity.normalize(), "f"),
        "label": claim.label,
        "day": claim.day.isoformat() if claim.day else "",
        "state": claim.state,
        "word": claim.get_state_display(),
        "claimed_by": str(claim.claimed_by) if claim.claimed_by else "",
        "verified_by": str(claim.verified_by) if claim.verified_by else "",
        "verified_on": claim.verified_at.date().isoformat() if claim.verified_at else "",
        "verdict": claim.verdict_reason,
        "evidence": [
            {"name": e.name, "sha256": e.sha256}
            for e in claim.evidence.all()
            if e.removed_at is None
        ],
    }


def figures_digest(data: Mapping[str, Any]) -> str:
    """Digest of what a decision rests on.  Reasons, names and waivers do not belong to it."""
    return digest_of(
        {
            "scores": data.get("scores", {}),
            "grades": {k: g["label"] for k, g in data.get("grades", {}).items()},
            "flags": sorted(f["id"] for f in data.get("flags", ()) if f.get("blocks", True)),
        }
    )


def differences(old: Mapping[str, Any], new: Mapping[str, Any], scheme: Scheme) -> list[list[str]]:
    """[title, before, after] of every score, grade, list and flag that differs."""
    out: list[list[str]] = []
    before, after = old.get("scores", {}), new.get("scores", {})
    for key in {**before, **after}:
        if before.get(key) != after.get(key):
            title = scheme.scores[key].title if key in scheme.scores else key
            out.append([title or key, before.get(key) or "—", after.get(key) or "—"])
    grades, now = old.get("grades", {}), new.get("grades", {})
    for key in {**grades, **now}:
        was, is_ = (g.get(key, {}).get("label") or "—" for g in (grades, now))
        if was != is_:
            out.append([now.get(key, grades.get(key))["title"], was, is_])
    lists = old.get("lists", {})
    for key, one in new.get("lists", {}).items():
        was, is_ = bool(lists.get(key, {}).get("member")), bool(one["member"])
        if was != is_:
            out.append([one["title"], "列入" if was else "未列入", "列入" if is_ else "未列入"])
    flags = {f["id"]: f["title"] for f in old.get("flags", ())}
    raised = {f["id"]: f["title"] for f in new.get("flags", ())}
    out += [[f"提示：{t}", "无", "有"] for k, t in raised.items() if k not in flags]
    out += [[f"提示：{t}", "有", "无"] for k, t in flags.items() if k not in raised]
    return out


def _carry_over(rows: list[ProposalRow], previous: Proposal | None, actor: str) -> list[str]:
    """Repeat the decisions on rows with equal figures; return the titles."""
    if previous is None:
        return []
    before = {r.subject_id: r for r in previous.rows.all()}
    carried = []
    for row in rows:
        old = before.get(row.subject_id)
        if old is None or old.figures != row.figures:
            continue
        decisions = decisions_of(old)
        for decision in decisions.values():
            Decision.objects.create(
                row=row,
                grade=decision.grade,
                kind=decision.kind,
                proposed=decision.proposed,
                decided=decision.decided,
                reason=decision.reason,
                minutes=decision.minutes,
                decided_on=decision.decided_on,
                by=decision.by,
                at=decision.at,
                carried_from=decision,
            )
        if decisions:
            carried.append(row.subject.title)
    return carried


def _all_decided(proposal: Proposal) -> bool:
    return progress_of(rows_of(proposal), waivers(proposal.campaign)).is_complete


def recompute(proposal: Proposal) -> list[Problem]:
    """Compute a stored proposal again from its own facts; name what comes out differently."""
    scheme = engine.scheme_of_proposal(proposal)
    problems = []
    if digest_of(proposal.facts) != proposal.facts_digest:
        problems.append(Problem("事实数据", "与测算时的指纹不符，被改过"))
    result = engine.compute(scheme, facts_from_json(proposal.facts))
    if result.digest != proposal.digest:
        problems.append(Problem("全部结果", "重新计算的指纹与保存的不同"))
    if proposal.accounts and engine.accounts_of(result) != proposal.accounts:
        problems.append(Problem("名单和名额", "重新计算的结果与保存的不同"))
    rows = {r.subject.fact_id: r for r in proposal.rows.select_related("subject")}
    for subject in result.subjects:
        row = rows.get(subject.subject)
        if row is None:
            problems.append(Problem(subject.title, "没有保存的结果"))
            continue
        stored = {"lists": {}, **{k: v for k, v in row.result.items() if k != "papers"}}
        if engine.to_json(subject) != stored or _differs(row.total, subject.scores[scheme.total]):
            problems.append(Problem(row.subject.title, "重新计算的结果与保存的不同"))
    return problems


def _differs(stored: Decimal | None, computed: Decimal | None) -> bool:
    return stored != computed


def is_stale(proposal: Proposal) -> bool:
    """Whether the campaign's facts or parameters changed since the computation."""
    campaign = proposal.campaign
    if campaign.parameters != proposal.parameters:
        return True
    return digest_of(facts_json(facts_for(campaign))) != proposal.facts_digest
