"""An XLSX record to fill in: it explains itself, limits what is typed, and can be read back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter

from kaohe.records.columns import words_of
from kaohe.records.json_entries import RULING_NAMES, STATE_NAMES
from kaohe.records.own_workbook import ENTRIES, PARAMETERS, RULINGS, STANDING, SUBJECTS
from kaohe.records.wording import PERIODS, Told, needs_standing, standing_scores, tell, tell_inputs
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Parameter, Scheme
    from kaohe.scheme.operators import Operator
    from kaohe.scheme.reading import SchemeSource

ROWS = 500
"""Rows that can be filled in."""
_LIST_LIMIT = 255
"""Excel refuses longer lists inside a validation."""


def template_xlsx(
    source: SchemeSource, *, operators: Mapping[str, type[Operator]] | None = None
) -> bytes:
    """The bytes of an empty template."""
    scheme = source.bind(operators=operators)
    buffer = io.BytesIO()
    # A template that does not change has the same bytes each time.
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": f"{scheme.title} {scheme.version}", "created": _EPOCH})
    writer = _Writer(book, scheme)
    writer.write()
    book.close()
    return buffer.getvalue()


class _Writer:
    """Writes the sheets of one template."""

    def __init__(self, book: Any, scheme: Scheme) -> None:
        base = {"font_name": "等线", "font_size": 11, "valign": "vcenter"}
        head = {**base, "bold": True, "align": "center", "border": 1, "text_wrap": True}
        self.scheme = scheme
        self.title = book.add_format({**base, "bold": True, "font_size": 16})
        self.text = book.add_format({**base, "text_wrap": True, "valign": "top"})
        self.group = book.add_format({**head, "bg_color": "#D9E2EC"})
        self.head = book.add_format({**head, "bg_color": "#EEF2F6"})
        self.key = book.add_format({**base, "font_size": 8, "font_color": "#8A94A0", "border": 1})
        self.open = book.add_format({**base, "border": 1, "border_color": "#C4CCD4", "locked": 0})
        self.book = book
        self.columns: list[tuple[str, Told]] = []

    def write(self) -> None:
        """All sheets; the explanation first, so that it is seen first."""
        about = self.book.add_worksheet("说明")
        self._subjects()
        self._parameters()
        self._details()
        self._about(about)
        self.book.worksheets()[1].activate()

    def _sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(name[:31])
        allowed = ("sort", "autofilter", "format_columns", "format_rows", "insert_rows")
        sheet.protect("", dict.fromkeys(allowed, True))
        return sheet

    def _subjects(self) -> None:
        words = words_of(self.scheme)
        told = [tell(word, self.scheme) for word in words]
        self._table("成绩", [SUBJECTS, *words[1:]], told)

    def _table(self, name: str, keys: Sequence[str], told: Sequence[Told]) -> None:
        """Groups, titles with comments, keys, and the rows to fill in."""
        sheet = self._sheet(name)
        start = 0
        for index, one in enumerate(told):
            is_last = index + 1 == len(told) or told[index + 1].group != one.group
            if is_last and index > start:
                sheet.merge_range(0, start, 0, index, one.group, self.group)
            elif is_last:
                sheet.write_string(0, index, one.group, self.group)
            if is_last:
                start = index + 1
            sheet.write_string(1, index, one.title, self.head)
            sheet.write_string(2, index, keys[index], self.key)
            if one.note:
                size = {"x_scale": 1.8, "y_scale": 1.3}
                sheet.write_comment(1, index, one.note, {"visible": False, **size})
            self._validate(sheet, index, one)
            self.columns.append((name, one))
        for row in range(3, ROWS + 3):
            for column in range(len(told)):
                sheet.write_blank(row, column, None, self.open)
        sheet.set_column(0, 0, 10)
        sheet.set_column(1, 1, 24 if name == "成绩" else 14)
        sheet.set_column(2, max(2, len(told) - 1), 12)
        sheet.set_row(1, 32)
        sheet.set_row(2, 12)
        sheet.freeze_panes(3, 2 if name == "成绩" else 1)

    def _validate(self, sheet: Any, column: int, told: Told) -> None:
        rule: dict[str, Any] = {}
        if told.choices and sum(len(c) + 1 for c in told.choices) <= _LIST_LIMIT:
            rule = {"validate": "list", "source": list(told.choices)}
        elif told.low is not None:
            kind = "integer" if told.is_whole else "decimal"
            low = _bound(told.low)
            rule = {"validate": kind, "criteria": ">=", "value": low}
            if told.high is not None:
                top = _bound(told.high)
                rule = {"validate": kind, "criteria": "between", "minimum": low, "maximum": top}
        if rule:
            rule |= {
                "error_title": told.title[:32], "error_message": (told.limits or "请核对")[:255],
                "ignore_blank": True,
            }  # fmt: skip
            sheet.data_validation(3, column, ROWS + 2, column, rule)

    def _parameters(self) -> None:
        scheme = self.scheme
        sheet = self._sheet("参数")
        keys = (PARAMETERS, "title", "value", "note")
        for column, (word, key) in enumerate(
            zip(("键", "名称", "取值", "说明"), keys, strict=True)
        ):
            sheet.write_string(0, column, word, self.head)
            sheet.write_string(1, column, key, self.key)
        rows: list[tuple[str, str, Any, str, Sequence[str]]] = [
            ("@scheme", "考核办法", scheme.id, f"{scheme.title}（{scheme.version}），不要改动", ()),
            ("@period", "考核周期", PERIODS[scheme.period], "", ()),
        ]
        for key, one in scheme.parameters.items():
            rows += _parameter_rows(key, one, scheme.values.get(key, one.default))
        for index, (key, title, value, note, choices) in enumerate(rows, start=2):
            sheet.write_string(index, 0, key, self.key)
            sheet.write_string(index, 1, title, self.text)
            _write(sheet, index, 2, value, self.open)
            sheet.write_string(index, 3, note, self.text)
            if choices:
                rule = {"validate": "list", "source": list(choices)}
                sheet.data_validation(index, 2, index, 2, rule)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 2, 28)
        sheet.set_column(3, 3, 60)
        sheet.set_row(1, 12)

    def _details(self) -> None:
        scheme = self.scheme
        subject = Told("考核对象", "", "“成绩”表里的名称或编号。", "")
        for key, one in scheme.instruments.items():
            if one.type == "sheet":
                name = f"{one.title}分项"
                told = [subject, Told("填表人", "", "几份表靠它区分；只有一份可以留空。", "")]
                inputs = tell_inputs(scheme, one)
                told += inputs.values()
                self._table(name, [f"marks:{key}", "respondent", *inputs], told)
            elif one.type == "ballot":
                aspects = tuple(i.title for i in scheme.items[one.aspects].items)
                told = [
                    subject,
                    Told(
                        "项目",
                        "",
                        "测评项目；不分项目、只有合计票数的留空。",
                        "、".join(aspects),
                        choices=aspects,
                    ),
                ]
                keys = [f"votes:{key}", "aspect"]
                if one.strata:
                    strata = tuple(one.strata.values())
                    told.append(Told("投票人类别", "", "不分类别就留空。", "", choices=strata))
                    keys.append("stratum")
                told += [tell(f"{key}.{label}", scheme) for label in one.options]
                self._table(f"{one.title}分项", [*keys, *one.options], told)
            elif one.type == "form":
                told = [subject, *(tell(f"{key}.{score}", scheme) for score in one.scores)]
                self._table(f"{one.title}逐份", [f"forms:{key}", *one.scores], told)
        if scheme.entries:
            self._entries(subject)
        if needs_standing(scheme):
            self._standing(subject)
        states = tuple(w[0] for w in RULING_NAMES.words.values())
        told = [
            subject, Told("类型", "", "记录在案的决定。", "、".join(states), choices=states),
            Told("对象", "", "标注的编号（如 turnout）或得分的名称。", ""),
            Told("理由", "", "必须写明。", ""), Told("决定人", "", "", ""),
        ]  # fmt: skip
        self._table("决定", [RULINGS, "kind", "target", "reason", "by"], told)

    def _entries(self, subject: Told) -> None:
        rules = tuple(rule.title for rule in self.scheme.entries.values())
        states = tuple(words[0] for words in STATE_NAMES.words.values())
        told = [
            subject, Told("规则", "", "加分、减分或记录的规则。", "、".join(rules), choices=rules),
            Told("姓名", "", "事情关系到某个人时填写。", ""),
            Told("标准", "", "规则有标准表时，写标准的名称。", ""),
            Told("分值", "", "分值；有标准表时为次数（或参与率）。一律写正数。", ""),
            Told("事由", "", "事由和证书。", ""), Told("事项", "", "同一事项写同一名称。", ""),
            Told("日期", "", "如 2025-06-30。", ""),
            Told("状态", "", "空着即已核验；只有已核验的计分。", "、".join(states), choices=states),
        ]  # fmt: skip
        keys = [ENTRIES, "rule", "person", "label", "quantity", "reason", "event", "day", "state"]
        self._table("加减分", keys, told)

    def _standing(self, subject: Told) -> None:
        told = [
            subject, Told("周期", "", "往期：2025、2025-H1、2025-Q3 或 2025-07。", ""),
            Told("得分名称", "", "空着即总分。", standing_scores(self.scheme)),
            Told("得分", "", "该期的得分。", ""), Told("等次", "", "可以留空。", ""),
            Told("名单", "", "该期进入的名单（编号），几个用分号隔开。", ""),
        ]  # fmt: skip
        self._table("往期", [STANDING, "period", "score", "value", "grade", "lists"], told)

    def _about(self, sheet: Any) -> None:
        scheme = self.scheme
        sheet.protect("")
        sheet.write_string(0, 0, f"{scheme.title}：记录模板", self.title)
        lines = (
            f"考核办法 {scheme.id}，版本 {scheme.version}，来源 {scheme.source.document} {scheme.source.part}",
            "“成绩”表每个考核对象一行。空着表示没有，不等于 0。灰色小字是程序认列用的，不要改动。",
            "其余各表只在需要时填写：分项打分、分项票数、逐份评分、加减分的事由、记录在案的决定。",
            f"填好后运行：kaohe score {scheme.id} 本文件.xlsx（办法还没有安装的，编号换成办法的文件名）",
        )
        for row, line in enumerate(lines, start=1):
            sheet.write_string(row, 0, line)
        top = len(lines) + 2
        for column, word in enumerate(("工作表", "列", "填什么", "限制", "依据")):
            sheet.write_string(top, column, word, self.head)
        for row, (name, told) in enumerate(self.columns, start=top + 1):
            cells = (name, told.title, told.what, told.limits, "、".join(told.cite))
            for column, text in enumerate(cells):
                sheet.write_string(row, column, text, self.text)
        for column, width in enumerate((18, 18, 56, 44, 16)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(top + 1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


def _bound(value: Decimal) -> int | str:
    """A bound as a cell's validation takes it."""
    return int(value) if value % 1 == 0 else str(value)


