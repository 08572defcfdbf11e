"""The page that compares a scheme with its document leaves nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe import catalogue

PAGE = Path(__file__).parents[3] / "docs" / "schemes" / "township.md"
OFFERED = {
    key: entry
    for key, entry in {**catalogue.schemes(), **catalogue.rollups()}.items()
    if entry.plugin == "township"
}


@pytest.mark.parametrize("scheme_id", OFFERED)
def test_comparison_names_every_gap_parameter_and_rule(scheme_id: str) -> None:
    base = next(key for key in catalogue.schemes() if (scheme_id + ".").startswith(key + "."))
    chapter = PAGE.read_text("utf-8").split(f"`{base}`", 1)[1].split("\n## ", 1)[0]
    data = OFFERED[scheme_id].source.data

    named = {key for kind in ("gaps", "parameters", "entries") for key in data.get(kind) or {}}
    assert {
        key for key in named if f"`{key}`" not in chapter and f".{key}`" not in chapter
    } == set()
