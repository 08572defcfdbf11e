"""What stands in one cell: text, words to choose from, lines, or brackets."""

from __future__ import annotations

import re
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from kaohe.scheme.dictionary import word_of
from kaohe.scheme.outcomes import Criterion
from kaohe.scheme.values import Cites, Flag
from kaohe.schemebooks.flow import FlowError, flow_text, parse_flow

_LINE = re.compile(r"(?P<key>[^：:{}\[\]\",\n]+?)\s*[：:]\s*(?P<value>\S.*)")
_SEVERAL = re.compile(r"^[-\d.]+\s*[，,、；;].*[：:]")
"""A figure with another name and figure behind it: ``90，良好：80``."""
_CHOSEN = re.compile(r".*（(?P<word>[a-z_+-]+)）")
_TRUTH = {"是": "true", "否": "false"}


class Kind(NamedTuple):
    """What a column holds."""

    form: str
    """text, flag, word, cites, list, map, or any."""
    words: tuple[tuple[str, str], ...] = ()
    """For ``word``: the words of the language and how the cell shows them."""


TEXT, ANY = Kind("text"), Kind("any")


def kind_of(part: type[BaseModel], key: str) -> Kind:
    """What the column of a key holds."""
    field = part.model_fields[key]
    annotation: Any = field.annotation
    if field.metadata:
        annotation = Annotated[(annotation, *field.metadata)]
    return _kind(annotation, part, key)


def _kind(annotation: Any, part: type[BaseModel], key: str) -> Kind:
    if annotation == Flag:
        return Kind("flag")
    if annotation == Cites:
        return Kind("cites")
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        scalar = [a for a in (Flag, Cites) if get_args(a)[1:2] == args[1:2]]
        return _kind(scalar[0] if scalar else args[0], part, key)
    if origin in (Union, UnionType):
        kept = [a for a in args if a is not NoneType]
        return _kind(kept[0], part, key) if len(kept) == 1 else ANY
    if origin is Literal:
        text = word_of(part, key).text
        return Kind("word", tuple((str(w), _chinese(text, str(w))) for w in args))
    if origin is dict:
        return Kind("map") if not _holds_parts(args[1]) else ANY
    if origin is tuple:
        is_names = args[0] is Criterion or not _holds_parts(args[0])  # a name is short for one
        return Kind("list") if is_names else ANY
    if annotation is Any or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return ANY
    return TEXT


def _holds_parts(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return annotation is Any or any(map(_holds_parts, get_args(annotation)))


def _chinese(text: str, word: str) -> str:
    """``月（month）``, if the key's text explains the word so."""
    found = re.search(rf"(?<![a-z_]){re.escape(word)} ([\u4e00-\u9fff]+)", text)
    return f"{found[1]}（{word}）" if found else word


def cell_text(value: Any, kind: Kind) -> str:
    """The friendliest text that `cell_value` reads back as the value."""
    for text in _friendly(value, kind):
        try:
            if _same(cell_value(text, kind), value):
                return text
        except FlowError:
            continue
    return flow_text(value) if not isinstance(value, str) else _quoted(value)


def _quoted(value: str) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def _same(first: Any, second: Any) -> bool:
    """Equal, order of keys included."""
    if isinstance(first, dict) and isinstance(second, dict):
        return list(first) == list(second) and all(_same(first[k], second[k]) for k in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_same, first, second))
    return type(first) is type(second) and bool(first == second)


def _friendly(value: Any, kind: Kind) -> list[str]:
    if isinstance(value, str):
        shown = dict(kind.words).get(value)
        if kind.form == "flag":
            shown = {v: k for k, v in _TRUTH.items()}.get(value)
        return [shown or value] if value else []
    if isinstance(value, dict) and value and kind.form in ("map", "any"):
        return ["\n".join(f"{k}：{v}" for k, v in value.items() if isinstance(v, str))]
    if isinstance(value, list) and value and kind.form in ("list", "cites"):
        return ["\n".join(v for v in value if isinstance(v, str))]
    return []


def cell_value(text: str, kind: Kind) -> Any:
    """What a cell says.

    Raises:
        FlowError: brackets, quotes or lines that do not fit.
    """
    text = text.strip()
    if text[:1] in ("{", "[", '"'):
        try:
            return parse_flow(text)
        except FlowError:
            if kind.form not in ("text", "cites", "word"):
                raise
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if kind.form == "word" and (found := _CHOSEN.fullmatch(text)):
        return found["word"]
    if kind.form == "flag":
        return _TRUTH.get(text, text)
    if kind.form == "map" or (kind.form == "any" and all(map(_LINE.fullmatch, lines))):
        return _mapping(lines)
    if kind.form == "list" or (kind.form == "cites" and len(lines) > 1):
        return lines
    return text


def _mapping(lines: list[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            raise FlowError(f"“{line[:20]}”应写成“名称：内容”，每行一条")
        key = found["key"].strip()
        if key in out:
            raise FlowError(f"“{key}”写了两次")
        if _SEVERAL.search(found["value"]):
            raise FlowError(
                f"“{line[:20]}”一行写了几条，每行只写一条“名称：内容”，用 Alt+Enter 换行"
            )
        out[key] = found["value"]
    return out
