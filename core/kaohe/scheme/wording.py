"""Pydantic's findings in Chinese, at the place in the file they are about."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from kaohe.scheme.errors import shorten
from kaohe.scheme.operators import known_operators, operator_key
from kaohe.scheme.tree import Path, has_entry

_SHORT = {
    "string_too_long": ("文字过长。", "最多 {max_length} 字。"),
    "string_too_short": ("不能为空。", "请填写，或删去这个键。"),
    "too_short": ("项数不够，现在有 {actual_length} 项。", "至少要有 {min_length} 项。"),
    "too_long": ("项数太多，现在有 {actual_length} 项。", "最多 {max_length} 项。"),
    "greater_than_equal": ("数字太小。", "不能小于 {ge}。"),
    "less_than_equal": ("数字太大。", "不能大于 {le}。"),
    "dict_type": ("应为“键: 值”的映射。", "请另起一行缩进书写，或写成 {{键: 值}}。"),
    "model_type": ("应为“键: 值”的映射。", "请另起一行缩进书写，或写成 {{键: 值}}。"),
    "model_attributes_type": ("应为“键: 值”的映射。", "请另起一行缩进书写，或写成 {{键: 值}}。"),
    "list_type": ("应为列表。", "请写成 [甲, 乙]，或每项一行以“- ”开头。"),
    "tuple_type": ("应为列表。", "请写成 [甲, 乙]，或每项一行以“- ”开头。"),
    "string_type": ("应为一段文字。", "请直接写文字，不写列表或映射。"),
    "union_tag_not_found": ("缺少“type”。", "请写 type: sheet、ballot、form 或 note。"),
}
"""Kind of finding -> what, remedy."""

_PATTERNS = {
    "_": "应以小写英文字母开头，只含小写字母、数字和下划线，如 group_sheet。",
    "9": "应为“年份.序号”，如 2026.1。",
    ".": "应为用点隔开的两段以上小写英文，如 township.responsibility。",
}
"""What tells one pattern of the model from another -> what it asks for."""


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
        elif has_entry(node, step):
            path.append(step)
            node = node[step]
        elif not rest and isinstance(node, dict):
            path.append(step)  # a missing key: named, placed at its mapping
    return tuple(path)


def existing_path(data: Any, path: Path) -> Path:
    """The part of a path that was written; short forms leave levels out."""
    for n, step in enumerate(path):
        if not has_entry(data, step):
            return path[:n]
        data = data[step]
    return path


def say_in_chinese(error: Any, path: Path) -> tuple[str, str]:
    """What is wrong and what to do, for one of pydantic's findings."""
    kind, context, given = error["type"], error.get("ctx") or {}, error.get("input")
    shown = f"（现在是 {shorten(given)}）" if isinstance(given, str) else ""
    if kind == "missing":
        return f"缺少“{error['loc'][-1]}”。", "请补上。"
    if kind == "extra_forbidden":
        return _unknown_key(str(path[-1] if path else ""))
    if kind in ("literal_error", "enum"):
        return (
            f"不在可选的值之内{shown}。",
            f"应为其中之一：{_listed(context.get('expected', ''))}。",
        )
    if kind == "union_tag_invalid":
        tags = _listed(context.get("expected_tags", ""))
        return f"不认识的 type“{context.get('tag', '')}”。", f"应为其中之一：{tags}。"
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern"))
        return f"写法不对{shown}。", next(v for k, v in _PATTERNS.items() if k in pattern)
    if kind == "value_error":
        return f"{context.get('error', error['msg'])}{shown}。".replace("）（", "；"), "请改正。"
    if kind not in _SHORT:
        return f"内容不符合要求{shown}。", f"说明：{error['msg']}"
    what, remedy = (words.format(**context) for words in _SHORT[kind])
    if given == "" and kind.endswith("_type"):
        return "这里是空的。", "请填写内容，或连同键一起删去。"
    if shown and "：" in given:
        remedy = "内容里有全角冒号“：”；作为记号应写半角冒号并空一格。"
    return what.replace("。", f"{shown}。") if shown else what, remedy


def _listed(expected: str) -> str:
    """Pydantic's list of literals as Chinese punctuation has it."""
    return expected.replace("'", "").replace(" or ", "、").replace(", ", "、")


def _unknown_key(key: str) -> tuple[str, str]:
    if "：" in key:
        remedy = "键后面写半角冒号，再空一格，如 id: course。"
        return f"不认识的键“{shorten(key)}”：冒号是全角的。", remedy
    close = get_close_matches(key, sorted(_known_keys()), 1, 0.6)
    remedy = f"是否想写 {close[0]}？" if close else "请删去，或对照语言说明改正。"
    return f"不认识的键“{shorten(key)}”。", remedy


@cache
def _known_keys() -> frozenset[str]:
    from kaohe.scheme import model, operators

    names: set[str] = set(operators.OPERATORS)
    for module in (model, operators):
        for thing in vars(module).values():
            if isinstance(thing, type) and hasattr(thing, "model_fields"):
                names |= set(thing.model_fields)
    return frozenset(names - {"operator", "args"} - model.SET_BY_READER)
