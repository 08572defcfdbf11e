"""What a document is made from: plain frozen data, so that it can be made without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kaohe.results.explanation.page import Explanation


@dataclass(frozen=True, slots=True)
class Imprint:
    """Where a document comes from: printed on every page, so that a copy can be checked."""

    campaign: str
    period: str
    scheme: str
    """Title of the regulation."""
    version: str
    fingerprint: str
    """SHA-256 of the scheme."""
    digest: str = ""
    """SHA-256 of all scores and grades."""
    anchor: str = ""
    """Head of the journal chain."""
    proposal: int = 0
    """Number of the computation; 0 outside the site."""
    institution: str = ""
    """Whose document it is."""

    @property
    def foot(self) -> tuple[str, str]:
        """What stands beside the page number."""
        anchor = f"存证 {self.anchor[:12]}" if self.anchor else ""
        return f"办法 {self.version} 指纹 {self.fingerprint[:12]}", anchor


@dataclass(frozen=True, slots=True)
class SheetInput:
    """The score sheet of one unit."""

    explanation: Explanation
    imprint: Imprint
    parties: tuple[str, ...] = ("考核组（签字）", "被考核单位（签字、盖章）")
    """Who signs."""


@dataclass(frozen=True, slots=True)
class Column:
    """A score in a result table."""

    key: str
    title: str
    weight: str = ""


@dataclass(frozen=True, slots=True)
class GradeCell:
    """A grade in a result table."""

    holder: str
    label: str
    """The decision if there is one, else the proposal."""
    proposed: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One unit in a result table."""

    title: str
    group: str
    person: str
    scores: Mapping[str, Decimal | None]
    total: Decimal | None
    """None: no total, for a reason given in `remark`."""
    rank: int | None
    group_rank: int | None
    grades: Mapping[str, GradeCell]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """How results come about, in lines a reader can check."""

    rounding: str = "四舍五入"
    """四舍五入到 2 位小数"""
    sums: tuple[str, ...] = ()
    """综合得分 = 目标考核 × 60% + …"""
    bands: tuple[str, ...] = ()
    """党组织等次：优秀 90 分及以上，…"""
    scores: tuple[tuple[str, str], ...] = ()
    """Title of a shown score and its clause."""
    parameters: tuple[tuple[str, str], ...] = ()
    gaps: tuple[tuple[str, str], ...] = ()
    """Where the regulation is silent, and what holds instead."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """A list or streak with its members."""

    title: str
    """With the class or unit it was drawn in."""
    members: tuple[str, ...]
    sentence: str
    """How it was drawn."""


@dataclass(frozen=True, slots=True)
class TableInput:
    """The results of all units."""

    imprint: Imprint
    columns: tuple[Column, ...]
    total: str
    """Title of the total."""
    grades: tuple[tuple[str, str], ...]
    """Key and title."""
    rows: tuple[TableRow, ...]
    method: Method = field(default_factory=Method)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Grade -> its labels, best first, for the count at the end."""
    decimals: int = 2
    lists: tuple[ListLine, ...] = ()
    state: str = ""
    """计算建议，未审定 / 已审定 / 公示"""


@dataclass(frozen=True, slots=True)
class NoticeInput:
    """A public notice."""

    title: str
    table: TableInput
    starts: date
    ends: date
    days: str
    """5 个工作日"""
    contact: str = ""
    note: str = ""
    """Set if the end of the period rests on holidays not known yet."""
    digest: str = ""
    """SHA-256 of what is posted."""
    address: str = ""
    """Where each figure's derivation can be read."""
    final: bool = False
    """Whether the period is over and the list stays public."""


@dataclass(frozen=True, slots=True)
class SlipInput:
    """A voter's slip: two codes and no number."""

    title: str
    unit: str
    stratum: str
    url: str
    """What the QR code says."""
    address: str
    """What somebody types who cannot scan."""
    typed: str


@dataclass(frozen=True, slots=True)
class SlipRun:
    """One print run of slips."""

    title: str
    slips: tuple[SlipInput, ...] = field(default_factory=tuple)
