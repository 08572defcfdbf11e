"""Votes: points × votes ÷ valid marks, per aspect, shown; then the mean of the aspects."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import bounds
from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import FactLine, Step
from kaohe.scoring.expressions import Integer
from kaohe.scoring.facts import TOTAL, TURNOUT, Vote
from kaohe.scoring.levels import Leaf, Level, Match
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.operators.strata import Strata, explain_strata, lower_strata
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import (
    MODE_WORDS,
    factor,
    mean_formula,
    plain,
    scaled_decimal,
    shown,
)

if TYPE_CHECKING:
    from kaohe.scheme.model import BallotInstrument, Item, Scheme
    from kaohe.scheme.operators import Node, Votes

TURNOUT_WORDS = {
    "due": "应到", "present": "实到", "issued": "发出", "returned": "收回",
    "valid": "有效", "invalid": "无效", "blank": "空白",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explaining a ballot needs."""

    poll: str
    level: str
    points: Integer
    valid: Integer
    score: Integer
    decimals: int
    rounding: str
    unit: int
    options: dict[str, tuple[str, str]]
    """Label -> points as a factor, and the note beside a count."""
    items: dict[str, Item]
    order: dict[str, int]


class VotesMeaning(Meaning):
    """Points per option times votes, over the valid marks, per aspect; the mean of aspects."""

    key: ClassVar[str] = "votes"

    def __init__(self, stratum: str = "") -> None:
        self.stratum = stratum
        """Only this class of voters; empty: all, pooled or weighted."""

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Votes", node.args)
        if args.weights and not self.stratum:
            return lower_strata(node, path, build, meaning_of=VotesMeaning)
        name = args.poll
        poll = cast("BallotInstrument", build.scheme.instruments[name])
        unit = 10**build.scheme.decimals
        ends = Fraction(min(poll.options.values())), Fraction(max(poll.options.values()))
        level = votes_level(name, build.scheme, self.stratum)
        block = build.program.gather(level)
        points, valid = block.leaf(level, "points"), block.leaf(level, "valid")
        marked = block.const(0).below(valid)
        decimals, rounding = build.decimals_of(node)
        per_aspect = q.rounded(
            Quantity(points, unit, *ends, valid.larger(1), marked), decimals, rounding
        )
        subject = build.program.subject
        aspects = len(build.scheme.items[poll.aspects].items) + 1
        score = per_aspect.number * marked
        edge = max(abs(score.low), abs(score.high)) * aspects
        number = subject.total(score, -edge if score.low < 0 else 0, edge)
        count = subject.total(marked, 0, aspects)
        present = subject.const(0).below(count)
        exact = Quantity(number, per_aspect.scale, *ends, count.larger(1), present)
        options = {
            label: (factor(plain(each)), f"每票 {plain(each)} 分")
            for label, each in poll.options.items()
        }
        items = {item.id: item for item in build.scheme.items[poll.aspects].items}
        order = {key: place for place, key in enumerate(items)}
        detail = _Detail(
            name, level.name, points, valid, score, decimals, rounding, unit, options, items, order
        )
        parameters = build.bound_from(f"instruments.{name}.options")
        return Drawn(exact, detail=detail, parameters=parameters)

    def title(self, node: Node, scheme: Scheme) -> str:
        return scheme.instruments[cast("Votes", node.args).poll].title

    def explain(self, lowered: Lowered, view: View) -> Told:
        if isinstance(lowered.detail, Strata):
            return explain_strata(lowered, view)
        detail = cast("_Detail", lowered.detail)
        poll = cast("BallotInstrument", view.scheme.instruments[detail.poll])
        votes = view.facts("votes", detail.poll)
        if self.stratum:
            votes = [v for v in votes if v.stratum == self.stratum]
        accounts = turnout_lines(votes)
        rows = [row for row in view.rows(detail.level) if row[1][detail.valid.index]]
        rows.sort(key=lambda row: detail.order.get(row[0], -1))
        if not rows:
            return Told(facts=accounts, missing=f"“{poll.title}”没有有效评价")
        tallies: dict[str, list[Vote]] = {key: [] for key, _ in rows}
        for vote in votes:
            if vote.aspect in tallies:
                tallies[vote.aspect].append(vote)
        steps = tuple(_aspect_step(lowered, key, values, tallies[key]) for key, values in rows)
        unmarked: tuple[str, ...] = ()
        if rows[0][0] != TOTAL and len(rows) < len(detail.items):
            unmarked = tuple(
                f"“{item.title}”没有有效评价，不参与平均"
                for key, item in detail.items.items()
                if key not in tallies
            )
        is_overall = rows[0][0] == TOTAL
        sentence = "按整体票数一次计算" if is_overall else f"{len(steps)} 项测评得分的平均数"
        formula = mean_formula([shown(s.value) for s in steps])
        return Told(sentence, formula, steps, accounts, applied=unmarked)


def votes_level(name: str, scheme: Scheme, stratum: str = "") -> Level:
    """The tallies of a poll by aspect, of one class of voters or of all pooled."""
    poll = cast("BallotInstrument", scheme.instruments[name])
    unit = 10**scheme.decimals
    factors = {label: int(points * unit) for label, points in poll.options.items()}
    reach = [f * bounds.VOTES for f in (0, *factors.values())]
    return Level(
        f"votes:{name}:{stratum}" if stratum else f"votes:{name}", "votes", (name,),
        (
            Leaf("points", min(reach), max(reach), factor_column="option", factors=factors),
            Leaf("valid", 0, bounds.VOTES),
        ),
        key="aspect",
        where=(
            Match("aspect", (TURNOUT,), inside=False), Match("option", tuple(factors)),
            *((Match("stratum", (stratum,)),) if stratum else ()),
        ),
        decimals=scheme.decimals,
    )  # fmt: skip


def turnout_lines(votes: list[Vote] | tuple[Vote, ...]) -> tuple[FactLine, ...]:
    """Ballot accounting as read: issued, returned, invalid, pooled over strata."""
    sums: dict[str, int] = {}
    for vote in votes:
        if vote.aspect == TURNOUT:
            sums[vote.option] = sums.get(vote.option, 0) + vote.count
    return tuple(
        FactLine(word, str(sums[key])) for key, word in TURNOUT_WORDS.items() if key in sums
    )


def _aspect_step(lowered: Lowered, aspect: str, values: tuple[int, ...], votes: list[Vote]) -> Step:
    """One aspect's tally (its own rows) and its score."""
    detail: _Detail = lowered.detail
    counts = dict.fromkeys(detail.options, 0)
    for vote in votes:
        counts[vote.option] += vote.count
    item = detail.items.get(aspect)
    valid = values[detail.valid.index]
    lines, products = [], []
    for label, count in counts.items():
        points, note = detail.options[label]
        lines.append(FactLine(label, str(count), note))
        if count:
            products.append(f"{points} × {count}")
    exact = Fraction(values[detail.points.index], valid * detail.unit)
    return Step(
        f"{lowered.path}.{'overall' if aspect == TOTAL else aspect}",
        item.title if item else "整体票数",
        "aspect",
        scaled_decimal(values[detail.score.index], detail.decimals),
        exact,
        detail.decimals,
        f"各选项分值 × 票数，除以有效评价 {valid}，{MODE_WORDS[detail.rounding]}",
        f"({' + '.join(products)}) ÷ {valid}",
        item.cite if item else (),
        (item.gap or "") if item else "",
        facts=tuple(lines),
        rounding=detail.rounding,
    )
