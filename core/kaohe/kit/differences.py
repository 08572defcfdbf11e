"""Two versions of a scheme, difference by difference, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from kaohe.scheme.dictionary import operator_word, word_of
from kaohe.scheme.model import Scheme
from kaohe.scheme.operators import Node, Operator
from kaohe.scheme.reading import SchemeSource
from kaohe.scheme.tree import Path, dotted

_LONGEST = 80
_NEW, _GONE = object(), object()
KINDS = {"added": "新增", "removed": "删去", "changed": "改动", "moved": "换序"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs."""

    kind: str
    """``added``, ``removed``, ``changed`` or ``moved``."""
    path: str
    """In the file (``items.work.items.0.points``); of the new version unless it is gone there."""
    where: str
    """The same as people read it: 指标表“工作” · 评分项“履职” · 满分."""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        if self.kind == "changed":
            return f"改动　{self.where}：{self.before} → {self.after}"
        text = self.after or self.before
        return f"{KINDS[self.kind]}　{self.where}" + (f"：{text}" if text else "")


def differences(
    old: SchemeSource, new: SchemeSource, *, operators: dict[str, type[Operator]] | None = None
) -> list[Difference]:
    """All differences, in the order of the new version."""
    return list(_Walk(operators or {}).mappings(old.data, new.data, (), (), Scheme))


def version_remark(old: SchemeSource, new: SchemeSource, found: list[Difference]) -> str:
    """What is odd about the versions of two files of one scheme, and what to do; mostly empty.

    Args:
        found: their differences.
    """
    if old.id != new.id or not found:
        return ""
    if old.version == new.version:
        return (
            f"两份的版本都是 {new.version}，内容却不同。改过的一份要换新的版本号（version），"
            "否则分不清结果是按哪一份算的；已经用于考核的版本，同一版本号的新内容不能上传。"
        )
    if {one.path for one in found} == {"version"}:
        return (
            f"只有版本号不同（{old.version} → {new.version}），规定没有改。"
            "确实改了规定的，请核对是否拿错了文件；没有改的，沿用原来的版本即可。"
        )
    return ""


class _Walk:
    def __init__(self, operators: dict[str, type[Operator]]) -> None:
        from kaohe.scheme.operators import OPERATORS

        self.operators = {**OPERATORS, **operators}

    def values(
        self, old: Any, new: Any, path: Path, where: tuple[str, ...], kind: Any
    ) -> Iterator[Difference]:
        if old == new and not isinstance(new, dict):
            return
        if isinstance(old, dict) and isinstance(new, dict):
            yield from self.mappings(old, new, path, where, kind)
        elif _are_named(old) and _are_named(new):
            yield from self.named_lists(old, new, path, where, kind)
        elif old != new:
            yield Difference("changed", dotted(path), " · ".join(where), say(old), say(new))

    def mappings(
        self, old: dict[str, Any], new: dict[str, Any], path: Path, where: tuple[str, ...],
        kind: Any,
    ) -> Iterator[Difference]:  # fmt: skip
        for key in dict.fromkeys([*new, *old]):
            before, after = old.get(key, _NEW), new.get(key, _GONE)
            one = after if after is not _GONE else before
            step, inner = self.step(kind, key, one)
            here, place = (*where, step), (*path, key)
            if before is _NEW:
                yield Difference("added", dotted(place), " · ".join(here), "", say(after))
            elif after is _GONE:
                yield Difference("removed", dotted(place), " · ".join(here), say(before))
            else:
                yield from self.values(before, after, place, here, inner)
        common_old, common_new = [k for k in old if k in new], [k for k in new if k in old]
        if common_old != common_new and _order_counts(kind):
            yield Difference("moved", dotted(path), " · ".join(where), "", "、".join(common_new))

    def named_lists(
        self, old: list[Any], new: list[Any], path: Path, where: tuple[str, ...], kind: Any
    ) -> Iterator[Difference]:
        inner = get_args(kind)[0] if get_origin(kind) is tuple else None
        before = {one["id"]: one for one in old}
        after = {one["id"]: (place, one) for place, one in enumerate(new)}
        for key, (place, one) in after.items():
            here = (*where[:-1], f"{where[-1] if where else ''}{_name(one, key)}")
            if key not in before:
                yield Difference("added", dotted((*path, place)), " · ".join(here), "", say(one))
            else:
                yield from self.values(before[key], one, (*path, place), here, inner)
        for place, one in enumerate(old):
            if one["id"] not in after:
                here = (*where[:-1], f"{where[-1] if where else ''}{_name(one, one['id'])}")
                yield Difference("removed", dotted((*path, place)), " · ".join(here), say(one))
        kept = [key for key in after if key in before]
        if [key for key in before if key in after] != kept:
            titles = "、".join(str(after[key][1].get("title", key)) for key in kept)
            yield Difference("moved", dotted(path), " · ".join(where), "", titles)

    def step(self, kind: Any, key: str, value: Any) -> tuple[str, Any]:
        """What a key is called where such a thing stands, and what stands behind it."""
        part = _part(kind, value)
        if part is Node and key in self.operators:
            return operator_word(key).heading, self.operators[key]
        if part is not None and key in part.model_fields:
            return word_of(part, key).heading, part.model_fields[key].annotation
        if get_origin(kind) is dict:
            return _name(value, key), get_args(kind)[1]
        if isinstance(kind, type) and issubclass(kind, Operator):
            return key, Node
        return _name(value, key), None


def _part(kind: Any, value: Any) -> type[BaseModel] | None:
    """The model that stands there, if it is one; of several the one its keys belong to."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    if get_origin(kind) in (dict, tuple):
        return None
    found = [p for one in get_args(kind) if (p := _part(one, value)) is not None]
    return found[0] if found else None


def _order_counts(kind: Any) -> bool:
    """Sheets, options and bands are shown in the order they are written; keys of a part are not."""
    return get_origin(kind) is dict


def _are_named(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in value)
        and len({one["id"] for one in value}) == len(value)
    )


def _name(value: Any, key: str) -> str:
    title = value.get("title") if isinstance(value, dict) else None
    return f"“{title}”" if isinstance(title, str) else f"“{key}”"


def say(value: Any) -> str:
    """A value short enough for a line."""
    if isinstance(value, dict):
        if isinstance(value.get("title"), str) and len(value) > 2:
            return str(value["title"])
        text = "，".join(f"{k} {say(v)}" for k, v in value.items())
        text = f"（{text}）"
    elif isinstance(value, list):
        text = "、".join(map(say, value)) or "（空）"
    else:
        text = str(value) or "（空）"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
