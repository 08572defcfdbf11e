"""Made-up results of other periods, for scores, lists and streaks that look back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.kit.chance import FULL, Chance, part_of
from kaohe.scoring.facts import Standing, Subject

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Node

_SHORTER = {
    "month": [f"2025-{n:02d}" for n in range(1, 13)],
    "quarter": [f"2025-Q{n}" for n in range(1, 5)],
    "half_year": ["2025-H1", "2025-H2"],
    "year": ["2025"],
}
_INSIDE = {
    ("quarter", "month"): slice(3, 6), ("half_year", "month"): slice(0, 6),
    ("half_year", "quarter"): slice(0, 2),
}  # fmt: skip
_EARLIER = {
    "month": ["2025-05", "2025-04", "2025-03", "2025-02"],
    "quarter": ["2025-Q1", "2024-Q4", "2024-Q3", "2024-Q2"],
    "half_year": ["2024-H2", "2024-H1", "2023-H2", "2023-H1"],
    "year": ["2024", "2023", "2022", "2021"],
}
_YEAR_AGO = {"month": "2024-06", "quarter": "2024-Q2", "half_year": "2024-H1", "year": "2024"}


def standing_of(
    scheme: Scheme, people: tuple[Subject, ...], *, seed: int, shape: str
) -> Iterator[Standing]:
    """Rows for everything the scheme takes from other periods."""
    wanted = list(dict.fromkeys(_wanted(scheme)))
    looks_back = bool(getattr(scheme, "streaks", {}))
    for subject in people:
        chance = Chance(seed, "standing", subject.id)
        for period, score, low, high, decimals in wanted:
            if shape == "wild" and chance.once_in(5):
                continue
            well = chance.bell(820, 160) if shape == "plausible" else chance.whole(0, FULL)
            value = part_of(low, high, well, step=Decimal(1).scaleb(-decimals))
            yield Standing(subject.id, period, score, value)
        if looks_back:
            yield from _results(scheme, subject, chance)


def _wanted(scheme: Scheme) -> Iterator[tuple[str, str, Decimal, Decimal, int]]:
    for node in all_nodes(scheme):
        args: Any = node.args
        if node.operator == "carried":
            period = {
                "same": _EARLIER_THIS[scheme.period], "previous": _EARLIER[scheme.period][0],
                "year_ago": _YEAR_AGO[scheme.period],
            }[args.period]  # fmt: skip
            score = f"{args.scheme}/{args.score}" if args.scheme else args.score
            yield period, score, args.low, args.high, scheme.decimals
        elif node.operator == "periods":
            base = args.scheme or scheme.id.rpartition(".")[0]
            inside = _INSIDE.get((scheme.period, args.each), slice(None))
            for period in _SHORTER[args.each][inside]:
                yield period, f"{base}/{args.score}", args.low, args.high, scheme.decimals


_EARLIER_THIS = {"month": "2025-06", "quarter": "2025-Q2", "half_year": "2025-H1", "year": "2025"}


def _results(scheme: Scheme, subject: Subject, chance: Chance) -> Iterator[Standing]:
    """Lists and grades of earlier periods."""
    for period in _EARLIER[scheme.period]:
        lists = tuple(sorted(
            {r.list for r in scheme.streaks.values() if r.list and chance.once_in(3)}
        ))  # fmt: skip
        labels = [label for r in scheme.streaks.values() if r.grade for label in r.labels]
        grade = chance.pick(labels) if labels and chance.once_in(2) else ""
        if lists or grade:
            yield Standing(subject.id, period, "", None, grade, lists)


def all_nodes(scheme: Scheme) -> Iterator[Node]:
    """Every node of every score, inline ones included."""
    waiting = list(scheme.scores.values())
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.args.nodes()
