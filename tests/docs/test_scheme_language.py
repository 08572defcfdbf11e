"""The overview names what the language has; the reference is generated; its examples read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.kit.reference import reference_page
from kaohe.scheme.dictionary import (
    ABOUT_OPERATOR,
    ITSELF,
    keys_of,
    operator_text,
    parts,
    word_of,
    written_keys,
)
from kaohe.scheme.model import SET_BY_READER, Scheme
from kaohe.scheme.operators import OPERATORS, Node
from kaohe.scheme.tree import read_tree

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "scheme-language.md").read_text("utf-8")


@pytest.mark.parametrize("key", sorted(set(Scheme.model_fields) - SET_BY_READER))
def test_every_top_level_key_is_in_the_overview(key: str) -> None:
    assert f"`{key}`" in TEXT


@pytest.mark.parametrize("key", sorted(OPERATORS))
def test_every_operator_is_in_the_overview(key: str) -> None:
    assert f"`{key}`" in TEXT


@pytest.mark.parametrize("key", sorted(set(Node.model_fields) - {"operator", "args"}))
def test_every_key_of_a_score_is_in_the_overview(key: str) -> None:
    assert f"`{key}`" in TEXT


@pytest.mark.parametrize(("name", "chinese"), [("reference.zh.md", True), ("reference.md", False)])
def test_the_reference_on_file_is_the_generated_one(name: str, chinese: bool) -> None:
    assert (DOCS / name).read_text("utf-8") == reference_page(chinese=chinese), (
        f"kaohe reference --lang {'zh' if chinese else 'en'} -o docs/{name}"
    )


@pytest.mark.parametrize("name", sorted(parts()))
def test_every_key_of_a_part_has_a_chinese_text(name: str) -> None:
    written, part = written_keys("parts"), parts()[name]
    keys = set(keys_of(part))

    assert keys <= written.get(name, set()) | written["common"]
    assert written[name] - keys == {ITSELF}
    headings = [word_of(part, key).heading for key in keys_of(part)]
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("key", sorted(OPERATORS))
def test_every_key_of_an_operator_has_a_chinese_text(key: str) -> None:
    written, keys = written_keys("operators"), set(OPERATORS[key].model_fields)

    assert keys <= written[key] | written["common"]
    assert written[key] - keys == {ITSELF, *ABOUT_OPERATOR}


def test_the_texts_describe_nothing_the_language_has_not() -> None:
    assert set(written_keys("parts")) == {*parts(), "common"}
    assert set(written_keys("operators")) == {*OPERATORS, "common"}


@pytest.mark.parametrize("key", sorted(OPERATORS))
def test_every_example_of_an_operator_reads(key: str) -> None:
    written = read_tree(f"score: {operator_text(key, 'example')}", name="例").data["score"]

    assert Node.model_validate(written).operator == key
