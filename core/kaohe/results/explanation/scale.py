"""A grade's bands as a scale, with the score on it.  Positions are percents of the drawn width."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from kaohe.results.explanation.figures import plain
from kaohe.scheme.model import Grade

STEP = Decimal(10)


@dataclass(frozen=True, slots=True)
class Segment:
    """One band on the scale."""

    label: str
    rank: int
    """1 for the best band; for its colour."""
    low: str
    x: str
    width: str
    middle: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """The bands from low to high and where the score falls."""

    segments: tuple[Segment, ...]
    start: str
    end: str
    cut: bool
    """True if the scale does not start at 0 (drawn with a break)."""
    marker: str
    value: str
    sentence: str


def _percent(value: Decimal) -> str:
    return f"{value:.2f}"


def band_scale(grade: Grade, value: Decimal, decimals: int) -> Scale | None:
    """Draw the bands around a score; None if the grade has no bands of its own."""
    if not grade.bands:
        return None
    bands = list(grade.bands.items())
    lowest_inner = min((low for _, low in bands if low > 0), default=Decimal(0))
    start = max(min(lowest_inner, value) - STEP, min(value, Decimal(0)))
    start = (start / STEP).to_integral_value(ROUND_FLOOR) * STEP
    end = max(Decimal(100), value, *(low for _, low in bands))
    span = end - start
    if not span:
        return None

    def position(at: Decimal) -> Decimal:
        return (max(min(at, end), start) - start) * 100 / span

    segments = []
    label_of = next((label for label, low in bands if value >= low), "")
    for rank, (label, low) in enumerate(bands, start=1):
        high = bands[rank - 2][1] if rank > 1 else end
        x, to = position(low), position(high)
        if to <= x:
            continue
        segments.append(
            Segment(
                label, min(rank, 4), plain(low), _percent(x), _percent(to - x),
                _percent((x + to) / 2), label == label_of,
            )
        )  # fmt: skip
    shown = f"{value:.{decimals}f}"
    low = dict(bands).get(label_of)
    better = next((b for b in reversed(bands) if low is not None and b[1] > low), None)
    sentence = f"{shown} 分落在“{label_of}”（{plain(low)} 及以上）" if low is not None else ""
    if better and sentence:
        sentence += f"；距“{better[0]}”（{plain(better[1])}）还差 {better[1] - value:.{decimals}f}"
    return Scale(
        tuple(reversed(segments)), plain(start), plain(end), bool(start),
        _percent(position(value)), shown, sentence,
    )  # fmt: skip
