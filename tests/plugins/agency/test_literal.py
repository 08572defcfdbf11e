"""The lint finds by itself what the literal encodings of 003 §3 and §4 contradict and leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.literal import Expected, is_found, literal_findings, told

HERE = Path(__file__).parent / "literal"
FOUND = [
    ("bureau.yaml", Expected("L002", "items.rules", "合计 60，宣布的总分是 100")),
    ("bureau.yaml", Expected("L004", "scores.total", "最多 60 分")),
    ("bureau.yaml", Expected("L027", "items.rules", "4")),
    ("bureau.yaml", Expected("L028", "items.rules", "党员教育")),
    ("bureau-lines.yaml", Expected("L002", "items.rules.sections.set_up", "合计 3")),
    ("bureau-lines.yaml", Expected("L002", "items.rules.sections.promises", "合计 3")),
    ("district-organs.yaml", Expected("L002", "items.work", "合计 37")),
    ("district-organs.yaml", Expected("L025", "parameters.ratio")),
    ("district-organs.yaml", Expected("L002", "items.work.sections.routine", "合计 19")),
    ("district-organs.yaml", Expected("L002", "items.work.sections.key", "合计 18")),
    ("district-organs.yaml", Expected("L048", "items.work.items.5")),
    ("district-organs.yaml", Expected("L048", "items.work.items.10")),
    *(
        ("department.yaml", Expected("L025", f"parameters.{name}"))
        for name in (
            "complete_off",
            "study_off",
            "management_off",
            "late_off",
            "below_off",
            "piece_on",
        )
    ),
    ("department.yaml", Expected("L028", "items.work.items.4", "调研报告")),
    ("department.yaml", Expected("L026", "entries.untrained")),
]


@pytest.mark.parametrize(("name", "expected"), FOUND)
def test_lint_finds_a_literal_gap(name: str, expected: Expected) -> None:
    findings = literal_findings(HERE / name)

    assert is_found(expected, findings), told(findings)
