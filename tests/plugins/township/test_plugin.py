"""What the township plugin brings."""

from __future__ import annotations

from dataclasses import replace

from kaohe import catalogue
from kaohe.plugins import get_plugins, plugin_apps
from kaohe.records import read_record, read_roll
from kaohe.scheme.lint import lint
from kaohe.scoring.facts import Facts
from kaohe_township.hooks import register_sample_campaigns, register_schemes
from tests.plugins.township.casework import DATA


def test_installed_plugins_have_no_failures() -> None:
    plugins = get_plugins(("*",))

    assert plugins.failures == []
    assert {"kaohe_fonts", "kaohe_township"} <= set(plugin_apps(["*"]))


def test_schemes_are_on_offer() -> None:
    offered = {
        key: entry for key, entry in catalogue.schemes().items() if entry.plugin == "township"
    }

    assert set(offered) == {
        "township.responsibility", "township.rule-of-law", "township.model-site",
        "township.red-grey-list",
    }  # fmt: skip
    assert [file.path.name for file in register_schemes()] == sorted(
        entry.path.name for entry in offered.values()
    )
    assert {"township.model-site.review", "township.red-grey-list.year"} <= set(catalogue.rollups())


def test_scheme_has_no_findings_but_its_gaps() -> None:
    findings = lint(catalogue.get("township.responsibility").source)

    assert {f.severity for f in findings} == {"info"}
    assert len(findings) == len(catalogue.get("township.responsibility").source.data["gaps"])


def test_sample_folder_is_complete() -> None:
    sample = register_sample_campaigns()[0]

    assert {p.name for p in sample.folder.iterdir()} == {"roll.xlsx", "record.json"}
    assert sample.scheme in catalogue.schemes()


def test_sample_record_is_what_the_workbook_holds() -> None:
    sample = register_sample_campaigns()[0]
    source = catalogue.get(sample.scheme).source

    record = read_record(sample.folder / "record.json", source=source)
    office = read_record(
        DATA / "office-results-2025.xlsx",
        source=source,
        roll=read_roll(sample.folder / "roll.xlsx"),
    )

    assert without_reasons(record.facts) == without_reasons(office.facts)
    assert len(record.facts.subjects) == 26
    assert all(s.person for s in record.facts.subjects)


def without_reasons(facts: Facts) -> Facts:
    """Facts as sets of rows; the reasons of bonuses name where they were typed."""
    return replace(
        facts,
        marks=tuple(sorted(facts.marks)),
        votes=tuple(sorted(facts.votes)),
        entries=tuple(sorted((e._replace(reason="") for e in facts.entries), key=str)),
    )
