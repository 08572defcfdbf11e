"""The JSON Schema accepts every scheme on offer and refuses mistakes, independently of pydantic."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from kaohe import catalogue
from kaohe.cli import main
from kaohe.kit.json_schema import json_schema
from kaohe.scheme.dictionary import parts
from tests.kit.schemes import BASE, RULED, shipped

SCHEMA = json_schema(catalogue.syntaxes())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def is_valid(data: Any) -> bool:
    return VALIDATOR.is_valid(data)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("scheme_id", sorted(shipped()))
def test_every_scheme_on_offer_is_valid_as_an_editor_reads_it(scheme_id: str) -> None:
    """Editors turn 60 into a number and true into a truth value; the tree keeps text."""
    entry = catalogue.get(scheme_id)
    typed = json.loads(json.dumps(YAML(typ="safe").load(entry.path.read_bytes()), default=str))

    assert [e.json_path for e in VALIDATOR.iter_errors(typed)] == []
    assert is_valid(entry.source.data)


@pytest.mark.parametrize("data", [BASE, {**BASE, "items": {"work": RULED}}])
def test_small_schemes_are_valid(data: Any) -> None:
    assert is_valid(data)


def changed(path: tuple[str | int, ...], value: Any) -> Any:
    data = deepcopy({**BASE, "items": {"work": RULED}})
    inner: Any = data
    for step in path[:-1]:
        inner = inner[step]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("title",), None),
        (("decimals",), "zwei"),
        (("decimals",), 7),
        (("version",), "1"),
        (("period",), "week"),
        (("colour",), "red"),
        (("subjects", "unit", "kind"), "ship"),
        (("subjects", "Unit"), {"title": "单位", "kind": "organization"}),
        (("items", "work", "items", 0, "point"), "5"),
        (("items", "work", "items", 0, "deduct", 0, "each"), "a lot"),
        (("items", "work", "items", 4, "choice"), {"高": "ten"}),
        (("instruments", "sheet", "by"), "everybody"),
        (("instruments", "sheet", "items"), None),
        (("entries", "honour", "sign"), "*"),
        (("scores", "total"), {"title": "总分", "sum": ["base"], "mean": ["base"]}),
        (("scores", "total"), {"title": "总分"}),
        (("scores", "total"), {"title": "总分", "addition": ["base"]}),
        (("scores", "total", "cap", "at"), None),
        (("grades", "grade", "bands", "好"), "viel"),
        (("grades", "grade", "bands", "好"), {"parameters": "x"}),
        (("ties_by",), [{"lower_first": True}]),
    ],
)
def test_mistakes_are_refused(path: tuple[str | int, ...], value: Any) -> None:
    assert not is_valid(changed(path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("title",), {"parameter": "name"}),
        (("grades", "grade", "bands", "好"), {"parameter": "best", "index": 0}),
        (("scores", "total"), {"title": "总分", "choose": {"parameter": "p", "a": {"sum": []}}}),
        (("scores", "total"), "base"),
        (("scores", "total"), {"weighted": {"base": 60, "honours": 40}}),
        (("scores", "total"), {"entries": ["honour"]}),
        (("ties_by",), ["base", {"score": "honours", "lower_first": True}]),
        (("source", "document"), 2025),
    ],
)
def test_what_the_language_allows_is_valid(path: tuple[str | int, ...], value: Any) -> None:
    assert is_valid(changed(path, value))


def test_everything_is_described_in_chinese() -> None:
    for name in parts():
        one = SCHEMA if name == "Scheme" else SCHEMA["$defs"]["score" if name == "Node" else name]
        for key, field in one.get("properties", {}).items():
            assert any("\u4e00" <= c <= "\u9fff" for c in field.get("description", key + "取")), key


def test_the_command_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "scheme.schema.json"

    assert main(["json-schema", "-o", str(path)]) == 0
    assert json.loads(path.read_text("utf-8")) == json.loads(json.dumps(SCHEMA))
