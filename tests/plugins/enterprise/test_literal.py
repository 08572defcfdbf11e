"""The document exactly as it stands: the lint finds each of its contradictions by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import kaohe_enterprise
from kaohe.scheme.lint import lint
from kaohe.scheme.reading import read_source

FOLDER = Path(__file__).parent / "literal"

EXPECTED: dict[str, set[tuple[str, str, str]]] = {
    "dual-promotion": {
        ("L003", "items.forces.announced", "宣布 19 项，列出 4 项"),
        *(("L015", f"items.forces.items.{n}", "没有分值") for n in range(4)),
        ("L025", "parameters.weights", "权重"),
        ("L025", "parameters.top", "名额"),
        ("L051", "lists.behind", "怎样取整、并列"),
        ("L068", "lists.behind", "先进支部"),
        ("L070", "period", "年度结果"),
    },
    "monthly": {
        ("L012", "grades.attendance.announced.25 分", "99.1 至 99.9"),
        ("L012", "grades.attendance.announced.20 分", "89.1 至 89.9"),
        ("L012", "grades.app.announced.5 分", "5.1 至 10.9"),
        ("L019", "items.table.items.3.choice", "满分 2，“刊登”却得 20"),
        ("L015", "items.table.items.2", "投稿"),
        ("L015", "items.table.items.4", "学习平台"),
        ("L070", "period", "年度结果"),
    },
    "deduction": {
        ("L003", "items.parts.announced", "宣布 5 项，列出 3 项"),
        ("L025", "parameters.meeting", "三会一课"),
        ("L025", "parameters.prizes", "名次加分"),
        *(
            ("L026", f"entries.{rule}", "没有后果")
            for rule in ("accident", "major_case", "mass_incident")
        ),
        ("L047", "entries.meeting_state.points.每次", "15 分"),
        ("L051", "lists.advanced", "怎样取整、并列"),
        ("L051", "lists.outstanding", "怎样取整、并列"),
    },
    "discipline": {
        ("L015", "items.overall.items.0", "没有分值"),
        ("L025", "parameters.accident", "事故"),
        ("L025", "parameters.other", "其他重大问题"),
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
    shipped = Path(kaohe_enterprise.__file__).parent / "schemes" / f"{name}.yaml"

    assert {code for code, _, _ in found_in(shipped)} == {"L031"}
