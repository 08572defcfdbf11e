"""How parents treat parts that are missing: stop, skip, or reweight by a recorded decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from kaohe.scoring import quantities as q
from kaohe.scoring.expressions import Integer
from kaohe.scoring.operators.base import Lowering, MissingPart, View
from kaohe.scoring.quantities import Quantity

if TYPE_CHECKING:
    from kaohe.scheme.operators import Node


def lower_parts(nodes: Sequence[Node], path: str, build: Lowering) -> list[MissingPart]:
    """Lower several parts together with what to do when they are missing."""
    counts: dict[str, int] = {}
    parts = []
    for node in nodes:
        counts[node.operator] = counts.get(node.operator, 0) + 1
        number = counts[node.operator]
        lowered = build.child(node, f"{path}.{node.operator}{number if number > 1 else ''}")
        policy = node.missing if node.missing != "stop" else lowered.node.missing
        ruling = None
        present = lowered.quantity.present
        tolerated: Integer | None = None
        if present is not None and policy == "skip":
            tolerated = build.program.subject.const(1)
        elif present is not None and policy == "reweight":
            ruling = tolerated = build.ruling("reweight", lowered.name or lowered.path)
        parts.append(MissingPart(lowered, policy, ruling, present, tolerated))
    return parts


def usable(parts: Sequence[MissingPart]) -> tuple[Integer | None, Integer | None]:
    """(whether the parent has a value, how many parts count), None for always / all."""
    ready: Integer | None = None
    count: Integer | None = None
    tolerant = any(p.tolerated is not None for p in parts)
    for part in parts:
        present = part.included
        if present is None:
            continue
        fine = present if part.tolerated is None else present.larger(part.tolerated)
        ready = q.both(ready, fine if fine.constant is None else None)
    if tolerant:
        block = parts[0].lowered.quantity.number.block
        count = block.const(0)
        for part in parts:
            count = count + (1 if part.included is None else part.included)
        count = count.known(0, len(parts))
        ready = q.both(ready, block.const(0).below(count))
    return ready, count


def counted(part: MissingPart) -> Quantity:
    """The part's quantity, 0 where it is missing and that is tolerated."""
    quantity = replace(part.lowered.quantity, present=None)
    if part.tolerated is None or part.included is None:
        return quantity
    return replace(
        quantity,
        number=quantity.number * part.included,
        low=min(quantity.low, Fraction()),
        high=max(quantity.high, Fraction()),
    )


def missing_text(parts: Sequence[MissingPart], view: View) -> str:
    """Why the parent has no value: the parts that stop it."""
    reasons = []
    for part in parts:
        lowered = part.lowered
        if view.is_present(lowered.quantity):
            continue
        why = view.step(lowered).missing
        if part.policy == "reweight" and part.ruling is not None and not view.number(part.ruling):
            why += "；重新分配权重须有记录在案的决定"
        if part.policy == "skip":
            continue
        reasons.append(f"缺少“{lowered.title}”：{why}" if lowered.name else why)
    return "；".join(reasons) or "没有任何可用的部分"


def there(parts: Sequence[MissingPart], view: View) -> list[MissingPart]:
    """The parts that count for this subject."""
    return [p for p in parts if view.is_present(p.lowered.quantity)]


def notes(parts: Sequence[MissingPart], view: View) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What missing parts changed (applied), and decisions on record that changed nothing."""
    applied, idle = [], []
    for part in parts:
        present = view.is_present(part.lowered.quantity)
        decided = part.ruling is not None and bool(view.number(part.ruling))
        title = part.lowered.title
        if not present and part.policy == "skip":
            applied.append(f"“{title}”没有得分，不参与计算：{view.step(part.lowered).missing}")
        elif not present and decided:
            applied.append(f"“{title}”没有得分，按决定由其余部分重新分配权重：{_why(part, view)}")
        elif present and decided:
            idle.append(f"“{title}”重新分配权重的决定（该得分存在，未使用）：{_why(part, view)}")
        elif present and part.policy == "reweight":
            idle.append(f"“{title}”缺失时重新分配权重（得分存在）")
    return tuple(applied), tuple(idle)


def _why(part: MissingPart, view: View) -> str:
    target = part.lowered.name or part.lowered.path
    found = sorted(
        f"{r.reason}{f'（{r.by}）' if r.by else ''}"
        for r in view.facts("rulings", "reweight")
        if r.target == target
    )
    return "；".join(found)
