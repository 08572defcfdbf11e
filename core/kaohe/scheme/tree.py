"""YAML to a plain tree of mappings, lists and text, with the place of everything.

One pass over the parser's events; nothing is constructed, so nothing can be executed, expanded or
turned into a float on the way.  The limits make the worst file cheap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kaohe.scheme.errors import SchemeError, SchemeErrors

Path: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 256 * 1024
MAX_LINE = 2000
MAX_DEPTH = 20
MAX_NODES = 10_000
"""Keys and values together; the largest scheme on file has some 1,400, and this many read in a second."""
MAX_ERRORS = 50
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufff9-\ufffb]")
_FULL_COLON = re.compile(r"\s*(- +)?[A-Za-z_][A-Za-z0-9_]*\s*：")
_TIGHT_COLON = re.compile(r"\s*(- +)?[A-Za-z_][A-Za-z0-9_]*:[^\s:]")
_BLOCK_SCALAR = re.compile(r"(^|[\s:-])[|>][+-]?[1-9]?[+-]?\s*(#.*)?$")
_FULL_MARKS = "：，｛｝［］“”‘’＃－"
_SYNTAX = (
    ("mapping values are not allowed", "这里不能再出现冒号。", "含冒号的文字加引号；再看上一行的冒号和缩进。"),
    ("could not find expected ':'", "这里缺少冒号。", "键后面写半角冒号并空一格。"),
    ("found character '\\t'", "用了制表符。", "请改为空格。"),
    ("that cannot start any token", "这个字符不能放在开头。", "给这段文字加引号。"),
    ("found unexpected end of stream", "引号没有关闭。", "请补上引号。"),
    ("expected ',' or '}'", "花括号里缺少逗号或右括号。", "各项之间用半角逗号，最后写 }。"),
    ("expected ',' or ']'", "方括号里缺少逗号或右括号。", "各项之间用半角逗号，最后写 ]。"),
    ("<stream end>", "文件在这里意外结束。", "检查括号和引号是否成对。"),
    ("expected <block end>", "缩进不对。", "同一层的内容对齐到同一列，列表项以“- ”开头。"),
    ("unknown escape character", "双引号里有不认识的反斜杠写法。", "改用单引号。"),
)  # fmt: skip
"""Words of the parser -> what and remedy."""


@dataclass(slots=True)
class Tree:
    """A tree with the place of each node: path -> (line, column), both from 1, or a cell."""

    name: str
    data: Any = None
    places: dict[Path, tuple[int, int] | str] = field(default_factory=dict)

    def place(self, path: Path) -> str:
        """``file:line:column`` (``file sheet!cell``) of a node, or of the nearest one above it."""
        while path and path not in self.places:
            path = path[:-1]
        place = self.places.get(path)
        if isinstance(place, str):
            return f"{self.name} {place}"
        return f"{self.name}:{place[0]}:{place[1]}" if place else self.name


class _Stop(Exception):
    """Reading cannot go on; what was found so far is reported."""


def read_tree(content: bytes | str, *, name: str) -> Tree:
    """Read a YAML file.

    Raises:
        SchemeErrors: everything that is wrong with its text and shape.
    """
    text = _text(content, name)
    _check_lines(text, name)
    reader = _Reader(name)
    with suppress(_Stop):
        reader.read(text)
    if reader.errors:
        raise SchemeErrors(reader.errors)
    return reader.tree


def plain_tree(data: Any, *, name: str) -> Tree:
    """Take over data that was read before: mappings, lists and text, within the same limits.

    Raises:
        SchemeErrors: it is something else.
    """
    nodes = 0

    def copy(value: Any, depth: int) -> Any:
        nonlocal nodes
        nodes += 1
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            raise ValueError
        if isinstance(value, Mapping):
            if not all(isinstance(key, str) for key in value):
                raise ValueError
            return {key: copy(v, depth + 1) for key, v in value.items()}
        if isinstance(value, list | tuple):
            return [copy(v, depth + 1) for v in value]
        if not isinstance(value, str):
            raise ValueError
        return value

    try:
        if isinstance(data, Mapping):
            return Tree(name, copy(data, 1))
    except ValueError:
        pass
    what = "已存的数据不是一个办法（只能由映射、列表和文字组成）。"
    raise SchemeErrors(
        [SchemeError("SCHEME_019", name, "", what, "请从备份恢复，或重新读入文件。")]
    )


def hidden_character(text: str) -> str:
    """The first character nobody can see, if there is one."""
    found = _CONTROL.search(text) or _HIDDEN.search(text)
    return found[0] if found else ""


def _text(content: bytes | str, name: str) -> str:
    def fail(code: str, what: str, remedy: str) -> SchemeErrors:
        return SchemeErrors([SchemeError(code, name, "", what, remedy)])

    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    if len(content) > MAX_BYTES:
        raise fail("SCHEME_001", "文件超过 256 KB。", "请拆成几个办法，或删去不需要的内容。")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise fail(
            "SCHEME_002", f"第 {line} 行不是 UTF-8 编码。", "请用编辑器另存为 UTF-8。"
        ) from None
    if not text.strip():
        raise fail("SCHEME_003", "文件是空的。", "可以从 kaohe show 或教程里的例子开始。")
    return text


def _check_lines(text: str, name: str) -> None:
    errors = []
    block: int | None = None
    for number, line in enumerate(re.split("\r\n|\r|\n", text), start=1):
        if len(line) > MAX_LINE:
            errors.append(
                SchemeError("SCHEME_004", f"{name}:{number}:1", "",
                            f"这一行有 {len(line)} 个字，超过 {MAX_LINE}。", "请分成几行。")
            )  # fmt: skip
            continue
        for pattern, what in ((_CONTROL, "控制字符"), (_HIDDEN, "看不见的字符")):
            found = pattern.search(line)
            if found:
                errors.append(
                    SchemeError("SCHEME_005", f"{name}:{number}:{found.start() + 1}", "",
                                f"有{what} U+{ord(found[0]):04X}。", "请删去它。")
                )  # fmt: skip
        indent = len(line) - len(line.lstrip(" \t"))
        if "\t" in line[:indent] and indent < len(line):
            errors.append(
                SchemeError("SCHEME_006", f"{name}:{number}:{line.index(chr(9)) + 1}", "",
                            "缩进用了制表符。", "请改为空格。")
            )  # fmt: skip
        inside = block is not None and (indent == len(line) or indent > block)
        if not inside:
            block = indent if _BLOCK_SCALAR.search(line) else None
        if not inside and _FULL_COLON.match(line):
            errors.append(
                SchemeError("SCHEME_007", f"{name}:{number}:{line.index('：') + 1}", "",
                            "键后面用了全角冒号“：”。", "请改为半角冒号加一个空格“: ”。")
            )  # fmt: skip
        if len(errors) >= MAX_ERRORS:
            break
    if errors:
        raise SchemeErrors(errors)


class _Reader:
    def __init__(self, name: str) -> None:
        self.tree = Tree(name)
        self.errors: list[SchemeError] = []
        self.nodes = 0

    def add(self, code: str, mark: Any, path: Path, what: str, remedy: str) -> None:
        place = f"{self.tree.name}:{mark.line + 1}:{mark.column + 1}" if mark else self.tree.name
        self.errors.append(SchemeError(code, place, dotted(path), what, remedy))
        if len(self.errors) >= MAX_ERRORS:
            raise _Stop

    def read(self, text: str) -> None:
        from ruamel.yaml import YAML

        yaml = YAML(typ="safe", pure=True)
        try:
            self._events = iter(yaml.parse(text))
            self._document()
        except _Stop:
            raise
        except Exception as error:  # beside its own errors the scanner raises ValueError and more
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            what, remedy = _syntax_words(str(getattr(error, "problem", "")), mark, text)
            self.add("SCHEME_010", mark, (), what, remedy)

    def _next(self) -> Any:
        return next(self._events)

    def _document(self) -> None:
        documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self.add("SCHEME_011", event.start_mark, (), "文件里有第二个文档（---）。",
                             "一个文件只写一个办法。")  # fmt: skip
                    raise _Stop
            elif kind in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
                continue
            else:
                self.tree.data = self._node(event, (), 1)
        if not isinstance(self.tree.data, dict) and not self.errors:
            self.add("SCHEME_012", None, (), "最外层应为“键: 值”的映射。", "请从 id: 开始写。")

    def _count(self, mark: Any, path: Path) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.add("SCHEME_013", mark, path, f"内容超过 {MAX_NODES} 项。", "请拆成几个办法。")
            raise _Stop

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        mark = event.start_mark
        self._count(mark, path)
        if depth > MAX_DEPTH:
            self.add("SCHEME_014", mark, path, f"嵌套超过 {MAX_DEPTH} 层。", "请减少嵌套。")
            raise _Stop
        kind = type(event).__name__
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            self.add("SCHEME_015", mark, path, "用了锚点或别名（& *）。", "请把内容直接写出来。")
            if kind == "AliasEvent":
                return ""
        if str(getattr(event, "ctag", None) or getattr(event, "tag", None) or "None") not in (
            "None", "!"
        ):  # fmt: skip
            self.add("SCHEME_016", mark, path, "用了类型标签（!）。", "请去掉，类型由键决定。")
        self.tree.places.setdefault(path, (mark.line + 1, mark.column + 1))
        if kind == "ScalarEvent":
            found = _CONTROL.search(event.value) or _HIDDEN.search(event.value)
            if found:
                self.add("SCHEME_005", mark, path, f"转义出隐藏字符 U+{ord(found[0]):04X}。",
                         "请删去它。")  # fmt: skip
                return ""
            return event.value.strip() if event.style in (None, "") else event.value
        if kind == "SequenceStartEvent":
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        out: list[Any] = []
        while type(event := self._next()).__name__ != "SequenceEndEvent":
            out.append(self._node(event, (*path, len(out)), depth + 1))
        return out

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        while type(event := self._next()).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent":
                self.add("SCHEME_017", event.start_mark, path, "键应为文字。", "请改为一个词。")
                raise _Stop
            key = event.value
            here = (*path, key)
            self._count(event.start_mark, here)
            if key == "<<":
                self.add("SCHEME_015", event.start_mark, here, "用了合并键（<<）。",
                         "请把内容直接写出来。")  # fmt: skip
            elif key in out:
                first = self.tree.places[here][0]
                self.add("SCHEME_018", event.start_mark, here, f"键“{key}”重复，第 {first} 行已有。",
                         "请删去一个。")  # fmt: skip
            elif _CONTROL.search(key) or _HIDDEN.search(key):
                self.add("SCHEME_005", event.start_mark, path, "键里有隐藏字符。", "请重新输入。")
            repeated = key in out
            if not repeated:
                self.tree.places[here] = (event.start_mark.line + 1, event.start_mark.column + 1)
            value = self._node(self._next(), (*here, "\0") if repeated else here, depth + 1)
            if not repeated:
                out[key] = value
        return out


def _syntax_words(problem: str, mark: Any, text: str) -> tuple[str, str]:
    """What the parser stumbled over, in Chinese, with a hint at full-width marks nearby."""
    what, remedy = "YAML 写法有误，这里读不下去。", "检查缩进是否对齐、引号和括号是否成对。"
    for words, known, advice in _SYNTAX:
        if words in problem:
            what, remedy = known, advice
            break
    lines = text.split("\n")
    for number in (mark.line, mark.line - 1) if mark else ():
        found = [c for c in _FULL_MARKS if 0 <= number < len(lines) and c in lines[number]]
        if found:
            marks = "".join(f"“{one}”" for one in found)
            return what, f"第 {number + 1} 行有全角的{marks}，作为记号应写半角。{remedy}"
        if 0 <= number < len(lines) and _TIGHT_COLON.match(lines[number]):
            return f"第 {number + 1} 行冒号后面没有空格。", "写成“键: 值”，冒号后面空一格。"
    return what, remedy


def dotted(path: Path) -> str:
    """A path as people read it."""
    return ".".join(str(p) for p in path)


def has_entry(node: Any, step: str | int) -> bool:
    """Whether a mapping or list has an entry."""
    if isinstance(node, list):
        return isinstance(step, int) and step < len(node)
    return isinstance(node, dict) and step in node


def texts_in(node: Any) -> Iterator[str]:
    """Every text in a tree that is no key."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for one in node.values() if isinstance(node, dict) else node:
            yield from texts_in(one)
