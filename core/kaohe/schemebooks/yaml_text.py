"""A scheme as a YAML file: what a workbook becomes when a plugin wants text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff0-9（“《][^\s:#,\[\]{}&*!|>'\"%@`]*")
_WIDE = 96
_LONG = 900
"""Longer texts are folded: a file's lines have a limit."""


def scheme_yaml(data: dict[str, Any]) -> str:
    """YAML that `kaohe.scheme.reading.read_source` reads back as the same tree."""
    lines: list[str] = []
    for key, value in data.items():
        if lines and isinstance(value, dict | list) and not _short(value, 60):
            lines.append("")
        lines += _entry(f"{_scalar(key)}:", value, 0)
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and len(text) < _LONG:
        return text
    chunks = [text[at : at + _LONG] for at in range(0, len(text), _LONG)] or [""]
    quoted = [json.dumps(chunk, ensure_ascii=False)[1:-1] for chunk in chunks]
    rest = ["\\" + chunk if chunk.startswith(" ") else chunk for chunk in quoted[1:]]
    return '"' + "\\\n    ".join([quoted[0], *rest]) + '"'


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"


def _short(value: Any, room: int) -> str:
    """The value on one line, if there is room; empty otherwise."""
    text = _flow(value)
    return text if (len(text) <= room and "\n" not in text) or not value else ""


def _entry(head: str, value: Any, indent: int) -> Iterator[str]:
    space = "  " * indent
    if isinstance(value, str):
        yield f"{space}{head} {_scalar(value)}"
    elif short := _short(value, _WIDE - len(space + head) if indent else 60):
        yield f"{space}{head} {short}"
    elif isinstance(value, dict):
        yield space + head
        for key, one in value.items():
            yield from _entry(f"{_scalar(key)}:", one, indent + 1)
    else:
        yield space + head
        yield from _items(value, indent + 1)


def _items(values: list[Any], indent: int) -> Iterator[str]:
    space = "  " * indent
    for value in values:
        if isinstance(value, str):
            yield f"{space}- {_scalar(value)}"
        elif short := _short(value, _WIDE - len(space)):
            yield f"{space}- {short}"
        elif isinstance(value, dict):
            lines = [
                line
                for key, one in value.items()
                for line in _entry(f"{_scalar(key)}:", one, indent + 1)
            ]
            yield f"{space}- {lines[0].lstrip()}"
            yield from lines[1:]
        else:
            yield f"{space}-"
            yield from _items(value, indent + 1)
