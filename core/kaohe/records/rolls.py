"""A roll of units (花名册): the class of each and who leads it, for records that lack them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kaohe.records.errors import RecordErrors, RecordProblem
from kaohe.records.names import class_names
from kaohe.workbooks import (
    WorkbookError,
    find_heading,
    match_key,
    normal_text,
    synonym_matcher,
)

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.facts import Subject

TITLE_WORDS = (
    "党组织名称", "党组织", "单位名称", "单位", "支部名称", "支部", "名称", "考核对象", "被考核单位",
)  # fmt: skip
CLASS_WORDS = ("类别", "类型", "单位类别", "党组织类别", "性质")
PERSON_WORDS = ("书记姓名", "党组织书记", "负责人", "负责人姓名", "姓名", "书记")


@dataclass(frozen=True, slots=True)
class Roll:
    """Units by name, with class and person in the office's own words."""

    name: str
    units: dict[str, tuple[str, str]] = field(default_factory=dict)

    def find(self, title: str) -> tuple[str, str]:
        """(class word, person) of a unit; empty texts if the roll does not have it."""
        return self.units.get(match_key(title), ("", ""))

    def complete(self, subject: Subject, scheme: Scheme) -> Subject:
        """The subject with class and person from the roll where it has none."""
        word, person = self.find(subject.title)
        group = subject.group or class_names(scheme).known(word)
        return subject._replace(group=group, person=subject.person or person)


def read_roll(data: Path | bytes, *, name: str = "") -> Roll:
    """Read a roll from a workbook: the first table that has names of units and their classes.

    Raises:
        RecordErrors: no such table, or not a workbook.
    """
    if isinstance(data, Path):
        name = name or data.name
        try:
            data = data.read_bytes()
        except OSError as error:
            raise RecordErrors([RecordProblem(name, "花名册读不出来", "核对文件名")]) from error
    from kaohe.workbooks.reading import read_workbook

    try:
        book = read_workbook(data)
    except WorkbookError as error:
        raise RecordErrors([RecordProblem(name, error.what, error.remedy)]) from error
    matcher = synonym_matcher(
        {"title": TITLE_WORDS, "class": CLASS_WORDS, "person": PERSON_WORDS},
        never=("电话", "上级", "隶属"),
    )
    for sheet in book.sheets:
        heading = find_heading(sheet, matcher)
        if heading is None or "title" not in heading.fields or len(heading.fields) < 2:
            continue
        units: dict[str, tuple[str, str]] = {}
        for row in sheet.rows[heading.last + 1 :]:
            texts = {
                key: normal_text(row[column.index]).value for key, column in heading.fields.items()
            }
            if texts["title"] and (texts.get("class") or texts.get("person")):
                found = texts.get("class", ""), texts.get("person", "")
                units.setdefault(match_key(texts["title"]), found)
        return Roll(name, units)
    what = "没有找到花名册：需要名称、类别或书记等列"
    raise RecordErrors([RecordProblem(name, what, "核对表头")])


def matched(words: Sequence[str], title: str) -> bool:
    """Whether a heading is one of the words."""
    return match_key(title) in {match_key(w) for w in words}
