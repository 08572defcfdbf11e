"""Every scheme that is installed: a right workbook has no differences, a changed figure is found."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from kaohe import catalogue
from kaohe.comparing.arithmetic import half_up
from kaohe.comparing.comparison import Terms, compare
from kaohe.comparing.formulas import formula
from kaohe.comparing.opaque import OpaqueValues
from kaohe.comparing.recalculation import Recalculation, as_decimal
from kaohe.comparing.subject_facts import split_facts
from kaohe.kit.invention import made_up_facts
from kaohe.scoring import compile_scheme
from kaohe.scoring.facts import Facts, Mark, Subject
from kaohe.workbooks.reading import read_workbook
from tests.comparing.making import layout_of
from tests.comparing.office_books import office_book
from tests.scoring.schemes import small

SCHEMES = sorted(catalogue.schemes())


def terms(scheme: str) -> Terms:
    """A scheme with the operators of the plugins."""
    source = catalogue.get(scheme).source
    bound = source.bind({}, operators=catalogue.syntaxes())
    return Terms(source, bound, {}, catalogue.syntaxes(), catalogue.meanings())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_right_workbook_is_understood_and_has_no_differences(scheme: str) -> None:
    under = terms(scheme)
    made = office_book(under, 5)
    layout = layout_of(made.content, under)

    found = compare(read_workbook(made.content), layout, terms=under)

    unknown = [c.title for t in layout.tables for c in t.columns if c.meaning is None]
    assert unknown == []
    assert found.problems == []
    assert found.differences == []
    assert found.subjects == len(made.facts.subjects)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("row", [4, 7])
def test_a_cell_that_cannot_be_read_accuses_no_other_row(scheme: str, row: int) -> None:
    under = terms(scheme)
    made = office_book(under, 5)
    layout = layout_of(made.content, under)
    kinds = ("sheet", "vote", "form", "item", "entries")
    column = next((n for n, c in enumerate(made.columns) if c.kind in kinds), None)
    if column is None:
        pytest.skip("made-up facts have no input that stands in a row")
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    book.worksheets[0].cell(row, column + 1).value = "缺"
    out = io.BytesIO()
    book.save(out)

    found = compare(read_workbook(out.getvalue()), layout, terms=under)

    assert [book.worksheets[0].cell(row, column + 1).coordinate] == [
        p.place.rpartition("!")[2] for p in found.problems
    ]
    assert found.differences == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_wrong_total_is_found_and_only_it(scheme: str) -> None:
    under = terms(scheme)
    made = office_book(under, 6)
    layout = layout_of(made.content, under)
    column = next(n for n, c in enumerate(made.columns) if c[2:4] == ("score", under.scheme.total))
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    sheet = book.worksheets[0]
    cell = next((c for c in sheet[6:6] if c.column == column + 1), sheet.cell(6, column + 1))
    if cell.value is None:
        pytest.skip("made-up facts carry no total")
    cell.value = float(Decimal(str(cell.value)) + Decimal("7.13"))
    out = io.BytesIO()
    book.save(out)

    found = compare(read_workbook(out.getvalue()), layout, terms=under)

    own = [d for d in found.own_errors if d.meaning.startswith("score:")]
    assert [d.place for d in own] == [f"汇总!{cell.coordinate}"]
    assert {d.meaning.partition(":")[0] for d in found.differences} <= {"score", "rank", "grade"}


@pytest.mark.parametrize("shape", ["plausible", "wild"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_recalculation_is_the_plan(scheme: str, shape: str) -> None:
    """Step by step it comes out as the plan says; only comparisons between subjects may not."""
    under = terms(scheme)
    facts = made_up_facts(under.scheme, 4, subjects=6, shape=shape)  # type: ignore[arg-type]
    result = compile_scheme(under.scheme, operators=under.meanings).score(facts, check=False)
    opaque = OpaqueValues(facts, under.meanings)
    opaque.learn(result)
    split = split_facts(facts)

    for one in result.subjects:
        here = Recalculation(under.scheme, split[one.subject], opaque)
        for name, node in under.scheme.scores.items():
            decimals = under.scheme.decimals if node.decimals is None else node.decimals
            ours = one.scores[name]
            expected = None if ours is None else half_up(ours, decimals)
            assert as_decimal(here.named(name), decimals) == expected, (one.subject, name)


def test_products_are_recalculated_and_written_down() -> None:
    scores = {
        "base": {"title": "基础分", "sheet": "sheet"},
        "rate": {"title": "系数", "sheet": "other", "missing": "skip"},
        "total": {"title": "总分", "product": {"of": ["base", "rate", "0.9"], "out_of": "100"}},
    }
    plan = compile_scheme(small(scores=scores))
    marks = [("a", "sheet", "80"), ("a", "other", "95"), ("b", "sheet", "70"), ("c", "other", "9")]
    facts = Facts(
        tuple(Subject(key, key) for key in "abc"),
        tuple(Mark(key, sheet, "", "*", Decimal(value)) for key, sheet, value in marks),
    )
    result = plan.score(facts)
    opaque, split = OpaqueValues(facts, {}), split_facts(facts)
    opaque.learn(result)

    found = {key: Recalculation(plan.scheme, split[key], opaque) for key in "abc"}

    told = [as_decimal(found[one.subject].named("total"), 2) for one in result.subjects]
    assert told == [one.scores["total"] for one in result.subjects]
    assert told == [Decimal("0.68"), Decimal("0.63"), None]
    total = plan.scheme.scores["total"]
    assert formula(found["a"], total, "total") == "80.00×95.00÷100×0.9÷100"
