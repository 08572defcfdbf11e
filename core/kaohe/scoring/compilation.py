"""From a scheme to its plan: each node lowered once, bounds proved, the inexact refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kaohe.scoring import quantities as q
from kaohe.scoring.canonical import fingerprint_of
from kaohe.scoring.errors import PlanRefused
from kaohe.scoring.execution import Executor
from kaohe.scoring.expressions import Integer, Program
from kaohe.scoring.grading import inside_classes, lower_grades
from kaohe.scoring.levels import Leaf, Level, Match
from kaohe.scoring.operators import MEANINGS, Lowered, Meaning
from kaohe.scoring.operators.base import Alarm
from kaohe.scoring.plan import Plan
from kaohe.scoring.turnout import lower_turnout

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Node

_RULINGS = 100
"""Most rulings of one kind and target for a subject."""
MOST_STEPS = 5_000
"""Most steps of one derivation, what is repeated counted each time; sizeable schemes have 30."""


def compile_scheme(
    scheme: Scheme,
    *,
    operators: Mapping[str, Meaning] | None = None,
) -> Plan:
    """Compile a bound scheme.

    Args:
        operators: meanings of plugins' operators, by the word in YAML.

    Raises:
        PlanRefused: an intermediate value could leave 2^53, scores refer to each other in a
            circle or in a derivation nobody could read, or an operator has no meaning.
    """
    compiler = _Compiler(scheme, {**MEANINGS, **(operators or {})})
    for name in scheme.scores:
        compiler.named(name)
    if scheme.total not in compiler.scores:
        raise PlanRefused(f"总分指向不存在的得分 {scheme.total}")
    named = {name: compiler.scores[name] for name in scheme.scores}
    grades = lower_grades(scheme.grades, named, compiler)
    turnout = lower_turnout(compiler)
    bounds = {}
    for name, lowered in named.items():
        quantity = lowered.quantity
        bounds[name] = (quantity.low, quantity.high)
    return Plan(
        scheme=scheme,
        program=compiler.program,
        executor=Executor(compiler.program),
        named=named,
        grades=grades,
        turnout=tuple(turnout),
        alarms=tuple(compiler.alarms),
        exact_bounds=bounds,
        remarks=tuple(r for one in compiler.everything for r in one.meaning.remarks(one)),
        parameters=dict(scheme.values),
        fingerprint=scheme.fingerprint or fingerprint_of(scheme.model_dump(mode="json")),
        beside=_beside(compiler.scores, scheme.total),
    )


def _beside(named: Mapping[str, Lowered], total: str) -> tuple[str, ...]:
    """Scores at the top of a tree of their own, as the scheme orders them.

    Raises:
        PlanRefused: a tree is too large to be told.
    """
    below: dict[str, frozenset[str]] = {}
    size: dict[int, int] = {}  # each node once: two ways down at 60 levels are 2^60 ways

    def names_in(lowered: Lowered) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for one in lowered.inputs:
            inner = below[one.name] if one.name in below else names_in(one)
            found |= inner | ({one.name} if one.name else set())
        size[id(lowered)] = 1 + sum(size[id(one)] for one in lowered.inputs)
        if size[id(lowered)] > MOST_STEPS:
            raise PlanRefused(
                f"推导展开后超过 {MOST_STEPS} 步，没有人能核对",
                node=lowered.path,
                title=lowered.title,
                remedy="同一个得分层层重复引用，请减少重复，或合并中间的得分。",
            )
        if lowered.name:
            below[lowered.name] = found
        return found

    for lowered in named.values():
        if lowered.name not in below:
            names_in(lowered)
    apart = [name for name in named if name != total and name not in below[total]]
    return tuple(n for n in apart if not any(n in below[other] for other in apart))


@dataclass(slots=True)
class _Compiler:
    """The state of one compilation (`operators.base.Lowering`)."""

    scheme: Scheme
    meanings: Mapping[str, Meaning]
    program: Program = field(default_factory=Program)
    scores: dict[str, Lowered] = field(default_factory=dict)
    everything: list[Lowered] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def named(self, name: str) -> Lowered:
        """A named score, lowered once."""
        if name in self.scores:
            return self.scores[name]
        if name in self._open:
            circle = " → ".join([*self._open[self._open.index(name) :], name])
            raise PlanRefused(f"得分互相引用：{circle}", node=name)
        if name not in self.scheme.scores:
            where = self._open[-1] if self._open else ""
            raise PlanRefused(f"引用了不存在的得分 {name}", node=where)
        self._open.append(name)
        self.scores[name] = self._lower(self.scheme.scores[name], name, name)
        self._open.pop()
        return self.scores[name]

    def child(self, node: Node, path: str) -> Lowered:
        """A node below: another named score, or an inline node."""
        if node.operator == "score":
            return self.named(getattr(node.args, "name"))  # noqa: B009
        return self._lower(node, path, "")

    def ruling(self, kind: str, target: str) -> Integer:
        """1 where a ruling is on record."""
        level = Level(
            f"ruling:{kind}:{target}", "rulings", (kind,),
            (Leaf("on", 0, _RULINGS, measured=False),), where=(Match("target", (target,)),),
            decimals=self.scheme.decimals,
        )  # fmt: skip
        return self.program.gather(level).leaf(level, "on").smaller(1)

    def bound_from(self, prefix: str) -> tuple[str, ...]:
        """Parameters whose values stand under a path."""
        found = (
            key
            for path, key in self.scheme.bindings.items()
            if path == prefix.rstrip(".") or path.startswith(prefix.rstrip(".") + ".")
        )
        return tuple(dict.fromkeys(found))

    def decimals_of(self, node: Node) -> tuple[int, str]:
        """Decimals and rounding word of figures shown inside a node."""
        decimals = self.scheme.decimals if node.decimals is None else node.decimals
        return decimals, node.rounding or self.scheme.rounding

    def _of_one_kind(self, node: Node) -> tuple[str, ...]:
        """Classes of the kind a score is about, where several kinds are assessed side by side.

        For all others the score does not exist: a member's points are nothing a branch has 0 of.
        """
        assessed = [kind for kind in self.scheme.subjects.values() if kind.classes]
        kind = self.scheme.subjects.get(node.subject or "")
        return tuple(kind.classes) if kind in assessed and len(assessed) > 1 and kind else ()

    def _lower(self, node: Node, path: str, name: str) -> Lowered:
        meaning = self.meanings.get(node.operator)
        if meaning is None:
            raise PlanRefused(f"算子 {node.operator} 没有计算方法（缺少插件？）", node=path)
        program, title = self.program, node.title or meaning.title(node, self.scheme) or name
        before = program.node, program.title, program.cite
        here = path, title, node.cite or program.cite
        program.node, program.title, program.cite = here
        drawn = meaning.lower(node, path, self)
        program.node, program.title, program.cite = here
        is_shown = node.shown if node.shown is not None else bool(name)
        decimals: int | None = None
        quantity = drawn.exact
        rounding = node.rounding or self.scheme.rounding
        if is_shown or node.decimals is not None:
            decimals = self.decimals_of(node)[0]
            quantity = q.rounded(quantity, decimals, rounding)
        if classes := self._of_one_kind(node):
            quantity = replace(
                quantity, present=q.both(quantity.present, inside_classes(classes, self))
            )
        program.node, program.title, program.cite = before
        own = self.bound_from(f"scores.{name}") if name else ()
        lowered = Lowered(
            path, name, node, meaning, quantity, drawn.exact, decimals, rounding, title,
            drawn.inputs, drawn.detail, tuple(dict.fromkeys((*own, *drawn.parameters))),
        )  # fmt: skip
        self.everything.append(lowered)
        self.alarms += drawn.alarms
        return lowered
