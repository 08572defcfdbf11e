"""Caps and floors: exceptions to a score, each with its own clause; and scaling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.expressions import Integer
from kaohe.scoring.operators.base import (
    Alarm,
    Drawn,
    Lowered,
    Lowering,
    Meaning,
    Remark,
    Told,
    View,
)
from kaohe.scoring.wording import about, clauses, factor, plain

if TYPE_CHECKING:
    from kaohe.scheme.operators import Cap, Node, Scale


@dataclass(frozen=True, slots=True)
class _Exception:
    """A cap or floor in a chain over one base rule."""

    key: str
    text: str
    fired: Integer


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explaining a limit needs; `chain` also holds the limits inside this one."""

    fired: Integer
    chain: tuple[_Exception, ...]


class _LimitMeaning(Meaning):
    """A score, but not beyond a figure."""

    word: ClassVar[str]
    beyond: ClassVar[str]

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Cap", node.args)
        child = build.child(args.of, f"{path}.{args.of.operator}")
        edge = q.constant(child.quantity.number, Fraction(args.at))
        upper = self.key == "cap"
        exact = q.extreme([child.quantity, edge], highest=not upper)
        fired = q.less(edge, child.quantity) if upper else q.less(child.quantity, edge)
        if child.quantity.present is not None:
            fired = fired * child.quantity.present
        cite = args.cite or node.cite
        own = _Exception(self.key, f"{self.word} {plain(args.at)}{clauses(cite)}", fired)
        inner: tuple[_Exception, ...] = ()
        if not child.name and isinstance(child.detail, _Detail):
            inner = child.detail.chain
        alarms = tuple(
            Alarm(path, own.text, other.text, own.fired * other.fired)
            for other in inner
            if other.key != self.key
        )
        return Drawn(exact, (child,), _Detail(fired, (own, *inner)), alarms=alarms)

    def explain(self, lowered: Lowered, view: View) -> Told:
        args = cast("Cap", lowered.node.args)
        detail = cast("_Detail", lowered.detail)
        (child,) = lowered.inputs
        step = view.step(child)
        if not view.is_present(child.quantity):
            return Told(inputs=(step,), missing=step.missing)
        before = about(view.fraction(child.quantity), lowered.decimals or view.scheme.decimals)
        state = f"{'加分后' if _adds_entries(child) else '原得'} {before}"
        edge, cite = plain(args.at), clauses(args.cite or lowered.node.cite)
        if view.number(detail.fired):
            applied = (f"{self.word} {edge}（{state}）{cite}",)
            return Told(f"{state}，{self.beyond} {edge}，取 {edge}", edge, (step,), applied=applied)
        idle = (f"{self.word} {edge}（{state}）{cite}",)
        told = Told(step.sentence, view.operand(child), (step,), not_applied=idle)
        if child.name:
            told.sentence = f"即“{child.title}”"
        return told

    def remarks(self, lowered: Lowered) -> Sequence[Remark]:
        at = Fraction(cast("Cap", lowered.node.args).at)
        quantity = lowered.inputs[0].quantity
        idle = quantity.high <= at if self.key == "cap" else quantity.low >= at
        always = quantity.low >= at if self.key == "cap" else quantity.high <= at
        word = f"{self.word} {plain(at)}"
        if idle:
            return (Remark("never", lowered.path, f"{word}永远不会触发"),)
        if always:
            return (Remark("always", lowered.path, f"{word}总会触发"),)
        return ()


def _adds_entries(lowered: Lowered) -> bool:
    """Whether entries enter below, down to the next but one named score."""
    if lowered.meaning.key == "entries":
        return True
    return any(
        i.meaning.key == "entries" or (not i.name and _adds_entries(i)) for i in lowered.inputs
    )


class CapMeaning(_LimitMeaning):
    """A score, but at most a figure."""

    key: ClassVar[str] = "cap"
    heading: ClassVar[str] = "封顶后"
    word: ClassVar[str] = "封顶"
    beyond: ClassVar[str] = "超过"


class FloorMeaning(_LimitMeaning):
    """A score, but at least a figure."""

    key: ClassVar[str] = "floor"
    heading: ClassVar[str] = "保底后"
    word: ClassVar[str] = "保底"
    beyond: ClassVar[str] = "低于"


class ScaleMeaning(Meaning):
    """A score out of one figure, brought to another."""

    key: ClassVar[str] = "scale"
    heading: ClassVar[str] = "折算后"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Scale", node.args)
        child = build.child(args.of, f"{path}.{args.of.operator}")
        ratio = Fraction(args.target) / Fraction(args.source)
        return Drawn(q.times(child.quantity, ratio), (child,))

    def explain(self, lowered: Lowered, view: View) -> Told:
        args = cast("Scale", lowered.node.args)
        (child,) = lowered.inputs
        step = view.step(child)
        if not view.is_present(child.quantity):
            return Told(inputs=(step,), missing=step.missing)
        source, target = plain(args.source), plain(args.target)
        return Told(
            f"由满分 {source} 折算为满分 {target}",
            f"{factor(view.operand(child))} × {target} ÷ {source}",
            (step,),
        )
