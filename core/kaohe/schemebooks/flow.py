"""What a cell holds if it is more than text: ``{of: base, at: 100}``, ``[甲, 乙]``, ``"文字"``."""

from __future__ import annotations

import json
import re
from typing import Any

_PLAIN = re.compile(r"""[^\s\[\]{},:"'#\\][^\[\]{},:"\n]*""")
_STOPS = ",:]}\n"
_DEEPEST = 20
_WIDE = 72


class FlowError(ValueError):
    """Brackets, commas or quotes that do not fit; the message says so in Chinese."""


def flow_text(value: Any) -> str:
    """The shortest text that `parse_flow` reads back as the value."""
    return _text(value, 0)


def _text(value: Any, indent: int) -> str:
    if isinstance(value, str):
        return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        marks = "{}"
        parts = [f"{_text(k, 0)}: {_text(v, indent + 1)}" for k, v in value.items()]
    else:
        marks = "[]"
        parts = [_text(v, indent + 1) for v in value]
    short = ", ".join(parts)
    if len(short) + 2 * indent <= _WIDE and "\n" not in short:
        return f"{marks[0]}{short}{marks[1]}"
    step = "\n" + "  " * (indent + 1)
    return f"{marks[0]}{step}{(',' + step).join(parts)}{marks[1]}"


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and text == text.strip()


def parse_flow(text: str) -> Any:
    """Read a mapping, a list or a quoted text; keys and values are text.

    Raises:
        FlowError: it is something else.
    """
    reader = _Reader(text)
    value = reader.value(0)
    reader.skip()
    if reader.at < len(text):
        raise FlowError(f"“{text[reader.at : reader.at + 10]}”多出来了")
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def peek(self) -> str:
        self.skip()
        return self.text[self.at] if self.at < len(self.text) else ""

    def value(self, depth: int) -> Any:
        if depth > _DEEPEST:
            raise FlowError(f"嵌套超过 {_DEEPEST} 层")
        mark = self.peek()
        if mark == "{":
            return self.mapping(depth)
        if mark == "[":
            return self.sequence(depth)
        return self.scalar()

    def mapping(self, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        self.at += 1
        while self.peek() != "}":
            key = self.scalar()
            if self.peek() not in (":", "：") or not self.peek():
                raise FlowError(f"“{key}”后面缺少冒号")
            self.at += 1
            if key in out:
                raise FlowError(f"“{key}”写了两次")
            out[key] = self.value(depth + 1)
            self.comma("}")
        self.at += 1
        return out

    def sequence(self, depth: int) -> list[Any]:
        out = []
        self.at += 1
        while self.peek() != "]":
            out.append(self.value(depth + 1))
            self.comma("]")
        self.at += 1
        return out

    def comma(self, end: str) -> None:
        mark = self.peek()
        if mark in (",", "，") and mark:
            self.at += 1
        elif mark != end:
            raise FlowError(f"缺少逗号或“{end}”")

    def scalar(self) -> str:
        mark = self.peek()
        if mark == '"':
            try:
                found, self.at = json.JSONDecoder().raw_decode(self.text, self.at)
            except ValueError:
                raise FlowError("双引号没有成对，或引号里有不认识的反斜杠写法") from None
            return str(found)
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _STOPS + "[{":
            # A full-width mark separates only where people would not write it inside a text.
            before = self.text[start : self.at].strip()
            if self.text[self.at] == "：" and before and before.isascii():
                break
            self.at += 1
        found = self.text[start : self.at].strip()
        if not found:
            raise FlowError("括号里缺少内容" if mark else "括号没有关闭")
        return found
