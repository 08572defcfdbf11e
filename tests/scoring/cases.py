"""The signed cases of the township's responsibility system as facts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from kaohe.scoring.facts import TOTAL, Entry, Facts, Mark, Subject, Vote
from tests.scoring.schemes import ROOT, load

FOLDER = ROOT / "tests/plugins/township/cases"


@dataclass(frozen=True)
class Case:
    """One case: what goes in, what must come out."""

    name: str
    parameters: dict[str, Any]
    facts: Facts
    expect: dict[str, Any]


def read_case(path: Path) -> Case:
    """Read a case file."""
    data = load(path.read_text("utf-8"))
    subjects, marks, votes, entries = [], [], [], []
    for one in data["subjects"]:
        key = one["id"]
        subjects.append(Subject(key, one["title"], one["class"], one.get("person", "")))
        for sheet, by in one.get("sheets", {}).items():
            for respondent, content in (by if isinstance(by, dict) else {"": by}).items():
                items = content if isinstance(content, dict) else {TOTAL: content}
                marks += [Mark(key, sheet, respondent, i, Decimal(v)) for i, v in items.items()]
        for poll, content in one.get("votes", {}).items():
            votes += [
                Vote(key, poll, "", aspect, option, int(count))
                for aspect, row in content["tally"].items()
                for option, count in row.items()
            ]
        for form, scores in one.get("forms", {}).items():
            for score, content in scores.items():
                if isinstance(content, str):
                    marks.append(Mark(key, form, "", score, Decimal(content)))
                else:
                    votes += [
                        Vote(key, form, "", score, mark, content.count(mark))
                        for mark in dict.fromkeys(content)
                    ]
        entries += [
            Entry(key, "", e["rule"], Decimal(e["points"]), reason=e["reason"], state=e["state"])
            for e in one.get("entries", ())
        ]
    facts = Facts(tuple(subjects), tuple(marks), tuple(votes), tuple(entries))
    return Case(path.stem, data.get("parameters", {}), facts, _without_null(data["expect"]))


def _without_null(value: Any) -> Any:
    """The loader keeps every scalar as text; `null` is no value."""
    if isinstance(value, dict):
        return {k: _without_null(v) for k, v in value.items()}
    return None if value == "null" else value


CASES = [
    read_case(path)
    for path in sorted(FOLDER.glob("[a-e]*.yaml"))
    if "scheme: township.responsibility\n" in path.read_text("utf-8")
]
