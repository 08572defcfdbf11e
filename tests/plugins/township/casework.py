"""Signed cases of the rubric's owner, turned into records as a person would type them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent / "cases"
DATA = Path(__file__).parent / "data"


def read_case(path: Path) -> dict[str, Any]:
    """A case file; every scalar is text, as signed."""
    data: dict[str, Any] = YAML(typ="base", pure=True).load(path.read_text("utf-8"))
    return data


CASES = [path for path in sorted(FOLDER.glob("?*.yaml")) if len(path.stem.split("-")[0]) == 1]
"""The lettered cases: one subject each, in the scheme that uses most of the language."""


def record_of(case: dict[str, Any]) -> str:
    """The case as a JSON record in the people's form."""
    subjects = []
    for one in case["subjects"]:
        subject: dict[str, Any] = {k: one[k] for k in ("id", "title", "class", "person")}
        for sheet, by in one.get("sheets", {}).items():
            subject[sheet] = _sheets(by)
        for poll, content in one.get("votes", {}).items():
            tally = dict(content["tally"])
            overall = tally.pop("*", None)
            subject[poll] = {k: v for k, v in (("tally", overall), ("aspects", tally)) if v}
        subject |= one.get("forms", {})
        for entry in one.get("entries", ()):
            fields = {k: v for k, v in entry.items() if k != "rule"}
            subject.setdefault(entry["rule"], []).append(fields)
        subjects.append(subject)
    record = {
        "scheme": case["scheme"],
        "parameters": case.get("parameters", {}),
        "subjects": subjects,
    }
    return json.dumps(record, ensure_ascii=False)


def _sheets(by: Any) -> Any:
    if not isinstance(by, dict):
        return by
    return [
        {"by": name, **content} if isinstance(content, dict) else {"by": name, "total": content}
        for name, content in by.items()
    ]
