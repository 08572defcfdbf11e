"""A scheme as text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kaohe.describing import Line, describe, opening

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.reading import SchemeSource

_INDENT = {1: "  ", 2: "    ", 3: "       "}


def scheme_text(scheme: Scheme) -> str:
    """The whole scheme as text."""
    return "\n".join(_lines(scheme))


def scheme_json(scheme: Scheme, source: SchemeSource) -> dict[str, Any]:
    """The bound scheme as data."""
    return {**scheme.model_dump(mode="json"), "fingerprint": source.fingerprint}


def _lines(scheme: Scheme) -> Iterator[str]:
    yield f"{scheme.title}　{scheme.id}　{scheme.version}"
    yield from opening(scheme)
    if scheme.help:
        yield scheme.help
    yield f"指纹 {scheme.fingerprint}"
    for section in describe(scheme):
        yield ""
        yield f"【{section.title}】"
        yield from (_line(one) for one in section.lines)


def _line(one: Line) -> str:
    indent = " ★" if one.is_total else _INDENT[one.level]
    key = f"（{one.key}）" if one.key else ""
    notes = [*one.cites, *([f"见处理 {one.gap}"] if one.gap else [])]
    tail = f"　〔{'；'.join(notes)}〕" if notes else ""
    return f"{indent}{one.title}{key}{one.text}{tail}"
