"""A JSON record: people's form and tables, in one file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kaohe.records.collecting import Collector, kind_word
from kaohe.records.errors import RecordErrors, RecordProblem
from kaohe.records.json_subjects import read_subjects
from kaohe.records.json_tables import COLUMNS, read_tables
from kaohe.records.json_text import Path, path_text, positions, read_json, walk
from kaohe.records.names import Names
from kaohe.records.reading import Record

if TYPE_CHECKING:
    from kaohe.records.parameters import Binder
    from kaohe.records.rolls import Roll

_TOP = Names(
    {
        "scheme": ("考核办法", "办法"), "version": ("版本",), "period": ("周期", "考核周期"),
        "parameters": ("参数",), "subjects": ("考核对象",), **dict.fromkeys(COLUMNS, ()),
    }
)  # fmt: skip


def read_json_record(data: bytes, *, binder: Binder, name: str, roll: Roll | None) -> Record:
    """Read a JSON record.

    Raises:
        RecordErrors: every mistake, with line, column and path.
    """
    value = read_json(data, name=name)
    show = _Places(data.decode("utf-8-sig"), name)
    if not isinstance(value, dict):
        what = f"最外层应为一组键值，却是{kind_word(value)}"
        raise RecordErrors([RecordProblem(name, what, "先生成模板：kaohe template")])
    top: dict[str, tuple[Any, Path]] = {}
    problems: list[tuple[Path, str, str]] = []
    for path, one in walk(value):
        for key in getattr(one, "repeated", ()):
            problems.append(((*path, key), f"键“{key}”写了两次", "只保留一个"))
    for key, one in value.items():
        if key.startswith("_"):
            continue
        known = _TOP.find(key)
        if known:
            top[known] = one, (key,)
        else:
            problems.append(((key,), f"不认识的键“{key}”", _TOP.near(key)))
    written, at = top.get("parameters", ({}, ("parameters",)))
    if not isinstance(written, dict):
        problems.append((at, f"应为一组键值，却是{kind_word(written)}", "写成 {参数: 值}"))
        written = {}
    scheme, parameters, complaints = binder.bind(written)
    problems += [((*at, *path), what, remedy) for path, what, remedy in complaints]

    into = Collector(scheme, show)
    for path, what, remedy in problems:
        into.problem(path, what, remedy)
    _check_header(top, binder, into)
    period = into.text(*top["period"], most=20) if "period" in top else ""
    if "subjects" in top:
        read_subjects(*top["subjects"], into)
    if roll is not None:
        into.subjects = [(roll.complete(s, scheme), place) for s, place in into.subjects]
    read_tables({k: v for k, (v, _) in top.items()}, into)
    facts = into.finish(period)
    if into.problems:
        raise RecordErrors(sorted(into.problems, key=_line))
    return Record(scheme, facts, parameters, period)


def _line(problem: RecordProblem) -> tuple[int, ...]:
    found = re.search(r":(\d+):(\d+) ?", problem.place)
    return tuple(map(int, found.groups())) if found else (0, 0)


def _check_header(top: dict[str, tuple[Any, Path]], binder: Binder, into: Collector) -> None:
    source = binder.source
    for key, own, word in (("scheme", source.id, "考核办法"), ("version", source.version, "版本")):
        if key in top:
            written = into.text(*top[key])
            if written and written != own:
                into.problem(
                    top[key][1], f"记录写的{word}是 {written}，现在用的是 {own}",
                    f"换用对应的{word}，或改正记录",
                )  # fmt: skip


class _Places:
    """Turns paths into places; the text is measured only once something is wrong."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.known: dict[Path, tuple[int, int]] | None = None

    def __call__(self, path: Path) -> str:
        if self.known is None:
            try:
                self.known = positions(self.text)
            except RecursionError:
                self.known = {}
        for length in range(len(path), -1, -1):
            if path[:length] in self.known:
                line, column = self.known[path[:length]]
                return f"{self.name}:{line}:{column} {path_text(path)}".rstrip()
        return f"{self.name} {path_text(path)}".rstrip()
