"""The procedure: stages, minimum turnout, limits."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kaohe.scheme.lint.findings import Remark, Rule
from kaohe.scheme.lint.ranges import ranges
from kaohe.scheme.model import BallotInstrument, Scheme


def turnout(scheme: Scheme) -> Iterator[Remark]:
    """A minimum of voters without a rule for missing it."""
    for key, i in scheme.instruments.items():
        if isinstance(i, BallotInstrument):
            for n, minimum in enumerate(i.turnout):
                if minimum.gap is None:
                    what = f"“{i.title}”要求至少 {minimum.at_least} 人，没有写达不到怎么办。"
                    yield Remark("L050", ("instruments", key, "turnout", n), what)


def stages(scheme: Scheme) -> Iterator[Remark]:
    """Instruments and rules that no stage fills in."""
    if not scheme.stages:
        return
    done = {name for stage in scheme.stages for name in stage.does}
    for key, i in scheme.instruments.items():
        if key not in done:
            yield Remark("L060", ("instruments", key), f"“{i.title}”不在任何环节里。")
    for key, rule in scheme.entries.items():
        if key not in done:
            yield Remark("L060", ("entries", key), f"“{rule.title}”不在任何环节里。")


def limits(scheme: Scheme) -> Iterator[Remark]:
    """Limits whose condition can never hold."""
    known = ranges(scheme)
    for key, grade in scheme.grades.items():
        for n, limit in enumerate(grade.limits):
            found, when = known.get(limit.when.score), limit.when
            if found is None:
                continue
            never = (when.below is not None and Fraction(when.below) <= found.low) or (
                when.at_least is not None and Fraction(when.at_least) > found.high
            )
            if never:
                title = scheme.scores[when.score].title
                path = ("grades", key, "limits", n, "when")
                yield Remark("L061", path, f"“{title}”不会满足这个条件。")


RULES: tuple[Rule, ...] = (turnout, stages, limits)
