"""Grades of everybody together: followed grades, limits, and quotas that move a surplus down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaohe.scoring.derivation import QuotaAccount
from kaohe.scoring.grading import GradePlan, Settled
from kaohe.scoring.outcomes.roster import Member, Roster, share_places, standing_of
from kaohe.scoring.ties import Order, order_of
from kaohe.scoring.wording import clauses, shown

if TYPE_CHECKING:
    from kaohe.scheme.model import Quota

BASIS_WORDS = {"scored": "个有得分的对象", "roll": "个对象"}
States = dict[str, Settled]
"""Subject -> its places in a grade; who gets no grade is not there."""


@dataclass(slots=True)
class _Holder:
    """A subject on its way through a quota."""

    member: Member
    state: Settled

    @property
    def name(self) -> str:
        """The subject's id."""
        return self.member.subject.id


def settle_grades(
    roster: Roster, plans: Mapping[str, GradePlan]
) -> tuple[dict[str, States], tuple[QuotaAccount, ...]]:
    """Each grade's place of everybody who gets it, and an account of each quota.

    Fills `Member.labels`.
    """
    done: dict[str, States] = {}
    accounts: dict[str, list[QuotaAccount]] = {}

    def visit(key: str) -> None:
        if key in done:
            return
        plan = plans[key]
        if plan.follows is not None:
            visit(plan.follows.id)
        done[key] = states = _limited(plan, roster, done)
        accounts[key] = [
            one for quota in plan.grade.quotas for one in _apply(plan, quota, roster, states)
        ]

    for key, plan in plans.items():
        visit(key)
        for member in roster.members:
            state = done[key].get(member.subject.id)
            member.labels[key] = plan.label(state.index) if state else None
    return {key: done[key] for key in plans}, tuple(a for key in plans for a in accounts[key])


def _limited(plan: GradePlan, roster: Roster, done: Mapping[str, States]) -> States:
    """The grade by bands (or by the grade it follows, quotas applied), after limits."""
    out: States = {}
    for member in roster.members:
        name, placed = member.subject.id, member.placed.get(plan.id)
        if placed is None or plan.id in member.exempt:
            continue
        base = placed.base
        if plan.follows is not None:
            followed = done[plan.follows.id].get(name)
            if followed is None:
                continue
            base = followed.index
        index = max(base, placed.worst)
        out[name] = Settled(base, index, index)
    return out


def _apply(plan: GradePlan, quota: Quota, roster: Roster, states: States) -> list[QuotaAccount]:
    """Move the surplus down in each group; one account per group."""
    score = plan.root.score
    assert score is not None
    edge, target = plan.labels.index(quota.label), plan.labels.index(quota.moves_to)
    order = order_of(roster.scheme, score.name, quota.ties_by)
    accounts = []
    for scope, everyone in roster.scopes(quota.within, plan.classes):
        asked = [m for m in everyone if plan.id not in m.exempt]
        scored = [m for m in asked if m.scores[score.name] is not None]
        count = len(asked if quota.of == "roll" else scored)
        places, way = share_places(quota, quota.share, count)
        holders = [
            _Holder(m, states[m.subject.id])
            for m in scored
            if m.subject.id in states and states[m.subject.id].index <= edge
        ]
        ranks = standing_of([h.member for h in holders], order)
        holders.sort(key=lambda h: (ranks[h.name], h.name))
        head = _head(quota, edge, scope, count, way)
        moved = _move(holders, ranks, places, target, quota, head, order)
        kept = [h.member.scores[score.name] for h in holders if h.name not in moved]
        accounts.append(
            QuotaAccount(
                plan.id, quota.label, scope, count, places, len(holders),
                tuple(h.name for h in holders if h.name in moved),
                shown(kept[-1]) if kept else "", _summary(head, holders, moved, quota, order),
                quota.cite, quota.gap or "",
            )
        )  # fmt: skip
        states.update({h.name: h.state for h in holders})
    return accounts


def _head(quota: Quota, edge: int, scope: str, count: int, way: str) -> str:
    above = "及以上" if edge else ""
    return f"“{quota.label}”{above}名额：{scope}{count} {BASIS_WORDS[quota.of]}，{way}"


def _move(
    holders: list[_Holder],
    ranks: Mapping[str, tuple[int, int]],
    places: int,
    target: int,
    quota: Quota,
    head: str,
    order: Order,
) -> set[str]:
    """Move all who stand behind the places; those tied at the edge all move."""
    moved: set[str] = set()
    cite = clauses(quota.cite)
    told = order.told({h.name: h.member.scores for h in holders})
    for holder in holders:
        rank, at_least = ranks[holder.name]
        here = f"{head}，达到的有 {len(holders)} 个，"
        here += f"{told[holder.name]}；" if holder.name in told else ""
        here += f"按得分排第 {rank}"
        state = holder.state
        if at_least <= places:
            text = f"{here}，在名额之内{cite}"
            holder.state = Settled(
                state.base, state.limited, state.index, state.applied, (*state.idle, text)
            )
            continue
        tie = (
            f"，与另外 {at_least - rank} 个并列在名额边上，一并"
            if rank <= places
            else "，在名额之外，"
        )
        text = f"{here}{tie}降为“{quota.moves_to}”{cite}"
        moved.add(holder.name)
        holder.state = Settled(
            state.base, state.limited, max(state.index, target), (*state.applied, text), state.idle
        )
    return moved


def _summary(head: str, holders: list[_Holder], moved: set[str], quota: Quota, order: Order) -> str:
    text = f"{head}；达到的有 {len(holders)} 个"
    if not moved:
        return f"{text}，未超出"
    kept = len(holders) - len(moved)
    how = f"，{order.words}" if order.words else ""
    return f"{text}{how}，保留 {kept} 个，{len(moved)} 个降为“{quota.moves_to}”"
