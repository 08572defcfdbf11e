"""The cause of a wrong score: whatever reproduces the office's figure exactly."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import delta, shown_value
from kaohe.comparing.bench import Bench, Line
from kaohe.comparing.compound import slip_after
from kaohe.comparing.copies import find_copies
from kaohe.comparing.formulas import chain, number_text
from kaohe.comparing.model import Cause
from kaohe.comparing.neighbours import parts_of_neighbours
from kaohe.comparing.slips import ONE_WRONG, Slip, find_slip
from kaohe.comparing.suspicion import Candidate, Suspicion
from kaohe.comparing.tree import closure, direct_scores
from kaohe.comparing.variations import Variation
from kaohe.comparing.variations.inputs import input_variations
from kaohe.comparing.variations.pairs import pair_variations

if TYPE_CHECKING:
    from kaohe.comparing.office import OfficeFigure
    from kaohe.comparing.recalculation import Recalculation

_ENOUGH = 29
_UNPINNED = 12
"""How much less likely it is that a figure on the sheet was not calculated on with."""
_HABIT_ALONE = 5
_REPEATED = {2: 8}
_REPEATED_OFTEN, _MOST_TIMES = 30, 9
_EVERYWHERE = 10
_HAIR, _HAIRLINE = 2, 15
_MOST_PLACES = 6
_NOT_FOLLOWED, _FOLLOWED = 8, 6


class Search:
    """Looks for causes in all rows, then lets what repeats count."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def column(self, name: str) -> list[Suspicion]:
        """The wrong figures of a score with their causes, the likeliest first."""
        found = [
            self._suspect(line, name, figure)
            for line in self.bench.lines
            if (figure := line.wrong.get(name)) is not None
        ]
        repeats = Counter(
            key for one in found for key in {id(c.key) for c in one.candidates if c.key}
        )
        habits = {
            id(c.key): c.key
            for one in found
            for c in one.candidates
            if isinstance(c.key, Variation) and c.key.is_habit and repeats[id(c.key)] > 2
        }
        for one in found:
            for candidate in one.candidates:
                self._weigh(one, candidate, repeats[id(candidate.key)])
            for habit in habits.values():
                self._try_slip_after(one, habit)
            one.candidates.sort(key=lambda c: c.cause.rank)
        return found

    def _weigh(self, one: Suspicion, candidate: Candidate, times: int) -> None:
        """What reproduces several rows is hardly chance; a habit of one row alone is odd."""
        rank = candidate.cause.rank
        if one.is_hairline and candidate.cause.code not in ("rounding", "float", "consequence"):
            rank += _HAIRLINE
            candidate.cause = replace(candidate.cause, rank=rank)
        if candidate.key is None:
            return
        if times > 2:
            rank -= _REPEATED_OFTEN + min(times, _MOST_TIMES)
        else:
            rank -= _REPEATED.get(times, 0)
        key = candidate.key
        if isinstance(key, Variation) and (key.is_habit or key.code == "parameter"):
            against = self._against(key, one.name)
            if against > times:
                rank += _HABIT_ALONE
            elif times > 2 and not against:
                rank -= _EVERYWHERE
        candidate.cause = replace(candidate.cause, rank=rank)

    def _try_slip_after(self, one: Suspicion, habit: Variation) -> None:
        if any(c.key is habit or c.cause.code in ("consequence", "two") for c in one.candidates):
            return
        here = self._varied(one.line, {}, habit)
        value = None if here is None else here.named(one.name)
        if here is None or self.bench.start(one.line, {}).named(one.name) == value:
            return
        decimals, words = self.bench.decimals(one.name), habit.words(one.line.facts)
        cause = slip_after(value, one.figure.value, words, decimals)
        if cause is None:
            return
        for other in one.candidates:  # a single cause may be chance
            other.cause = replace(other.cause, rank=other.cause.rank + _HAIRLINE)
        one.candidates.append(Candidate(cause, None, tuple(chain(here, one.name, habit.at))))

    def _against(self, variation: Variation, name: str) -> int:
        """Rows in which a habit would have changed the figure and did not."""
        count = 0
        for line in self.bench.lines:
            figure = line.office(name)
            if figure is None or name in line.wrong:
                continue
            here = self._varied(line, {}, variation)
            value = None if here is None else here.named(name)
            count += value is not None and not self.bench.equals(name, value, figure)
        return count

    def _suspect(self, line: Line, name: str, figure: OfficeFigure) -> Suspicion:
        one = Suspicion(line, name, figure)
        ours = line.result.scores.get(name)
        if figure.value is None or ours is None:
            return one
        decimals = self.bench.decimals(name)
        off = abs(delta(ours, figure.value, decimals) or Decimal())
        one.is_hairline = off.scaleb(decimals) <= _HAIR
        if line.office_facts is not None and self._is_from_inputs(one):
            return one
        if self._is_from_parts(one):
            return one
        for taken in self.bench.wrong_sets(line, name):
            pins = self.bench.pins(line, name, taken)
            if taken and self._is_consequence(one, pins, taken):
                return one
            self._try_variations(one, pins, taken)
            self._try_slip(one, pins, taken)
        if not self.bench.shown_below(line, name):
            self._try_inputs(one)
        else:
            self._try_variations(one, {}, (), extra=_UNPINNED)
            self._try_inputs(one)
        one.candidates += parts_of_neighbours(self.bench, one)
        self._try_copies(one)
        if all(c.cause.rank > _ENOUGH + 10 for c in one.candidates):
            self._try_pairs(one)
        return one

    def _is_consequence(
        self, one: Suspicion, pins: dict[str, Fraction], taken: tuple[str, ...]
    ) -> bool:
        here = self.bench.start(one.line, pins)
        if not self.bench.equals(one.name, here.named(one.name), one.figure):
            return False
        self._add_consequence(one, taken, tuple(chain(here, one.name, taken[0])))
        return True

    def _add_consequence(
        self, one: Suspicion, taken: tuple[str, ...], lines: tuple[str, ...]
    ) -> None:
        figures = [(n, f) for n in taken if (f := one.line.office(n))]
        words = "、".join(
            f"“{self.bench.title(n)}”的 {f.text}（{_cell(f.ref)}）" for n, f in figures
        )
        text = f"按单位的{words}往下算，这里就是 {one.figure.text}；那一格改正后，这里随之改正"
        cause = Cause("consequence", text, rank=0, upstream=tuple(f.ref for _, f in figures))
        one.candidates.append(Candidate(cause, None, lines))

    def _is_from_parts(self, one: Suspicion) -> bool:
        """Whether the figure follows from weighted parts that are wrong on the sheet."""
        line, bench = one.line, self.bench
        wrong = tuple(n for n in bench.parts_shown(line, one.name) if n in line.wrong)
        for taken in bench.wrong_sets(line, one.name) if wrong else ():
            # The other parts as they are, or rounded as they stand there.
            pins = [bench.part_pins(line, s) for s in (wrong, bench.parts_shown(line, one.name))]
            starts = [bench.start(line, bench.pins(line, one.name, taken) | p) for p in pins]
            here = next(
                (s for s in starts if bench.equals(one.name, s.named(one.name), one.figure)), None
            )
            if here is None:
                continue
            terms = " + ".join(
                number_text(value * here.number(part.share))
                for part in bench.meanings.parts.values()
                if part.into == one.name and (value := here.named(part.of)) is not None
            )
            lines = (f"{bench.title(one.name)}：{terms} = {one.figure.text}",)
            self._add_consequence(one, wrong, lines)
            return True
        return False

    def _is_from_inputs(self, one: Suspicion) -> bool:
        """Whether the figure follows from inputs that differ from the record."""
        line = one.line
        for taken in self.bench.wrong_sets(line, one.name):
            pins = {n: Fraction(f.value) for n in taken if (f := line.office(n)) and f.value}
            here = self.bench.start(line, pins, facts=line.office_facts)
            if self.bench.equals(one.name, here.named(one.name), one.figure):
                cells = (*line.wrong_inputs, *(f.ref for n in taken if (f := line.office(n))))
                told = "、".join(_cell(ref) for ref in cells)
                text = f"按单位表里的 {told} 往下算，这里就是 {one.figure.text}"
                cause = Cause("consequence", text, rank=0, upstream=cells)
                lines = tuple(chain(here, one.name, one.name))
                one.candidates.append(Candidate(cause, None, lines))
                return True
        return False

    def _varied(
        self, line: Line, pins: dict[str, Fraction], variation: Variation
    ) -> Recalculation | None:
        facts = line.facts
        if variation.change is not None:
            changed = variation.change(facts)
            if changed is None:
                return None
            facts = changed
        if variation.is_habit:
            # Right figures are calculated again: they may hide what was not rounded.
            pins = {n: v for n, v in pins.items() if n in line.wrong}
        return self.bench.start(
            line, pins, scheme=variation.scheme, habits=variation.habits, facts=facts
        )

    def _try_variations(
        self, one: Suspicion, pins: dict[str, Fraction], taken: tuple[str, ...], *, extra: int = 0
    ) -> None:
        inside = set(closure(self.bench.scheme, one.name))
        for variation in self.bench.variations:
            if extra and not variation.is_habit and variation.code != "parameter":
                continue  # the figures below stand there, right
            if variation.at in inside or variation.at not in self.bench.scheme.scores:
                self._try(one, variation, pins, taken, extra=extra)

    def _try(
        self, one: Suspicion, variation: Variation, pins: dict[str, Fraction],
        taken: tuple[str, ...], *, extra: int = 0,
    ) -> None:  # fmt: skip
        here = self._varied(one.line, pins, variation)
        if here is None:
            return
        try:
            value = here.named(one.name)
        except (ZeroDivisionError, OverflowError, KeyError, IndexError):
            return
        if not self.bench.equals(one.name, value, one.figure):
            return
        text = variation.words(one.line.facts)
        if any(c.cause.text.startswith(text) for c in one.candidates):
            return
        text += self._used(one.line, taken)
        cause = Cause(variation.code, text, variation.rank + extra, variation.is_habit)
        lines = chain(here, one.name, variation.at)
        if variation.habits.floating and isinstance(value, float):
            lines = self._float_lines(one, here)
        elif lines and not _shows(lines[-1], one.figure.text):
            lines[-1] += f" → {one.figure.text}"
        one.candidates.append(Candidate(cause, variation, tuple(lines)))

    def _float_lines(self, one: Suspicion, here: Recalculation) -> list[str]:
        """Where a binary float falls short of a half."""
        bare = here.exact(here.scheme.scores[one.name], one.name)
        exact = self.bench.start(one.line, {})
        true = exact.exact(self.bench.scheme.scores[one.name], one.name)
        if bare is None or true is None:
            return []
        return [
            f"浮点数算得 {number_text(bare)}，舍入成 {one.figure.text}；"
            f"按十进制精确计算是 {number_text(true)}"
        ]

    def _used(self, line: Line, taken: tuple[str, ...]) -> str:
        if not taken:
            return ""
        words = "、".join(
            f"“{self.bench.title(n)}”的 {f.text}" for n in taken if (f := line.office(n))
        )
        return f"（并沿用了{words}）"

    def _try_slip(self, one: Suspicion, pins: dict[str, Fraction], taken: tuple[str, ...]) -> None:
        decimals = self.bench.decimals(one.name)
        right = shown_value(self.bench.start(one.line, pins).named(one.name), decimals)
        written = one.figure.value
        if right is None or written is None:
            return
        slip = self._slip_between(one, pins, written) or find_slip(right, written, decimals)
        if slip is None:
            return
        text = slip.text + self._used(one.line, taken)
        rank = slip.rank + len(taken)
        followed = self._is_followed(one)
        if followed is False:
            rank -= _NOT_FOLLOWED  # they went on with the right figure: only the writing is wrong
        elif followed and slip.rank == ONE_WRONG:
            rank += _FOLLOWED
        one.candidates.append(Candidate(Cause("digits", text, rank)))

    def _slip_between(
        self, one: Suspicion, pins: dict[str, Fraction], written: Decimal
    ) -> Slip | None:
        """A slip in a figure that keeps more decimals than the sheet shows."""
        places = -int(written.as_tuple().exponent)
        if not self.bench.decimals(one.name) < places <= _MOST_PLACES:
            return None
        here = self.bench.start(one.line, pins)
        kept = shown_value(here.exact(here.scheme.scores[one.name], one.name), places)
        return None if kept is None else find_slip(kept, written, places)

    def _is_followed(self, one: Suspicion) -> bool | None:
        """Whether the office calculated on with the figure; None if that cannot be seen."""
        assert one.figure.value is not None
        line, pins = one.line, {one.name: Fraction(one.figure.value)}
        for above in line.result.scores:
            figure = line.office(above)
            if figure is None or one.name not in direct_scores(self.bench.scheme, above):
                continue
            with_it = self.bench.start(line, pins).named(above)
            ours = line.result.scores[above]
            if ours is None or with_it == Fraction(ours):
                continue
            if above not in line.wrong:
                return False
            if self.bench.equals(above, with_it, figure):
                return True
        return None

    def _try_copies(self, one: Suspicion) -> None:
        for cause in find_copies(self.bench, one.line, one.name, one.figure):
            one.candidates.append(Candidate(cause))

    def _try_inputs(self, one: Suspicion) -> None:
        names = set(closure(self.bench.scheme, one.name)) - {
            inner
            for shown in self.bench.shown_below(one.line, one.name)
            for inner in closure(self.bench.scheme, shown)
        }
        pins = self.bench.pins(one.line, one.name, ())
        for variation in input_variations(self.bench, one.line, one.name, names):
            self._try(one, variation, pins, ())

    def _try_pairs(self, one: Suspicion) -> None:
        inside = set(closure(self.bench.scheme, one.name))
        pins = self.bench.pins(one.line, one.name, ())
        near = [v for v in self.bench.variations if v.at in inside and v.at not in pins]
        for variation in pair_variations(near, self.bench.scheme):
            before = len(one.candidates)
            self._try(one, variation, pins, ())
            if len(one.candidates) > before:
                return


def _shows(line: str, text: str) -> bool:
    """Whether a line ends in the office's figure, trailing zeros aside."""
    last = line.rpartition(" ")[2].rpartition("：")[2].rstrip("…")
    try:
        return Decimal(last) == Decimal(text)
    except InvalidOperation:
        return False


def _cell(ref: str) -> str:
    return ref.rpartition("!")[2]
