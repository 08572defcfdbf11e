"""Every recipe of the cookbook lints, scores its case digit for digit, and fits a workbook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kaohe.scheme.lint import lint
from kaohe.scheme.reading import SchemeSource
from kaohe.scheme.tree import read_tree
from kaohe.schemebooks import read_any_source, scheme_workbook
from kaohe.testing.cases import read_case
from kaohe.testing.replay import replay_case
from kaohe.testing.schemes import SchemeUnderTest

DOCS = Path(__file__).resolve().parents[2] / "docs" / "designers"
PAGES = {name: (DOCS / name).read_text("utf-8") for name in ("cookbook.zh.md", "cookbook.md")}


class Recipe(NamedTuple):
    title: str
    blocks: list[str]


def recipes(name: str) -> list[Recipe]:
    parts = re.split(r"^## (.+)$", PAGES[name], flags=re.M)[1:]
    blocks = (re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S) for text in parts[1::2])
    return [Recipe(*one) for one in zip(parts[::2], blocks, strict=True)]


BASE, *RECIPES = recipes("cookbook.zh.md")


def scheme_of(recipe: Recipe) -> SchemeSource:
    """The base with the recipe's keys in their places."""
    data: dict[str, Any] = dict(read_tree(BASE.blocks[0], name="底稿").data)
    for key, value in read_tree(recipe.blocks[0], name=recipe.title).data.items():
        data[key] = {**data.get(key, {}), **value} if isinstance(value, dict) else value
    return SchemeSource.from_data(data, name=recipe.title)


def test_both_languages_hold_the_same_recipes() -> None:
    chinese, english = recipes("cookbook.zh.md"), recipes("cookbook.md")

    assert [one.blocks for one in chinese] == [one.blocks for one in english]
    assert all(len(one.blocks) == 2 for one in chinese[1:])


def test_the_base_lints_clean() -> None:
    source = SchemeSource.from_data(read_tree(BASE.blocks[0], name="底稿").data)

    assert [str(f) for f in lint(source) if f.severity != "info"] == []


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.title)
def test_recipe_comes_out_as_its_case_says(recipe: Recipe, tmp_path: Path) -> None:
    source = scheme_of(recipe)
    source.check()
    path = tmp_path / "case.yaml"
    named = re.match(r"scheme: (\S+)\n", recipe.blocks[1])  # of a roll-up
    scheme = "" if named else f"scheme: {source.id}\n"
    path.write_text(f"title: {recipe.title}\n{scheme}{recipe.blocks[1]}", "utf-8")
    tried = source.rollups()[named[1]] if named else source

    assert list(map(str, replay_case(read_case(path), SchemeUnderTest(tried)))) == []
    open_questions = {f.code for f in lint(source) if f.severity != "info"}
    assert open_questions <= {"L022", "L033", "L035", "L051"}  # clauses, and what they leave open


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.title)
def test_recipe_can_be_written_as_a_workbook(recipe: Recipe) -> None:
    source = scheme_of(recipe)

    again = read_any_source(scheme_workbook(source), name="x.xlsx")

    assert again.fingerprint == source.fingerprint


def test_a_wrong_figure_would_be_found(tmp_path: Path) -> None:
    """Negative control."""
    path = tmp_path / "case.yaml"
    case = RECIPES[0].blocks[1].replace("91.00", "91.01")
    path.write_text(f"title: 错\nscheme: cookbook.example\n{case}", "utf-8")

    (found,) = replay_case(read_case(path), SchemeUnderTest(scheme_of(RECIPES[0])))
    assert "91.00" in str(found)
