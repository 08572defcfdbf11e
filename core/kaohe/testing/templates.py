"""Templates and records: what is written reads back as it was."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from kaohe.kit.invention import made_up_facts
from kaohe.kit.record_text import record_text
from kaohe.records import RecordErrors, read_record
from kaohe.records.json_template import template_json
from kaohe.scheme.choices import stand_ins
from kaohe.scheme.errors import SchemeErrors

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaohe.scoring.facts import Facts, Subject
    from kaohe.testing.schemes import SchemeUnderTest

_HEADING_ROWS = 12


def template_problems(scheme: SchemeUnderTest) -> list[str]:
    """Both templates, and made-up facts written as a record, read back as they were."""
    missing = stand_ins(scheme.source.data)
    facts = made_up_facts(scheme.bind(missing), 1)
    templates: dict[str, Callable[[], bytes]] = {
        "JSON 模板": lambda: template_json(scheme.source, operators=scheme.syntaxes).encode(),
        "XLSX 模板": lambda: _workbook(scheme, facts.subjects),
    }
    found: list[str] = []
    for word, make in templates.items():
        try:
            record = read_record(
                make(), source=scheme.source, name=word, parameters=missing,
                operators=scheme.syntaxes,
            )  # fmt: skip
        except RecordErrors as errors:
            found += [f"{word}读不回来：{one}" for one in errors.problems]
        except SchemeErrors as errors:
            found += [f"{word}做不出来：{one}" for one in errors.errors]
        else:
            if word.startswith("XLSX") and record.facts.subjects != facts.subjects:
                found.append(f"{word}里填的考核对象，读回来变了")
    return found + _written_back(scheme, facts, missing)


def _workbook(scheme: SchemeUnderTest, subjects: tuple[Subject, ...]) -> bytes:
    """The workbook template with the subjects put in."""
    import openpyxl

    from kaohe.records.workbook_template import template_xlsx

    data = template_xlsx(scheme.source, operators=scheme.syntaxes)
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        for row in range(1, _HEADING_ROWS):
            if not str(sheet.cell(row, 1).value).startswith("subjects:"):
                continue
            keys = [str(cell.value).removeprefix("subjects:") for cell in sheet[row]]
            for below, one in enumerate(subjects, start=row + 1):
                fields = {"id": one.id, "title": one.title, "class": one.group}
                fields |= {"person": one.person, "unit": getattr(one, "unit", "")}
                for column, key in enumerate(keys, start=1):
                    if fields.get(key):
                        sheet.cell(below, column, fields[key])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _written_back(scheme: SchemeUnderTest, facts: Facts, parameters: dict[str, Any]) -> list[str]:
    text = record_text(scheme.bind(parameters), facts, parameters=parameters)
    try:
        record = read_record(
            text.encode(), source=scheme.source, name="虚构数据", operators=scheme.syntaxes
        )
    except RecordErrors as errors:
        return [f"虚构数据写成记录后读不回来：{one}" for one in errors.problems[:20]]
    tables = ("subjects", "marks", "votes", "entries", "standing", "rulings")
    return [
        f"虚构数据写成记录再读回，表 {table} 变了"
        for table in tables
        if sorted(map(repr, getattr(facts, table)))
        != sorted(map(repr, getattr(record.facts, table)))
    ]
