"""The plan on Python integers: one subject at a time, every intermediate value kept.

Blocks and levels become plain Python functions once per plan; they contain nothing but integer
arithmetic, column names of the fact tables and numbered constants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from kaohe.scoring.expressions import SUBJECT, TRIMMED, Block, Program
from kaohe.scoring.facts import Facts
from kaohe.scoring.levels import MEASURES, SOURCE_COLUMN, Level, Match
from kaohe.scoring.periods import RELATIONS, standing_periods

Rows = dict[tuple[str, str], list[Any]]
Values = tuple[int, ...]
Run = Callable[[dict[str, list[int]], Values, Values], Values]
Cohort = Callable[[str, Any], Values]
"""Values of the ``cohort`` instructions of a block for one group of a subject."""
Gather = Callable[[Iterable[Any]], dict[str, list[int]]]

_MANY_LEAVES = 5
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


def NO_COHORT(block: str, key: Any) -> Values:
    """Where nothing looks across subjects."""
    return ()


class Past(NamedTuple):
    """A standing row seen from the period that is scored."""

    subject: str
    score: str
    period: str
    when: str
    value: Decimal


@dataclass(slots=True)
class Evaluated:
    """All values of one subject."""

    facts: Rows
    values: Values = ()
    rows: dict[str, list[tuple[Any, Values]]] = field(default_factory=dict)
    leaders: Callable[[int], tuple[str, ...]] = field(default=lambda index: ())
    """Titles of those behind a ``cohort`` instruction of the subject level (who is best)."""


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

    def evaluate(self, facts: Rows, cohort: Cohort = NO_COHORT) -> Evaluated:
        """Run the plan on one subject's rows.

        Args:
            cohort: what comparing all subjects gave (`scoring.cohorts`), by block and group.
        """
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
                (key, run({level.name: groups[key]}, (), cohort(level.name, key)))
                for key in sorted(groups)
            ]
        totals = []
        for name, index, how in self.folds:
            column = [values[index] for _, values in out.rows[name]]
            totals.append(fold(column, how))
        out.values = self.runs[SUBJECT](leaves, tuple(totals), cohort(SUBJECT, ""))
        return out


def fold(column: list[int], how: str) -> int:
    """Fold a lower block's values into one: see `Block.total`."""
    if how == "sum":
        return sum(column)
    if how == "max":
        return max(column, default=0)
    column, count = sorted(column), len(column)
    if how == "median":  # twice the median, so that it stays whole
        return column[(count - 1) // 2] + column[count // 2] if column else 0
    drop = int(how.removeprefix(TRIMMED))
    return sum(column[drop : count - drop] if count > 2 * drop else column)


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
    index_standing(facts, found)
    return found


def index_standing(facts: Facts, found: dict[str, Rows]) -> None:
    """Standing rows by score, each as often as a relation to the scored period fits it."""
    if not facts.standing:
        return
    relations: dict[str, list[str]] = {}
    for when in RELATIONS:
        for period in standing_periods(when, facts.period):
            relations.setdefault(period, []).append(when)
    for row in facts.standing:
        mine = found.get(row.subject)
        if mine is None or row.value is None:
            continue
        for when in relations.get(row.period, ()):
            past = Past(row.subject, row.score, row.period, when, row.value)
            mine.setdefault(("standing", row.score), []).append(past)


def _run_function(block: Block) -> Run:
    lines: list[str] = []
    names: dict[str, str] = {}
    total = compared = 0
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
        elif op == "cohort":
            text = f"cohort[{compared}]"
            compared += 1
        else:
            text = _TEMPLATES[op].format(*args)
        lines.append(f"v{index} = {text}")
    lines.append(f"return ({''.join(f'v{i}, ' for i in range(len(block.code)))})")
    run: Run = _define("run(leaves, totals, cohort)", lines, {})
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

    columns = [f"row.{column}" for column in level.columns]
    key = f"({', '.join(columns)})" if len(columns) > 1 else (columns or ["''"])[0]
    lines = ["found = {}", "for row in rows:"]
    lines += [f"    if not ({test(match)}): continue" for match in level.where]
    lines += [
        f"    group = found.get({key})",
        f"    if group is None: group = found[{key}] = [0] * {len(level.leaves)}",
    ]
    measure = MEASURES.get(level.table, "")
    own = f"row.{measure}" if level.table == "votes" else f"int(row.{measure} * unit)"
    picked = _places_by_value(level)
    if picked is not None:
        column, places = picked
        lines.append(f"    for place in {constant(places)}.get(row.{column}, ()):")
        counts = frozenset(n for n, leaf in enumerate(level.leaves) if not leaf.measured)
        lines.append(f"        group[place] += 1 if place in {constant(counts)} else {own}")
        lines.append("return found")
        gather: Gather = _define("gather(rows)", lines, scope)
        return gather
    for place, leaf in enumerate(level.leaves):
        text = own if leaf.measured else "1"
        if leaf.factor_column and leaf.factors is None:
            text += f" * int(Decimal(row.{leaf.factor_column}) * unit)"
        elif leaf.factor_column:
            text += f" * {constant(dict(leaf.factors or {}))}.get(row.{leaf.factor_column}, 0)"
        when = f"if {test(leaf.where)}: " if leaf.where else ""
        if leaf.how == "max":
            lines.append(f"    {when}group[{place}] = max(group[{place}], {text})")
        else:
            lines.append(f"    {when}group[{place}] += {text}")
    lines.append("return found")
    gather = _define("gather(rows)", lines, scope)
    return gather


def _places_by_value(level: Level) -> tuple[str, dict[str, tuple[int, ...]]] | None:
    """(column, its value -> leaves), if all leaves only pick rows by one column.

    A sheet with rules has a leaf per figure: looking them up beats trying each on every row.
    """
    columns = {leaf.where.column for leaf in level.leaves if leaf.where and leaf.where.inside}
    simple = all(
        leaf.where is not None
        and leaf.where.inside
        and not leaf.factor_column
        and leaf.how == "sum"
        for leaf in level.leaves
    )
    if not simple or len(columns) != 1 or len(level.leaves) < _MANY_LEAVES:
        return None
    places: dict[str, tuple[int, ...]] = {}
    for place, leaf in enumerate(level.leaves):
        for value in leaf.where.values if leaf.where else ():
            places[value] = (*places.get(value, ()), place)
    return columns.pop(), places


def _define(head: str, lines: list[str], scope: dict[str, Any]) -> Any:
    source = f"def {head}:\n" + "".join(f"    {line}\n" for line in lines)
    exec(compile(source, "<scoring plan>", "exec"), scope)
    return scope[head.partition("(")[0]]
