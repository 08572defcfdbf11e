"""What several pages of this floor share: who may see them, and how refusals are shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from kaohe.campaigns.models import Campaign, CampaignSubject
from kaohe.register.access import kinds_in
from kaohe.register.models import Role
from kaohe.results import engine
from kaohe.results.errors import Refused
from kaohe.results.explanation.page import Explanation, explain
from kaohe.results.explanation.steps import Papers
from kaohe.results.models import Decision, Notice, ProposalRow
from kaohe.results.queries import decisions_of, standing_notice, today
from kaohe.results.tabulation import cited_flags

SEES_ALL = {Role.Kind.ORGANISER, Role.Kind.DECIDER, Role.Kind.AUDITOR}


def campaign_or_404(pk: int) -> Campaign:
    """The campaign with its scheme."""
    return get_object_or_404(Campaign.objects.select_related("scheme"), pk=pk)


def show_refusal(request: HttpRequest, error: Refused) -> None:
    """Tell everything that was refused, above the page."""
    for problem in error.problems:
        messages.error(request, str(problem))


def may_see_all(request: HttpRequest) -> bool:
    """Whether whoever asks may see all results, before publication too."""
    return bool(kinds_in(request) & {str(r) for r in SEES_ALL})


def sees_own(request: HttpRequest, subject: CampaignSubject) -> Notice | None:
    """The notice under which a respondent may see his unit's or his own result; None if not (yet)."""
    own = Role.objects.filter(account_id=request.user.pk, kind=Role.Kind.RESPONDENT)
    if subject.is_person:
        own = own.filter(account__person=subject.holder_id)
    else:
        own = own.filter(unit_id=subject.unit_id)
    if not request.user.is_active or not own.exists():
        return None
    notice = standing_notice(subject.campaign)
    return notice if notice is not None and has_started(notice) else None


def has_started(notice: Notice) -> bool:
    """Whether the first day of a notice has come."""
    return notice.starts <= today()


def papers_of(row: ProposalRow, *, reasons: bool = True) -> Papers:
    """What lies beside a row's figures."""
    stored: dict[str, Any] = row.result.get("papers") or {}
    return Papers(
        reasons=stored.get("reasons", {}) if reasons else {},
        claims={k: tuple(v) for k, v in stored.get("claims", {}).items()},
        threshold=stored.get("threshold", 5),
    )


def explanation_of(
    row: ProposalRow, *, public: bool, posted: dict[str, Any] | None = None
) -> Explanation:
    """A row's page, for insiders or as the public sees it.

    `posted`: the row as a notice shows it; then decisions are exactly those posted, and the
    assessors' reasons stay inside.
    """
    return explain(
        engine.result_of(row),
        scheme=engine.scheme_of_proposal(row.proposal),
        parameters=row.proposal.parameters,
        papers=papers_of(row, reasons=posted is None),
        decisions=decisions_of(row) if posted is None else _posted_decisions(posted),
        public=public,
    )


def _posted_decisions(posted: dict[str, Any]) -> dict[str, Decision]:
    return {
        key: Decision(
            grade=key,
            kind=Decision.Kind.CHANGED if grade["changed"] else Decision.Kind.ADOPTED,
            proposed=grade["proposed"],
            decided=grade["decided"],
            reason=grade["reason"],
            minutes=grade["minutes"],
        )
        for key, grade in posted["grades"].items()
    }


def page_context(row: ProposalRow, page: Explanation, *, public: bool) -> dict[str, Any]:
    """What `results/_explanation.html` needs."""
    proposal = row.proposal
    return {
        "page": page,
        "row": row,
        "public": public,
        "who": _who(row, page),
        "flags": cited_flags(row, page.scheme),
        "period": proposal.campaign.period,
        "fingerprint": proposal.fingerprint,
        "digest": proposal.digest,
        "number": proposal.number,
        "computed_at": proposal.at,
    }


def _who(row: ProposalRow, page: Explanation) -> list[str]:
    """Unit, class, office holder and ranks: the line under the name."""
    result = page.result
    ranks = {page.inner: result.group_rank if page.inner else None}
    if page.scheme.rank_within == "all":  # else the classes are not compared
        ranks["总"] = result.rank
    return [
        text
        for text in (
            row.subject.unit.name if row.subject.is_person else "",
            page.group,
            f"{page.office} {result.person}".strip() if result.person else "",
            *(f"{word}第 {rank} 名" for word, rank in ranks.items() if rank),
        )
        if text
    ]


def row_or_404(subject: CampaignSubject, number: str = "") -> ProposalRow:
    """The subject's row in the latest proposal, or in the one with a number."""
    rows = (
        ProposalRow.objects.filter(subject=subject)
        .select_related("proposal", "proposal__campaign", "proposal__campaign__scheme", "subject")
        .defer("proposal__facts")
    )
    if number:
        rows = rows.filter(proposal__number=int(number)) if number.isdecimal() else rows.none()
    row = rows.order_by("-proposal__number").first()
    if row is None:
        raise Http404("no result yet")
    return row
