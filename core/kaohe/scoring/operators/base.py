"""What an operator has to say about itself: one `Meaning` each.

A meaning lowers its node to the integer plan (and so proves its bounds), and explains a stored
value in words, with a formula that a calculator can redo.  It never sees a backend, and it never
sees the facts while lowering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from kaohe.scoring.derivation import FactLine, Step
from kaohe.scoring.expressions import Integer, Program
from kaohe.scoring.quantities import Quantity

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Node
    from kaohe.scoring.facts import Subject


@dataclass(slots=True, eq=False)
class Lowered:
    """A node of the scheme in the plan."""

    path: str
    name: str
    """Name of the score; empty for inline nodes."""
    node: Node
    meaning: Meaning
    quantity: Quantity
    """What goes on: rounded if the node is shown."""
    exact: Quantity
    """Before rounding."""
    decimals: int | None
    rounding: str
    title: str
    inputs: tuple[Lowered, ...] = ()
    detail: Any = None
    """Whatever the meaning wants to remember for explaining."""
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What lowering a node gives back to the compiler."""

    exact: Quantity
    inputs: tuple[Lowered, ...] = ()
    detail: Any = None
    parameters: tuple[str, ...] = ()
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """Two exceptions that must not fire together, and the flag that says they did."""

    node: str
    first: str
    second: str
    flag: Integer


@dataclass(slots=True)
class Told:
    """An explanation of one value."""

    sentence: str = ""
    formula: str = ""
    inputs: tuple[Step, ...] = ()
    facts: tuple[FactLine, ...] = ()
    applied: tuple[str, ...] = ()
    not_applied: tuple[str, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a node that the bounds show and a rubric owner should look at."""

    code: str
    node: str
    text: str


class Lowering(Protocol):
    """What a meaning may use while lowering."""

    @property
    def scheme(self) -> Scheme:
        """The scheme."""
        ...

    @property
    def program(self) -> Program:
        """The plan being built."""
        ...

    def child(self, node: Node, path: str) -> Lowered:
        """Lower a node below the current one."""
        ...

    def ruling(self, kind: str, target: str) -> Integer:
        """1 where a ruling of the kind is on record for the subject."""
        ...

    def bound_from(self, prefix: str) -> tuple[str, ...]:
        """Parameters whose values stand under a path of the scheme."""
        ...

    def decimals_of(self, node: Node) -> tuple[int, str]:
        """Decimals and rounding word of figures shown inside a node."""
        ...


class View(Protocol):
    """What a meaning may use while explaining one subject."""

    @property
    def scheme(self) -> Scheme:
        """The scheme."""
        ...

    def number(self, integer: Integer) -> int:
        """The stored value of an instruction of the subject level."""
        ...

    def is_present(self, quantity: Quantity) -> bool:
        """Whether there is a value."""
        ...

    def fraction(self, quantity: Quantity) -> Fraction:
        """The exact value."""
        ...

    def rows(self, level: str) -> list[tuple[str, tuple[int, ...]]]:
        """Groups of a level below: key and the values of its block."""
        ...

    def facts(self, table: str, source: str) -> list[Any]:
        """The subject's rows of a table with this instrument, poll, rule or ruling kind."""
        ...

    def step(self, lowered: Lowered) -> Step:
        """The derivation of another node."""
        ...

    def subject(self) -> Subject:
        """The subject that is explained."""
        ...

    def leaders(self, integer: Integer) -> tuple[str, ...]:
        """Titles of the subjects whose figure a comparison of all gave."""
        ...

    def operand(self, lowered: Lowered) -> str:
        """How another node's value is written inside a formula."""
        ...


class Meaning:
    """Base of all meanings; `key` is the word in YAML."""

    key: ClassVar[str]
    heading: ClassVar[str] = ""
    """What an inline node is called on the sheet."""

    def title(self, node: Node, scheme: Scheme) -> str:
        """What a node without a title of its own is called on the sheet."""
        return self.heading

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        """Turn the node into the plan."""
        raise NotImplementedError

    def explain(self, lowered: Lowered, view: View) -> Told:
        """Say how a stored value came about."""
        raise NotImplementedError

    def remarks(self, lowered: Lowered) -> Sequence[Remark]:
        """What the bounds show about a node."""
        return ()


@dataclass(slots=True)
class MissingPart:
    """How a part that may be missing enters its parent."""

    lowered: Lowered
    policy: str
    ruling: Integer | None
    included: Integer | None
    """1 where the part counts; None: always."""
    tolerated: Integer | None = field(default=None)
    """1 where the parent does not mind that it is missing; None: it always does."""
