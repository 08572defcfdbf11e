"""The people's form of a JSON record: each subject with what was handed in about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaohe.records import json_ballots, json_entries, json_standing
from kaohe.records.collecting import Collector, kind_word
from kaohe.records.inputs import add_zeros, figure_of, input_names, read_item, sheet_inputs
from kaohe.records.json_text import Path
from kaohe.records.names import (
    Names,
    class_names,
    instrument_names,
    item_names,
    person_kind,
)
from kaohe.scoring.facts import TOTAL, Mark, Subject

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme, SheetInstrument

_OWN = {
    "id": ("编号",),
    "title": ("名称",),
    "class": ("类别",),
    "person": ("负责人",),
    "unit": ("所属组织", "所在支部", "单位"),
    "standing": ("往期结果", "往期"),
    "rulings": ("决定",),
}
_SHEET_WORDS = Names(
    {
        "by": ("填表人", "评分人", "respondent"),
        "total": ("总分", "合计"),
        "marks": ("分项", "items"),
    }
)


def read_subjects(value: Any, path: Path, into: Collector) -> None:
    """Read the list of subjects."""
    if not isinstance(value, list):
        into.problem(path, f"应为列表，却是{kind_word(value)}", "写成 [ {…}, {…} ]")
        return
    reader = _Reader(into)
    for index, one in enumerate(value):
        if isinstance(one, dict):
            reader.subject(one, (*path, index), index)
        else:
            into.problem((*path, index), f"应为一组键值，却是{kind_word(one)}", "写成 { … }")


class _Reader:
    """Reads one subject after another under one scheme."""

    def __init__(self, into: Collector) -> None:
        scheme: Scheme = into.scheme
        person = person_kind(scheme)
        words = {**_OWN, "person": (*_OWN["person"], *((person.title,) if person else ()))}
        self.into = into
        self.own = Names({k: tuple(w for w in ws) for k, ws in words.items()})
        self.instruments = instrument_names(scheme)
        self.classes = class_names(scheme)
        self.items = {key: item_names(scheme, key) for key in scheme.items}
        self.inputs = {key: input_names(scheme, key) for key in scheme.items}

    def subject(self, data: dict[str, Any], path: Path, index: int) -> None:
        """Read a subject."""
        into = self.into
        own: dict[str, tuple[Any, Path]] = {}
        filled: list[tuple[str, Any, Path]] = []
        for key, value in data.items():
            here = (*path, key)
            if key.startswith("_"):
                continue
            instrument = self.instruments.find(key)
            # A scheme may call an instrument 名称; our own words only stand back for it.
            name = None if instrument and key not in _OWN else self.own.find(key)
            if name:
                own[name] = value, here
            elif instrument:
                filled.append((instrument, value, here))
            else:
                near = Names({**self.own.words, **self.instruments.words}).near(key)
                into.problem(here, f"不认识的键“{key}”", near)
        listed = ("rulings", "standing")
        texts = {k: into.text(v, p, most=100) for k, (v, p) in own.items() if k not in listed}
        subject = texts.get("id") or texts.get("title", "")
        if not subject:
            into.problem(path, "考核对象没有编号，也没有名称", "填写 id 或 title")
            subject = f"第 {index + 1} 个"
        group = self.classes.known(texts.get("class", ""))
        if not self.classes.words:
            group = ""
        into.subject(
            Subject(
                subject, texts.get("title") or subject, group, texts.get("person", ""),
                texts.get("unit", ""),
            ),
            path,
        )  # fmt: skip
        for instrument, value, here in filled:
            self.fill(subject, instrument, value, here)
        if "rulings" in own:
            json_entries.read_rulings(subject, *own["rulings"], into)
        if "standing" in own:
            json_standing.read_standing(subject, *own["standing"], into)

    def fill(self, subject: str, name: str, value: Any, path: Path) -> None:
        """Read what stands under an instrument or an entry rule."""
        into = self.into
        if value is None:
            return
        instrument = into.scheme.instruments.get(name)
        if instrument is None:
            json_entries.read_entries(subject, name, value, path, into)
        elif instrument.type == "sheet":
            self.sheets(subject, name, instrument, value, path)
        elif instrument.type == "ballot":
            json_ballots.read_ballot(subject, name, instrument, value, path, into)
        elif instrument.type == "form":
            json_ballots.read_forms(subject, name, instrument, value, path, into)
        elif instrument.type == "note":
            into.note(subject, name, into.text(value, path, most=2000), path)

    def sheets(
        self, subject: str, name: str, instrument: SheetInstrument, value: Any, path: Path
    ) -> None:
        """One sheet, or a list of them where several people fill it in."""
        if not isinstance(value, list):
            self.sheet(subject, name, instrument, value, path, "")
            return
        if instrument.by == "subject" and len(value) > 1:
            self.into.problem(
                path, f"“{instrument.title}”由考核对象自己填，只能有一份，却有 {len(value)} 份",
                "只保留一份",
            )  # fmt: skip
        for index, one in enumerate(value):
            default = str(index + 1) if len(value) > 1 else ""
            self.sheet(subject, name, instrument, one, (*path, index), default)

    def sheet(
        self,
        subject: str,
        name: str,
        instrument: SheetInstrument,
        value: Any,
        path: Path,
        respondent: str,
    ) -> None:
        """A total, or marks by item."""
        into = self.into
        if value is None:
            return
        if not isinstance(value, dict):
            total = into.number(value, path)
            if total is not None:
                into.mark(Mark(subject, name, respondent, TOTAL, total), path)
            return
        items = {item.id: item for item in into.scheme.items[instrument.items].items}
        names, inputs = self.items[instrument.items], self.inputs[instrument.items]
        flat: list[tuple[str, Any, Path]] = []
        for key, one in value.items():
            here = (*path, key)
            if key.startswith("_"):
                continue
            word = None if names.find(key) else _SHEET_WORDS.find(key)
            if word == "by":
                respondent = into.text(one, here, most=60) or respondent
            elif word == "marks":
                if isinstance(one, dict):
                    flat += [(k, v, (*here, k)) for k, v in one.items() if not k.startswith("_")]
                else:
                    into.problem(here, f"应为一组键值，却是{kind_word(one)}", "写成 { 项目: 分数 }")
            else:
                flat.append((TOTAL if word else key, one, here))
        given: list[str] = []
        for key, one, here in flat:
            marks: dict[str, Any] = {}
            if key == TOTAL:
                marks = {TOTAL: into.number(one, here)}
            elif item := names.find(key):
                marks = dict(read_item(items[item], one, here, into))
            elif row := inputs.find(key):
                known = sheet_inputs(into.scheme, instrument.items)[row]
                marks = {row: figure_of(known, one, here, into)}
            else:
                into.problem(here, f"“{instrument.title}”没有项目“{key}”", names.near(key))
            for mark, number in marks.items():
                if number is not None:
                    given.append(mark)
                    into.mark(Mark(subject, name, respondent, mark, number), here)
        add_zeros(subject, name, respondent, given, path, into)
