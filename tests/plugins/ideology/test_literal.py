"""The lint finds by itself what the literal encodings of 000 §6 contradict and leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.literal import Expected, is_found, literal_findings, told

HERE = Path(__file__).parent / "literal"
FOUND = [
    *(
        ("responsibility.yaml", Expected("L015", f"items.committee_duties.items.{n}"))
        for n in range(9)
    ),
    ("responsibility.yaml", Expected("L020", "instruments.half_year")),
    ("responsibility.yaml", Expected("L067", "subjects.member")),
    ("responsibility.yaml", Expected("L069", "subjects.unit.classes.committee")),
]


@pytest.mark.parametrize(("name", "expected"), FOUND)
def test_lint_finds_a_literal_gap(name: str, expected: Expected) -> None:
    findings = literal_findings(HERE / name)

    assert is_found(expected, findings), told(findings)
