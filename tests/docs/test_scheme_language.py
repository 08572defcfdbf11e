"""The reference names every key and operator the language has, and its examples read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.scheme import model
from kaohe.scheme.model import SET_BY_READER, Scheme
from kaohe.scheme.operators import OPERATORS, Node

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "scheme-language.md").read_text("utf-8")
PARTS = [
    model.SheetInstrument, model.BallotInstrument, model.FormInstrument, model.EntryRule,
    model.Parameter, model.Grade, model.Stage, model.Measure, model.Turnout, model.Gap,
    model.SubjectKind, model.ItemGroup, model.Item, model.NoticePeriod, model.Source,
]  # fmt: skip


@pytest.mark.parametrize("key", sorted(set(Scheme.model_fields) - SET_BY_READER))
def test_every_top_level_key_is_in_the_reference(key: str) -> None:
    assert f"`{key}`" in TEXT


@pytest.mark.parametrize("key", sorted(OPERATORS))
def test_every_operator_is_in_the_reference(key: str) -> None:
    assert f"`{key}`" in TEXT


@pytest.mark.parametrize("key", sorted(set(Node.model_fields) - {"operator", "args"}))
def test_every_key_of_a_score_is_in_the_reference(key: str) -> None:
    assert f"`{key}`" in TEXT


@pytest.mark.parametrize("part", PARTS, ids=lambda p: p.__name__)
def test_every_key_of_a_part_is_in_the_reference(part: type) -> None:
    missing = [k for k in part.model_fields if k not in TEXT]  # type: ignore[attr-defined]

    assert [] == missing
