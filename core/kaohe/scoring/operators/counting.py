"""How many: verified entries of some rules, and the share of some options among the votes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import bounds
from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import FactLine
from kaohe.scoring.expressions import Integer
from kaohe.scoring.facts import TURNOUT
from kaohe.scoring.levels import Leaf, Level, Match
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import plain, sum_formula

if TYPE_CHECKING:
    from kaohe.scheme.model import BallotInstrument, EntryRule, Scheme
    from kaohe.scheme.operators import Count, Node, VoteShare

VERIFIED = "verified"


def counts_rows(rule: EntryRule) -> bool:
    """Whether an entry counts once; else it counts as often as its quantity says."""
    return not isinstance(rule.points, dict) or rule.quantity == "percent"


class CountMeaning(Meaning):
    """How many verified entries some rules have."""

    key: ClassVar[str] = "count"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        return Drawn(q.total([_count(n, build) for n in cast("Count", node.args).rules]))

    def title(self, node: Node, scheme: Scheme) -> str:
        return "、".join(scheme.entries[n].title for n in cast("Count", node.args).rules) + "次数"

    def explain(self, lowered: Lowered, view: View) -> Told:
        lines, terms = [], []
        for name in cast("Count", lowered.node.args).rules:
            rule = view.scheme.entries[name]
            rows = [e for e in view.facts("entries", name) if e.state == VERIFIED]
            for entry in sorted(rows, key=lambda e: (e.event, e.label, e.reason, str(e.day))):
                times = "1" if counts_rows(rule) else plain(entry.quantity)
                note = " · ".join(t for t in (entry.label, entry.event) if t)
                lines.append(FactLine(entry.reason or entry.label or rule.title, times, note))
                terms.append(times)
        if not terms:
            return Told("没有经核验的记录，计 0", "0")
        return Told(f"{len(terms)} 条经核验的记录", sum_formula(terms), facts=tuple(lines))


def _count(name: str, build: Lowering) -> Quantity:
    """How often one rule was recorded."""
    by_rows = counts_rows(build.scheme.entries[name])
    scale = 1 if by_rows else 10**build.scheme.decimals
    top = bounds.ENTRIES * scale * (1 if by_rows else 100)
    level = Level(
        f"count:{name}", "entries", (name,), (Leaf("times", 0, top, measured=not by_rows),),
        where=(Match("state", (VERIFIED,)),), decimals=build.scheme.decimals,
    )  # fmt: skip
    leaf = build.program.gather(level).leaf(level, "times")
    return Quantity(leaf, scale, Fraction(), Fraction(top, scale))


@dataclass(frozen=True, slots=True)
class _Share:
    """What explaining a share needs."""

    chosen: Integer
    valid: Integer


class VoteShareMeaning(Meaning):
    """The share of some options among the valid marks, in percent."""

    key: ClassVar[str] = "vote_share"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("VoteShare", node.args)
        poll = cast("BallotInstrument", build.scheme.instruments[args.poll])
        where = [
            Match("option", tuple(poll.options)),
            Match("aspect", (args.aspect,)) if args.aspect else Match("aspect", (TURNOUT,), False),
        ]
        if args.strata:
            where.append(Match("stratum", args.strata))
        most = bounds.VOTES
        name = f"share:{args.poll}:{args.aspect or ''}:{'+'.join(args.strata)}"
        level = Level(
            f"{name}:{'+'.join(args.options)}", "votes", (args.poll,),
            (Leaf("chosen", 0, most, where=Match("option", args.options)), Leaf("valid", 0, most)),
            where=tuple(where), decimals=build.scheme.decimals,
        )  # fmt: skip
        block = build.program.gather(level)
        chosen, valid = block.leaf(level, "chosen"), block.leaf(level, "valid")
        present = block.const(0).below(valid)
        exact = Quantity(
            chosen * 100, 1, Fraction(), Fraction(100), valid.larger(1), present=present
        )
        return Drawn(exact, detail=_Share(chosen, valid))

    def title(self, node: Node, scheme: Scheme) -> str:
        args = cast("VoteShare", node.args)
        return f"{scheme.instruments[args.poll].title}{'、'.join(args.options)}率"

    def explain(self, lowered: Lowered, view: View) -> Told:
        args = cast("VoteShare", lowered.node.args)
        poll = cast("BallotInstrument", view.scheme.instruments[args.poll])
        detail = cast("_Share", lowered.detail)
        if not view.is_present(lowered.exact):
            return Told(missing=f"“{poll.title}”没有有效评价")
        counts = dict.fromkeys(poll.options, 0)
        for vote in view.facts("votes", args.poll):
            here = vote.aspect == args.aspect if args.aspect else vote.aspect != TURNOUT
            if here and (not args.strata or vote.stratum in args.strata) and vote.option in counts:
                counts[vote.option] += vote.count
        lines = tuple(FactLine(label, str(count)) for label, count in counts.items())
        chosen, valid = view.number(detail.chosen), view.number(detail.valid)
        where = next(
            (f"“{i.title}”" for i in view.scheme.items[poll.aspects].items if i.id == args.aspect),
            "",
        )
        strata = "、".join(poll.strata[s] for s in args.strata)
        who = f"{strata}的" if strata else ""
        return Told(
            f"{who}{where}{'、'.join(args.options)} {chosen} 票，占有效评价 {valid} 票的百分比",
            f"{chosen} ÷ {valid} × 100", facts=lines,
        )  # fmt: skip
