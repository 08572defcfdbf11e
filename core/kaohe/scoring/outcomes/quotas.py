"""Grades of everybody together: followed grades, limits, and quotas that move a surplus down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kaohe.scoring.cohorts import Groups
from kaohe.scoring.derivation import QuotaAccount
from kaohe.scoring.execution import Evaluated
from kaohe.scoring.facts import Subject
from kaohe.scoring.grading import GradePlan, Settled
from kaohe.scoring.outcomes.roster import scope_title, share_places, share_words
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import clauses, plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Quota, Scheme

BASIS_WORDS = {"scored": "个有得分的对象", "roll": "个对象"}


@dataclass(slots=True)
class _Holder:
    """A subject on its way through the quotas of a grade."""

    subject: Subject
    state: Settled
    value: Fraction


def settle_grades(
    scheme: Scheme,
    plans: Mapping[str, GradePlan],
    subjects: Sequence[Subject],
    found: Mapping[str, Evaluated],
    groups: Groups,
) -> tuple[dict[str, dict[str, Settled]], tuple[QuotaAccount, ...]]:
    """Each grade's place of everybody who gets it, and an account of each quota."""
    done: dict[str, dict[str, Settled]] = {}
    accounts: list[QuotaAccount] = []

    def visit(key: str) -> None:
        if key in done:
            return
        plan = plans[key]
        if plan.follows is not None:
            visit(plan.follows.id)
        done[key] = states = _limited(plan, subjects, found, done)
        for quota in plan.grade.quotas:
            accounts.extend(_apply(scheme, plan, quota, subjects, states, found, groups))

    for key in plans:
        visit(key)
    return done, tuple(accounts)


def _limited(
    plan: GradePlan,
    subjects: Sequence[Subject],
    found: Mapping[str, Evaluated],
    done: Mapping[str, Mapping[str, Settled]],
) -> dict[str, Settled]:
    """The grade by bands (or by the grade it follows, quotas applied), after limits."""
    out: dict[str, Settled] = {}
    for subject in subjects:
        values = found[subject.id].values
        if plan.present is not None and not values[plan.present.index]:
            continue
        base = values[plan.base.index]
        if plan.follows is not None:
            followed = done[plan.follows.id].get(subject.id)
            if followed is None:
                continue
            base = followed.index
        index = base
        for one in plan.limits:
            if values[one.fired.index]:
                index = max(index, plan.labels.index(one.limit.at_most))
        out[subject.id] = Settled(base, index, index)
    return out


def _root(plan: GradePlan) -> GradePlan:
    while plan.follows is not None:
        plan = plan.follows
    return plan


def _apply(
    scheme: Scheme,
    plan: GradePlan,
    quota: Quota,
    subjects: Sequence[Subject],
    states: dict[str, Settled],
    found: Mapping[str, Evaluated],
    groups: Groups,
) -> list[QuotaAccount]:
    """Move the surplus down in each group; one account per group."""
    score = _root(plan).score
    assert score is not None
    quantity = score.quantity
    edge = plan.labels.index(quota.label)
    target = plan.labels.index(quota.moves_to)
    classes = plan.grade.classes
    scopes: dict[str, list[Subject]] = {}
    for subject in subjects:
        if not classes or subject.group in classes:
            scopes.setdefault(groups.key(quota.within, subject.id), []).append(subject)
    accounts = []
    for key, everyone in scopes.items():
        scored = [s for s in everyone if _is_there(quantity, found[s.id])]
        count = len(everyone if quota.of == "roll" else scored)
        places = share_places(quota.share, count)
        holders = [
            _Holder(s, states[s.id], _value(quantity, found[s.id]))
            for s in scored
            if s.id in states and states[s.id].index <= edge
        ]
        head = _head(scheme, quota, edge, groups, key, count, places)
        moved = _move(holders, places, target, quota, head)
        values = sorted((h.value for h in holders if h.subject.id not in moved), reverse=True)
        accounts.append(
            QuotaAccount(
                plan.id, quota.label, scope_title(scheme, groups, quota.within, key), count, places,
                len(holders), tuple(h.subject.id for h in holders if h.subject.id in moved),
                plain(values[-1]) if values else "", _summary(head, holders, moved, quota),
                quota.cite, quota.gap or "",
            )
        )  # fmt: skip
        states.update({h.subject.id: h.state for h in holders})
    return accounts


def _is_there(quantity: Quantity, one: Evaluated) -> bool:
    return quantity.present is None or bool(one.values[quantity.present.index])


def _value(quantity: Quantity, one: Evaluated) -> Fraction:
    divisor = 1 if quantity.divisor is None else one.values[quantity.divisor.index]
    return Fraction(one.values[quantity.number.index], quantity.scale * divisor)


def _head(
    scheme: Scheme, quota: Quota, edge: int, groups: Groups, key: str, count: int, places: int
) -> str:
    scope = scope_title(scheme, groups, quota.within, key)
    above = "及以上" if edge else ""
    basis = BASIS_WORDS[quota.of]
    none = "（不足一名）" if places == 0 and count else ""
    return (
        f"“{quota.label}”{above}名额：{scope}{count} {basis}，"
        f"{share_words(quota.share, count, places)}，名额 {places} 个{none}"
    )


def _move(holders: list[_Holder], places: int, target: int, quota: Quota, head: str) -> set[str]:
    """Move all who stand behind the places; those tied at the edge all move."""
    values = sorted((h.value for h in holders), reverse=True)
    moved: set[str] = set()
    cite = clauses(quota.cite)
    for holder in holders:
        rank = values.index(holder.value) + 1
        at_least = sum(1 for v in values if v >= holder.value)
        here = f"{head}，达到的有 {len(holders)} 个，按得分排第 {rank}"
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
        moved.add(holder.subject.id)
        holder.state = Settled(
            state.base, state.limited, max(state.index, target), (*state.applied, text), state.idle
        )
    return moved


def _summary(head: str, holders: list[_Holder], moved: set[str], quota: Quota) -> str:
    if not moved:
        return f"{head}；达到的有 {len(holders)} 个，未超出"
    kept = len(holders) - len(moved)
    return (
        f"{head}；达到的有 {len(holders)} 个，保留 {kept} 个，{len(moved)} 个降为“{quota.moves_to}”"
    )
