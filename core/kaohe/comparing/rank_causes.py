"""The cause of a wrong rank: ranks hang together, so a column is looked at as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from kaohe.comparing.arithmetic import half_up
from kaohe.comparing.model import Cause
from kaohe.scoring.ranking import competition_ranks

if TYPE_CHECKING:
    from kaohe.comparing.bench import Bench, Line
    from kaohe.comparing.office import OfficeFigure
    from kaohe.scoring.facts import Subject

Ranks = Mapping[str, int]
_SLIP = 40
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Ranking:
    """A way of ranking, with the ranks it gives."""

    code: str
    text: str
    rank: int
    ranks: Ranks
    on_office: bool = False
    """Whether it ranks the office's figures instead of ours."""


class Beside(NamedTuple):
    """A subject that is ranked along without being recalculated."""

    subject: Subject
    total: Decimal


@dataclass(slots=True)
class RankColumn:
    """A column of ranks: which ranks it means, and every other way of ranking."""

    bench: Bench
    meaning: str
    inside: bool
    """Whether ranks inside classes are meant."""
    rankings: list[Ranking]
    beside: tuple[Beside, ...] = ()
    """Rows whose inputs cannot be read: they were ranked along, with the office's own total."""

    def ours(self, line: Line) -> int | None:
        """The right rank."""
        rank = line.result.group_rank if self.inside else line.result.rank
        mine = line.result.scores.get(self.bench.scheme.total)
        if rank is None or mine is None:
            return rank
        here = self.group_of(line.facts.subject) if self.inside else ""
        for one in self.beside:
            if self.inside and self.group_of(one.subject) != here:
                continue
            counted = self.bench.total_of(one.subject.id)
            # What was calculated from half of the data has no place in the order.
            rank += (one.total > mine) - (counted is not None and counted > mine)
        return rank

    def group_of(self, subject: Subject) -> str:
        """What a subject is ranked inside of, where ranks inside classes are meant."""
        return subject.unit if self.bench.scheme.rank_within == "unit" else subject.group


def read_rank_column(bench: Bench, meaning: str, beside: tuple[Beside, ...] = ()) -> RankColumn:
    """Find out which ranks a column means: those that fit most rows."""
    figures = _written(bench, meaning)

    def fits(inside: bool) -> int:
        column = RankColumn(bench, meaning, inside, [], beside)
        return sum(
            value == column.ours(line)
            for line in bench.lines
            if (value := figures.get(line.facts.subject.id)) is not None
        )

    default = meaning == "group_rank" or (bench.scheme.rank_within != "all" and meaning == "rank")
    inside = not default if fits(not default) > fits(default) else default
    column = RankColumn(bench, meaning, inside, [], beside)
    column.rankings = list(_rankings(column))
    column.rankings.sort(
        key=lambda one: one.rank - 3 * sum(figures.get(k) == v for k, v in one.ranks.items())
    )
    return column


def _written(bench: Bench, meaning: str) -> dict[str, int]:
    return {
        line.facts.subject.id: int(figure.value)
        for line in bench.lines
        if (figure := line.row.figures.get(meaning)) and figure.value is not None
    }


def _rankings(column: RankColumn) -> Iterator[Ranking]:
    bench, total = column.bench, column.bench.scheme.total
    beside = {one.subject.id: one.total for one in column.beside}
    office = _values(bench, total, office=True) | beside
    ours = _values(bench, total, office=False) | beside
    whole = "" if column.inside else "（全体）"
    yield Ranking(
        "consequence", "按单位的总分排的名次，总分改正后随之改正", 0,
        _ranked(column, office, competition_ranks), on_office=True,
    )  # fmt: skip
    for values, on_office in ((ours, False), (office, True)):
        more = "，并沿用了单位的总分" if on_office else ""
        yield Ranking(
            "ranking", f"同分之后没有空出名次（如 1、2、2、3）{more}", 5,
            _ranked(column, values, _dense), on_office,
        )  # fmt: skip
        yield Ranking(
            "ranking", f"同分没有并列，按先后顺排{more}", 5,
            _ranked(column, values, _in_order), on_office,
        )  # fmt: skip
        yield Ranking(
            "ranking", f"同分并列时取了靠后的名次{more}", 8,
            _ranked(column, values, _worst), on_office,
        )  # fmt: skip
        other = RankColumn(bench, column.meaning, not column.inside, [], column.beside)
        word = "在各类内" if other.inside else "在全体中"
        yield Ranking(
            "ranking", f"{word}排的名次，应{'在各类内' if column.inside else '在全体中'}排{more}", 9,
            _ranked(other, values, competition_ranks), on_office,
        )  # fmt: skip
        turned = {k: None if v is None else -v for k, v in values.items()}
        yield Ranking(
            "ranking", f"从低到高排了名次{whole}{more}", 10,
            _ranked(column, turned, competition_ranks), on_office,
        )  # fmt: skip
        rounded = {k: None if v is None else half_up(v, 0) for k, v in values.items()}
        yield Ranking(
            "ranking", f"总分取整后排的名次{more}", 12,
            _ranked(column, rounded, competition_ranks), on_office,
        )  # fmt: skip
    yield from _shifted(column)
    for name in bench.scheme.scores:
        if name != total and any(line.office(name) for line in bench.lines):
            values = _values(bench, name, office=True)
            text = f"按“{bench.title(name)}”排的名次，应按“{bench.title(total)}”"
            yield Ranking("column", text, 14, _ranked(column, values, competition_ranks))


