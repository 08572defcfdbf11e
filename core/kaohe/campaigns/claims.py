"""What the scheme says about entries: figures one may claim, and the caps they run into.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kaohe.campaigns.errors import Problem
from kaohe.scheme import operators
from kaohe.scheme.model import EntryRule, Scheme
from kaohe.scheme.operators import Node
from kaohe.scheme.values import half_width, plain_number


def claimable_rules(scheme: Scheme) -> dict[str, EntryRule]:
    """The rules a unit may claim under: bonuses.  Deductions are recorded by others."""
    return {k: r for k, r in scheme.entries.items() if r.sign == "+"}


def read_quantity(rule: EntryRule, *, label: str, text: str, decimals: int) -> Decimal:
    """Turn what was typed into the quantity of an entry.

    Raises:
        ValueError: with a Chinese message.
    """
    plain = half_width(text).strip().replace("。", ".").removesuffix("分").strip()
    if isinstance(rule.points, dict):
        if label not in rule.points:
            raise ValueError("请在标准中选择一项")
        times = plain_number(plain or "1")
        if times != times.to_integral_value() or not 1 <= times <= 99:
            raise ValueError("次数应为 1 到 99 的整数")
        if times * rule.points[label] > rule.most:
            raise ValueError(f"一次申报不超过 {rule.most:f} 分")
        return times
    if not plain:
        raise ValueError("请填写申报的分值")
    value = plain_number(plain)
    if value <= 0:
        raise ValueError("应大于 0")
    if value > rule.most:
        raise ValueError(f"一次申报不超过 {rule.most:f} 分")
    if value != round(value, decimals):
        raise ValueError(f"最多 {decimals} 位小数")
    return value


def points_of(rule: EntryRule, *, label: str, quantity: Decimal) -> Decimal:
    """The points an entry stands for."""
    if isinstance(rule.points, dict):
        return quantity * rule.points.get(label, Decimal(0))
    return quantity


def claim_problems(
    rule: EntryRule, *, label: str, quantity: Decimal, reason: str, decimals: int
) -> list[Problem]:
    """What keeps a claim from being stored."""
    problems = []
    try:
        read_quantity(rule, label=label, text=f"{quantity:f}", decimals=decimals)
    except ValueError as error:
        problems.append(Problem("分值", str(error), field="quantity"))
    if not reason.strip():
        problems.append(
            Problem("名称与依据", "没有填写", "请写明荣誉名称和颁发机关。", field="reason")
        )
    elif len(reason) > 300:
        problems.append(Problem("名称与依据", "超过 300 字", "请缩短。", field="reason"))
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
