"""The document exactly as it stands: the lint finds each of its contradictions by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import kaohe_township
from kaohe.scheme.lint import lint
from kaohe.scheme.reading import read_source

FOLDER = Path(__file__).parent / "literal"

EXPECTED: dict[str, set[tuple[str, str, str]]] = {
    "rule-of-law": {
        ("L033", "scores.total", "没有条款"),
        ("L045", "scores.total", "170"),
        ("L046", "items.table.items.8.bracket", "民主法治村"),
    },
    "model-site": {
        *(("L015", f"items.conditions.items.{n}", "没有分值") for n in range(5)),
        ("L025", "parameters.level", "级别"),
        ("L025", "parameters.share", "推荐比例"),
        ("L051", "lists.recommended", "推荐名单"),
        ("L026", "entries.stagnation", "停滞不前"),
    },
    "red-grey-list": {
        *(("L015", f"items.focuses.items.{n}", "见附表") for n in range(5)),
        *(
            ("L023", f"entries.{rule}", "没有计入得分")
            for rule in ("honour", "media", "innovation", "hosting")
        ),
        ("L020", "instruments.self_check", "没有计入任何得分"),
        ("L025", "parameters.red_points", "前 20 名"),
        ("L051", "lists.grey", "怎样取整、并列"),
        ("L051", "lists.red", "怎样取整、并列"),
        ("L068", "lists.grey", "前 20 名"),
        ("L025", "parameters.weights", "民主评议"),
        ("L015", "items.review_items.items.0", "没有分值"),
    },
}
"""File -> (code, path, words of the finding) the lint has to report, at least."""


def found_in(path: Path) -> set[tuple[str, str, str]]:
    """Everything the lint says of a document and its roll-ups."""
    source = read_source(path.read_bytes(), name=path.name)
    return {
        (one.code, one.path, one.what)
        for scheme in (source, *source.rollups().values())
        for one in lint(scheme)
    }


def test_every_literal_file_is_expected() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_lint_finds_what_the_document_gets_wrong(name: str) -> None:
    found = found_in(FOLDER / f"{name}.yaml")

    for code, place, words in EXPECTED[name]:
        assert [one for one in found if one[:2] == (code, place) and words in one[2]], (
            f"{code} {place} {words}: {sorted(found)}"
        )


@pytest.mark.parametrize("name", EXPECTED)
def test_shipped_scheme_has_none_of_it(name: str) -> None:
    shipped = Path(kaohe_township.__file__).parent / "schemes" / f"{name}.yaml"

    assert {code for code, _, _ in found_in(shipped)} == {"L031"}
