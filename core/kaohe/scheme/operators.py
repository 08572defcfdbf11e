"""The syntax of score nodes: one model per operator.

A node in YAML is a mapping with exactly one operator key beside the common keys, or a plain name
(a reference to a named score), or a plain number::

    total: {title: 综合得分, weighted: {target: 60, ballot: 30, debrief: 10}, cite: 三(四)2}

A *named* node (an entry of ``scores``) is shown on the sheet, hence rounded to the scheme's
decimals, and its rounded value goes on.  A node written inline is not shown and stays exact.

What an operator means (bounds, lowering, sentence) lives in `kaohe.scoring.operators`, keyed by
the same name.  Plugins add operators through ``register_operators``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from kaohe.scheme.values import Cites, Identifier, Number, Text


class Operator(BaseModel):
    """Base of all operator syntax; `key` is the word in YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: ClassVar[str]

    @classmethod
    def from_short(cls, value: Any) -> Any:
        """Turn the operator's short form (a name, a list) into its mapping form."""
        return value

    def nodes(self) -> tuple[Node, ...]:
        """The nodes this one is computed from, in the order the sheet shows them."""
        return ()


class Node(BaseModel):
    """One score: an operator with the keys every score may carry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operator: str
    args: Operator
    title: str = ""
    subject: Identifier | None = None
    """The kind of subject it belongs to; None means the scheme's first kind."""
    decimals: int | None = Field(default=None, ge=0, le=6)
    rounding: Literal["half_up", "down", "up"] | None = None
    shown: bool | None = None
    """None: named nodes are shown, inline ones are not.  A node with `decimals` is rounded."""
    missing: Literal["stop", "skip", "reweight"] = "stop"
    """What the parent does when this score is missing: stop (it is missing too), skip it (a mean of
    the rest), or reweight the rest, which needs a recorded ruling `reweight` for the subject."""
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_syntax(cls, value: Any, info: ValidationInfo) -> Any:
        """Accept the YAML forms: a name, a number, or a mapping with one operator key."""
        if isinstance(value, Node):
            return value
        if isinstance(value, str):
            plain = value.strip().replace(".", "", 1).lstrip("-").isdigit()
            value = {"number" if plain else "score": value}
        if not isinstance(value, Mapping):
            raise ValueError("应为一个得分名称、数字，或带一个算子的映射")
        if "operator" in value:
            return value
        known = dict(OPERATORS)
        known.update((info.context or {}).get("operators", {}))
        found = [k for k in value if k in known]
        if len(found) != 1:
            what = "缺少算子" if not found else f"有多个算子（{'、'.join(found)}）"
            raise ValueError(f"{what}；应恰有一个，可用：{'、'.join(sorted(known))}")
        key = found[0]
        syntax = known[key]
        out = {k: v for k, v in value.items() if k != key}
        if out.get("shown") in ("true", "false"):
            out["shown"] = out["shown"] == "true"
        out["operator"] = key
        out["args"] = syntax.model_validate(syntax.from_short(value[key]), context=info.context)
        return out


class Score(Operator):
    """The value of another named score."""

    key: ClassVar[str] = "score"
    name: Identifier

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class Constant(Operator):
    """A fixed figure."""

    key: ClassVar[str] = "number"
    value: Number

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {"value": value}


class Sheet(Operator):
    """The mean of the totals of all sheets handed in for an instrument."""

    key: ClassVar[str] = "sheet"
    instrument: Identifier

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return {"instrument": value} if isinstance(value, str) else value


class Votes(Operator):
    """Points per option times votes, over the valid marks, per aspect; then the mean of aspects."""

    key: ClassVar[str] = "votes"
    poll: Identifier

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return {"poll": value} if isinstance(value, str) else value


class Rating(Operator):
    """The mean of one score over the anonymous forms that carry it."""

    key: ClassVar[str] = "rating"
    form: Identifier
    score: Identifier

    @classmethod
    def from_short(cls, value: Any) -> Any:
        if isinstance(value, str) and value.count(".") == 1:
            form, score = value.split(".")
            return {"form": form, "score": score}
        return value


class Entries(Operator):
    """The signed sum of the verified entries of some rules; none is 0."""

    key: ClassVar[str] = "entries"
    rules: tuple[Identifier, ...]

    @classmethod
    def from_short(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"rules": [value]}
        return {"rules": value} if isinstance(value, list | tuple) else value


class _Several(Operator):
    of: tuple[Node, ...] = Field(min_length=1)

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return {"of": value} if isinstance(value, list | tuple) else value

    def nodes(self) -> tuple[Node, ...]:
        return self.of


class Sum(_Several):
    """The sum of some scores."""

    key: ClassVar[str] = "sum"


class Mean(_Several):
    """The plain mean of some scores."""

    key: ClassVar[str] = "mean"


class Highest(_Several):
    """The highest of some scores."""

    key: ClassVar[str] = "highest"


class Lowest(_Several):
    """The lowest of some scores."""

    key: ClassVar[str] = "lowest"


class Part(BaseModel):
    """A score and its weight in percent."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    of: Node
    weight: Number


class Weighted(Operator):
    """A weighted sum; weights are percents and must make `out_of`."""

    key: ClassVar[str] = "weighted"
    parts: tuple[Part, ...] = Field(min_length=1)
    out_of: Number = Decimal(100)

    @classmethod
    def from_short(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "parts" not in value:
            return {"parts": [{"of": name, "weight": w} for name, w in value.items()]}
        return value

    def nodes(self) -> tuple[Node, ...]:
        return tuple(p.of for p in self.parts)


class _Bounded(Operator):
    of: Node
    at: Number
    cite: Cites = ()

    def nodes(self) -> tuple[Node, ...]:
        return (self.of,)


class Cap(_Bounded):
    """A score, but at most `at`.  An exception with its own clause."""

    key: ClassVar[str] = "cap"


class Floor(_Bounded):
    """A score, but at least `at`.  An exception with its own clause."""

    key: ClassVar[str] = "floor"


class Scale(Operator):
    """A score out of `source`, brought to `target`: value × target ÷ source."""

    key: ClassVar[str] = "scale"
    of: Node
    source: Number
    target: Number = Decimal(100)

    def nodes(self) -> tuple[Node, ...]:
        return (self.of,)


OPERATORS: dict[str, type[Operator]] = {
    o.key: o
    for o in (
        Score, Constant, Sheet, Votes, Rating, Entries, Sum, Mean, Highest, Lowest, Weighted,
        Cap, Floor, Scale,
    )
}  # fmt: skip

for _model in (Node, Part, *OPERATORS.values()):
    _model.model_rebuild()
