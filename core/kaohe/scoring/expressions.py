"""The integer plan: straight-line integer instructions per level, with proved bounds.

A `Program` has one block per level (subject level and the levels below it).  Instructions know
nothing of a backend: the explaining executor runs them on Python integers, the frame executor on
int64 columns.  There are no missing values here: presence is an integer 0 or 1 of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from kaohe.scoring import bounds
from kaohe.scoring.bounds import Interval
from kaohe.scoring.errors import PlanRefused
from kaohe.scoring.levels import Level

SUBJECT = "subject"
TRIMMED = "trimmed:"
"""Prefix of the fold that leaves out so many of the highest and of the lowest."""


class Instruction(NamedTuple):
    """One integer operation; arguments are indices into the same block.

    ``leaf`` reads (level, leaf); ``total`` folds instruction `args[0]` of the block in `data`
    over the subject's groups, (block, how): see `Block.total`; ``cohort``
    compares the arguments of all subjects, (what, within) of `kaohe.scoring.cohorts`.
    """

    op: str
    args: tuple[int, ...]
    data: tuple[str, str] | int | None


@dataclass(frozen=True, slots=True, eq=False)
class Integer:
    """A handle on an instruction with the bounds proved for it."""

    block: Block
    index: int
    low: int
    high: int

    @property
    def interval(self) -> Interval:
        """Both bounds."""
        return self.low, self.high

    @property
    def constant(self) -> int | None:
        """Its value if it is a constant."""
        op = self.block.code[self.index]
        return op.data if op.op == "const" and isinstance(op.data, int) else None

    def same(self, other: Integer) -> bool:
        """Whether both are the same instruction."""
        return self.block is other.block and self.index == other.index

    def known(self, low: int, high: int) -> Integer:
        """The same integer with narrower bounds that the operator guarantees."""
        return Integer(self.block, self.index, max(self.low, low), min(self.high, high))

    def __add__(self, other: Integer | int) -> Integer:
        b = self.block.lift(other)
        if b.constant == 0:
            return self
        if self.constant == 0:
            return b
        return self.block.emit("add", (self, b), bounds.add(self.interval, b.interval))

    def __sub__(self, other: Integer | int) -> Integer:
        b = self.block.lift(other)
        if b.constant == 0:
            return self
        return self.block.emit("sub", (self, b), bounds.subtract(self.interval, b.interval))

    def __mul__(self, other: Integer | int) -> Integer:
        b = self.block.lift(other)
        if b.constant == 1:
            return self
        if self.constant == 1:
            return b
        if self.constant is not None and b.constant is not None:
            return self.block.const(self.constant * b.constant)
        return self.block.emit("mul", (self, b), bounds.multiply(self.interval, b.interval))

    def __floordiv__(self, other: Integer | int) -> Integer:
        b = self.block.lift(other)
        if b.constant == 1:
            return self
        if b.low < 1:
            raise ValueError("a divisor must be at least 1")
        return self.block.emit("div", (self, b), bounds.divide(self.interval, b.interval))

    def smaller(self, other: Integer | int) -> Integer:
        """min(self, other)."""
        b = self.block.lift(other)
        return self.block.emit("min", (self, b), bounds.smaller(self.interval, b.interval))

    def larger(self, other: Integer | int) -> Integer:
        """max(self, other)."""
        b = self.block.lift(other)
        return self.block.emit("max", (self, b), bounds.larger(self.interval, b.interval))

    def below(self, other: Integer | int) -> Integer:
        """1 if self < other, else 0."""
        return self.block.emit("less", (self, self.block.lift(other)), (0, 1))

    def negated(self) -> Integer:
        """1 - self, for a flag."""
        return self.block.const(1) - self

    def choose(self, then: Integer | int, otherwise: Integer | int) -> Integer:
        """`then` where this flag is 1, else `otherwise`."""
        a, b = self.block.lift(then), self.block.lift(otherwise)
        return self.block.emit("select", (self, a, b), bounds.hull(a.interval, b.interval))


@dataclass(slots=True, eq=False)
class Block:
    """The instructions of one level, each computed once."""

    program: Program
    name: str
    level: Level | None = None
    code: list[Instruction] = field(default_factory=list)
    ranges: list[Interval] = field(default_factory=list)
    _known: dict[Instruction, int] = field(default_factory=dict)

    def lift(self, value: Integer | int) -> Integer:
        """The value as an integer of this block."""
        return self.const(value) if isinstance(value, int) else value

    def const(self, value: int) -> Integer:
        """A constant."""
        return self._add(Instruction("const", (), value), (value, value))

    def leaf(self, level: Level, name: str) -> Integer:
        """A leaf of a level; in the subject block the level must group by subject alone."""
        leaf = next(one for one in level.leaves if one.name == name)
        return self._add(Instruction("leaf", (), (level.name, name)), (leaf.low, leaf.high))

    def total(self, of: Integer, low: int, high: int, *, how: str = "sum") -> Integer:
        """A lower block's integer folded over the subject's groups.

        Args:
            how: ``sum``, ``max``, ``median`` (twice the median) or ``trimmed:<n>`` (the sum
                without the n highest and n lowest; of all, if that leaves none).

        Bounds are the caller's; no group at all gives 0.
        """
        return self._add(Instruction("total", (of.index,), (of.block.name, how)), (low, high))

    def compared(
        self, what: str, args: tuple[Integer, ...], low: int, high: int, *, within: str = "all"
    ) -> Integer:
        """A figure that comes from all subjects (rank, best, sum, count); bounds are the caller's.

        Until it is known the executor puts in the figure of the interval that is nearest to 0.
        """
        if any(a.block is not self for a in args):
            raise ValueError("integers of two levels cannot meet")
        indices = tuple(a.index for a in args)
        return self._add(Instruction("cohort", indices, (what, within)), (low, high))

    def emit(self, op: str, args: tuple[Integer, ...], interval: Interval) -> Integer:
        """Add an instruction, or find the equal one; refuse it if it could leave 2^53."""
        if any(a.block is not self for a in args):
            raise ValueError("integers of two levels cannot meet")
        return self._add(Instruction(op, tuple(a.index for a in args), None), interval)

    def _add(self, instruction: Instruction, interval: Interval) -> Integer:
        if bounds.leaves_limit(interval):
            raise PlanRefused(
                f"中间结果位数太多（可能达到 {max(map(abs, interval))}，超出 2^53），无法保证逐位精确",
                node=self.program.node,
                title=self.program.title,
                cite=self.program.cite,
                remedy="请把里面的得分取名单列（写在 scores 下），或给它写 decimals，使它先四舍五入再参与计算；"
                "仍然太多的，减小 most、分值或小数位数。",
            )  # fmt: skip
        index = self._known.get(instruction)
        if index is None:
            index = self._known[instruction] = len(self.code)
            self.code.append(instruction)
            self.ranges.append(interval)
        return Integer(self, index, *interval)


@dataclass(slots=True, eq=False)
class Program:
    """All blocks of a plan, and what is being lowered right now (for refusals)."""

    blocks: dict[str, Block] = field(default_factory=dict)
    levels: dict[str, Level] = field(default_factory=dict)
    node: str = ""
    title: str = ""
    cite: tuple[str, ...] = ()

    @property
    def subject(self) -> Block:
        """The subject level."""
        return self.blocks.setdefault(SUBJECT, Block(self, SUBJECT))

    def gather(self, level: Level) -> Block:
        """Register a level; return the block its leaves live in."""
        known = self.levels.setdefault(level.name, level)
        if known != level:
            raise ValueError(f"level {level.name} is defined twice, differently")
        if not level.key:
            return self.subject
        return self.blocks.setdefault(level.name, Block(self, level.name, level))

    def size(self) -> int:
        """Number of instructions."""
        return sum(len(b.code) for b in self.blocks.values())
