"""The comparisons of schemes with their documents name gaps and cases that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kaohe import catalogue

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "schemes").glob("*.md"))
_GAPS = re.compile(r"缺口 ((?:`[a-z_0-9]+`[、，]?)+)")
_FILES = re.compile(r"`(tests/[^`]+\.yaml)`")


def known_gaps(plugin: str) -> set[str]:
    """Gaps of all schemes of a plugin, roll-ups included."""
    entries = {**catalogue.schemes(), **catalogue.rollups()}.values()
    return {gap for one in entries if one.plugin == plugin for gap in one.source.bind().gaps}


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_comparison_names_what_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    gaps = known_gaps(page.stem)
    if not gaps:
        pytest.skip(f"the plugin {page.stem} is not installed")

    named = {name for found in _GAPS.findall(text) for name in re.findall(r"[a-z_0-9]+", found)}

    assert set() == named - gaps
    assert [] == [path for path in _FILES.findall(text) if not (ROOT / path).is_file()]


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_comparison_names_every_scheme_of_its_plugin(page: Path) -> None:
    text = page.read_text("utf-8")

    schemes = [one.source.id for one in catalogue.schemes().values() if one.plugin == page.stem]

    assert [] == [name for name in schemes if name not in text]
