"""The cause of a wrong rank: ranks hang together, so a column is looked at as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from kaohe.comparing.arithmetic import half_up
from kaohe.comparing.model import Cause
from kaohe.scoring.ranking import competition_ranks
from kaohe.scoring.ties import Key, Order, Scores, order_of

if TYPE_CHECKING:
    from kaohe.comparing.bench import Bench, Line
    from kaohe.comparing.office import OfficeFigure
    from kaohe.scoring.facts import Subject

Ranks = Mapping[str, int]
Keys = Mapping[str, Key | None]
How = Callable[[Keys], Mapping[str, int]]
"""A way to rank."""
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
        mine = self.order.key(line.result.scores)
        if rank is None or mine is None or not self.beside:
            return rank
        counted = {one.facts.subject.id: one.result.scores for one in self.bench.lines}

        def is_ahead(scores: Scores) -> bool:
            key = self.order.key(scores)
            return key is not None and key > mine

        here = self.group_of(line.facts.subject) if self.inside else ""
        for one in self.beside:
            if self.inside and self.group_of(one.subject) != here:
                continue
            rank += is_ahead(self.alone(one))
            # What was calculated from half of the data has no place in the order.
            rank -= one.subject.id in counted and is_ahead(counted[one.subject.id])
        return rank

    @property
    def order(self) -> Order:
        """How the scheme puts totals in order."""
        return order_of(self.bench.scheme, self.bench.scheme.total)

    def alone(self, one: Beside) -> Scores:
        """The scores of a subject of which nothing but the total is known."""
        return {**dict.fromkeys(self.bench.scheme.scores), self.bench.scheme.total: one.total}

    def scores(self, *, office: bool) -> dict[str, Scores]:
        """What ranks everybody: the total and the criteria for equal ones."""
        found: dict[str, Scores] = {}
        for name in self.order.scores:
            for key, value in _values(self.bench, name, office=office).items():
                found[key] = {**found.get(key, {}), name: value}
        return found | {one.subject.id: self.alone(one) for one in self.beside}

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
    bench, total, order = column.bench, column.bench.scheme.total, column.order
    office, ours = column.scores(office=True), column.scores(office=False)
    what = "得分" if order.criteria else "总分"
    yield Ranking(
        "consequence", f"按单位的{what}排的名次，{what}改正后随之改正", 0,
        _ranked(column, _keys(order, office), competition_ranks), on_office=True,
    )  # fmt: skip
    yield from _habits(column, ours, on_office=False)
    yield from _habits(column, office, on_office=True)
    yield from _shifted(column)
    for name in bench.scheme.scores:
        if name != total and any(line.office(name) for line in bench.lines):
            alone = {
                k: None if v is None else (v,) for k, v in _values(bench, name, office=True).items()
            }
            text = f"按“{bench.title(name)}”排的名次，应按“{bench.title(total)}”"
            yield Ranking("column", text, 14, _ranked(column, alone, competition_ranks))


def _habits(
    column: RankColumn, scores: Mapping[str, Scores], *, on_office: bool
) -> Iterator[Ranking]:
    """Other ways to rank the same scores."""
    order, total = column.order, column.bench.scheme.total
    more = "，并沿用了单位的总分" if on_office else ""
    values = _keys(order, scores)
    alone = _keys(replace(order, criteria=()), scores)
    whole = _keys(order, {k: {**s, total: _whole(s[total])} for k, s in scores.items()})
    other = RankColumn(column.bench, column.meaning, not column.inside, [], column.beside)
    here, there = ("在各类内" if one.inside else "在全体中" for one in (column, other))
    everywhere = "" if column.inside else "（全体）"

    def habit(
        text: str, rank: int, how: How, keys: Keys = values, of: RankColumn = column
    ) -> Ranking:
        return Ranking("ranking", f"{text}{more}", rank, _ranked(of, keys, how), on_office)

    if order.criteria:
        yield habit(f"{order.words}，却排成了并列", 4, competition_ranks, alone)
        yield habit(f"{order.words}，却按先后顺排", 4, _in_order, alone)
    yield habit("同分之后没有空出名次（如 1、2、2、3）", 5, _dense)
    yield habit("同分没有并列，按先后顺排", 5, _in_order)
    yield habit("同分并列时取了靠后的名次", 8, _worst)
    yield habit(f"{there}排的名次，应{here}排", 9, competition_ranks, of=other)
    yield habit(f"从低到高排了名次{everywhere}", 10, _from_below)
    yield habit("总分取整后排的名次", 12, competition_ranks, whole)


def _shifted(column: RankColumn) -> Iterator[Ranking]:
    """Ranks that are right but for one unit that was ranked along, or was not."""
    written = _written(column.bench, column.meaning)
    told: list[Ranks] = []
    for on_office in (False, True):
        values = _keys(column.order, column.scores(office=on_office))
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


def _keys(order: Order, scores: Mapping[str, Scores]) -> Keys:
    return {name: order.key(one) for name, one in scores.items()}


def _whole(value: Decimal | None) -> Decimal | None:
    return None if value is None else half_up(value, 0)


def _ranked(column: RankColumn, values: Keys, how: How) -> Ranks:
    if not column.inside:
        return dict(how(values))
    groups: dict[str, dict[str, Key | None]] = {}
    subjects = [line.facts.subject for line in column.bench.lines]
    for subject in [*subjects, *(one.subject for one in column.beside)]:
        groups.setdefault(column.group_of(subject), {})[subject.id] = values.get(subject.id)
    return {k: v for inside in groups.values() for k, v in how(inside).items()}


def _dense(values: Keys) -> dict[str, int]:
    steps = sorted({v for v in values.values() if v is not None}, reverse=True)
    return {k: steps.index(v) + 1 for k, v in values.items() if v is not None}


def _in_order(values: Keys) -> dict[str, int]:
    there = [(v, k) for k, v in values.items() if v is not None]
    there.sort(key=lambda pair: pair[0], reverse=True)  # equal ones stay as they stand
    return {k: place for place, (_, k) in enumerate(there, 1)}


def _from_below(values: Keys) -> dict[str, int]:
    there = {k: v for k, v in values.items() if v is not None}
    return {k: 1 + sum(other < v for other in there.values()) for k, v in there.items()}


def _worst(values: Keys) -> dict[str, int]:
    there = {k: v for k, v in values.items() if v is not None}
    return {k: sum(other >= v for other in there.values()) for k, v in there.items()}


def find_rank_causes(column: RankColumn, line: Line, figure: OfficeFigure) -> list[Cause]:
    """Why a rank may be wrong, the likeliest first."""
    if figure.value is None:
        return []
    subject, written = line.facts.subject.id, int(figure.value)
    wrong = _wrong(column)
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


def _wrong(column: RankColumn) -> dict[str, tuple[str, ...]]:
    """Subject -> cells of the wrong scores that rank it."""
    names = column.order.scores
    found = {
        line.facts.subject.id: tuple(line.wrong[n].ref for n in names if n in line.wrong)
        for line in column.bench.lines
    }
    return {key: cells for key, cells in found.items() if cells}


def _upstream(
    column: RankColumn, line: Line, wrong: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The wrong figures that moved this row: its own, or those that passed it."""
    subject = line.facts.subject.id
    if subject in wrong:
        return wrong[subject]
    ours, office = (_keys(column.order, column.scores(office=one)) for one in (False, True))
    mine = ours[subject]
    passed = [
        key
        for key in wrong
        if mine is not None
        and (before := ours[key]) is not None
        and (after := office[key]) is not None
        and (before > mine) != (after > mine)
    ]
    return tuple(cell for key in passed or wrong for cell in wrong[key])


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
