"""Lists of subjects: the first, the last, a share of the best, or all who fulfil conditions.

Ties at the edge are in for lists of a number and out for shares (which are quotas), unless the
list says otherwise; a single subject has no last place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from kaohe.scoring.derivation import ListAccount, ListResult
from kaohe.scoring.outcomes.roster import (
    Member,
    Roster,
    share_places,
    standing_of,
)
from kaohe.scoring.ties import Order, order_of
from kaohe.scoring.wording import clauses, plain, shown

if TYPE_CHECKING:
    from kaohe.scheme.model import ListRule

OUTSIDE = "不属于这份名单所看的类别"
"""What a list says of subjects of a class it does not look at."""
Verdicts = dict[str, dict[str, ListResult]]


@dataclass(slots=True)
class _Draw:
    """One list in one group."""

    key: str
    rule: ListRule
    order: Order
    scope: str
    scored: list[Member]
    pool: list[Member] = field(default_factory=list)
    out: dict[str, str] = field(default_factory=dict)
    """Subject -> why it is not looked at."""
    places: int | None = None
    head: str = ""

    @property
    def is_worst(self) -> bool:
        """Whether it takes from the bottom."""
        return self.rule.last is not None or self.rule.worst_share is not None

    def value(self, member: Member) -> Decimal:
        """The score that ranks."""
        found = member.scores[self.order.score]
        assert found is not None
        return found


def draw_lists(roster: Roster) -> tuple[Verdicts, tuple[ListAccount, ...]]:
    """Every list: what it says of each subject, and the account of each group it is drawn in."""
    verdicts: Verdicts = {}
    accounts: dict[str, list[ListAccount]] = {}
    for key in drawing_order(roster.scheme.lists):
        rule = roster.scheme.lists[key]
        verdicts[key], accounts[key] = _draw(roster, key, rule, verdicts)
    kept = tuple(one for key in roster.scheme.lists for one in accounts[key])
    return {key: verdicts[key] for key in roster.scheme.lists}, kept


def drawing_order(lists: Mapping[str, ListRule]) -> list[str]:
    """Lists such that each comes after those it gives way to; circles are left as written."""
    done: list[str] = []

    def visit(key: str, trail: frozenset[str]) -> None:
        if key in done or key in trail or key not in lists:
            return
        for other in lists[key].gives_way_to:
            visit(other, trail | {key})
        done.append(key)

    for key in lists:
        visit(key, frozenset())
    return done


def _draw(
    roster: Roster, key: str, rule: ListRule, before: Verdicts
) -> tuple[dict[str, ListResult], list[ListAccount]]:
    score = rule.of or roster.scheme.total
    order = order_of(roster.scheme, score, rule.ties_by)
    results: dict[str, ListResult] = {}
    accounts, cite = [], clauses(rule.cite)
    for scope, members in roster.scopes(rule.within, rule.classes):
        scored = [m for m in members if m.scores[score] is not None and key not in m.exempt]
        draw = _Draw(key, rule, order, scope, scored)
        _fill_pool(draw, roster, before)
        taken, texts = _take(draw, roster)
        inside = set(taken)
        for member in members:
            name = member.subject.id
            if key in member.exempt:
                text, place = f"按记录的决定不参加：{member.exempt[key]}", None
            elif member.scores[score] is None:
                text, place = f"“{_title(roster, score)}”没有得分，不列入", None
            elif name in draw.out:
                text, place = draw.out[name], None
            else:
                text, place = texts[name]
            results[name] = ListResult(
                key, rule.title, rule.kind, name in inside, text + cite,
                rule.cite, rule.gap or "", place,
            )  # fmt: skip
        accounts.append(_account(draw, taken))
    for member in roster.members:
        if member.subject.id not in results:
            results[member.subject.id] = ListResult(
                key, rule.title, rule.kind, False, OUTSIDE, rule.cite,
                rule.gap or "",
            )  # fmt: skip
    return {m.subject.id: results[m.subject.id] for m in roster.members}, accounts


def _title(roster: Roster, score: str) -> str:
    return roster.scheme.scores[score].title


def _fill_pool(draw: _Draw, roster: Roster, before: Verdicts) -> None:
    """Leave out, with the reason, who cannot be on the list; the place goes to the next."""
    rule, scheme = draw.rule, roster.scheme
    for member in draw.scored:
        name, value = member.subject.id, draw.value(member)
        title = _title(roster, draw.order.score)
        bars = [r for r in rule.barred_by if r in member.findings]
        way = [k for k in rule.gives_way_to if before[k][name].member]
        label = member.labels.get(rule.grade) if rule.grade else None
        if rule.at_least is not None and value < rule.at_least:
            why = f"{title} {shown(value)}，未达到 {plain(rule.at_least)}"
        elif rule.below is not None and value >= rule.below:
            why = f"{title} {shown(value)}，不低于 {plain(rule.below)}"
        elif rule.labels and label not in rule.labels:
            grade = scheme.grades[rule.grade or ""].title
            why = f"{grade}为“{label or '无'}”，不在“{'、'.join(rule.labels)}”之内"
        elif bars:
            titles = "、".join(scheme.entries[r].title for r in bars)
            why = f"有经核验的“{titles}”记录，不能列入"
        elif way:
            why = f"已列入“{'、'.join(scheme.lists[k].title for k in way)}”，不再列入"
        else:
            draw.pool.append(member)
            continue
        draw.out[name] = why


def _take(draw: _Draw, roster: Roster) -> tuple[list[str], dict[str, tuple[str, int | None]]]:
    """Members in order, and (sentence, place) of everybody in the pool."""
    rule, count = draw.rule, len(draw.scored)
    ranks = standing_of(draw.pool, draw.order, worst=draw.is_worst)
    here = f"{draw.scope}{count} 个有得分的对象"
    if count <= rule.more_than and rule.more_than:
        draw.head = f"{here}，不多于 {rule.more_than} 个，不列名单"
        return [], {m.subject.id: (draw.head, None) for m in draw.pool}
    if draw.is_worst and count == 1:
        draw.head = "只有 1 个有得分的对象，没有末位"
        draw.places = 0
        return [], {m.subject.id: (draw.head, None) for m in draw.pool}
    ordered = sorted(draw.pool, key=lambda m: (ranks[m.subject.id][0], m.subject.id))
    draw.places, way = _places(draw, count)
    if draw.places is None:
        score = draw.order.score
        draw.head = f"{here}，符合条件的全部列入"
        texts = {
            m.subject.id: (f"{_title(roster, score)} {shown(draw.value(m))}，符合条件", rank)
            for m in draw.pool
            for rank in (ranks[m.subject.id][0],)
        }
        return [m.subject.id for m in ordered], dict(texts)
    draw.head = f"{here}，{way}"
    ties = rule.ties or ("in" if rule.first is not None or rule.last is not None else "out")
    told = draw.order.told({m.subject.id: m.scores for m in draw.pool})
    taken, found = [], {}
    for member in ordered:
        name = member.subject.id
        rank, at_most = ranks[name]
        text = f"{draw.head}；{told[name]}" if name in told else draw.head
        text += f"；{'倒数' if draw.is_worst else ''}第 {rank} 名"
        tied = at_most - rank
        on_edge = rank <= draw.places < at_most
        is_in = rank <= draw.places if ties == "in" else at_most <= draw.places
        if is_in:
            taken.append(name)
        if on_edge:
            text += f"，与另外 {tied} 个并列在名额边上，{'一并列入' if is_in else '都不列入'}"
        else:
            text += "，列入" if is_in else "，在名额之外"
        found[name] = (text, rank)
    return taken, dict(found)


def _places(draw: _Draw, count: int) -> tuple[int | None, str]:
    """How many places there are, and how that is said."""
    rule = draw.rule
    if rule.first is not None:
        return rule.first, f"取前 {rule.first} 名"
    if rule.last is not None:
        return rule.last, f"取最后 {rule.last} 名"
    share = rule.best_share if rule.best_share is not None else rule.worst_share
    if share is None:
        return None, ""
    return share_places(rule, share, count)


def _account(draw: _Draw, taken: list[str]) -> ListAccount:
    rule = draw.rule
    values = {m.subject.id: draw.value(m) for m in draw.pool}
    edge = shown(values[taken[-1]]) if taken else ""
    text = draw.head
    if draw.places and draw.order.words:
        text += f"；{draw.order.words}"
    if draw.places is not None and draw.places:
        inside = len(taken)
        ranks = standing_of(draw.pool, draw.order, worst=draw.is_worst)
        tied = sum(1 for rank, most in ranks.values() if rank <= draw.places < most)
        if tied:
            word = "一并列入" if inside > draw.places else "都不列入"
            text += f"；名额边上 {tied} 个并列，{word}"
        if inside < draw.places and not tied:
            text += f"；只有 {inside} 个符合条件"
    if draw.out:
        text += f"；{len(draw.out)} 个因不符合条件未列入比较"
    return ListAccount(
        draw.key, rule.title, rule.kind, draw.scope, len(draw.scored), draw.places, edge,
        tuple(taken), text, rule.cite, rule.gap or "",
    )  # fmt: skip
