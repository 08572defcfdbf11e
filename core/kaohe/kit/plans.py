"""Whether a scheme can be computed exactly: what the lint of the language alone cannot see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kaohe.scheme.choices import stand_ins, trials
from kaohe.scheme.lint import CODES, Finding, lint
from kaohe.scheme.tree import dotted
from kaohe.scoring import PlanRefused, compile_scheme

if TYPE_CHECKING:
    from kaohe.scheme.operators import Operator
    from kaohe.scheme.reading import SchemeSource


def scheme_findings(
    source: SchemeSource,
    *,
    operators: Mapping[str, type[Operator]] | None = None,
    meanings: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """Everything to say about a scheme before it is used: the lint's findings and the plan's.

    Args:
        operators: operators of plugins, by key; the scheme binds with them.
        meanings: how they are computed.

    Raises:
        kaohe.scheme.errors.SchemeErrors: the scheme cannot be used at all.
    """
    found = lint(source, operators=operators)
    if any(one.code == "L044" for one in found):  # the same, found by a rougher estimate
        return found
    return _refusals(source, operators, meanings) + found


def _refusals(
    source: SchemeSource,
    operators: Mapping[str, type[Operator]] | None,
    meanings: Mapping[str, Any] | None,
) -> list[Finding]:
    """Why a scheme or one of its roll-ups would be refused when it is to be scored."""
    found: dict[Finding, None] = {}
    for one in (source, *source.rollups().values()):
        substitutes = stand_ins(one.data)
        for trial in trials(one.data)[0]:
            scheme = one.bind({**substitutes, **trial}, operators=operators)
            try:
                compile_scheme(scheme, operators=meanings)
            except PlanRefused as refused:
                name = refused.node.partition(".")[0]
                path = ("scores", name) if name in scheme.scores else ()
                title = scheme.scores[name].title if path else scheme.title
                code = CODES["L044"]
                inner = f"里面的{refused.place}" if refused.node not in ("", name) else ""
                what = f"“{title}”{inner}：{refused.what}。"
                found[Finding("L044", code.severity, one.place(path), dotted(path), what, code.why,
                              refused.remedy)] = None  # fmt: skip
    return list(found)
