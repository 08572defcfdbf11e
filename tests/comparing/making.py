"""An office's workbook made up from random facts, calculated by hand, with one mistake planted.

The calculation is plain decimals along the regulation's formula and knows nothing of the product.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl

from kaohe.comparing.columns import Meanings
from kaohe.comparing.comparison import Terms, compare
from kaohe.comparing.inference import name_by_figures
from kaohe.comparing.layout import Layout, propose_layout
from kaohe.comparing.model import Comparison
from kaohe.scheme.reading import SchemeSource, read_source
from kaohe.workbooks.reading import read_workbook

SCHEME = Path(__file__).parent / "data" / "result.yaml"
CENT = Decimal("0.01")
HEADINGS = (
    "单位名称", "自评", "考核组1", "考核组2", "考核组3", "加分", "收回票数", "优秀", "良好", "一般", "较差",
    "班子", "主任得分", "考核组得分", "目标考核得分", "民主测评得分", "述职评议得分", "综合得分", "名次",
    "单位等次", "主任等次",
)  # fmt: skip
BANDS = (("优秀", 90), ("良好", 80), ("一般", 70), ("较差", 0))


def half_up(value: Decimal, unit: Decimal = CENT) -> Decimal:
    """Two decimals, half up."""
    return value.quantize(unit, ROUND_HALF_UP)


@dataclass(frozen=True)
class Unit:
    """A unit's raw figures."""

    title: str
    own: Decimal
    group: tuple[Decimal, ...]
    bonus: tuple[Decimal, ...]
    votes: tuple[int, int, int, int]
    invalid: int
    team: Decimal
    head: Decimal


@dataclass(frozen=True)
class Quirk:
    """How somebody calculates; the defaults are right."""

    cap: bool = True
    bonus: Decimal = Decimal(1)
    respondents: int = 3
    by_returned: bool = False
    points: tuple[int, int, int, int] = (100, 80, 60, 40)
    debrief: tuple[int, int] = (75, 25)
    weights: tuple[int, int, int] = (60, 30, 10)
    inner: Callable[[Decimal], Decimal] = half_up
    limit: bool = True


RIGHT = Quirk()


def calculate(unit: Unit, quirk: Quirk = RIGHT) -> dict[str, Any]:
    """All results of a unit, by column."""
    sheets = unit.group[: quirk.respondents]
    bonus = sum(unit.bonus, Decimal()) * quirk.bonus
    group = sum(sheets) / Decimal(len(sheets)) + bonus
    group = quirk.inner(min(Decimal(100), group) if quirk.cap else group)
    target = quirk.inner((unit.own + group) / 2)
    points = sum(Decimal(p) * n for p, n in zip(quirk.points, unit.votes, strict=True))
    ballot = quirk.inner(points / (sum(unit.votes) + (unit.invalid if quirk.by_returned else 0)))
    team, duty = quirk.debrief
    debrief = quirk.inner((unit.team * team + unit.head * duty) / 100)
    first, second, third = quirk.weights
    total = half_up((target * first + ballot * second + debrief * third) / 100)
    branch = next(label for label, low in BANDS if total >= low)
    held = quirk.limit and debrief < 80 and branch == "优秀"
    return {
        "考核组得分": half_up(group), "目标考核得分": half_up(target), "民主测评得分": half_up(ballot),
        "述职评议得分": half_up(debrief), "综合得分": total, "单位等次": branch,
        "主任等次": "良好" if held else branch,
    }  # fmt: skip


@dataclass
class Sheet:
    """Rows of a workbook, by heading."""

    units: list[Unit]
    rows: list[dict[str, Any]] = field(default_factory=list)

    def rank(self) -> None:
        """Competition ranks of the totals as they stand."""
        totals = [row["综合得分"] for row in self.rows]
        for row in self.rows:
            row["名次"] = 1 + sum(other > row["综合得分"] for other in totals)

    def content(
        self, headings: tuple[str, ...] = HEADINGS, *, title: str = "2025年度汇总"
    ) -> bytes:
        """The workbook."""
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "汇总"
        sheet.append([title])
        sheet.append(list(headings))
        for row in self.rows:
            values = [row.get(heading) for heading in headings]
            sheet.append([float(v) if isinstance(v, Decimal) else v for v in values])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def cell(self, number: int, heading: str, headings: tuple[str, ...] = HEADINGS) -> str:
        """Where a figure stands."""
        letter = openpyxl.utils.get_column_letter(headings.index(heading) + 1)
        return f"汇总!{letter}{number + 3}"


def made_sheet(seed: int, units: int = 12) -> Sheet:
    """A right sheet."""
    chance = random.Random(seed)

    def near(middle: float, spread: float) -> Decimal:
        value = min(100.0, max(40.0, chance.gauss(middle, spread)))
        return Decimal(str(round(value, 1)))

    sheet = Sheet([])
    for number in range(units):
        middle = chance.uniform(68, 97)
        votes = (
            chance.randint(18, 50), chance.randint(3, 20), chance.randint(1, 9), chance.randint(1, 6),
        )  # fmt: skip
        bonus = tuple(
            Decimal(chance.choice(("0.5", "1", "2"))) for _ in range(chance.randint(0, 2))
        )
        unit = Unit(
            f"第{number + 1}单位", near(middle + 2, 2), tuple(near(middle, 2) for _ in range(3)),
            bonus, votes, chance.randint(0, 4), near(middle, 5), near(middle - 2, 6),
        )  # fmt: skip
        sheet.units.append(unit)
        sheet.rows.append(written(unit))
    sheet.rank()
    return sheet


def written(unit: Unit, quirk: Quirk = RIGHT) -> dict[str, Any]:
    """A unit's row."""
    labels = dict(zip(("优秀", "良好", "一般", "较差"), unit.votes, strict=True))
    group = {f"考核组{n + 1}": value for n, value in enumerate(unit.group)}
    return {
        "单位名称": unit.title, "自评": unit.own, **group,
        "加分": "+".join(str(b) for b in unit.bonus) or None,
        "收回票数": sum(unit.votes) + unit.invalid, **labels, "班子": unit.team,
        "主任得分": unit.head, **calculate(unit, quirk),
    }  # fmt: skip


def terms(source: SchemeSource | None = None, **parameters: Any) -> Terms:
    """What to compare under; by default a scheme in the shape of a township's."""
    source = source or read_source(SCHEME.read_bytes(), name=SCHEME.name)
    return Terms(source, source.bind(parameters), parameters)


def layout_of(content: bytes, under: Terms) -> Layout:
    """The proposed layout."""
    book = read_workbook(content)
    proposed = propose_layout(book, Meanings(under.scheme))
    return name_by_figures(book, proposed, terms=under)


def compared(content: bytes, under: Terms | None = None, **more: Any) -> Comparison:
    """The comparison with the proposed layout."""
    under = under or terms()
    return compare(read_workbook(content), layout_of(content, under), terms=under, **more)


def with_bonus(unit: Unit, *points: str) -> Unit:
    """A unit with other bonuses."""
    return replace(unit, bonus=tuple(map(Decimal, points)))
