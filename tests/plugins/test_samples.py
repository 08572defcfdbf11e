"""Every sample campaign a plugin brings can be scored, and shows what its scheme can do."""

from __future__ import annotations

import pytest

from kaohe import catalogue
from kaohe.records import read_record
from kaohe.register.importing.understanding import understand_roll
from kaohe.scoring import compile_scheme
from kaohe.workbooks import read_workbook

SAMPLES = sorted(catalogue.samples())


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_scores_everybody_or_says_why_not(name: str) -> None:
    sample = catalogue.samples()[name]
    record = read_record(
        sample.folder / "record.json",
        source=catalogue.get(sample.scheme).source,
        operators=catalogue.syntaxes(),
    )

    result = compile_scheme(record.scheme, operators=catalogue.meanings()).score(record.facts)

    total = record.scheme.total
    silent = [s.title for s in result.subjects if s.scores[total] is None and not s.flags]
    assert [] == silent
    assert len(result.subjects) >= 5


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_roll_names_every_assessed_organisation(name: str) -> None:
    sample = catalogue.samples()[name]
    source = catalogue.get(sample.scheme).source
    record = read_record(sample.folder / "record.json", source=source)

    preview = understand_roll(read_workbook((sample.folder / "roll.xlsx").read_bytes()))

    people = {
        key
        for kind in record.scheme.subjects.values()
        if kind.kind == "person"
        for key in kind.classes
    }
    organisations = {s.title for s in record.facts.subjects if s.group not in people}
    assert [] == preview.errors
    assert organisations <= {unit.name for unit in preview.units}
