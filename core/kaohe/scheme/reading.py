"""From a file to a scheme: text, tree, parameters, types, references.  All errors at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from kaohe.scheme.binding import Bound, bind_tree
from kaohe.scheme.errors import SchemeError, SchemeErrors
from kaohe.scheme.model import SET_BY_READER, Scheme
from kaohe.scheme.operators import Operator, known_operators, operator_key
from kaohe.scheme.references import reference_problems, written_problems
from kaohe.scheme.tree import Path, Tree, dotted, read_tree

__all__ = ["SchemeSource", "read_source"]


class SchemeSource:
    """A scheme as it was written: the tree before parameters are bound."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.data: dict[str, Any] = tree.data
        self.name = tree.name

    @classmethod
    def from_data(cls, data: Mapping[str, Any], *, name: str = "办法") -> SchemeSource:
        """Rebuild a source from stored data (a frozen version); places are paths then."""
        return cls(Tree(name, dict(data)))

    @property
    def id(self) -> str:
        """The scheme's id."""
        return str(self.data.get("id", ""))

    @property
    def version(self) -> str:
        """The scheme's version."""
        return str(self.data.get("version", ""))

    @property
    def title(self) -> str:
        """The scheme's title."""
        return str(self.data.get("title", ""))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical JSON of the data: equal schemes have equal fingerprints."""
        text = json.dumps(self.data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def place(self, path: Path) -> str:
        """``file:line:column`` of a path in the file."""
        return self._tree.place(path)

    def bind(
        self,
        parameters: Mapping[str, Any] | None = None,
        *,
        operators: Mapping[str, type[Operator]] | None = None,
    ) -> Scheme:
        """Put parameters in and type the result.

        Args:
            parameters: parameter -> value (numbers as text, `Decimal` or int); the rest default.
            operators: operators of plugins, by key.

        Raises:
            SchemeErrors: every mistake, with its place in the file.
        """
        bound = bind_tree(self.data, parameters)
        errors = [
            SchemeError("SCHEME_020", self.place(path), dotted(path), what, remedy)
            for path, what, remedy in bound.problems
        ]
        context = {"operators": dict(operators or {})}
        content = {k: v for k, v in bound.data.items() if k not in SET_BY_READER}
        errors += [
            self._error("SCHEME_021", (key,), bound, "这个键不能自己写。", "请删去它。")
            for key in bound.data
            if key in SET_BY_READER
        ]
        scheme = None
        try:
            scheme = Scheme.model_validate(
                {
                    **content,
                    "bindings": bound.bindings,
                    "values": bound.values,
                    "fingerprint": self.fingerprint,
                },
                context=context,
            )
        except ValidationError as found:
            errors += [self._typed(e, bound, context) for e in found.errors(include_url=False)]
            errors += [
                self._error("SCHEME_030", p.path, bound, p.what, p.remedy)
                for p in written_problems(bound.data)
            ]
        if scheme is not None:
            errors += [
                self._error("SCHEME_030", _existing(bound.data, p.path), bound, p.what, p.remedy)
                for p in reference_problems(scheme, known_operators(context))
            ]
        if errors or scheme is None:
            raise SchemeErrors(_unique(errors))
        return scheme

    def check(self, *, operators: Mapping[str, type[Operator]] | None = None) -> None:
        """Bind every branch of every choice, so that a mistake in an unused one shows now.

        Raises:
            SchemeErrors: what is wrong with the defaults, or with any single other choice.
        """
        errors: list[SchemeError] = []
        parameters = self.data.get("parameters")
        trials: list[dict[str, Any]] = [{}]
        for key, parameter in (parameters if isinstance(parameters, dict) else {}).items():
            if isinstance(parameter, dict) and parameter.get("type") == "choice":
                trials += [{key: option} for option in parameter.get("options") or {}]
        for trial in trials:
            try:
                self.bind(trial, operators=operators)
            except SchemeErrors as found:
                errors += found.errors
        if errors:
            raise SchemeErrors(_unique(errors))

    def _error(self, code: str, path: Path, bound: Bound, what: str, remedy: str) -> SchemeError:
        origin = bound.origin(path)
        return SchemeError(code, self.place(origin), dotted(origin), what, remedy)

    def _typed(self, error: Any, bound: Bound, context: Mapping[str, Any]) -> SchemeError:
        path = written_path(bound.data, error["loc"], context)
        what, remedy = _chinese(error, path)
        return self._error("SCHEME_021", path, bound, what, remedy)


def read_source(text: bytes | str, *, name: str) -> SchemeSource:
    """Read a scheme file; `SchemeSource.bind` and `.check` then look at its content.

    Args:
        name: how places call the file.

    Raises:
        SchemeErrors: everything wrong with text and shape.
    """
    return SchemeSource(read_tree(text, name=name))


def _has(node: Any, step: str | int) -> bool:
    """Whether a mapping or list has an entry."""
    if isinstance(node, list):
        return isinstance(step, int) and step < len(node)
    return isinstance(node, dict) and step in node


def _existing(data: Any, path: Path) -> Path:
    """The part of a path that was written; short forms leave levels out."""
    for n, step in enumerate(path):
        if not _has(data, step):
            return path[:n]
        data = data[step]
    return path


def written_path(data: Any, loc: tuple[str | int, ...], context: Mapping[str, Any]) -> Path:
    """Turn a place in the typed model into the place in what was written."""
    known = known_operators(context)
    path: list[str | int] = []
    node = data
    rest = list(loc)
    while rest:
        step = rest.pop(0)
        if step == "args" and isinstance(node, dict):
            key = operator_key(node, known)
            if key is None:
                break
            written = node[key]
            inner = known[key].locate(tuple(rest), written)
            path.append(key)
            node, rest = written, list(inner)
        elif _has(node, step):
            path.append(step)
            node = node[step]
        elif not rest and isinstance(node, dict):
            path.append(step)  # a missing key: named, placed at its mapping
    return tuple(path)


_SHORT = {
    "string_too_long": "文字过长（最多 {max_length} 字）。",
    "string_too_short": "不能为空。",
    "too_short": "至少要有 {min_length} 项，现在有 {actual_length} 项。",
    "too_long": "最多 {max_length} 项，现在有 {actual_length} 项。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than_equal": "不能大于 {le}。",
    "dict_type": "应为“键: 值”的映射。",
    "model_type": "应为“键: 值”的映射。",
    "model_attributes_type": "应为“键: 值”的映射。",
    "list_type": "应为列表。",
    "tuple_type": "应为列表。",
    "string_type": "应为文字。",
    "union_tag_not_found": "缺少“type”。",
}


def _chinese(error: Any, path: Path) -> tuple[str, str]:
    kind, context, given = error["type"], error.get("ctx") or {}, error.get("input")
    shown = f"（现在是 {given}）" if isinstance(given, str) and len(given) <= 40 else ""
    last = path[-1] if path else ""
    if kind == "missing":
        return f"缺少“{error['loc'][-1]}”。", "请补上。"
    if kind == "extra_forbidden":
        fields = sorted(_FIELDS)
        close = get_close_matches(str(last), fields, 1, 0.6)
        return f"不认识的键“{last}”。", f"是否想写 {close[0]}？" if close else "请删去或改正。"
    if kind in ("literal_error", "enum"):
        return f"应为其中之一：{context.get('expected', '')}{shown}。", ""
    if kind == "union_tag_invalid":
        return f"“type”应为其中之一：{context.get('expected_tags', '')}。", ""
    if kind == "string_pattern_mismatch":
        return (
            f"写法不对{shown}。",
            "应为小写英文字母开头，只含小写字母、数字和下划线。"
            if "_" in str(context.get("pattern"))
            else "办法编号如 township.duty，版本如 2026.1。",
        )
    if kind == "value_error":
        return f"{context.get('error', error['msg'])}{shown}。".replace("）（", "；"), ""
    if kind in _SHORT:
        return _SHORT[kind].format(**context) + shown, ""
    return f"内容不符合要求{shown}。", str(error["msg"])


def _model_fields() -> set[str]:
    from kaohe.scheme import model, operators

    names: set[str] = set()
    for module in (model, operators):
        for thing in vars(module).values():
            if isinstance(thing, type) and hasattr(thing, "model_fields"):
                names |= set(thing.model_fields)
    return names | set(operators.OPERATORS)


_FIELDS = _model_fields()


def _unique(errors: list[SchemeError]) -> list[SchemeError]:
    return list(dict.fromkeys(errors))
