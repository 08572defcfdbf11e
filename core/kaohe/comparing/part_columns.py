"""Columns that hold the weighted part of a score: 民主测评（折合30%）, ×30%, 折30分, 按30%折算.

A part becomes a score of its own beside the others, so that it is checked and explained like them;
nothing is computed from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from kaohe.comparing.tree import walk
from kaohe.scheme.operators import Node
from kaohe.scheme.operators.combining import Weighted
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

PART = "part@"
"""Begins the name of the score that stands for a part: ``part@total/ballot``."""
_FIGURE = r"\d+(?:\.\d+)?"
_WEIGHED = re.compile(
    rf"(?:按|占)?(?:权重)?(?:[×✕xX*]\s*(?:{_FIGURE}\s*[%％]|0\.\d+)"
    rf"|{_FIGURE}\s*[%％]\s*(?:折合|折算|折|加权|计入?)"
    rf"|(?:折合|折算|折后|加权|折(?=\s*\d))(?:后|成|为)?\s*(?:{_FIGURE}\s*[%％分]?)?)"
)
_SHARE_OF_ROWS = 3
"""A column shows as many decimals as one figure in so many has; a single longer one is a slip."""
_MOST_DECIMALS = 6


class Part(NamedTuple):
    """A score as it goes into a weighted sum."""

    into: str
    of: str
    weight: Decimal
    out_of: Decimal
    node: Node
    """The weighted sum with this part alone."""

    @property
    def share(self) -> Fraction:
        """What the score is multiplied with."""
        return Fraction(self.weight) / Fraction(self.out_of)

    @property
    def percent(self) -> Decimal:
        """The same as a percentage."""
        return self.weight * 100 / self.out_of


def parts_of(scheme: Scheme) -> dict[str, Part]:
    """All parts of the weighted sums of named scores, by the name of the score for each."""
    found: dict[str, Part] = {}
    for into, node in scheme.scores.items():
        for _, inner in walk(node, into):
            if inner.operator != "weighted":
                continue
            args: Any = inner.args
            for part in args.parts:
                of = part.of.args.name if part.of.operator == "score" else ""
                if of in scheme.scores and 0 < part.weight < args.out_of:
                    alone = Node(
                        operator="weighted", args=Weighted(parts=(part,), out_of=args.out_of)
                    )
                    one = Part(into, of, part.weight, args.out_of, alone)
                    found.setdefault(f"{PART}{into}/{of}", one)
    return found


def part_title(scheme: Scheme, part: Part) -> str:
    """A part in words: 民主测评×30%."""
    return f"{scheme.scores[part.of].title or part.of}×{plain(part.percent)}%"


def without_weighing(titles: tuple[str, ...]) -> tuple[str, ...] | None:
    """The headings without the words that make it a part; None if there are none."""
    bare = tuple(_WEIGHED.sub("", title).strip() for title in titles)
    return tuple(filter(None, bare)) if bare != tuple(t.strip() for t in titles) else None


def with_parts(scheme: Scheme, decimals: Mapping[str, int]) -> Scheme:
    """The scheme with the parts an office shows as scores of their own.

    Args:
        decimals: name of each part -> how many decimals its column shows.
    """
    known = parts_of(scheme) if decimals else {}
    added = {
        name: known[name].node.model_copy(
            update={"title": part_title(scheme, known[name]), "decimals": places}
        )
        for name, places in decimals.items()
    }
    return scheme.model_copy(update={"scores": {**scheme.scores, **added}}) if added else scheme


def shown_decimals(figures: Iterable[Decimal]) -> int:
    """How many decimals a column shows: a workbook drops the zeros behind a figure."""
    places = sorted(
        (max(0, -int(v.normalize().as_tuple().exponent)) for v in figures), reverse=True
    )
    return min(places[len(places) // _SHARE_OF_ROWS], _MOST_DECIMALS) if places else 0