def _parameter_rows(
    key: str, one: Parameter, value: Any
) -> list[tuple[str, str, Any, str, Sequence[str]]]:
    limits = ""
    if one.low is not None and one.high is not None:
        limits = f"{plain(one.low)}—{plain(one.high)}。"
    note = limits + one.help
    if one.type == "choice":
        choices = list(one.options.values())
        return [(key, one.title, one.options.get(value, value), "从下拉列表选择", choices)]
    if one.type == "numbers":
        labels = one.labels or tuple(f"第 {i + 1} 个" for i in range(len(value)))
        total = f"各项合计应为 {plain(one.total)}。" if one.total is not None else ""
        return [
            (f"{key}.{i}", f"{one.title}：{label}", figure, total + note, ())
            for i, (label, figure) in enumerate(zip(labels, value, strict=False))
        ]
    if one.type == "table":
        text = "；".join(f"{k}={v}" for k, v in (value or {}).items())
        return [(f"{key}.table", one.title, text, f"写成 名称=分值；名称=分值。{note}", ())]
    if one.type == "flags":
        note = f"几项用分号隔开：{'、'.join(f'{k}（{t}）' for k, t in one.options.items())}"
        return [(f"{key}.flags", one.title, "；".join(value or ()), note, ())]
    return [(key, one.title, value, note, ())]


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    text = "" if value is None else str(value)
    if text.replace(".", "", 1).isdigit() and not text.startswith("00"):
        # Excel keeps figures as binary anyway; reading goes back to the shown digits.
        sheet.write_number(row, column, float(text), style)
    elif text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)


def _epoch() -> Any:
    from datetime import datetime

    return datetime(2026, 1, 1)


_EPOCH = _epoch()
