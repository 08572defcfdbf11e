"""What subjects reached in earlier campaigns, as facts of a later one.

Only published results count.  The same unit or person is found by the register, not by its title;
a grade is the one the committee decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from kaohe.campaigns.models import Campaign
from kaohe.results.models import Proposal, ProposalRow, RecordedStanding
from kaohe.results.queries import decisions_of, latest_proposal, rows_of, standing_notice
from kaohe.scheme.model import Scheme
from kaohe.scoring.facts import Standing
from kaohe.scoring.periods import read_period, standing_periods

if TYPE_CHECKING:
    from kaohe.scheme.operators import Carried, Node, Periods

PUBLISHED = (Campaign.State.PUBLISHED, Campaign.State.FINAL)


@dataclass(slots=True)
class Wanted:
    """What a scheme takes from other campaigns."""

    scores: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    """(scheme, period) -> (score there, what it is called in the facts)."""
    has_history: bool = False
    """Whether streaks look at lists and grades of the periods before."""

    def schemes(self, own: str) -> set[str]:
        """Ids of the schemes whose campaigns are looked at."""
        return {scheme for scheme, _ in self.scores} | ({own} if self.has_history else set())


def base_of(scheme_id: str) -> str:
    """The scheme a roll-up is made of; empty for others.

    >>> base_of("township.red-grey-list.year"), base_of("township.red-grey-list")
    ('township.red-grey-list', '')
    """
    base = scheme_id.rpartition(".")[0]
    return base if "." in base else ""


def wanted_by(scheme: Scheme, period: str) -> Wanted:
    """What a scheme needs for a period."""
    base = base_of(scheme.id)
    found = Wanted(has_history=bool(scheme.streaks))
    for node in _nodes(scheme):
        if node.operator not in ("carried", "periods"):
            continue
        args = cast("Carried | Periods", node.args)
        source = args.scheme or base or scheme.id
        name = args.score if source == scheme.id else f"{source}/{args.score}"
        when = f"each:{getattr(args, 'each', '')}"
        when = when if node.operator == "periods" else str(getattr(args, "period", ""))
        for one in standing_periods(when, period):
            found.scores.setdefault((source, one), set()).add((args.score, name))
    return found


def _nodes(scheme: Scheme) -> Iterator[Node]:
    waiting = list(scheme.scores.values())
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.args.nodes()


def standing_for(campaign: Campaign, scheme: Scheme) -> tuple[Standing, ...]:
    """Published results of other campaigns, for those who are subjects of this one.

    Where two campaigns say something of one subject and period, the later one counts.
    """
    wanted = wanted_by(scheme, campaign.period)
    ids = wanted.schemes(scheme.id)
    now = read_period(campaign.period)
    if not ids or now is None:
        return ()
    names = {(s.unit_id, s.holder_id): s.fact_id for s in campaign.subjects.all()}
    others = (
        Campaign.objects.filter(state__in=PUBLISHED, scheme__scheme_id__in=ids)
        .exclude(pk=campaign.pk)
        .select_related("scheme")
        .order_by("created_at", "id")
    )
    found: dict[tuple[str, str, str, str], Standing] = {}
    for other in others:
        period = read_period(other.period)
        proposal = _published(other)
        if period is None or proposal is None:
            continue
        source, when = other.scheme.scheme_id, str(period)
        scores = wanted.scores.get((source, when), set())
        is_past = (
            wanted.has_history and source == scheme.id and period.kind == now.kind and period < now
        )
        if not scores and not is_past:
            continue
        for row in rows_of(proposal):
            name = names.get((row.subject.unit_id, row.subject.holder_id))
            if name is None:
                continue
            for score, called in scores:
                if (value := row.result["scores"].get(score)) is not None:
                    found[name, when, called, ""] = Standing(name, when, called, Decimal(value))
            if is_past:
                found |= {(name, when, "", one.grade): one for one in _history(row, name, when)}
    return tuple(found.values())


def recorded_standing(campaign: Campaign, known: tuple[Standing, ...]) -> tuple[Standing, ...]:
    """What a record says of earlier periods, where no campaign published here says it."""
    said = {(s.subject, s.period, s.score) for s in known}
    names = {s.pk: s.fact_id for s in campaign.subjects.all()}
    rows = [
        Standing(
            names[r.subject_id], r.period, r.score, Decimal(r.value) if r.value else None,
            r.grade, tuple(r.lists),
        )
        for r in RecordedStanding.objects.filter(subject__campaign=campaign)
    ]  # fmt: skip
    return tuple(r for r in rows if (r.subject, r.period, r.score) not in said)


def _published(campaign: Campaign) -> Proposal | None:
    """The computation that was posted."""
    notice = standing_notice(campaign)
    return notice.proposal if notice is not None else latest_proposal(campaign)


def _history(row: ProposalRow, subject: str, period: str) -> Iterator[Standing]:
    """A subject's lists, and each of its grades as it was decided."""
    lists = tuple(
        key
        for key, one in row.result.get("lists", {}).items()
        if one["member"] and not one["streak"]
    )
    decisions = decisions_of(row)
    yield Standing(subject, period, "", None, "", lists)
    for key, grade in row.result["grades"].items():
        decision = decisions.get(key)
        label = decision.decided if decision else grade["label"]
        if label:
            yield Standing(subject, period, "", None, f"{key}:{label}", ())
