"""A scheme and its workbook hold the same."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kaohe import catalogue
from kaohe.cli import main
from kaohe.kit.invention import made_up_facts
from kaohe.kit.record_text import record_text
from kaohe.scheme.model import Scheme
from kaohe.scheme.reading import SchemeSource, read_source
from kaohe.schemebooks import read_any_source, scheme_workbook
from kaohe.schemebooks.cells import Kind, cell_text, cell_value, kind_of
from kaohe.schemebooks.flow import flow_text, parse_flow
from kaohe.schemebooks.joining import Joining
from kaohe.schemebooks.splitting import split_scheme
from kaohe.schemebooks.yaml_text import scheme_yaml
from tests.kit.schemes import BASE, RULED, shipped, small

TIES = ["base", {"score": "honours", "lower_first": "true"}]
SOURCES = {
    "small": small(), "ruled": small(items={"work": RULED}),
    "tied": small(ties_by=TIES, lists={"best": {"title": "先进", "first": "1", "ties_by": ["base"]}}),
    **shipped(),
}  # fmt: skip

CHARACTERS = st.characters(
    codec="utf-8", categories=("L", "N", "P", "S", "Zs"), include_characters="\n：，“”{}[]\"':,#→="
)
TEXTS = st.text(CHARACTERS, max_size=12)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from([Kind(form) for form in ("text", "flag", "cites", "list", "map", "any")])


def put_together(data: dict[str, Any]) -> Any:
    joining = Joining(split_scheme(data), name="x", where=lambda *cell: "A1")
    tree = joining.scheme()
    assert joining.errors == []
    return tree.data


def same(first: Any, second: Any) -> bool:
    return SchemeSource.from_data(first).fingerprint == SchemeSource.from_data(second).fingerprint


@pytest.mark.parametrize("name", SOURCES)
def test_workbook_reads_back_as_the_same_scheme(name: str) -> None:
    source = SOURCES[name]

    again = read_any_source(scheme_workbook(source), name="x.xlsx")

    assert again.data == source.data
    assert again.fingerprint == source.fingerprint


@pytest.mark.parametrize("name", SOURCES)
def test_yaml_reads_back_as_the_same_scheme(name: str) -> None:
    source = SOURCES[name]

    assert read_source(scheme_yaml(source.data), name="x.yaml").fingerprint == source.fingerprint


def test_equal_schemes_have_equal_workbooks() -> None:
    assert scheme_workbook(small()) == scheme_workbook(small())


@given(value=TREES, kind=KINDS)
@settings(max_examples=300, deadline=None)
def test_any_value_survives_its_cell(value: Any, kind: Kind) -> None:
    found = cell_value(cell_text(value, kind), kind)

    assert found == value
    assert same({"x": found}, {"x": value})


@given(value=TREES.filter(lambda tree: not isinstance(tree, str)))
@settings(max_examples=200, deadline=None)
def test_brackets_are_read_as_written(value: Any) -> None:
    assert parse_flow(flow_text(value)) == value


@given(value=st.dictionaries(st.sampled_from(["a", "b", "c d", "：", "#"]), TREES, min_size=1))
@settings(max_examples=200, deadline=None)
def test_any_tree_survives_yaml(value: dict[str, Any]) -> None:
    assert same(read_source(scheme_yaml(value), name="x").data, value)


PART_KEYS = ["title", "cite", "points", "deduct", "items", "sections", "choose", "sum", "id", "x"]
PARTS = TREES | st.dictionaries(st.sampled_from(PART_KEYS), TREES, max_size=4)
COLLECTIONS = st.dictionaries(TEXTS, PARTS, max_size=3) | st.lists(PARTS, max_size=3) | TREES


@given(
    data=st.dictionaries(
        st.sampled_from(["id", "items", "scores", "stages", "grades", "rollups", "help", "other"]),
        COLLECTIONS, min_size=1,
    )
)  # fmt: skip
@example(data={"id": {"": "："}, "items": {"": "：a"}})
@settings(max_examples=100, deadline=None)
def test_any_tree_survives_the_sheets(data: dict[str, Any]) -> None:
    """Even broken schemes come back as they were, so that their mistakes are found by name."""
    assert same(put_together(data), data)


def test_keys_in_another_order_stay_there() -> None:
    item = {"points": "60", "cite": "一", "id": "duty", "title": "履职"}
    turned = small(
        items={"work": {"items": [item, {"title": "班子", "id": "team"}], "title": "工"}}
    )

    assert put_together(turned.data) == turned.data
    assert same(put_together(turned.data), turned.data)


def test_the_command_writes_both_and_reads_both(tmp_path: Any, capsys: Any) -> None:
    book, text = tmp_path / "办法.xlsx", tmp_path / "办法.yaml"
    scheme_id = sorted(shipped())[0]

    assert main(["export", scheme_id, "-o", str(book)]) == 0
    assert main(["export", str(book), "-o", str(text)]) == 0
    again = read_source(text.read_bytes(), name="x")

    assert again.fingerprint == catalogue.get(scheme_id).source.fingerprint
    assert main(["show", str(book)]) == 0
    assert main(["export", scheme_id, "-o", str(tmp_path / "x.doc")]) == 2
    assert "不认识后缀" in capsys.readouterr().err


def test_headings_are_protected_and_explained() -> None:
    book = openpyxl.load_workbook(io.BytesIO(scheme_workbook(small())))
    sheet = book["评分项"]

    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    assert not sheet["C3"].protection.locked
    whole_rows = [sheet.row_dimensions[number].protection.locked for number in (2, 3, 100)]
    assert whole_rows == [True, False, False], "a row with a locked cell cannot be deleted"
    assert all(cell.comment and cell.comment.text for cell in sheet[1] if cell.value)
    assert [cell.value for cell in sheet[1]][:4] == ["所属指标表", "编号", "名称", "满分"]
    assert book["名单"].sheet_state == "hidden"
    assert book.sheetnames[0] == "说明"
    assert BASE["title"] == book["说明"]["A1"].value


def test_workbooks_in_a_folder_are_on_offer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "办法.xlsx").write_bytes(scheme_workbook(small()))
    (tmp_path / "~$办法.xlsx").write_bytes(b"lock of Excel")
    monkeypatch.setenv("KAOHE_SCHEMES", str(tmp_path))

    assert catalogue.get("test.kit").source.fingerprint == small().fingerprint
    assert not [one for one in catalogue.problems() if "办法" in one.place]


def test_a_record_is_scored_with_a_workbook(tmp_path: Path, capsys: Any) -> None:
    book, record = tmp_path / "办法.xlsx", tmp_path / "record.json"
    book.write_bytes(scheme_workbook(small()))
    scheme = small().bind()
    record.write_text(record_text(scheme, made_up_facts(scheme, 3, subjects=2)), "utf-8")

    assert main(["score", str(book), str(record), "--format", "json"]) == 0
    assert small().fingerprint in capsys.readouterr().out
    assert main(["lint", str(book)]) == 0


def test_criteria_may_be_typed_one_a_line() -> None:
    kind = kind_of(Scheme, "ties_by")

    assert cell_value("base\nhonours", kind) == ["base", "honours"]
    assert cell_text(TIES, kind) == "[base, {score: honours, lower_first: true}]"
    assert cell_value(cell_text(TIES, kind), kind) == TIES
