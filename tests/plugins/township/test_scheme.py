"""The shipped scheme is clean under every choice it offers."""

from __future__ import annotations

from pathlib import Path

import pytest

import kaohe_township
from kaohe.scheme.lint import lint
from kaohe.scheme.reading import read_source

SCHEMES = sorted((Path(kaohe_township.__file__).parent / "schemes").glob("*.yaml"))


@pytest.mark.parametrize("path", SCHEMES, ids=lambda p: p.stem)
def test_shipped_schemes_show_nothing_but_recorded_resolutions(path: Path) -> None:
    source = read_source(path.read_bytes(), name=path.name)

    for one in (source, *source.rollups().values()):
        one.check()
        findings = lint(one)
        assert [] == [str(f) for f in findings if f.code != "L031"]
        gaps = set(one.data["gaps"]).union(*(more.data["gaps"] for more in one.rollups().values()))
        assert len(gaps) == len(findings)


def test_responsibility_shows_the_same_under_either_place_of_the_bonus() -> None:
    (path,) = (p for p in SCHEMES if p.stem == "responsibility")
    source = read_source(path.read_bytes(), name=path.name)

    for choice in ("group", "mean"):
        findings = lint(source, parameters={"bonus_on": choice})
        assert [] == [str(f) for f in findings if f.code != "L031"]
        assert len(source.data["gaps"]) == len(findings)
