"""Reading a scheme: every mistake at its place, nothing but SchemeErrors, parameters bound."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.scheme.errors import SchemeErrors
from kaohe.scheme.reading import SchemeSource, read_source
from tests.scheme.samples import SMALL

HOSTILE = {
    "nothing": "",
    "not utf-8": b"\xff\xfe\x00id",
    "too big": "#" * 300_000,
    "long line": "id: " + "x" * 5000,
    "deep": "a: " + "[" * 50 + "]" * 50,
    "alias bomb": "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]",
    "self reference": "a: &a [*a]",
    "merge": "a: {x: 1}\n<<: {y: 2}",
    "tag": "a: !!python/object:os.system x",
    "binary tag": "a: !!binary aGk=",
    "duplicate": "id: a\nid: b",
    "second document": "id: a\n---\nid: b",
    "list": "- 1\n- 2",
    "scalar": "hello",
    "tab": "a:\n\tb: 1",
    "unclosed": 'a: "b',
    "unclosed list": "a: [1, 2",
    "colon": "title：标题",
    "control": "a: \x07b",
    "escaped nul": 'a: "\\0"',
    "escaped surrogate": 'a: "\\ud800"',
    "direction": "a: \u202eabc",
    "key is a list": "? [a]\n: b",
    "date": "a: 2026-02-30",
    "many": "\n".join(f"k{i}: [1,2,3,4,5,6,7,8,9]" for i in range(3000)),
    "huge number": "decimals: " + "9" * 1900,
    "escape past unicode": 'a: "\\UFFFFFFFF"',
    "comment only": "# nothing\n",
    "directive": "%YAML 9.9\n---\na: b",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_gives_scheme_errors_and_nothing_else(content: bytes | str) -> None:
    with pytest.raises(SchemeErrors) as found:
        read_source(content, name="x.yaml").bind()

    assert found.value.errors
    assert all(e.what and e.place.startswith("x.yaml") for e in found.value.errors)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_arbitrary_input_gives_scheme_errors_and_nothing_else(content: bytes | str) -> None:
    with pytest.raises(SchemeErrors):
        read_source(content, name="x").bind()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SMALL) - 1), st.sampled_from("{}[]:-#&*!|>\"'%@`, \n\t0xyz项："))
def test_one_wrong_character_never_breaks_the_reader(at: int, character: str) -> None:
    text = SMALL[:at] + character + SMALL[at + 1 :]

    try:
        read_source(text, name="x").bind()
    except SchemeErrors as errors:
        assert errors.errors


def test_ten_mistakes_are_reported_at_once_with_place_and_remedy() -> None:
    text = (
        SMALL.replace("decimals: 2", "decimals: two")
        .replace("period: year", "period: yearly")
        .replace("kind: organization", "kind: firm")
        .replace("total: 100\n    cite", "totl: 100\n    cite")
        .replace("by: subject", "by: subjekt")
        .replace('default: ["60", "40"]', 'default: ["60", "50"]')
        .replace("index: 1", "index: 7")
        .replace("at: 90", "at: 九十")
        .replace("好: 80", "好: 80%")
        .replace("title: 标题", "")
        .replace("id: two, title: 乙", "id: Two")
        + "extra: 1\n"
    )

    with pytest.raises(SchemeErrors) as found:
        read_source(text, name="bad.yaml").bind()

    paths = {e.path for e in found.value.errors}
    assert {
        "decimals",
        "period",
        "subjects.unit.kind",
        "items.table.totl",
        "instruments.own.by",
        "parameters.points.default",
        "items.table.items.1.points",
        "scores.total.choose.a.cap.at",
        "grades.unit.bands.好",
        "items.table.items.1.id",
        "extra",
    } <= paths
    lines = text.split("\n")
    for error in found.value.errors:
        _, line, column = error.place.split(":")
        assert 1 <= int(line) <= len(lines)
        assert 1 <= int(column) <= len(lines[int(line) - 1]) + 1
        assert error.what


def test_unknown_names_are_reported_with_the_nearest_known_one() -> None:
    text = SMALL.replace("sheet: own", "sheet: owm").replace("of: base, at", "of: bsae, at")

    with pytest.raises(SchemeErrors) as found:
        read_source(text, name="x").bind()

    assert ["scores.base.sheet", "scores.total.choose.a.cap"] == [
        e.path for e in found.value.errors
    ]
    assert "own" in found.value.errors[0].remedy
    assert "base" in found.value.errors[1].remedy


def test_wrong_names_are_reported_beside_wrong_types() -> None:
    text = SMALL.replace("decimals: 2", "decimals: x").replace('cite: "三"', "gap: nowhere")

    with pytest.raises(SchemeErrors) as found:
        read_source(text, name="x").bind()

    assert {"decimals", "grades.unit.gap"} == {e.path for e in found.value.errors}


def test_scores_in_a_circle_are_named() -> None:
    text = SMALL.replace("sheet: own", "mean: [total]")

    with pytest.raises(SchemeErrors) as found:
        read_source(text, name="x").bind()

    assert "base → total → base" in found.value.errors[0].what


def test_parameters_are_bound_and_remembered() -> None:
    scheme = read_source(SMALL, name="x").bind({"points": ["70", "30"]})

    assert [Decimal(70), Decimal(30)] == [i.points for i in scheme.items["table"].items]
    assert "points" == scheme.bindings["items.table.items.0.points"]
    assert ["70", "30"] == scheme.values["points"]


def test_a_choice_takes_the_branch_of_the_parameter() -> None:
    source = read_source(SMALL, name="x")

    assert "cap" == source.bind().scores["total"].operator
    assert "mean" == source.bind({"on": "b"}).scores["total"].operator
    assert "总分" == source.bind({"on": "b"}).scores["total"].title


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"points": ["70", "40"]}, "合计应为 100"),
        ({"points": ["100"]}, "应有 2 个数字"),
        ({"points": ["a", "b"]}, "应为数字"),
        ({"on": "c"}, "应为其中之一"),
        ({"nothing": "1"}, "没有参数"),
    ],
)
def test_wrong_parameter_values_say_what_is_expected(values: dict[str, object], words: str) -> None:
    with pytest.raises(SchemeErrors) as found:
        read_source(SMALL, name="x").bind(values)

    assert words in str(found.value)


def test_all_wrong_parameters_are_reported_at_once() -> None:
    with pytest.raises(SchemeErrors) as found:
        read_source(SMALL, name="x").bind({"points": ["1", "1"], "on": "z", "more": "1"})

    assert len(found.value.errors) == 3


def test_frozen_data_binds_to_the_same_scheme() -> None:
    source = read_source(SMALL, name="x")

    again = SchemeSource.from_data(json.loads(json.dumps(source.data)))

    assert source.fingerprint == again.fingerprint
    assert source.bind({"on": "b"}) == again.bind({"on": "b"})


def test_the_fingerprint_is_stable_and_ignores_layout() -> None:
    source = read_source(SMALL, name="x")
    rearranged = read_source("# remark\n" + SMALL.replace("decimals: 2", "decimals:   2"), name="y")

    assert source.fingerprint == rearranged.fingerprint
    assert (
        source.fingerprint != read_source(SMALL.replace("at: 90", "at: 91"), name="x").fingerprint
    )


def test_numbers_stay_what_was_written() -> None:
    scheme = read_source(SMALL.replace("at: 90", "at: 0.30"), name="x").bind()

    assert "0.30" == str(scheme.scores["total"].args.at)  # type: ignore[attr-defined]


def test_every_branch_of_a_choice_is_checked() -> None:
    text = SMALL.replace("b: {mean: [base, base]}", "b: {mean: [base, bass]}")

    with pytest.raises(SchemeErrors) as found:
        read_source(text, name="x").check()

    assert "bass" in str(found.value)
