"""The procedure: stages, minimum turnout, limits."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kaohe.scheme.lint.findings import Remark, Rule
from kaohe.scheme.lint.ranges import ranges
from kaohe.scheme.model import BallotInstrument, FormInstrument, Scheme, SheetInstrument


def turnout(scheme: Scheme) -> Iterator[Remark]:
    """A minimum of voters without a rule for missing it."""
    for key, i in scheme.instruments.items():
        if isinstance(i, BallotInstrument):
            for n, minimum in enumerate(i.turnout):
                if minimum.gap is None:
                    least = (
                        f"{minimum.at_least} 人" if minimum.share is None else f"{minimum.share}%"
                    )
                    what = f"“{i.title}”要求至少 {least}，没有写达不到怎么办。"
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


def roles(scheme: Scheme) -> Iterator[Remark]:
    """Stages in which nobody does anything, or somebody who is not meant to."""
    words = {"respondent": "填报人", "assessor": "考核组", "voter": "测评人"}
    for n, stage in enumerate(scheme.stages):
        if stage.who in words and not stage.does:
            what = f"“{stage.title}”由{words[stage.who]}进行，却没有要填的表。"
            yield Remark("L063", ("stages", n), what)
        for name in stage.does:
            instrument = scheme.instruments.get(name)
            who = "voter" if isinstance(instrument, BallotInstrument | FormInstrument) else None
            if isinstance(instrument, SheetInstrument):
                who = "respondent" if instrument.by == "subject" else "assessor"
            if instrument and who and who != stage.who:
                what = f"“{instrument.title}”由{words[who]}填写，“{stage.title}”的 who 却是 {stage.who}。"
                yield Remark("L064", ("stages", n, "does"), what)


def outcomes(scheme: Scheme) -> Iterator[Remark]:
    """Subjects that get nothing, a notice nobody can see, limits that change nothing."""
    graded = {g.subject for g in scheme.grades.values()}
    scored = {n.subject or next(iter(scheme.subjects)) for n in scheme.scores.values()}
    for key, kind in scheme.subjects.items():
        if key not in graded | scored:
            what = f"“{kind.title}”没有得分，也没有等次。"
            yield Remark("L067", ("subjects", key), what)
    if scheme.notice is not None and not scheme.notice.days:
        yield Remark("L065", ("notice", "days"), "公示 0 天。")
    for key, grade in scheme.grades.items():
        bands = scheme.grades[grade.follows].bands if grade.follows else grade.bands
        for n, limit in enumerate(grade.limits):
            if next(iter(bands), None) == limit.at_most:
                what = f"“{limit.at_most}”已是最高一档，限制不了什么。"
                yield Remark("L066", ("grades", key, "limits", n, "at_most"), what)


def limits(scheme: Scheme) -> Iterator[Remark]:
    """Limits whose condition can never hold."""
    known = ranges(scheme)
    for key, grade in scheme.grades.items():
        for n, limit in enumerate(grade.limits):
            when = limit.when
            found = known.get(when.score or "")
            if found is None or when.score is None:
                continue
            never = (when.below is not None and Fraction(when.below) <= found.low) or (
                when.at_least is not None and Fraction(when.at_least) > found.high
            )
            if never:
                title = scheme.scores[when.score].title
                path = ("grades", key, "limits", n, "when")
                yield Remark("L061", path, f"“{title}”不会满足这个条件。")


RULES: tuple[Rule, ...] = (turnout, stages, roles, outcomes, limits)
