"""Entries: the signed sum of verified bonuses and deductions; none is 0."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import bounds
from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import FactLine
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


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explaining entries needs."""

    rules: tuple[str, ...]


class EntriesMeaning(Meaning):
    """The signed sum of the verified entries of some rules."""

    key: ClassVar[str] = "entries"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        rules = cast("Entries", node.args).rules
        parts = [self._rule(name, build) for name in rules]
        parameters = tuple(
            key for name in rules for key in build.bound_from(f"entries.{name}.points")
        )
        return Drawn(q.total(parts), detail=_Detail(rules), parameters=parameters)

    def _rule(self, name: str, build: Lowering) -> Quantity:
        rule = build.scheme.entries[name]
        decimals = build.scheme.decimals
        unit = 10**decimals
        table = rule.points if isinstance(rule.points, dict) else None
        factors = {k: int(v * unit) for k, v in table.items()} if table is not None else None
        scale = unit if factors is None else unit * unit
        top = int(rule.most * scale) * bounds.ENTRIES
        leaf = Leaf(
            "points", 0, top, factor_column="" if factors is None else "label", factors=factors
        )
        level = Level(
            f"entries:{name}", "entries", (name,), (leaf,),
            where=(Match("state", (VERIFIED,)),), decimals=decimals,
        )  # fmt: skip
        block = build.program.gather(level)
        quantity = Quantity(block.leaf(level, "points"), scale, Fraction(), Fraction(top, scale))
        return q.times(quantity, Fraction(1 if rule.sign == "+" else -1))

    def title(self, node: Node, scheme: Scheme) -> str:
        return "、".join(scheme.entries[n].title for n in cast("Entries", node.args).rules)

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_Detail", lowered.detail)
        lines, terms, ignored = [], [], []
        for name in detail.rules:
            rule = view.scheme.entries[name]
            for entry in sorted(view.facts("entries", name), key=_order):
                points, formula = _points(entry, rule)
                sign = "+" if rule.sign == "+" else MINUS
                label = entry.reason or entry.label or rule.title
                if entry.state == VERIFIED:
                    terms.append((rule.sign, formula))
                    day = entry.day.isoformat() if entry.day else ""
                    note = " · ".join(t for t in (entry.label, entry.event, day) if t)
                    lines.append(FactLine(label, f"{sign}{plain(points)}", note))
                else:
                    word = STATE_WORDS.get(entry.state, entry.state)
                    ignored.append(f"“{label}” {sign}{plain(points)}：{word}，不计分")
        if not terms:
            rules = "、".join(view.scheme.entries[n].title for n in detail.rules)
            return Told(f"没有经核验的{rules}，计 0", "0", not_applied=tuple(ignored))
        formula = "".join(
            (f" {'+' if s == '+' else MINUS} {t}" if i else (t if s == "+" else f"{MINUS}{t}"))
            for i, (s, t) in enumerate(terms)
        )
        sentence = f"{len(terms)} 项经核验，相加"
        return Told(sentence, formula, facts=tuple(lines), not_applied=tuple(ignored))


def _order(entry: Entry) -> tuple[str, ...]:
    day = entry.day.isoformat() if entry.day else ""
    return (day, entry.event, entry.label, entry.reason, f"{entry.quantity:020f}", entry.person)


def _points(entry: Entry, rule: EntryRule) -> tuple[Fraction, str]:
    if isinstance(rule.points, dict):
        each = rule.points.get(entry.label)
        if each is None:
            return Fraction(), "0"
        points = Fraction(each) * Fraction(entry.quantity)
        text = plain(each) if entry.quantity == 1 else f"{plain(each)} × {plain(entry.quantity)}"
        return points, text
    return Fraction(entry.quantity), plain(entry.quantity)
