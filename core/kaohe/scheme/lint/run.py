"""Run every rule over a scheme, under every choice its parameters offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kaohe.scheme.binding import bind_tree, definitions
from kaohe.scheme.choices import is_live, stand_ins, trials
from kaohe.scheme.lint import figures, outcomes, procedure, promises, reach, tables, uses
from kaohe.scheme.lint.findings import CODES, Finding, Rule
from kaohe.scheme.tree import Path, dotted

if TYPE_CHECKING:
    from kaohe.scheme.operators import Operator
    from kaohe.scheme.reading import SchemeSource

RULES: tuple[Rule, ...] = (
    *figures.RULES, *tables.RULES, *promises.RULES, *uses.RULES, *outcomes.RULES,
    *procedure.RULES, *reach.RULES,
)  # fmt: skip
_ORDER = {"error": 0, "warning": 1, "info": 2}


def lint(
    source: SchemeSource,
    *,
    parameters: Mapping[str, Any] | None = None,
    operators: Mapping[str, type[Operator]] | None = None,
) -> list[Finding]:
    """Lint a scheme and its roll-ups with their defaults and every other choice, or with given parameters.

    Args:
        parameters: values that are fixed; choices among the rest are all tried.
        operators: operators of plugins, by key.

    Raises:
        kaohe.scheme.errors.SchemeErrors: the scheme cannot be used at all.
    """
    source.check(operators=operators)
    found = _lint_one(source, parameters or {}, operators)
    told = {(one.code, one.place) for one in found}
    for rollup in source.rollups().values():
        known = definitions(rollup.data.get("parameters"))
        given = {key: value for key, value in (parameters or {}).items() if key in known}
        found += [
            replace(one, what=f"汇总“{rollup.title}”：{one.what}")
            for one in _lint_one(rollup, given, operators)
            if (one.code, one.place) not in told  # inherited, and told already
        ]
    return sorted(found, key=lambda f: _ORDER[f.severity])


def _lint_one(
    source: SchemeSource,
    parameters: Mapping[str, Any],
    operators: Mapping[str, type[Operator]] | None,
) -> list[Finding]:
    fixed = {**stand_ins(source.data), **parameters}
    values_of = []
    seen: dict[tuple[str, Path, str], int] = {}
    for trial in trials(source.data)[0]:
        if any(fixed[k] != v for k, v in trial.items() if k in parameters):
            continue
        values, remarks = _run({**trial, **fixed}, source, operators)
        values_of.append(values)
        for remark in dict.fromkeys(remarks):
            seen[remark] = seen.get(remark, 0) + 1
    return [
        _finding(source, code, path, what)
        for (code, path, what), times in seen.items()
        if not CODES[code].everywhere
        or times >= sum(is_live(source.data, path, values) for values in values_of)
    ]


def _run(
    parameters: Mapping[str, Any],
    source: SchemeSource,
    operators: Mapping[str, type[Operator]] | None,
) -> tuple[dict[str, Any], Iterator[tuple[str, Path, str]]]:
    scheme = source.bind(parameters, operators=operators)
    bound = bind_tree(source.data, parameters)
    remarks = (
        (code, bound.origin(path), what) for rule in RULES for code, path, what in rule(scheme)
    )
    return bound.values, remarks


def _finding(source: SchemeSource, code: str, path: Path, what: str) -> Finding:
    kind = CODES[code]
    return Finding(
        code, kind.severity, source.place(path), dotted(path), what, kind.why, kind.remedy
    )
