"""From the type of a model's field to JSON Schema."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from kaohe.scheme import values
from kaohe.scheme.operators import Node
from kaohe.scheme.outcomes import Criterion
from kaohe.scheme.rules import Choice, Deduct

Schema = dict[str, Any]

_NUMBER = r"^-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?$"
_WHOLE = r"^(0|[1-9][0-9]{0,6})$"
_IDENTIFIER = "^[a-z][a-z0-9_]*$"
NUMBER: Schema = {"type": ["number", "string"], "pattern": _NUMBER}
WHOLE: Schema = {"type": ["integer", "string"], "pattern": _WHOLE}
FLAG: Schema = {"enum": [True, False, "true", "false"]}
IDENTIFIER: Schema = {"type": "string", "pattern": _IDENTIFIER, "maxLength": 60}
TEXT: Schema = {"type": ["string", "number", "boolean"]}
"""Scalars stay text, whatever an editor takes them for: 000, 2026.1."""
CITES: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
_SCALARS: tuple[tuple[Any, Schema], ...] = (
    (values.Number, NUMBER), (values.Whole, WHOLE), (values.Flag, FLAG),
    (values.AlwaysTrue, {"enum": [True, "true"]}), (values.Identifier, IDENTIFIER),
    (values.Cites, CITES), (values.Printed, {"type": "string"}),
    (values.Label, {**TEXT, "minLength": 1, "maxLength": 200}),
    (values.Text, {**TEXT, "maxLength": 4000}),
)  # fmt: skip


def field_schema(annotation: Any, metadata: list[Any]) -> Schema:
    """The schema of a field: what it holds, or a parameter or choice instead."""
    if metadata:
        annotation = Annotated[(annotation, *metadata)]
    return or_bound(_schema(annotation))


def or_bound(schema: Schema) -> Schema:
    """The same, or ``{parameter: …}`` or ``{choose: …}`` in its place."""
    return {"anyOf": [schema, {"$ref": "#/$defs/parameter"}, {"$ref": "#/$defs/choose"}]}


def reference(part: type[BaseModel]) -> Schema:
    """A reference to the definition of a part."""
    return {"$ref": f"#/$defs/{'score' if part is Node else part.__name__}"}


def _schema(annotation: Any) -> Schema:
    for known, schema in _SCALARS:
        if annotation == known:
            return schema
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _limited(args)
    if origin in (Union, UnionType):
        kept = [_schema(a) for a in args if a is not NoneType]
        return kept[0] if len(kept) == 1 else {"anyOf": kept}
    if origin is Literal:
        return {"enum": list(args)}
    if origin is dict:
        inner = or_bound(_schema(args[1]))
        return {"type": "object", "propertyNames": _keys(args[0]), "additionalProperties": inner}
    if origin is tuple:
        return {"type": "array", "items": or_bound(_schema(args[0]))}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _part(annotation)
    return TEXT if annotation is str else {}


def _part(part: type[BaseModel]) -> Schema:
    """A part, or the short form some have."""
    short: Schema | None = None
    if part is Deduct:
        short = _schema(part.model_fields["rows"].annotation)
    if part is Choice:
        short = _schema(part.model_fields["options"].annotation)
    if part is Criterion:
        short = _schema(part.model_fields["score"].annotation)
    return reference(part) if short is None else {"anyOf": [reference(part), short]}


def _limited(args: tuple[Any, ...]) -> Schema:
    """A type with limits: those of its scalar first, then its own."""
    functions = [one for one in args[1:] if hasattr(one, "func")]
    base = next(
        (
            schema
            for known, schema in _SCALARS
            if functions and [m for m in get_args(known)[1:] if hasattr(m, "func")] == functions
        ),
        None,
    )
    schema = dict(_schema(args[0]) if base is None else base)
    is_text = schema.get("type") == TEXT["type"]
    for one in _flat(args[1:]):
        for name, word in (("ge", "minimum"), ("le", "maximum"), ("pattern", "pattern")):
            if getattr(one, name, None) is not None:
                schema[word] = getattr(one, name)
        for name, text, array in (
            ("min_length", "minLength", "minItems"), ("max_length", "maxLength", "maxItems"),
        ):  # fmt: skip
            limit = getattr(one, name, None)
            if limit is not None:
                kind = schema.get("type")
                word = array if kind == "array" else array.replace("Items", "Properties")
                schema[text if is_text or kind == "string" else word] = limit
    return schema


def _flat(metadata: Any) -> list[Any]:
    return [inner for one in metadata for inner in (getattr(one, "metadata", None) or [one])]


def _keys(annotation: Any) -> Schema:
    """Keys are texts for every editor, numbers too; ``choose`` may stand beside them."""
    schema = _schema(annotation)
    pattern = schema.get("pattern")
    return {"pattern": pattern} if pattern else {"minLength": 1}
