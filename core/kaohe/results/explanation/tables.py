"""The tables inside a derivation: ballots, sheets, weights.  Read from the stored steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from kaohe.results.explanation.figures import Exact, cut, digits, fixed
from kaohe.scheme.model import BallotInstrument, Scheme
from kaohe.scoring.derivation import Step


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a stacked bar, in percents of its width."""

    rank: int
    x: str
    width: str
    label: str


@dataclass(frozen=True, slots=True)
class BallotRow:
    """One aspect of a ballot."""

    title: str
    counts: tuple[tuple[str, str], ...]
    """Option and how often it was marked."""
    valid: str
    formula: str
    exact: Exact | None
    value: str
    bars: tuple[Bar, ...]
    cites: tuple[str, ...]
    gap: str
    unanimous: bool
    hidden: bool
    """True if the counts are kept back to protect the voters."""


@dataclass(frozen=True, slots=True)
class BallotTable:
    """A ballot as counted: one row per aspect, or a single row for an overall tally."""

    title: str
    options: tuple[tuple[str, str], ...]
    """Label and points."""
    rows: tuple[BallotRow, ...]

    @property
    def has_hidden(self) -> bool:
        """Whether counts are kept back."""
        return any(r.hidden for r in self.rows)

    @property
    def is_unanimous(self) -> bool:
        """Whether everybody marked the same somewhere."""
        return any(r.unanimous for r in self.rows)


def ballot_table(step: Step, scheme: Scheme, poll: BallotInstrument) -> BallotTable:
    """Lay out a ballot's aspects."""
    options = tuple((label, str(points)) for label, points in poll.options.items())
    rows = tuple(_ballot_row(s, [label for label, _ in options], scheme) for s in step.inputs)
    return BallotTable(poll.title, options, rows)


def _ballot_row(step: Step, labels: Sequence[str], scheme: Scheme) -> BallotRow:
    found = {line.label: int(line.value) for line in step.facts if line.label in labels}
    counts = [found.get(label, 0) for label in labels]
    valid = sum(counts)
    bars, at = [], Fraction(0)
    for rank, (label, count) in enumerate(zip(labels, counts, strict=True), start=1):
        if count:
            width = Fraction(count * 100, valid)
            bars.append(Bar(min(rank, 4), _position(at), _position(width), f"{label} {count}"))
            at += width
    return BallotRow(
        title=step.title,
        counts=tuple(
            (label, str(count) if found else "")
            for label, count in zip(labels, counts, strict=True)
        ),
        valid=str(valid) if found else "",
        formula=step.formula,
        exact=exact_of(step, scheme),
        value=fixed(step.value, step.decimals or 0),
        bars=tuple(bars),
        cites=step.cite,
        gap=step.gap,
        unanimous=bool(found) and max(counts) == valid and valid > 0,
        hidden=not found,
    )


def _position(value: Fraction) -> str:
    return digits(value, 2)[0]


def exact_of(step: Step, scheme: Scheme) -> Exact | None:
    """The exact value of a rounded step, cut at its rounding point."""
    if step.exact is None or step.value is None or step.decimals is None:
        return None
    return cut(step.exact, step.value, step.decimals, step.rounding or scheme.rounding)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a weighted sum."""

    id: str
    title: str
    value: str
    weight: str
    """In percent, as it counts (after reweighting)."""
    contribution: str
    possible: str
    x: str
    width: str
    """Of the part in the bar, in percents."""
    filled: str
    """Width of what was reached."""
    number: int


def shares(step: Step, scheme: Scheme) -> tuple[Share, ...]:
    """How the parts of a weighted score add up to it; empty for other operators."""
    node = scheme.scores.get(step.id)
    if node is None or node.operator != "weighted" or step.value is None or not step.formula:
        return ()
    args = node.args
    there = [(s, p) for s, p in zip(step.inputs, args.parts, strict=True) if s.value is not None]  # type: ignore[attr-defined]
    whole = Fraction(sum(p.weight for _, p in there))
    out_of = Fraction(args.out_of)  # type: ignore[attr-defined]
    share = Fraction(sum(p.weight for p in args.parts)) / out_of  # type: ignore[attr-defined]
    out, at = [], Fraction(0)
    for number, (part, spec) in enumerate(there, start=1):
        weight = Fraction(spec.weight) / whole * share * 100
        value = Fraction(part.value or 0)
        contribution = value * weight / 100
        width = weight / share
        filled = max(min(value / 100, Fraction(1)), Fraction(0)) * width
        out.append(
            Share(
                part.id, part.title, fixed(part.value, part.decimals or 0), _cut_text(weight),
                _cut_text(contribution), _cut_text(weight), _position(at), _position(width),
                _position(filled), number,
            )
        )  # fmt: skip
        at += width
    return _aligned(out)


def _aligned(parts: list[Share]) -> tuple[Share, ...]:
    """The contributions with equal decimals, as one writes them to add them up."""
    places = max((len(p.contribution.partition(".")[2]) for p in parts), default=0)
    if any("…" in p.contribution for p in parts):
        return tuple(parts)
    return tuple(replace(p, contribution=f"{Decimal(p.contribution):.{places}f}") for p in parts)


def _cut_text(value: Fraction) -> str:
    text, endless = digits(value, 6)
    return f"{text}…" if endless else text
