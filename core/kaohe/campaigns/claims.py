"""What the scheme says about entries: who may enter what, figures, and the caps they run into.

Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kaohe.campaigns.errors import Problem
from kaohe.campaigns.kinds import Grouped, is_for
from kaohe.scheme import operators
from kaohe.scheme.model import EntryRule, Scheme
from kaohe.scheme.operators import Node
from kaohe.scheme.values import half_width, plain_number

RESPONDENT, ORGANISER = "respondent", "organiser"
ONE = Decimal(1)
LONGEST_REASON, LONGEST_EVENT, LONGEST_PERSON = 300, 100, 100


@dataclass(frozen=True, slots=True)
class Particulars:
    """What one entry says."""

    quantity: Decimal
    reason: str
    label: str = ""
    event: str = ""
    day: date | None = None
    person: str = ""
    due: date | None = None


def claimable_rules(scheme: Scheme, subject: Grouped | None = None) -> dict[str, EntryRule]:
    """The rules a subject may claim under: bonuses its own stages (or none) enter.

    Args:
        subject: only those meant for its class.
    """
    return {
        k: r
        for k, r in scheme.entries.items()
        if r.sign == "+"
        and RESPONDENT in _who(scheme, k)
        and (subject is None or is_for(r.classes, subject))
    }


def recordable_rules(
    scheme: Scheme, roles: Collection[str], subject: Grouped | None = None
) -> dict[str, EntryRule]:
    """The rules somebody with these roles records under, for whoever it concerns."""
    return {
        k: r
        for k, r in scheme.entries.items()
        if recorders(scheme, k) & set(roles) and (subject is None or is_for(r.classes, subject))
    }


def recorders(scheme: Scheme, rule: str) -> frozenset[str]:
    """The roles that record under a rule: those of its stages, and the organiser beside them."""
    found = _who(scheme, rule) - {RESPONDENT, "voter"}
    if found or scheme.entries[rule].sign != "+":
        found |= {ORGANISER}
    return frozenset(found)


def _who(scheme: Scheme, rule: str) -> set[str]:
    found = {str(s.who) for s in scheme.stages if rule in s.does}
    return found or {RESPONDENT if scheme.entries[rule].sign == "+" else ORGANISER}


def counts_by(scheme: Scheme, rule: str, column: str) -> bool:
    """Whether entries of a rule that are equal in a column (person, event) count once."""
    return any(
        isinstance(inner.args, operators.Entries)
        and rule in inner.args.rules
        and column in inner.args.highest_per
        for node in scheme.scores.values()
        for inner in _walk(node)
    )


def needs_event(scheme: Scheme, rule: str) -> bool:
    """Whether an entry has to say which event it belongs to."""
    return scheme.entries[rule].event == "required" or counts_by(scheme, rule, "event")


def is_plain_finding(rule: EntryRule) -> bool:
    """Whether an entry carries no figure at all: it is there or it is not."""
    return rule.sign == "none" and not isinstance(rule.points, dict)


def read_quantity(rule: EntryRule, *, label: str, text: str, decimals: int) -> Decimal:
    """Turn what was typed into the quantity of an entry.

    Raises:
        ValueError: with a Chinese message.
    """
    if is_plain_finding(rule):
        return ONE
    plain = half_width(text).strip().replace("。", ".")
    plain = plain.removesuffix("%").removesuffix("分").removesuffix("次").strip()
    if isinstance(rule.points, dict):
        if label not in rule.points:
            raise ValueError("请在标准中选择一项")
        if rule.quantity == "percent":
            return _share(plain, decimals)
        times = plain_number(plain or "1")
        if times != times.to_integral_value() or not 1 <= times <= 99:
            raise ValueError("次数应为 1 到 99 的整数")
        if times * rule.points[label] > rule.most:
            raise ValueError(f"一次不超过 {rule.most:f} 分")
        return times
    if not plain:
        raise ValueError("请填写分值")
    value = plain_number(plain)
    if value <= 0:
        raise ValueError("应大于 0")
    if value > rule.most:
        raise ValueError(f"一次申报不超过 {rule.most:f} 分")
    if value != round(value, decimals):
        raise ValueError(f"最多 {decimals} 位小数")
    return value


def _share(plain: str, decimals: int) -> Decimal:
    if not plain:
        raise ValueError("请填写百分比")
    share = plain_number(plain)
    if not 0 <= share <= 100:
        raise ValueError("百分比应在 0 到 100 之间")
    if share != round(share, decimals):
        raise ValueError(f"最多 {decimals} 位小数")
    return share


def points_of(rule: EntryRule, *, label: str, quantity: Decimal) -> Decimal:
    """The points an entry stands for, without its sign; a finding without figures has none."""
    if is_plain_finding(rule):
        return Decimal(0)
    if isinstance(rule.points, dict):
        whole = quantity * rule.points.get(label, Decimal(0))
        return whole / 100 if rule.quantity == "percent" else whole
    return quantity


def sign_of(rule: EntryRule | None) -> str:
    """The sign shown before an entry's points; empty for a finding, which has none."""
    if rule is None or rule.sign == "none":
        return ""
    return "+" if rule.sign == "+" else "−"


def claim_problems(
    rule: EntryRule, said: Particulars, *, decimals: int, with_event: bool
) -> list[Problem]:
    """What keeps an entry from being stored."""
    problems = []
    try:
        read_quantity(rule, label=said.label, text=f"{said.quantity:f}", decimals=decimals)
    except ValueError as error:
        problems.append(Problem("分值", str(error), field="quantity"))
    if not said.reason.strip():
        named = rule.sign == "+"
        problems.append(
            Problem(
                "名称与依据" if named else "事实和依据",
                "没有填写",
                "请写明荣誉名称和颁发机关。" if named else "请写明事实和依据。",
                field="reason",
            )
        )
    elif len(said.reason) > LONGEST_REASON:
        problems.append(
            Problem("名称与依据", f"超过 {LONGEST_REASON} 字", "请缩短。", field="reason")
        )
    if with_event and not said.event.strip():
        remedy = "请写事项名称；同一件事的各条写同一名称。"
        problems.append(Problem("事项", "没有填写", remedy, field="event"))
    return problems


def caps_on(scheme: Scheme, rule: str) -> list[str]:
    """Say where the bonuses of a rule run into a cap: “考核组得分：加分后最多 100 分”."""
    carriers = {
        name
        for name, node in scheme.scores.items()
        if any(_is_entries(n, rule) for n in _walk(node))
    }
    out = []
    for name, node in scheme.scores.items():
        for inner in _walk(node):
            if isinstance(inner.args, operators.Cap) and _reaches(inner, rule, carriers):
                title = node.title or name
                out.append(f"{title}加分后封顶 {inner.args.at:f}")
    return out


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for inner in node.args.nodes():
        yield from _walk(inner)


def _is_entries(node: Node, rule: str) -> bool:
    return isinstance(node.args, operators.Entries) and rule in node.args.rules


def _reaches(node: Node, rule: str, carriers: set[str]) -> bool:
    return any(
        _is_entries(n, rule) or (isinstance(n.args, operators.Score) and n.args.name in carriers)
        for n in _walk(node)
    )
