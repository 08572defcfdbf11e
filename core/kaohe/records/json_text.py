"""JSON as text: exact numbers, duplicate keys named, and where each value stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from json.decoder import scanstring
from typing import Any

from kaohe.records.errors import RecordErrors, RecordProblem

MOST_BYTES = 64 * 1024 * 1024
MOST_DEPTH = 40
Path = tuple[str | int, ...]
_SCALAR = re.compile(r"[^\s,\]}]+")
_SPACE = re.compile(r"\s*")

_MESSAGES = (
    (
        "Expecting property name",
        "这里应为一个带双引号的键",
        "检查是否多了逗号，键是否用了英文双引号",
    ),
    ("Illegal trailing comma", "最后一项后面多了逗号", "去掉这个逗号"),
    ("Expecting ',' delimiter", "这里缺少逗号", "在前一项末尾补一个英文逗号"),
    ("Expecting ':' delimiter", "键后面缺少冒号", "补一个英文冒号"),
    ("Expecting value", "这里缺少一个值", "补上值，或去掉多余的逗号"),
    ("Unterminated string", "引号没有配对", "补上英文双引号"),
    ("Invalid control character", "文字里有换行或制表符", "去掉，或写成 \\n"),
    ("Invalid \\escape", "反斜杠用法不对", "写成 \\\\"),
    ("Extra data", "后面还有多余的内容", "一份记录只能有一个最外层的 { }"),
)


class Members(dict[str, Any]):
    """An object that remembers the keys it was given twice."""

    repeated: tuple[str, ...] = ()


def read_json(data: bytes, *, name: str) -> Any:
    """The value of a JSON text; numbers are `Decimal`.

    Raises:
        RecordErrors: not JSON, or not to be read safely.
    """
    if len(data) > MOST_BYTES:
        raise _refused(name, f"文件超过 {MOST_BYTES // 2**20} MB", "分成几份记录")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"不是 UTF-8 编码（第 {error.start + 1} 字节）"
        raise _refused(name, what, "另存为 UTF-8 编码") from error
    try:
        value = json.loads(
            text, parse_float=_number, parse_int=_number, parse_constant=_number,
            object_pairs_hook=_members,
        )  # fmt: skip
    except json.JSONDecodeError as error:
        place = f"{name}:{error.lineno}:{error.colno}"
        if not text.strip():
            raise _refused(name, "文件是空的", "先生成模板：kaohe template") from error
        for start, what, remedy in _MESSAGES:
            if error.msg.startswith(start):
                raise RecordErrors([RecordProblem(place, what, remedy)]) from error
        raise RecordErrors([RecordProblem(place, "JSON 写法不对", "核对这一行")]) from error
    except RecursionError as error:
        raise _refused(name, "嵌套太深", "核对括号") from error
    return value


def _refused(name: str, what: str, remedy: str) -> RecordErrors:
    return RecordErrors([RecordProblem(name, what, remedy)])


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text) if len(text) <= 60 else text
    except InvalidOperation:
        return text


def _members(pairs: list[tuple[str, Any]]) -> Members:
    members = Members(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        members.repeated = tuple(
            dict.fromkeys(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        )
    return members


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value with its path, parents first; nothing below `MOST_DEPTH`."""
    yield path, value
    if len(path) >= MOST_DEPTH:
        return
    if isinstance(value, dict):
        for key, one in value.items():
            yield from walk(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from walk(one, (*path, index))


def path_text(path: Path) -> str:
    """A path as people read it: ``subjects[0].vote.tally``."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else str(step)
    return out


def positions(text: str) -> dict[Path, tuple[int, int]]:
    """Line and column of every value of a JSON text that is known to be well formed."""
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    out: dict[Path, tuple[int, int]] = {}

    def space(at: int) -> int:
        found = _SPACE.match(text, at)
        return found.end() if found else at

    def read(at: int, path: Path) -> int:
        at = space(at)
        line = _line(starts, at)
        out[path] = (line + 1, at - starts[line] + 1)
        if text[at] == '"':
            return int(scanstring(text, at + 1)[1])
        if text[at] not in "{[":
            found = _SCALAR.match(text, at)
            return found.end() if found else at + 1
        closing, index = ("}" if text[at] == "{" else "]"), 0
        at = space(at + 1)
        while text[at] != closing:
            step: str | int = index
            if closing == "}":
                step, at = scanstring(text, at + 1)
                at = space(at) + 1
            at = space(read(at, (*path, step)))
            if text[at] == ",":
                at = space(at + 1)
            index += 1
        return at + 1

    read(0, ())
    return out


def _line(starts: list[int], at: int) -> int:
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if starts[middle] <= at else (low, middle)
    return low
