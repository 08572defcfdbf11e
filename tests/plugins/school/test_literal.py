"""The lint finds by itself what the literal encodings of 002 contradict and leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.literal import Expected, is_found, literal_findings, told

HERE = Path(__file__).parent / "literal"
FOUND = [
    ("debrief.yaml", Expected("L025", "parameters.shares")),
    ("debrief.yaml", Expected("L025", "parameters.meeting_points")),
    ("debrief.yaml", Expected("L015", "items.daily.items.0")),
    ("debrief.yaml", Expected("L015", "items.duty.items.0")),
    ("debrief.yaml", Expected("L050", "instruments.vote.turnout", "至少 30%")),
    ("debrief.yaml", Expected("L051", "lists.last_place")),
    ("debrief.yaml", Expected("L070", "period")),
]


@pytest.mark.parametrize(("name", "expected"), FOUND)
def test_lint_finds_a_literal_gap(name: str, expected: Expected) -> None:
    findings = literal_findings(HERE / name)

    assert is_found(expected, findings), told(findings)
