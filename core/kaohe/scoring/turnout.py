"""Minimum turnout: a flag a person has to settle; it never changes a score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, cast

from kaohe.scoring import bounds
from kaohe.scoring.derivation import Flag
from kaohe.scoring.expressions import Integer
from kaohe.scoring.facts import TURNOUT
from kaohe.scoring.grading import inside_classes
from kaohe.scoring.levels import Leaf, Level, Match
from kaohe.scoring.operators.base import Lowering, View
from kaohe.scoring.operators.votes import votes_level
from kaohe.scoring.wording import about, plain

if TYPE_CHECKING:
    from kaohe.scheme.model import BallotInstrument, Scheme, Turnout

OF_WORDS = {"returned": "收回 {} 张", "present": "到会 {} 人"}
NAMES = {"returned": "收回票数", "present": "到会人数"}


@dataclass(frozen=True, slots=True)
class TurnoutPlan:
    """A turnout rule in the plan."""

    poll: str
    rule: Turnout
    title: str
    voters: Integer
    """Those who count: everybody, or with a share those of its strata."""
    is_stated: Integer
    """1 where they are on record; else only valid and invalid ballots are known, or nothing."""
    raised: Integer
    everyone: Integer | None = None
    """With a share: all who are counted."""


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
    plan = _share(name, title, rule, build) if rule.share is not None else None
    plan = plan or _count(name, title, rule, build)
    if rule.classes:
        raised = plan.raised * inside_classes(rule.classes, build)
        plan = replace(plan, raised=raised)
    return plan


def _count(name: str, title: str, rule: Turnout, build: Lowering) -> TurnoutPlan:
    """At least so many voters."""
    most, scheme = bounds.VOTES, build.scheme

    def leaves(option: str) -> tuple[Leaf, Leaf]:
        here = Match("option", (option,))
        rows = Leaf(f"{option}_rows", 0, bounds.SHEETS, measured=False, where=here)
        return Leaf(option, 0, most, where=here), rows

    level = Level(
        f"turnout:{name}", "votes", (name,),
        (*leaves(rule.of), *leaves("valid"), *leaves("invalid")),
        where=(Match("aspect", (TURNOUT,)),), decimals=scheme.decimals,
    )  # fmt: skip
    if rule.of != "returned":
        level = replace(level, name=f"{level.name}:{rule.of}")
    subject = build.program.gather(level)
    tally = votes_level(name, scheme)
    marked = build.program.gather(tally).leaf(tally, "valid")
    zero = subject.const(0)
    is_stated = zero.below(subject.leaf(level, f"{rule.of}_rows"))
    valid = zero.below(subject.leaf(level, "valid_rows")).choose(
        subject.leaf(level, "valid"), subject.total(marked, 0, most, how="max")
    )
    known = valid + subject.leaf(level, "invalid")
    voters = is_stated.choose(subject.leaf(level, rule.of), known)
    raised = voters.below(ceil(rule.at_least or 0)) * is_stated.larger(zero.below(known))
    return TurnoutPlan(name, rule, title, voters, is_stated, raised)


def _share(name: str, title: str, rule: Turnout, build: Lowering) -> TurnoutPlan:
    """At least a share of all who are counted belongs to some strata."""
    most, scheme = bounds.VOTES, build.scheme
    here = (Match("aspect", (TURNOUT,)), Match("option", (rule.of,)))
    level = Level(
        f"turnout:{name}:{rule.of}:{'+'.join(rule.strata)}", "votes", (name,),
        (Leaf("all", 0, most), Leaf("some", 0, most, where=Match("stratum", rule.strata))),
        where=here, decimals=scheme.decimals,
    )  # fmt: skip
    subject = build.program.gather(level)
    tally = votes_level(name, scheme)
    marked = build.program.gather(tally).leaf(tally, "valid")
    zero = subject.const(0)
    everyone, some = subject.leaf(level, "all"), subject.leaf(level, "some")
    is_stated = zero.below(everyone)
    share = Fraction(rule.share or 0)
    is_short = (some * (100 * share.denominator)).below(everyone * share.numerator)
    has_votes = zero.below(subject.total(marked, 0, most, how="max"))
    raised = is_stated.choose(is_short, has_votes)
    return TurnoutPlan(name, rule, title, some, is_stated, raised, everyone)


def explain_turnout(plan: TurnoutPlan, view: View) -> Flag | None:
    """The flag of a subject, if it rises."""
    if not view.number(plan.raised):
        return None
    sentence = _share_text(plan, view) if plan.everyone is not None else _count_text(plan, view)
    waived = "；".join(
        sorted(r.reason for r in view.facts("rulings", "waive") if r.target == plan.rule.flag)
    )
    return Flag(plan.rule.flag, "测评人数不足", sentence, plan.rule.cite, True, waived)


def _count_text(plan: TurnoutPlan, view: View) -> str:
    voters, least = view.number(plan.voters), plain(plan.rule.at_least or 0)
    classes, what = _class_words(plan.rule, view.scheme), OF_WORDS[plan.rule.of]
    if view.number(plan.is_stated):
        return f"“{plan.title}”{what.format(voters)}，{classes}要求不少于 {least} 人"
    return (
        f"“{plan.title}”没有记录{NAMES[plan.rule.of]}，按有效和无效票计 {voters} 张，"
        f"{classes}要求不少于 {least} 人"
    )


def _share_text(plan: TurnoutPlan, view: View) -> str:
    assert plan.everyone is not None
    rule, some, everyone = plan.rule, view.number(plan.voters), view.number(plan.everyone)
    instrument = cast("BallotInstrument", view.scheme.instruments[plan.poll])
    who = "、".join(instrument.strata.get(key, key) for key in rule.strata)
    classes = _class_words(rule, view.scheme)
    wants = f"{classes}要求{who}不少于 {plain(rule.share or 0)}%"
    if not view.number(plan.is_stated):
        return f"“{plan.title}”没有按身份记录{NAMES[rule.of]}，无法核对；{wants}"
    share = Fraction(some * 100, everyone)
    return (
        f"“{plan.title}”{OF_WORDS[rule.of].format(everyone)}，其中{who} {some}，"
        f"占 {about(share, 2)}%；{wants}"
    )


def _class_words(rule: Turnout, scheme: Scheme) -> str:
    titles = {k: v for kind in scheme.subjects.values() for k, v in kind.classes.items()}
    return "、".join(titles.get(c, c) for c in rule.classes)
