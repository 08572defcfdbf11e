"""What may stand behind a key, in words, read from the type of the model's field."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from kaohe.scheme import values
from kaohe.scheme.operators import Node

_SCALARS: list[tuple[Any, str, str]] = [
    (values.Number, "数", "number"),
    (values.Whole, "整数", "whole number"),
    (values.Flag, "true/false", "true/false"),
    (values.AlwaysTrue, "true", "true"),
    (values.Identifier, "编号", "id"),
    (values.Cites, "条款或条款的列表", "clause or list of clauses"),
    (values.Printed, "区间（80-89、90-、-69）", "interval (80-89, 90-, -69)"),
    (values.Label, "文字", "text"),
]


def kind_of(field: FieldInfo, *, chinese: bool) -> str:
    """What may be written: ``数``, ``文字 → 数``, ``assessor/voter``, a link to a part."""
    annotation: Any = field.annotation
    if field.metadata:
        annotation = Annotated[(annotation, *field.metadata)]
    return _say(annotation, chinese)


def default_of(field: FieldInfo) -> str | None:
    """The default as it is written; empty: none to show; None: the key has to be there."""
    if field.is_required():
        return None
    value = field.default
    if value is PydanticUndefined or value is None or value in ("", (), False):
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def limits_of(field: FieldInfo) -> tuple[tuple[str, Any], ...]:
    """Bounds on the value itself: (``ge``, 2), (``max_length``, 30)."""
    found = []
    for one in _metadata(field.annotation, field.metadata):
        for name in ("ge", "le", "min_length", "max_length"):
            value = getattr(one, name, None)
            if value is not None:
                found.append((name, value))
    return tuple(found)


def _metadata(annotation: Any, extra: list[Any]) -> list[Any]:
    if get_origin(annotation) is Annotated:
        args = get_args(annotation)
        return [*_metadata(args[0], []), *_flat(args[1:]), *extra]
    if get_origin(annotation) in (Union, UnionType):
        kept = [a for a in get_args(annotation) if a is not NoneType]
        return [*_metadata(kept[0], []), *extra] if len(kept) == 1 else list(extra)
    return list(extra)


def _flat(metadata: Any) -> list[Any]:
    """Pydantic keeps the limits of a nested ``Field`` inside it."""
    return [inner for one in metadata for inner in (getattr(one, "metadata", None) or [one])]


def _say(annotation: Any, chinese: bool) -> str:
    for known, zh, en in _SCALARS:
        if annotation == known:
            return zh if chinese else en
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        plain = _scalar_inside(annotation, chinese)
        return plain or _say(args[0], chinese)
    if origin in (Union, UnionType):
        kept = [_say(a, chinese) for a in args if a is not NoneType]
        return (" 或 " if chinese else " or ").join(dict.fromkeys(kept))
    if origin is Literal:
        return " ".join(f"`{a}`" for a in args)
    if origin is dict:
        return f"{_say(args[0], chinese)} → {_say(args[1], chinese)}"
    if origin is tuple:
        inner = _say(args[0], chinese)
        return f"{inner} 的列表" if chinese else f"list of {inner}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation is Node:
            return "[得分](#node)" if chinese else "[score](#node)"
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if annotation is str:
        return "文字" if chinese else "text"
    return "任意" if chinese else "anything"


def _scalar_inside(annotation: Any, chinese: bool) -> str:
    """``Annotated[Whole, Field(ge=2)]`` flattens: the validator tells which scalar it is."""
    mine = [m for m in get_args(annotation)[1:] if hasattr(m, "func")]
    for known, zh, en in _SCALARS:
        theirs = [m for m in get_args(known)[1:] if hasattr(m, "func")]
        if theirs and mine[: len(theirs)] == theirs:
            return zh if chinese else en
    patterns = [getattr(m, "pattern", None) for m in _flat(get_args(annotation)[1:])]
    if any(p == r"^[a-z][a-z0-9_]*$" for p in patterns):
        return "编号" if chinese else "id"
    return ""
