"""Signed cases: what came in and what has to come out, in a file a rubric's owner can sign.

::

    title: 样例 a
    scheme: township.responsibility
    signed: {by: 评分细则负责人, date: 2026-03-01}
    parameters: {bonus_on: group}
    subjects:
      - {id: a, title: 甲村党支部, class: village, self_sheet: "96", group_sheet: ["93.5"]}
    expect:
      target: "94.75"
      grades: {branch: 优秀}

Subjects are written as in a JSON record (`docs/records.md`).  Every scalar is text: 94.50 is not
94.5, and the figure has to come out as it was signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_KEYS = frozenset({
    "title", "scheme", "version", "signed", "parameters", "period", "record", "subjects", "expect",
    "note", "source",
})  # fmt: skip
PARTS = frozenset({"scores", "grades", "flags", "lists", "rank", "group_rank", "steps", "aspects"})
"""What an expectation may name beside scores."""


class CaseErrors(Exception):
    """A case file that cannot be used; nothing was replayed."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it was written."""

    name: str
    title: str
    scheme: str
    version: str
    """Empty: any version of the scheme."""
    signed_by: str
    signed_on: str
    record: bytes
    """The subjects and parameters as a JSON record."""
    expect: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Subject -> ``scores``, ``grades``, ``flags``, ``lists``, ``rank``, ``steps``, ``aspects``."""

    @property
    def heading(self) -> str:
        """Name, title and signature in one line."""
        signed = f"签字：{self.signed_by} {self.signed_on}".rstrip() if self.signed_by else "待签字"
        return f"{self.name}　{self.title}（{signed}）"


def read_case(path: Path) -> Case:
    """Read a case file.

    Raises:
        CaseErrors: with everything wrong with its shape.
    """
    data = _tree(path)
    problems = [f"{path.name}：不认识的键“{key}”" for key in data if key not in _KEYS]
    for key in ("title", "scheme", "expect"):
        if not data.get(key):
            problems.append(f"{path.name}：缺少“{key}”")
    signed = data.get("signed") or {}
    if signed and not (isinstance(signed, dict) and set(signed) == {"by", "date"}):
        problems.append(f"{path.name}：signed 应写成 {{by: 姓名, date: 日期}}")
        signed = {}
    if isinstance(data.get("record"), dict):
        content = dict(data["record"])
    else:
        content = {"subjects": data.get("subjects")}
    subjects = content.get("subjects")
    if not (isinstance(subjects, list) and all(isinstance(s, dict) for s in subjects)):
        problems.append(f"{path.name}：subjects 应为列表，写法同 JSON 记录")
        subjects = []
    keys = [str(s.get("id") or s.get("title", "")) for s in subjects]
    expect, wrong = _expectations(data.get("expect") or {}, keys)
    problems += [f"{path.name}：{text}" for text in wrong]
    if problems:
        raise CaseErrors(problems)
    content |= {
        "scheme": data["scheme"],
        "parameters": data.get("parameters") or content.get("parameters") or {},
        "subjects": [_flat(one) for one in subjects],
    }
    if data.get("period"):
        content["period"] = data["period"]
    return Case(
        path.name, str(data["title"]), str(data["scheme"]), str(data.get("version") or ""),
        str(signed.get("by", "")), str(signed.get("date", "")),
        json.dumps(content, ensure_ascii=False).encode(), expect,
    )  # fmt: skip


def _tree(path: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="base", pure=True).load(path.read_text("utf-8"))
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        raise CaseErrors([f"{path.name}：读不出来（{str(error).splitlines()[0]}）"]) from error
    if not isinstance(data, dict):
        raise CaseErrors([f"{path.name}：最外层应为一组键值"])
    return {key: _without_null(value) for key, value in data.items()}


def _without_null(value: Any) -> Any:
    """``null`` is text like everything else in the file; here it means that there is nothing."""
    if isinstance(value, dict):
        return {key: _without_null(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_null(one) for one in value]
    return None if value in ("null", "~") else value


def _expectations(expect: Any, keys: list[str]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """By subject; of one subject alone the expectations may stand directly."""
    if not isinstance(expect, dict):
        return {}, ["expect 应为一组键值"]
    if not set(expect) <= set(keys):
        if len(keys) != 1:
            strange = "、".join(sorted(set(expect) - set(keys)))
            return {}, [f"expect 里的“{strange}”不是考核对象；有几个对象时按编号分组写"]
        expect = {keys[0]: expect}
    out, problems = {}, []
    for key, one in expect.items():
        if not isinstance(one, dict):
            problems.append(f"expect 里“{key}”应为一组键值")
            continue
        parts = {k: v for k, v in one.items() if k in PARTS}
        scores = {k: v for k, v in one.items() if k not in PARTS}
        out[key] = {**parts, "scores": {**scores, **(parts.get("scores") or {})}}
    return out, problems


def _flat(subject: Mapping[str, Any]) -> dict[str, Any]:
    """A subject in the record's form; ``sheets``, ``votes`` … may group what was handed in."""
    out = {k: v for k, v in subject.items() if k not in ("sheets", "votes", "forms", "entries")}
    for sheet, by in (subject.get("sheets") or {}).items():
        out[sheet] = _sheets(by)
    for poll, content in (subject.get("votes") or {}).items():
        tally = dict(content.get("tally") or {})
        overall = tally.pop("*", None)
        rest = {k: v for k, v in content.items() if k != "tally"}
        out[poll] = {**rest, **{k: v for k, v in (("tally", overall), ("aspects", tally)) if v}}
    out |= subject.get("forms") or {}
    for entry in subject.get("entries") or ():
        fields = {k: v for k, v in entry.items() if k != "rule"}
        out.setdefault(entry["rule"], []).append(fields)
    return out


def _sheets(by: Any) -> Any:
    """Sheets by respondent, as the record lists them."""
    if not isinstance(by, dict):
        return by
    return [
        {"by": name, **content} if isinstance(content, dict) else {"by": name, "total": content}
        for name, content in by.items()
    ]
