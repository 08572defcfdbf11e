"""Minimum turnout: a flag a person has to settle; it never changes a score."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from kaohe.scoring import bounds
from kaohe.scoring.derivation import Flag
from kaohe.scoring.expressions import Integer
from kaohe.scoring.facts import TURNOUT
from kaohe.scoring.levels import Leaf, Level, Match
from kaohe.scoring.operators.base import Lowering, View
from kaohe.scoring.operators.votes import votes_level
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme, Turnout


@dataclass(frozen=True, slots=True)
class TurnoutPlan:
    """A turnout rule in the plan."""

    poll: str
    rule: Turnout
    title: str
    voters: Integer
    is_stated: Integer
    """1 where the returned ballots are on record; else only valid and invalid ones are known."""
    raised: Integer


def lower_turnout(build: Lowering) -> list[TurnoutPlan]:
    """Lower the turnout rules of all ballots."""
    plans = []
    for name, instrument in build.scheme.instruments.items():
        if instrument.type != "ballot":
            continue
        for rule in instrument.turnout:
            build.program.node, build.program.cite = f"{name}.turnout", rule.cite
            plans.append(_lower(name, instrument.title, rule, build))
    return plans


def _lower(name: str, title: str, rule: Turnout, build: Lowering) -> TurnoutPlan:
    most, scheme = bounds.VOTES, build.scheme

    def leaves(option: str) -> tuple[Leaf, Leaf]:
        here = Match("option", (option,))
        rows = Leaf(f"{option}_rows", 0, bounds.SHEETS, measured=False, where=here)
        return Leaf(option, 0, most, where=here), rows

    level = Level(
        f"turnout:{name}", "votes", (name,),
        (*leaves("returned"), *leaves("valid"), *leaves("invalid")),
        where=(Match("aspect", (TURNOUT,)),), decimals=scheme.decimals,
    )  # fmt: skip
    subject = build.program.gather(level)
    tally = votes_level(name, scheme)
    marked = build.program.gather(tally).leaf(tally, "valid")
    zero = subject.const(0)
    is_stated = zero.below(subject.leaf(level, "returned_rows"))
    valid = zero.below(subject.leaf(level, "valid_rows")).choose(
        subject.leaf(level, "valid"), subject.total(marked, 0, most, how="max")
    )
    known = valid + subject.leaf(level, "invalid")
    voters = is_stated.choose(subject.leaf(level, "returned"), known)
    raised = voters.below(ceil(rule.at_least or 0)) * is_stated.larger(zero.below(known))
    if rule.classes:
        among = Level(
            f"class:{'+'.join(rule.classes)}", "subjects", tuple(rule.classes),
            (Leaf("inside", 0, 1, measured=False),), decimals=scheme.decimals,
        )  # fmt: skip
        build.program.gather(among)
        raised = raised * subject.leaf(among, "inside")
    return TurnoutPlan(name, rule, title, voters, is_stated, raised)


def explain_turnout(plan: TurnoutPlan, view: View) -> Flag | None:
    """The flag of a subject, if it rises."""
    if not view.number(plan.raised):
        return None
    voters, least = view.number(plan.voters), plain(plan.rule.at_least)
    classes = _class_words(plan.rule, view.scheme)
    if view.number(plan.is_stated):
        sentence = f"“{plan.title}”收回 {voters} 张，{classes}要求不少于 {least} 人"
    else:
        sentence = (
            f"“{plan.title}”没有记录收回票数，按有效和无效票计 {voters} 张，"
            f"{classes}要求不少于 {least} 人"
        )
    waived = "；".join(
        sorted(r.reason for r in view.facts("rulings", "waive") if r.target == plan.rule.flag)
    )
    return Flag(plan.rule.flag, "测评人数不足", sentence, plan.rule.cite, True, waived)


def _class_words(rule: Turnout, scheme: Scheme) -> str:
    titles = {k: v for kind in scheme.subjects.values() for k, v in kind.classes.items()}
    return "、".join(titles.get(c, c) for c in rule.classes)
