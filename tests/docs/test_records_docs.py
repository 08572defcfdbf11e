"""The examples of docs/records.md are records; its tables are the real ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kaohe.records import read_record
from kaohe.records.json_tables import COLUMNS
from kaohe.scoring import compile_scheme
from kaohe.scoring.facts import TURNOUT_OPTIONS
from tests.schemes.loading import demo_source

TEXT = (Path(__file__).resolve().parents[2] / "docs/records.md").read_text("utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```", TEXT, re.S)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example_reads_and_scores(number: int) -> None:
    record = read_record(EXAMPLES[number].encode(), source=demo_source())

    (result,) = compile_scheme(record.scheme).score(record.facts).subjects

    assert result.scores["total"] is not None


def test_there_are_examples_of_both_forms() -> None:
    assert len(EXAMPLES) == 2
    assert '"marks"' in EXAMPLES[1]


def test_tables_are_those_of_the_reader() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", TEXT, re.M)

    assert {name: tuple(re.findall(r"`([a-z]+)`", text)) for name, text in rows} == COLUMNS


def test_accounting_words_are_all_named() -> None:
    for word in TURNOUT_OPTIONS:
        assert f"`{word}`" in TEXT
