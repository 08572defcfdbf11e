"""The syntax of score nodes: one model per operator.

A node in YAML is a mapping with exactly one operator key beside the common keys, or a plain name
(a reference to a named score), or a plain number::

    total: {title: 综合得分, weighted: {target: 60, ballot: 30, debrief: 10}, cite: 三(四)2}

A *named* node (an entry of ``scores``) is shown on the sheet, hence rounded to the scheme's
decimals, and its rounded value goes on.  A node written inline is not shown and stays exact.

Operators are sorted by what they do: `facts` reads what people filled in, `combining` puts scores
together, `shaping` turns one score into another, `cohort` compares subjects with one another.
What an operator means (bounds, lowering, sentence) lives in `kaohe.scoring.operators`, keyed by
the same name.  Plugins add operators through ``register_operators``.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationInfo,
    field_validator,
    model_validator,
)

from kaohe.scheme.values import Cites, Flag, Identifier, Number, Text, Whole

Loc: TypeAlias = tuple[str | int, ...]

OPERATORS: dict[str, type[Operator]] = {}
"""The core's operators by key; filled by the package."""


class Operator(BaseModel):
    """Base of all operator syntax; `key` is the word in YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: ClassVar[str]

    @classmethod
    def from_short(cls, value: Any) -> Any:
        """Turn the operator's short form (a name, a list) into its mapping form."""
        return value

    @classmethod
    def locate(cls, loc: Loc, value: Any) -> Loc:
        """Turn a place in the mapping form into the place in what was written.

        Args:
            loc: path inside the mapping form.
            value: what was written after the operator's key.
        """
        return loc if isinstance(value, Mapping) else ()

    def nodes(self) -> tuple[Node, ...]:
        """The nodes this one is computed from, in the order the sheet shows them."""
        return tuple(node for _, node in self.inputs())

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        """The same, each with its place in the mapping form; what an operator overrides."""
        return ()


class Announced(BaseModel):
    """What the regulation's text says of a score in passing; the lint compares, nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weight: Number | None = None
    """The share of what it goes into, in percent (“counts for 20 % of the total”)."""
    maximum: Number | None = None
    """The most one can reach (“100 points”)."""
    cite: Cites = ()


class Node(BaseModel):
    """One score: an operator with the keys every score may carry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operator: str
    args: SerializeAsAny[Operator]
    title: Annotated[str, Field(max_length=200)] = ""
    subject: Identifier | None = None
    """The kind of subject it belongs to; None means the scheme's first kind."""
    decimals: Annotated[Whole, Field(ge=0, le=6)] | None = None
    rounding: Literal["half_up", "down", "up"] | None = None
    shown: Flag | None = None
    """None: named nodes are shown, inline ones are not.  A node with `decimals` is rounded."""
    missing: Literal["stop", "skip", "reweight"] = "stop"
    """What the parent does when this score is missing: stop (it is missing too), skip it (a mean of
    the rest), or reweight the rest, which needs a recorded ruling `reweight` for the subject."""
    announced: Announced | None = None
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_syntax(cls, value: Any, info: ValidationInfo) -> Any:
        """Accept the YAML forms: a name, a number, or a mapping with one operator key."""
        if isinstance(value, Node) or _is_built(value):
            return value
        if isinstance(value, str):
            value = {_plain_key(value): value}
        if not isinstance(value, Mapping):
            raise ValueError("应为一个得分名称、一个数字，或带一个算子的映射")
        known = known_operators(info.context)
        found = [k for k in value if k in known]
        if len(found) != 1:
            raise ValueError(_operator_problem(value, found, known))
        key = found[0]
        out = {k: v for k, v in value.items() if k not in (key, "operator", "args")}
        strays = {f"{k}（不是算子的键）": v for k, v in value.items() if k in ("operator", "args")}
        return {**out, **strays, "operator": key, "args": (value[key],)}

    @field_validator("args", mode="plain")
    @classmethod
    def _typed(cls, value: Any, info: ValidationInfo) -> Operator:
        """Type what follows the operator's key with that operator's own syntax."""
        if isinstance(value, Operator):
            return value
        syntax = known_operators(info.context)[info.data["operator"]]
        (written,) = value
        return syntax.model_validate(syntax.from_short(written), context=info.context)


def _is_built(value: Any) -> bool:
    """Whether `value` are the fields of a node made in Python, not something written in YAML."""
    return isinstance(value, Mapping) and isinstance(value.get("args"), Operator)


def _plain_key(text: str) -> str:
    digits = text.strip().replace(".", "", 1).lstrip("-")
    return "number" if digits.isdigit() else "score"


def known_operators(context: Any) -> dict[str, type[Operator]]:
    """The core's operators and those a reader was given by plugins."""
    return {**OPERATORS, **((context or {}).get("operators") or {})}


def operator_key(written: Mapping[str, Any], known: Mapping[str, Any]) -> str | None:
    """The operator of a node as written, if there is exactly one."""
    found = [k for k in written if k in known]
    return found[0] if len(found) == 1 else None


def _operator_problem(value: Mapping[str, Any], found: list[str], known: Mapping[str, Any]) -> str:
    if found:
        return f"有多个算子（{'、'.join(found)}），一个得分只能用一个；其余的写到里面一层"
    strange = [k for k in value if k not in Node.model_fields]
    close = [m for k in strange for m in get_close_matches(k, list(known), 1, 0.6)]
    hint = f"；是否想写 {close[0]}" if close else ""
    return f"缺少算子{hint}。可用：{'、'.join(sorted(known))}"
