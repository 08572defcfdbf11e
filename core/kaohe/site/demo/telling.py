"""What the parts of the demo share: the sample's record, titles and periods in words."""

from __future__ import annotations

import re
from collections.abc import Callable

from kaohe import catalogue
from kaohe.hookspecs import SampleCampaign
from kaohe.records import Record, read_record
from kaohe.scheme.model import Scheme
from kaohe.scoring.periods import parse_period

ACTOR = "演示"
Progress = Callable[[str], None]
_PERIOD = re.compile(
    r"\d{4}\s*年\s*(?:度|[上下]半年|第[一二三四]季度|\d{1,2}\s*月)?"
)  # as titles write it, spaced or not


def read_sample(sample: SampleCampaign) -> tuple[Record, Scheme]:
    """The record of the finished period, and the scheme under its parameters."""
    source = catalogue.get(sample.scheme).source
    record = read_record(sample.folder / "record.json", source=source)
    return record, source.bind(record.parameters, operators=catalogue.syntaxes())


def spoken(period: str, steps: int = 0) -> str:
    """A period some steps later as titles write it: 2026 年度, 2026 年第一季度, 2025 年 12 月."""
    found = parse_period(period)
    if found is None:
        return period
    moved = found.moved(steps)
    if moved.kind == "year":
        return f"{moved.year} 年度"
    if moved.kind == "month":
        return f"{moved.year} 年 {moved.start} 月"
    return moved.words.replace("年", " 年", 1)


def later(period: str, steps: int = 1) -> str:
    """The period some steps later as the facts write it."""
    found = parse_period(period)
    return period if found is None else str(found.moved(steps))


def retitled(title: str, period: str, steps: int = 1) -> str:
    """A sample's title for a later period."""
    return _PERIOD.sub(spoken(period, steps), title, count=1)
