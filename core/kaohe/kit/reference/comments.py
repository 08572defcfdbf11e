"""The sentences that stand under the fields of a model in its source."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from textwrap import dedent

from pydantic import BaseModel


@cache
def field_comments(part: type[BaseModel]) -> dict[str, str]:
    """Key -> the English sentences under it, of the class and those it inherits from."""
    found: dict[str, str] = {}
    for one in reversed(part.__mro__):
        if issubclass(one, BaseModel) and one.__module__.startswith("kaohe."):
            found |= _own(one)
    return found


def part_comment(part: type[BaseModel]) -> str:
    """The docstring of a part, on one line per paragraph."""
    return _joined(part.__doc__ or "")


def _own(part: type[BaseModel]) -> dict[str, str]:
    (tree,) = ast.parse(dedent(inspect.getsource(part))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for before, after in zip(tree.body, tree.body[1:], strict=False):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            found[before.target.id] = _joined(after.value.value)
    return found


def _joined(text: str) -> str:
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return " ".join(" ".join(p.split()) for p in paragraphs).replace("``", "`")
