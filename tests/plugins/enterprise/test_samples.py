"""Every sample scores as it stands, and shows what its scheme can say."""

from __future__ import annotations

from pathlib import Path

import pytest

import kaohe_enterprise
from kaohe import catalogue
from kaohe.records import read_record
from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import Result

FOLDER = Path(kaohe_enterprise.__file__).parent / "samples"
IDS = sorted(folder.name for folder in FOLDER.iterdir())


def scored(scheme_id: str) -> Result:
    """The sample of a scheme or roll-up, scored."""
    source = catalogue.get(scheme_id).source
    record = read_record(FOLDER / scheme_id / "record.json", source=source)
    return compile_scheme(record.scheme).score(record.facts)


def test_every_scheme_and_rollup_has_a_sample() -> None:
    offered = {**catalogue.schemes(), **catalogue.rollups()}
    mine = {key for key, entry in offered.items() if entry.plugin == "enterprise"}

    assert mine - set(IDS) == set()
    titled = {folder.name for folder in FOLDER.iterdir() if (folder / "title.txt").is_file()}
    assert titled == set(catalogue.schemes()) & set(IDS)
    assert all((FOLDER / name / "roll.xlsx").is_file() for name in titled)


@pytest.mark.parametrize("scheme_id", IDS)
def test_sample_scores(scheme_id: str) -> None:
    result = scored(scheme_id)

    totals = [one.scores[catalogue.get(scheme_id).source.bind().total] for one in result.subjects]
    assert len(totals) >= 6
    assert None not in totals
    assert len(set(totals)) > 1


@pytest.mark.parametrize("scheme_id", IDS)
def test_sample_has_somebody_on_every_list_and_somebody_not(scheme_id: str) -> None:
    for account in scored(scheme_id).lists:
        if not account.scope:
            assert 0 < len(account.members) < len(scored(scheme_id).subjects), account.id


@pytest.mark.parametrize("scheme_id", IDS)
def test_sample_enters_something_under_every_rule(scheme_id: str) -> None:
    source = catalogue.get(scheme_id).source
    record = read_record(FOLDER / scheme_id / "record.json", source=source)
    used = {entry.rule for entry in record.facts.entries}

    assert set(record.scheme.entries) == used
