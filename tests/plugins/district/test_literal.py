"""The lint finds by itself what the literal encodings of 004 contradict and leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.literal import Expected, is_found, literal_findings, told

HERE = Path(__file__).parent / "literal"
FOUND = [
    *(("classification.yaml", Expected("L015", f"items.goods.items.{n}")) for n in range(5)),
    ("classification.yaml", Expected("L012", "grades.class", "89.01 至 89.99")),
    ("classification.yaml", Expected("L012", "grades.class", "79.01 至 79.99")),
    ("classification.yaml", Expected("L012", "grades.class", "59.01 至 59.99")),
    ("classification.yaml", Expected("L020", "instruments.meeting")),
    ("classification.yaml", Expected("L051", "grades.class.quotas")),
]


@pytest.mark.parametrize(("name", "expected"), FOUND)
def test_lint_finds_a_literal_gap(name: str, expected: Expected) -> None:
    findings = literal_findings(HERE / name)

    assert is_found(expected, findings), told(findings)
