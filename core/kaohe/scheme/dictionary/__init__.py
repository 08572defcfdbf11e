"""What every key of the language is called and means in Chinese, beside the model it describes.

The reference, the JSON Schema and the headings and comments of scheme workbooks all read it here.
A test keeps it complete: every key of every part and every operator has a text, and no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from kaohe.scheme.model import SET_BY_READER, Scheme
from kaohe.scheme.operators import OPERATORS, Announced, Node, Operator
from kaohe.scheme.operators import Part as WeightedPart
from kaohe.scheme.tree import read_tree

ITSELF = "_"
"""The entry of a part or an operator itself."""
ABOUT_OPERATOR = ("bounds", "says", "example")
"""Entries of an operator that are no keys."""


class Word(NamedTuple):
    """A key in Chinese."""

    heading: str
    """What it is called, short: a column's heading."""
    text: str
    """What it means."""


@cache
def parts() -> dict[str, type[BaseModel]]:
    """Every kind of part the language has, by name, in the order they are reached from the top."""
    found: dict[str, type[BaseModel]] = {}
    _collect(Scheme, found)
    return found


def keys_of(part: type[BaseModel]) -> tuple[str, ...]:
    """The keys people write in a part."""
    hidden = {"operator", "args"} if part is Node else SET_BY_READER if part is Scheme else set()
    return tuple(key for key in part.model_fields if key not in hidden)


def word_of(part: type[BaseModel], key: str) -> Word:
    """A key of a part or of an operator; a plugin's own key stands for itself."""
    if issubclass(part, Operator):
        return _word("operators", part.key, key) or Word(key, key)
    name = part.__name__
    return _word("parts", name, key) or Word(key, key)


def part_text(part: type[BaseModel]) -> str:
    """What a part is."""
    return _texts("parts").get(part.__name__, {}).get(ITSELF, part.__name__)


def operator_word(key: str) -> Word:
    """What an operator is called and computes."""
    return _word("operators", key, ITSELF) or Word(key, key)


def operator_text(key: str, about: str) -> str:
    """What there is to say about an operator: one of `ABOUT_OPERATOR`."""
    return _texts("operators").get(key, {}).get(about, "")


def written_keys(table: str) -> dict[str, set[str]]:
    """What the texts describe (``parts`` or ``operators``): for the test of completeness."""
    return {name: set(of) for name, of in _texts(table).items()}


def _word(table: str, name: str, key: str) -> Word | None:
    texts = _texts(table)
    text = texts.get(name, {}).get(key)
    if text is None and key != ITSELF:
        text = texts["common"].get(key)
    if text is None:
        return None
    heading, colon, meaning = text.partition("：")
    return Word(heading, meaning if colon else heading)


@cache
def _texts(table: str) -> dict[str, dict[str, str]]:
    name = f"{table}.zh.yaml"
    return dict(read_tree((files(__name__) / name).read_bytes(), name=name).data)


def _collect(part: type[BaseModel], found: dict[str, type[BaseModel]]) -> None:
    if part.__name__ in found or issubclass(part, Operator):
        return
    found[part.__name__] = part
    for field in part.model_fields.values():
        for one in _models(field.annotation):
            _collect(one, found)
    if part is Node:
        _collect(Announced, found)
        _collect(WeightedPart, found)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _models(one)


def operator_keys(operators: dict[str, type[Operator]] | None = None) -> dict[str, tuple[str, ...]]:
    """Operator -> its keys."""
    return {key: tuple(one.model_fields) for key, one in (operators or OPERATORS).items()}
