"""Run every rule over a scheme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kaohe.scheme.binding import bind_tree
from kaohe.scheme.lint import figures, procedure, uses
from kaohe.scheme.lint.findings import CODES, Finding, Rule
from kaohe.scheme.tree import dotted

if TYPE_CHECKING:
    from kaohe.scheme.operators import Operator
    from kaohe.scheme.reading import SchemeSource

RULES: tuple[Rule, ...] = (*figures.RULES, *uses.RULES, *procedure.RULES)
_ORDER = {"error": 0, "warning": 1, "info": 2}


def lint(
    source: SchemeSource,
    *,
    parameters: Mapping[str, Any] | None = None,
    operators: Mapping[str, type[Operator]] | None = None,
) -> list[Finding]:
    """Lint a scheme with its default parameters, or with given ones.

    Raises:
        kaohe.scheme.errors.SchemeErrors: the scheme cannot be read at all.
    """
    scheme = source.bind(parameters, operators=operators)
    bound = bind_tree(source.data, parameters)
    out = []
    for rule in RULES:
        for code, path, what in rule(scheme):
            kind = CODES[code]
            origin = bound.origin(path)
            out.append(
                Finding(
                    code,
                    kind.severity,
                    source.place(origin),
                    dotted(origin),
                    what,
                    kind.why,
                    kind.remedy,
                )
            )
    return sorted(dict.fromkeys(out), key=lambda f: _ORDER[f.severity])
