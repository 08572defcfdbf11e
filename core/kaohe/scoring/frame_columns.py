"""The integer plan as dataframe expressions (Narwhals): int64 columns, no nulls, no floats.

Traps this avoids are listed in ``docs/scoring.md``: every literal is typed, divisors are guarded
before they divide, nothing calls ``round``, presence is a column of its own instead of a null.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kaohe.scoring.expressions import Block, Integer
from kaohe.scoring.frame_cohorts import Step, compare

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

_ARGUMENTS = {"add", "sub", "mul", "div", "min", "max", "less", "select", "cohort"}


@dataclass(slots=True)
class Columns:
    """Instructions of one block as columns of a frame.

    An instruction that is used once is written into its user; one that is used more often becomes
    a column, so that no engine computes it twice.
    """

    block: Block
    nw: Any
    wanted: frozenset[int]
    column_of_leaf: Any
    """(level, leaf) -> column name, or None where the leaf is 0 for everybody."""
    column_of_total: Any
    prefix: str = "_v"
    stages: list[list[nw.Expr]] = field(default_factory=list)
    folds: dict[int, list[Step]] = field(default_factory=dict)
    """Stage -> what follows its columns: comparisons of all subjects."""
    _expressions: dict[int, Any] = field(default_factory=dict)
    _stage_of: dict[int, int] = field(default_factory=dict)

    def build(self, frame: Any) -> Any:
        """The frame with a column ``_v<index>`` for every wanted instruction."""
        uses = self._uses()
        for index in sorted(uses):
            self._emit(index, uses[index])
        for number, stage in enumerate(self.stages):
            if stage:
                frame = frame.with_columns(*stage)
            for fold in self.folds.get(number, ()):
                frame = fold(frame)
        return frame

    def name(self, index: int) -> str:
        """The column of an instruction."""
        return f"{self.prefix}{index}"

    def _uses(self) -> dict[int, int]:
        """How often each needed instruction is used; wanted ones count as used often."""
        uses: dict[int, int] = {}
        todo = list(self.wanted)
        for index in todo:
            uses[index] = 2
        while todo:
            op, args, _ = self.block.code[todo.pop()]
            if op not in _ARGUMENTS:
                continue
            for arg in args:
                if arg not in uses:
                    todo.append(arg)
                uses[arg] = uses.get(arg, 0) + (2 if op == "cohort" else 1)
        return uses

    def _emit(self, index: int, uses: int) -> None:
        op, args, data = self.block.code[index]
        stage = 0
        if op == "const":
            expression: Any = data
        elif op == "leaf":
            column = self.column_of_leaf(*data) if isinstance(data, tuple) else None
            expression = 0 if column is None else self.nw.col(column)
        elif op == "total":
            expression = self.nw.col(self.column_of_total(index))
        elif op == "cohort":
            expression, stage = self._compare(index, args)
        else:
            stage = max(self._stage_of[a] for a in args)
            expression = self._combine(op, [self._expressions[a] for a in args])
        is_trivial = isinstance(expression, int) or op in ("leaf", "total")
        if index in self.wanted or (uses > 1 and not is_trivial):
            whole = expression
            if isinstance(whole, int):
                whole = self.nw.lit(whole, dtype=self.nw.Int64)
            self._add(stage, whole.alias(self.name(index)))
            if not isinstance(expression, int):
                expression = self.nw.col(self.name(index))
                stage += 1
        self._expressions[index] = expression
        self._stage_of[index] = stage

    def _add(self, stage: int, column: Any) -> None:
        while len(self.stages) <= stage:
            self.stages.append([])
        self.stages[stage].append(column)

    def _compare(self, index: int, args: tuple[int, ...]) -> tuple[Any, int]:
        """What a comparison gives, and the stage from which it is there."""
        number, present = (
            self.nw.lit(one, dtype=self.nw.Int64) if isinstance(one, int) else one
            for one in (self._expressions[args[0]], self._expressions[args[-1]])
        )
        stage = max(self._stage_of[a] for a in args)
        one = compare(self.nw, self.block, index, number, present, f"{self.prefix}c")
        self._add(stage, one.key)
        self.folds.setdefault(stage, []).append(one.fold)
        return one.value, stage + 1

    def _combine(self, op: str, args: list[Any]) -> Any:
        a, b = args[0], args[1]
        if op == "select":
            return self._select(a, b, args[2])
        if isinstance(a, int) and isinstance(b, int):
            return _FOLDED[op](a, b)
        if isinstance(a, int):  # keep the column first: literals take its type
            a = self.nw.lit(a, dtype=self.nw.Int64)
        if op == "add":
            return a + b
        if op == "sub":
            return a - b
        if op == "mul":
            return a * b
        if op == "div":
            return a // b
        if op == "less":
            return (a < b).cast(self.nw.Int64)
        smaller, larger = (a, b) if op == "min" else (b, a)
        return self._when(a < b, smaller, larger)

    def _select(self, flag: Any, then: Any, otherwise: Any) -> Any:
        if isinstance(flag, int):
            return then if flag else otherwise
        return self._when(flag == 1, then, otherwise)

    def _when(self, condition: Any, then: Any, otherwise: Any) -> Any:
        nw = self.nw
        a, b = (nw.lit(v, dtype=nw.Int64) if isinstance(v, int) else v for v in (then, otherwise))
        return nw.when(condition).then(a).otherwise(b)


_FOLDED: dict[str, Any] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a // b,
    "min": min,
    "max": max,
    "less": lambda a, b: int(a < b),
}


def indices(integers: Iterable[Integer | None]) -> frozenset[int]:
    """The instructions behind some integers."""
    return frozenset(i.index for i in integers if i is not None)


def column_of(nw: Any, integer: Integer) -> Any:
    """The column of an instruction of the subject level."""
    return nw.col(f"_v{integer.index}")


def there(nw: Any, present: Integer | None) -> Any:
    """Whether there is a value, as a condition."""
    if present is None:
        return nw.lit(True, dtype=nw.Boolean)
    return column_of(nw, present) == 1
