"""The plan on Python integers: one subject at a time, every intermediate value kept.

Blocks and levels become plain Python functions once per plan; they contain nothing but integer
arithmetic, column names of the fact tables and numbered constants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kaohe.scoring.expressions import SUBJECT, Block, Program
from kaohe.scoring.facts import Facts
from kaohe.scoring.levels import MEASURES, SOURCE_COLUMN, Level, Match

Rows = dict[tuple[str, str], list[Any]]
Values = tuple[int, ...]
Run = Callable[[dict[str, list[int]], Values], Values]
Gather = Callable[[Iterable[Any]], dict[str, list[int]]]

_TEMPLATES = {
    "add": "v{0} + v{1}",
    "sub": "v{0} - v{1}",
    "mul": "v{0} * v{1}",
    "div": "v{0} // v{1}",
    "min": "v{0} if v{0} < v{1} else v{1}",
    "max": "v{0} if v{0} > v{1} else v{1}",
    "less": "1 if v{0} < v{1} else 0",
    "select": "v{1} if v{0} else v{2}",
}


@dataclass(slots=True)
class Evaluated:
    """All values of one subject."""

    facts: Rows
    values: Values = ()
    rows: dict[str, list[tuple[str, Values]]] = field(default_factory=dict)


@dataclass(slots=True)
class Executor:
    """A program made runnable."""

    program: Program
    gathers: list[tuple[Level, Gather]] = field(init=False)
    runs: dict[str, Run] = field(init=False)
    folds: list[tuple[str, int, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.gathers = [(lv, _gather_function(lv)) for lv in self.program.levels.values()]
        self.folds = [
            (i.data[0], i.args[0], i.data[1])
            for i in self.program.subject.code
            if i.op == "total" and isinstance(i.data, tuple)
        ]
        self.runs = {name: _run_function(b) for name, b in self.program.blocks.items()}

    def evaluate(self, facts: Rows) -> Evaluated:
        """Run the plan on one subject's rows."""
        out = Evaluated(facts)
        leaves: dict[str, list[int]] = {}
        for level, gather in self.gathers:
            rows: Any = ()
            for source in level.sources:
                found = facts.get((level.table, source))
                if found:
                    rows = [*rows, *found] if rows else found
            groups = gather(rows)
            if not level.key:
                leaves[level.name] = groups.get("") or [0] * len(level.leaves)
                continue
            run = self.runs[level.name]
            out.rows[level.name] = [
                (key, run({level.name: groups[key]}, ())) for key in sorted(groups)
            ]
        totals = []
        for name, index, how in self.folds:
            column = [values[index] for _, values in out.rows[name]]
            totals.append(sum(column) if how == "sum" else max(column, default=0))
        out.values = self.runs[SUBJECT](leaves, tuple(totals))
        return out


def index_facts(facts: Facts) -> dict[str, Rows]:
    """Rows by subject, then by table and instrument, poll, rule, kind or class."""
    found: dict[str, Rows] = {}
    for subject in facts.subjects:
        found[subject.id] = {("subjects", subject.group): [subject]}
    for table in ("marks", "votes", "entries", "rulings"):
        column = SOURCE_COLUMN[table]
        rows: tuple[Any, ...] = getattr(facts, table)
        if not rows:
            continue
        place = type(rows[0])._fields.index(column)
        for row in rows:
            mine = found.get(row[0])
            if mine is not None:
                key = (table, row[place])
                if key in mine:
                    mine[key].append(row)
                else:
                    mine[key] = [row]
    return found


def _run_function(block: Block) -> Run:
    lines: list[str] = []
    names: dict[str, str] = {}
    total = 0
    for level in {i.data[0] for i in block.code if i.op == "leaf" and isinstance(i.data, tuple)}:
        names[level] = f"g{len(names)}"
        lines.append(f"{names[level]} = leaves[{level!r}]")
    for index, (op, args, data) in enumerate(block.code):
        if op == "const":
            text = str(data)
        elif op == "leaf":
            assert isinstance(data, tuple)
            place = [leaf.name for leaf in block.program.levels[data[0]].leaves].index(data[1])
            text = f"{names[data[0]]}[{place}]"
        elif op == "total":
            text = f"totals[{total}]"
            total += 1
        else:
            text = _TEMPLATES[op].format(*args)
        lines.append(f"v{index} = {text}")
    lines.append(f"return ({''.join(f'v{i}, ' for i in range(len(block.code)))})")
    run: Run = _define("run(leaves, totals)", lines, {})
    return run


def _gather_function(level: Level) -> Gather:
    """A function that sums the leaves of a level over rows, by group, in one pass."""
    scope: dict[str, Any] = {"unit": Decimal(10**level.decimals), "Decimal": Decimal}

    def constant(value: Any) -> str:
        name = f"c{len(scope)}"
        scope[name] = value
        return name

    def test(match: Match) -> str:
        word = "in" if match.inside else "not in"
        return f"row.{match.column} {word} {constant(frozenset(match.values))}"

    key = f"row.{level.key}" if level.key else "''"
    lines = ["found = {}", "for row in rows:"]
    lines += [f"    if not ({test(match)}): continue" for match in level.where]
    lines += [
        f"    group = found.get({key})",
        f"    if group is None: group = found[{key}] = [0] * {len(level.leaves)}",
    ]
    measure = MEASURES.get(level.table, "")
    own = f"row.{measure}" if level.table == "votes" else f"int(row.{measure} * unit)"
    for place, leaf in enumerate(level.leaves):
        text = own if leaf.measured else "1"
        if leaf.factor_column and leaf.factors is None:
            text += f" * int(Decimal(row.{leaf.factor_column}) * unit)"
        elif leaf.factor_column:
            text += f" * {constant(dict(leaf.factors or {}))}.get(row.{leaf.factor_column}, 0)"
        when = f"if {test(leaf.where)}: " if leaf.where else ""
        lines.append(f"    {when}group[{place}] += {text}")
    lines.append("return found")
    gather: Gather = _define("gather(rows)", lines, scope)
    return gather


def _define(head: str, lines: list[str], scope: dict[str, Any]) -> Any:
    source = f"def {head}:\n" + "".join(f"    {line}\n" for line in lines)
    exec(compile(source, "<scoring plan>", "exec"), scope)
    return scope[head.partition("(")[0]]
