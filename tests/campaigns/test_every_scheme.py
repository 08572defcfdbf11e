"""Every scheme that is installed can be filled in: made-up facts fit its sheets and its entries."""

from __future__ import annotations

from collections import defaultdict

import pytest

from kaohe import catalogue
from kaohe.campaigns.claims import is_plain_finding, read_quantity, recorders
from kaohe.campaigns.kinds import is_for
from kaohe.campaigns.marks import read_sheet, sheet_layout
from kaohe.campaigns.sheet_forms import StepForm, initial_of
from kaohe.scheme.model import Scheme, SheetInstrument
from kaohe.scoring.facts import TOTAL, Facts
from kaohe.testing import made_up_facts

SCHEMES = sorted(catalogue.schemes())


def facts_of(scheme_id: str) -> tuple[Scheme, Facts]:
    """A bound scheme with made-up facts."""
    scheme = catalogue.get(scheme_id).source.bind()
    return scheme, made_up_facts(scheme, seed=7)


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_sheets_take_what_the_engine_takes(scheme_id: str) -> None:
    scheme, facts = facts_of(scheme_id)
    sheets: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for mark in facts.marks:
        sheets[mark.subject, mark.instrument, mark.respondent][mark.item] = f"{mark.value:f}"
    read = 0
    for (_, instrument, _), marks in sheets.items():
        if TOTAL in marks or not isinstance(scheme.instruments[instrument], SheetInstrument):
            continue
        layout = sheet_layout(scheme, instrument)
        reading = read_sheet(layout, {"marks": marks})
        wrong = [p for p in reading.problems if p.field == "marks"]
        assert [] == [str(p) for p in wrong]
        assert reading.subtotal <= reading.possible or any(i.points is None for i in layout.items)
        read += 1
    assert read or not any(isinstance(i, SheetInstrument) for i in scheme.instruments.values())


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_forms_of_all_sheets_show(scheme_id: str) -> None:
    scheme, _ = facts_of(scheme_id)
    for key, instrument in scheme.instruments.items():
        if not isinstance(instrument, SheetInstrument):
            continue
        layout = sheet_layout(scheme, key)
        reading = read_sheet(layout, {})
        form = StepForm(items=layout.items, layout=layout, initial=initial_of(layout, {}))
        blocks = form.blocks(reading, ())
        assert len(layout.items) == len(blocks)
        for block in blocks:
            for line in block.lines:
                assert str(line.field)


@pytest.mark.parametrize("scheme_id", SCHEMES)
def test_entries_have_somebody_who_enters_them(scheme_id: str) -> None:
    scheme, facts = facts_of(scheme_id)
    for key, rule in scheme.entries.items():
        claimed = rule.sign == "+" and not recorders(scheme, key)
        assert claimed or recorders(scheme, key), key
    groups = {s.id: s for s in facts.subjects}
    for entry in facts.entries:
        rule = scheme.entries[entry.rule]
        assert is_for(rule.classes, groups[entry.subject])
        if entry.quantity and not is_plain_finding(rule):
            text = f"{entry.quantity:f}"
            found = read_quantity(rule, label=entry.label, text=text, decimals=scheme.decimals)
            assert entry.quantity == found
