"""An office's own result workbook beside a campaign: what is asked, what is answered.

Nothing is stored: the workbook goes along in the form until the person is done.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kaohe import catalogue
from kaohe.campaigns.facts import campaign_scheme, scheme_source
from kaohe.campaigns.models import Campaign
from kaohe.comparing.columns import GRADE, INPUT, OWN, Meanings
from kaohe.comparing.comparison import Terms, compare, ranked_by_row
from kaohe.comparing.inference import name_by_figures
from kaohe.comparing.layout import Layout, check_layout, gaps, propose_layout
from kaohe.comparing.model import Comparison
from kaohe.records.reading import Record
from kaohe.results.facts import facts_for
from kaohe.workbooks import Limits, Workbook, WorkbookError
from kaohe.workbooks.reading import read_workbook

MOST_BYTES = 1_500_000
"""A result table is small; what goes along in a form should be."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One column with what it may mean."""

    field: str
    letter: str
    title: str
    meaning: str
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A readable workbook with the meaning of its columns."""

    data: bytes
    book: Workbook
    layout: Layout
    terms: Terms
    meanings: Meanings

    @property
    def kept(self) -> str:
        """The workbook as a form field."""
        return base64.b64encode(self.data).decode()

    @property
    def problems(self) -> list[str]:
        """What stands against comparing."""
        return check_layout(self.layout, self.meanings)

    @property
    def notes(self) -> list[str]:
        """What is missing among the columns."""
        return gaps(self.layout, self.meanings) if self.layout.tables else []

    def tables(self) -> list[tuple[str, list[Choice]]]:
        """(sheet, its columns)."""
        return [
            (
                table.sheet,
                [
                    Choice(f"m.{number}.{c.letter}", c.letter, c.title, c.meaning or "", c.why)
                    for c in table.columns
                ],
            )
            for number, table in enumerate(self.layout.tables)
        ]

    def options(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Meanings to choose from, by kind."""
        groups: dict[str, list[tuple[str, str]]] = {"结果": [], "数据": [], "单位": []}
        words = dict(self.meanings.words)
        for meaning in self.layout.meanings():
            words.setdefault(meaning, self.meanings.plainly(meaning))
        for meaning, told in words.items():
            kind = meaning.partition(":")[0]
            group = "单位" if kind == OWN else "数据" if kind == INPUT else "结果"
            label = f"{told}（等次）" if kind == GRADE and not told.endswith("等次") else told
            groups[group].append((meaning, label))
        return list(groups.items())

    def compare(self, campaign: Campaign, *, recorded: bool) -> Comparison:
        """The differences, against the campaign's records or the workbook's own inputs."""
        record = None
        if recorded:
            facts = facts_for(campaign)
            record = Record(self.terms.scheme, facts, self.terms.parameters, campaign.period)
        found = compare(self.book, self.layout, terms=self.terms, record=record)
        return ranked_by_row(found)


def read_asked(campaign: Campaign, data: bytes, posted: Mapping[str, Any]) -> Asked:
    """Read a workbook and what was chosen for its columns.

    Raises:
        WorkbookError: it cannot be read.
    """
    if len(data) > MOST_BYTES:
        raise WorkbookError("文件超过 1.5 MB。", "只保留结果表，去掉图片后再上传。")
    book = read_workbook(data, limits=Limits())
    scheme = campaign_scheme(campaign)
    terms = Terms(
        scheme_source(campaign.scheme), scheme, dict(campaign.parameters or {}),
        catalogue.syntaxes(), catalogue.meanings(),
    )  # fmt: skip
    meanings = Meanings(scheme)
    layout = propose_layout(book, meanings)
    layout = name_by_figures(book, layout, terms=terms)
    known = set(meanings.words) | set(layout.meanings())
    for number, table in enumerate(layout.tables):
        chosen = {
            c.letter: value if value in known else None
            for c in table.columns
            if (value := posted.get(f"m.{number}.{c.letter}")) is not None
            and value != (c.meaning or "")
        }
        layout.tables[number] = table.with_meanings(chosen, "手工")
    return Asked(data, book, layout, terms, meanings)


def kept_bytes(text: str) -> bytes | None:
    """The workbook that came along in the form."""
    try:
        return base64.b64decode(text, validate=True) or None
    except (binascii.Error, ValueError):
        return None