def _shifted(column: RankColumn) -> Iterator[Ranking]:
    """Ranks that are right but for one unit that was ranked along, or was not."""
    written = _written(column.bench, column.meaning)
    told: list[Ranks] = []
    for on_office in (False, True):
        values = _values(column.bench, column.bench.scheme.total, office=on_office)
        values |= {one.subject.id: one.total for one in column.beside}
        right = _ranked(column, values, competition_ranks)
        for by, text in (
            (1, "都多 1：排名时可能算进了不在这张表里的一个单位（表里漏列，或已不参加考核）"),
            (-1, "都少 1：排名时可能漏了一个单位"),
        ):
            off = [right[k] for k, rank in written.items() if k in right and rank - right[k] == by]
            if len(off) < _SEVERAL:
                continue
            start = min(off)
            ranks = {k: rank + (by if rank >= start else 0) for k, rank in right.items()}
            fits = all(ranks[k] == rank for k, rank in written.items() if k in ranks)
            if fits and ranks not in told:
                told.append(ranks)
                more = "，并沿用了单位的总分" if on_office else ""
                yield Ranking("ranking", f"从第 {start} 名起{text}{more}", 13, ranks, on_office)


def _values(bench: Bench, name: str, *, office: bool) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = {}
    for line in bench.lines:
        figure = line.office(name) if office else None
        value = figure.value if figure and figure.value is not None else None
        mine = line.result.scores.get(name)
        shown = mine if value is None else half_up(value, bench.decimals(name))
        found[line.facts.subject.id] = shown
    return found


def _ranked(column: RankColumn, values: Mapping[str, Decimal | None], how: object) -> Ranks:
    assert callable(how)
    if not column.inside:
        return dict(how(values))
    groups: dict[str, dict[str, Decimal | None]] = {}
    subjects = [line.facts.subject for line in column.bench.lines]
    for subject in [*subjects, *(one.subject for one in column.beside)]:
        groups.setdefault(column.group_of(subject), {})[subject.id] = values.get(subject.id)
    return {k: v for inside in groups.values() for k, v in how(inside).items()}


def _dense(values: Mapping[str, Decimal | None]) -> dict[str, int]:
    steps = sorted({v for v in values.values() if v is not None}, reverse=True)
    return {k: steps.index(v) + 1 for k, v in values.items() if v is not None}


def _in_order(values: Mapping[str, Decimal | None]) -> dict[str, int]:
    there = [(k, v) for k, v in values.items() if v is not None]
    order = sorted(range(len(there)), key=lambda n: (-there[n][1], n))
    return {there[n][0]: place + 1 for place, n in enumerate(order)}


def _worst(values: Mapping[str, Decimal | None]) -> dict[str, int]:
    there = {k: v for k, v in values.items() if v is not None}
    return {k: sum(other >= v for other in there.values()) for k, v in there.items()}


def find_rank_causes(column: RankColumn, line: Line, figure: OfficeFigure) -> list[Cause]:
    """Why a rank may be wrong, the likeliest first."""
    if figure.value is None:
        return []
    subject, written = line.facts.subject.id, int(figure.value)
    wrong = _wrong_totals(column)
    found = []
    for place, one in enumerate(column.rankings):
        if one.ranks.get(subject) != written or (one.on_office and not wrong):
            continue
        if one.code == "consequence":
            cells = _upstream(column, line, wrong)
            found.append(Cause("consequence", one.text, 0 if place == 0 else 3, upstream=cells))
        elif all(c.text != one.text for c in found):
            found.append(Cause(one.code, one.text, one.rank + place))
    found.sort(key=lambda c: c.rank)
    return found + list(_slips(column, line, written))


def _wrong_totals(column: RankColumn) -> list[Line]:
    total = column.bench.scheme.total
    return [line for line in column.bench.lines if total in line.wrong]


def _upstream(column: RankColumn, line: Line, wrong: list[Line]) -> tuple[str, ...]:
    """The wrong totals that moved this row: its own, or those that passed it."""
    total = column.bench.scheme.total
    if line in wrong:
        return (line.wrong[total].ref,)
    mine = line.result.scores.get(total)
    cells = []
    for other in wrong:
        ours, figure = other.result.scores.get(total), other.wrong[total]
        if mine is None or ours is None or figure.value is None:
            continue
        if (ours > mine) != (half_up(figure.value, column.bench.decimals(total)) > mine):
            cells.append(figure.ref)
    return tuple(cells or (other.wrong[total].ref for other in wrong))


def _slips(column: RankColumn, line: Line, written: int) -> Iterator[Cause]:
    right = column.ours(line)
    if right is None:
        return
    if str(right)[::-1] == str(written) and right > 9:
        yield Cause("digits", f"相邻两位数字颠倒：{right} 写成 {written}", 15)
    there = {column.ours(one): one for one in column.bench.lines}
    if written in there and there[written] is not line:
        other = there[written].row
        theirs = other.figures.get(column.meaning)
        if theirs is not None and theirs.value == right:
            cell = theirs.ref.rpartition("!")[2]
            yield Cause("row", f"与“{other.title}”（{cell}）的名次互相填反", 13)
    yield Cause("digits", f"名次写错：应为 {right}", _SLIP)
