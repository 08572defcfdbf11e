"""Entries: the signed sum of verified bonuses and deductions; none is 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import bounds
from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import FactLine
from kaohe.scoring.errors import PlanRefused
from kaohe.scoring.facts import Entry
from kaohe.scoring.levels import Leaf, Level, Match
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import MINUS, plain

if TYPE_CHECKING:
    from kaohe.scheme.model import EntryRule, Scheme
    from kaohe.scheme.operators import Entries, Node

VERIFIED = "verified"
STATE_WORDS = {
    "draft": "未提交", "claimed": "待核验", "refused": "核验未通过", "withdrawn": "已撤回",
}  # fmt: skip
COLUMN_WORDS = {"event": "事项", "person": "人员", "label": "情形"}


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explaining entries needs."""

    rules: tuple[str, ...]
    highest_per: tuple[str, ...] = ()


class EntriesMeaning(Meaning):
    """The signed sum of the verified entries of some rules."""

    key: ClassVar[str] = "entries"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Entries", node.args)
        for name in args.rules:
            if build.scheme.entries[name].sign == "none":
                raise PlanRefused(f"“{name}”只作记录，不计分，不能相加", node=path, cite=node.cite)
        if args.highest_per:
            exact = self._heaviest(args.rules, args.highest_per, build)
        else:
            exact = q.total([self._rule(name, build) for name in args.rules])
        parameters = tuple(
            key for name in args.rules for key in build.bound_from(f"entries.{name}.points")
        )
        return Drawn(exact, detail=_Detail(args.rules, args.highest_per), parameters=parameters)

    def _rule(self, name: str, build: Lowering) -> Quantity:
        rule = build.scheme.entries[name]
        leaf, scale, top = _leaf("points", rule, build.scheme.decimals)
        top *= bounds.ENTRIES
        level = Level(
            f"entries:{name}", "entries", (name,),
            (Leaf("points", 0, top, factor_column=leaf.factor_column, factors=leaf.factors),),
            where=(Match("state", (VERIFIED,)),), decimals=build.scheme.decimals,
        )  # fmt: skip
        block = build.program.gather(level)
        quantity = Quantity(block.leaf(level, "points"), scale, Fraction(), Fraction(top, scale))
        return q.times(quantity, Fraction(1 if rule.sign == "+" else -1))

    def _heaviest(self, rules: Sequence[str], columns: Sequence[str], build: Lowering) -> Quantity:
        """Entries that agree in some columns count once, the heaviest of all rules."""
        decimals = build.scheme.decimals
        found = {name: build.scheme.entries[name] for name in rules}
        signs = {rule.sign for rule in found.values()}
        if len(signs) > 1:
            raise PlanRefused(
                "按事项只计最重一次的各规则须同为加分或同为扣分", node=build.program.node
            )
        leaves, scales, most = [], {}, Fraction()
        for name, rule in found.items():
            leaf, scales[name], top = _leaf(f"points.{name}", rule, decimals, name)
            leaves.append(leaf)
            most = max(most, Fraction(top, scales[name]))
        level = Level(
            f"entries:{'+'.join(rules)}:{'+'.join(columns)}", "entries", tuple(rules),
            tuple(leaves), key=tuple(columns), where=(Match("state", (VERIFIED,)),),
            decimals=decimals,
        )  # fmt: skip
        block = build.program.gather(level)
        scale = lcm(*scales.values())
        heaviest = block.const(0)
        for name, leaf in zip(found, leaves, strict=True):
            value = block.leaf(level, leaf.name) * (scale // scales[name])
            heaviest = heaviest.larger(value)
        top = int(most * scale) * bounds.ENTRIES
        number = build.program.subject.total(heaviest, 0, top)
        quantity = Quantity(number, scale, Fraction(), Fraction(top, scale))
        return q.times(quantity, Fraction(1 if signs == {"+"} else -1))

    def title(self, node: Node, scheme: Scheme) -> str:
        return "、".join(scheme.entries[n].title for n in cast("Entries", node.args).rules)

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_Detail", lowered.detail)
        counted, ignored = _sorted_out(detail, view)
        if not counted:
            rules = "、".join(view.scheme.entries[n].title for n in detail.rules)
            return Told(f"没有经核验的{rules}，计 0", "0", not_applied=tuple(ignored))
        lines, terms = [], []
        for entry, rule in counted:
            points, formula = _points(entry, rule)
            terms.append((rule.sign, formula))
            day = entry.day.isoformat() if entry.day else ""
            note = " · ".join(t for t in (entry.label, entry.event, day, entry.person) if t)
            lines.append(FactLine(_name(entry, rule), f"{_sign(rule)}{plain(points)}", note))
        formula = "".join(
            (f" {'+' if s == '+' else MINUS} {t}" if i else (t if s == "+" else f"{MINUS}{t}"))
            for i, (s, t) in enumerate(terms)
        )
        sentence = f"{len(terms)} 项经核验，相加"
        if detail.highest_per:
            words = "、".join(COLUMN_WORDS[c] for c in detail.highest_per)
            sentence += f"（同一{words}只计最重的一项）"
        return Told(sentence, formula, facts=tuple(lines), not_applied=tuple(ignored))


def _leaf(name: str, rule: EntryRule, decimals: int, only: str = "") -> tuple[Leaf, int, int]:
    """(leaf of one entry's points, its scale, the most one entry may bring at that scale)."""
    unit = 10**decimals
    table = rule.points if isinstance(rule.points, dict) else None
    factors = {k: int(v * unit) for k, v in table.items()} if table is not None else None
    scale = unit if factors is None else unit * unit
    if factors is not None and rule.quantity == "percent":
        scale *= 100
    top = int(rule.most * scale)
    leaf = Leaf(
        name, 0, top, where=Match("rule", (only,)) if only else None,
        factor_column="" if factors is None else "label", factors=factors, how="max",
    )  # fmt: skip
    return leaf, scale, top


def _sorted_out(detail: _Detail, view: View) -> tuple[list[tuple[Entry, EntryRule]], list[str]]:
    """(entries that count, what does not count and why)."""
    counted: list[tuple[Entry, EntryRule]] = []
    ignored: list[str] = []
    heaviest: dict[tuple[str, ...], int] = {}
    for name in detail.rules:
        rule = view.scheme.entries[name]
        for entry in sorted(view.facts("entries", name), key=_order):
            points = _points(entry, rule)[0]
            what = f"“{_name(entry, rule)}” {_sign(rule)}{plain(points)}"
            if entry.state != VERIFIED:
                word = STATE_WORDS.get(entry.state, entry.state)
                ignored.append(f"{what}：{word}，不计分")
                continue
            key = tuple(getattr(entry, c) for c in detail.highest_per)
            place = heaviest.get(key) if detail.highest_per else None
            if place is None:
                heaviest[key] = len(counted)
                counted.append((entry, rule))
                continue
            other, its_rule = counted[place]
            if points > _points(other, its_rule)[0]:
                counted[place] = entry, rule
                what = f"“{_name(other, its_rule)}” {_sign(rule)}"
                what += plain(_points(other, its_rule)[0])
            ignored.append(f"{what}：同一{_group(key, detail)}只计最重的一项")
    return counted, ignored


def _group(key: tuple[str, ...], detail: _Detail) -> str:
    return "、".join(
        f"{COLUMN_WORDS[c]}“{v}”" if v else COLUMN_WORDS[c]
        for c, v in zip(detail.highest_per, key, strict=True)
    )


def _name(entry: Entry, rule: EntryRule) -> str:
    return entry.reason or entry.label or rule.title


def _sign(rule: EntryRule) -> str:
    return "+" if rule.sign == "+" else MINUS


def _order(entry: Entry) -> tuple[str, ...]:
    day = entry.day.isoformat() if entry.day else ""
    return (day, entry.event, entry.label, entry.reason, f"{entry.quantity:020f}", entry.person)


def _points(entry: Entry, rule: EntryRule) -> tuple[Fraction, str]:
    if isinstance(rule.points, dict):
        each = rule.points.get(entry.label)
        if each is None:
            return Fraction(), "0"
        points = Fraction(each) * Fraction(entry.quantity)
        if rule.quantity == "percent":
            if entry.quantity == 100:
                return Fraction(each), plain(each)
            return points / 100, f"{plain(each)} × {plain(entry.quantity)} ÷ 100"
        text = plain(each) if entry.quantity == 1 else f"{plain(each)} × {plain(entry.quantity)}"
        return points, text
    return Fraction(entry.quantity), plain(entry.quantity)
