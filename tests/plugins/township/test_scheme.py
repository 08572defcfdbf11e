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

    source.check()
    for choice in ({}, {"bonus_on": "mean"}):
        findings = lint(source, parameters=choice)
        assert [] == [str(f) for f in findings if f.code != "L031"]
        assert len(source.data["gaps"]) == len(findings)
