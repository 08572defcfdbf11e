"""Parts of the row above or below in a score, as a formula has them that was dragged too far."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product
from typing import TYPE_CHECKING

from kaohe.comparing.formulas import chain
from kaohe.comparing.model import Cause
from kaohe.comparing.suspicion import Candidate, Suspicion
from kaohe.comparing.tree import direct_scores

if TYPE_CHECKING:
    from kaohe.comparing.bench import Bench

_DRAGGED = 20


def parts_of_neighbours(bench: Bench, one: Suspicion) -> Iterator[Candidate]:
    """Parts side by side taken from the row above or below, as a dragged formula does."""
    lines = bench.lines
    here = lines.index(one.line)
    parts = direct_scores(bench.scheme, one.name)
    spans = [parts[a:b] for a, b in combinations(range(len(parts) + 1), 2)]
    for place, span in product((here - 1, here + 1), sorted(spans, key=len)):
        scores = lines[place].result.scores if 0 <= place < len(lines) else {}
        theirs = {part: value for part in span if (value := scores.get(part)) is not None}
        if len(theirs) < len(span) or any(
            value == one.line.result.scores.get(part) for part, value in theirs.items()
        ):
            continue
        pins = bench.pins(one.line, one.name, ())
        pins |= {part: Fraction(value) for part, value in theirs.items()}
        tried = bench.start(one.line, pins)
        if bench.equals(one.name, tried.named(one.name), one.figure):
            used = "、".join(
                f"“{bench.title(part)}”{bench.shown(part, value)}" for part, value in theirs.items()
            )
            text = f"计算时用了“{lines[place].row.title}”一行的{used}"
            steps = tuple(chain(tried, one.name, one.name))
            rank = _DRAGGED + len(span) - 1
            yield Candidate(Cause("row", text, rank), None, steps)
