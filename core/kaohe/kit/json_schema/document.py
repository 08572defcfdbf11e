"""The whole schema document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from kaohe.kit.json_schema.fields import NUMBER, Schema, field_schema, or_bound, reference
from kaohe.scheme.dictionary import keys_of, operator_word, part_text, parts, word_of
from kaohe.scheme.model import Scheme
from kaohe.scheme.operators import OPERATORS, Node, Operator

_PARAMETER: Schema = {
    "type": "object",
    "description": "取参数的值；index 取第几个数，从 0 起",
    "properties": {
        "parameter": {"type": "string", "description": "参数的编号"},
        "index": {"type": ["integer", "string"]},
    },
    "required": ["parameter"],
    "additionalProperties": False,
}
_CHOOSE: Schema = {
    "type": "object",
    "description": "按参数取一支：choose: {parameter: 参数, 选项: 内容, …}",
    "properties": {
        "choose": {
            "type": "object",
            "properties": {"parameter": {"type": "string"}},
            "required": ["parameter"],
        }
    },
    "required": ["choose"],
}


def json_schema(operators: Mapping[str, type[Operator]] | None = None) -> Schema:
    """The schema of a scheme file.

    Args:
        operators: those of plugins.
    """
    known = {**OPERATORS, **(operators or {})}
    definitions: dict[str, Schema] = {"parameter": _PARAMETER, "choose": _CHOOSE}
    for name, part in parts().items():
        if part is not Node and part is not Scheme:
            definitions[name] = _part(part)
    definitions["score"] = _score(known)
    for key, operator in known.items():
        definitions[f"operator.{key}"] = _part(operator)
    top = _part(Scheme)
    top["properties"]["rollups"] = {**top["properties"]["rollups"], **_rollups(top)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "考核办法",
        **top,
        "$defs": definitions,
    }


def _part(part: type[BaseModel]) -> Schema:
    """A closed object; with ``choose`` the keys it needs may come from the branch."""
    keys = tuple(part.model_fields) if issubclass(part, Operator) else keys_of(part)
    properties = {key: _field(part, key) for key in keys}
    needed = [key for key in keys if part.model_fields[key].is_required()]
    operator = issubclass(part, Operator)
    text = operator_word(part.key).text if operator else part_text(part)  # type: ignore[attr-defined]
    schema: Schema = {
        "type": "object",
        "description": text,
        "properties": {**properties, "choose": _CHOOSE["properties"]["choose"]},
        "additionalProperties": False,
    }
    if needed:
        schema["anyOf"] = [{"required": needed}, {"required": ["choose"]}]
    return schema


def _field(part: type[BaseModel], key: str) -> Schema:
    field = part.model_fields[key]
    word = word_of(part, key)
    schema = field_schema(field.annotation, field.metadata)
    return {"title": word.heading, "description": word.text, **schema}


def _score(operators: Mapping[str, type[Operator]]) -> Schema:
    """A name, a number, or an object with exactly one operator."""
    properties = {key: _field(Node, key) for key in keys_of(Node)}
    for key, operator in operators.items():
        word = operator_word(key)
        forms = [{"$ref": f"#/$defs/operator.{key}"}, *_short_forms(operator)]
        properties[key] = {"title": word.heading, "description": word.text, "anyOf": forms}
    properties["choose"] = _CHOOSE["properties"]["choose"]
    one_operator = [{"required": [key]} for key in operators]
    node = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "oneOf": [*one_operator, {"required": ["choose"]}],
    }
    name = {"type": "string", "description": "另一个得分的编号"}
    return {"description": part_text(Node), "anyOf": [node, name, NUMBER]}


def _short_forms(operator: type[Operator]) -> list[Schema]:
    """What may stand behind an operator instead of its mapping, as the operator itself says."""
    forms: list[Schema] = []
    if any(isinstance(operator.from_short(text), Mapping) for text in ("a", "a.b")):
        forms.append({"type": ["string", "number"]})
    if isinstance(operator.from_short(["a"]), Mapping):
        forms.append({"type": "array", "items": or_bound(reference(Node)), "minItems": 1})
    mapping = {"a": "1"}
    if operator.from_short(mapping) != mapping:
        forms.append({"type": "object", "additionalProperties": or_bound(reference(Node))})
    return forms


def _rollups(top: Schema) -> Schema:
    """Each roll-up has keys of a scheme, none of them needed."""
    keys = {k: v for k, v in top["properties"].items() if k != "rollups"}
    one: dict[str, Any] = {"type": "object", "properties": keys, "additionalProperties": False}
    return {"anyOf": [{"type": "object", "additionalProperties": one}]}
