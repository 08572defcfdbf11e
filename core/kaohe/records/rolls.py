"""A roll of units (花名册): the class of each and who leads it, for records that lack them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kaohe.records.errors import RecordErrors, RecordProblem
from kaohe.records.names import class_names
from kaohe.records.roll_headings import is_secretary, lists_people, match_roll
from kaohe.workbooks import (
    Heading,
    Sheet,
    WorkbookError,
    find_heading,
    match_key,
    normal_text,
)

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.facts import Subject


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
    """Read a roll from a workbook: the first table that has units and their classes or heads.

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
    for sheet in book.sheets:
        heading = find_heading(sheet, match_roll)
        if heading is not None and (units := _units(sheet, heading)):
            return Roll(name, units)
    what = "没有找到花名册：需要单位名称一列，以及类别、书记姓名中的至少一列"
    raise RecordErrors([RecordProblem(name, what, "核对表头")])


def _units(sheet: Sheet, heading: Heading) -> dict[str, tuple[str, str]]:
    """Class and person of each unit of a table; nothing if it has no names or neither of them."""
    people = lists_people(heading)
    person = "person" if "secretary" not in heading.fields else "secretary"
    units: dict[str, tuple[str, str]] = {}
    if "name" not in heading.fields or not {"kind", person} & heading.fields.keys():
        return units
    above = ""
    for row in sheet.rows[heading.last + 1 :]:
        texts = {
            key: normal_text(row[column.index]).value for key, column in heading.fields.items()
        }
        above = unit = match_key(texts["name"]) or (above if people else "")
        is_head = not people or is_secretary(texts["post"])
        group, head = units.get(unit, ("", ""))
        found = group or texts.get("kind", ""), head or (texts.get(person, "") if is_head else "")
        if unit and any(found):
            units[unit] = found
    return units
