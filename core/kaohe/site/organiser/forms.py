"""Forms of the guided set-up; built from the scheme, never knowing a particular one."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

from kaohe.campaigns.models import CampaignStage
from kaohe.register.models import Unit
from kaohe.scheme.model import Gap, Parameter, Scheme

PERIODS = {
    "year": (r"^\d{4}$", "年份，如 2026"),
    "half_year": (r"^\d{4}-H[12]$", "半年，如 2026-H1"),
    "quarter": (r"^\d{4}-Q[1-4]$", "季度，如 2026-Q3"),
    "month": (r"^\d{4}-(0[1-9]|1[0-2])$", "月份，如 2026-07"),
}


class BasicsForm(forms.Form):
    """Step 1: which regulation, for which period."""

    scheme = forms.ChoiceField(label="考核办法")
    period = forms.CharField(label="考核周期", max_length=10, help_text="年度考核填年份，如 2026。")
    title = forms.CharField(label="考核名称", max_length=200, help_text="印在各类表格上的名称。")

    def __init__(self, *args: Any, schemes: dict[str, tuple[str, str]], **kwargs: Any) -> None:
        """`schemes`: id -> (title, kind of period)."""
        super().__init__(*args, **kwargs)
        self.schemes = schemes
        self.fields["scheme"].choices = [(k, t) for k, (t, _) in schemes.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = self.schemes.get(data.get("scheme", ""))
        period = data.get("period", "")
        if chosen and period:
            pattern, example = PERIODS[chosen[1]]
            if not re.match(pattern, period):
                self.add_error("period", f"这个办法按{example.split('，')[0]}考核，请填{example}。")
        return data


class UnitsForm(forms.Form):
    """Step 2: who is assessed, and under which class."""

    def __init__(
        self,
        *args: Any,
        units: list[Unit],
        classes: dict[str, str],
        chosen: dict[int, str],
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.units, self.classes = units, classes
        choices = (
            [("", "不参加"), *classes.items()] if classes else [("", "不参加"), ("all", "参加")]
        )
        for unit in units:
            self.fields[f"unit_{unit.pk}"] = forms.ChoiceField(
                label=unit.name,
                choices=choices,
                required=False,
                initial=chosen.get(unit.pk, suggest_class(unit, classes)),
            )

    def rows(self) -> list[tuple[Unit, forms.BoundField]]:
        """Units with their fields, for the table."""
        return [(u, self[f"unit_{u.pk}"]) for u in self.units]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.values()):
            raise forms.ValidationError("请至少选择一个参加考核的单位。")
        return data

    def chosen(self) -> list[tuple[Unit, str]]:
        """Units that take part with their class."""
        pairs = [(u, self.cleaned_data.get(f"unit_{u.pk}", "")) for u in self.units]
        return [(u, "" if c == "all" else c) for u, c in pairs if c]


def suggest_class(unit: Unit, classes: dict[str, str]) -> str:
    """Match the office's word for a unit's kind (村, 机关, 总支) with a class title.

    Superiors (units that have others below them and no kind) are not assessed.
    """
    if not unit.kind:
        return ""
    if not classes:
        return "all"
    for key, title in classes.items():
        if unit.kind == title or unit.kind in title or title in unit.kind:
            return key
    return ""


class ParametersForm(forms.Form):
    """Step 3: the figures the regulation leaves open, with their defaults."""

    def __init__(self, *args: Any, scheme: Scheme, values: dict[str, Any], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.scheme = scheme
        for key, parameter in scheme.parameters.items():
            value = values.get(key, parameter.default)
            self.fields.update(_parameter_fields(key, parameter, value))

    def groups(self) -> list[tuple[str, Parameter, Gap | None, list[forms.BoundField]]]:
        """Each parameter with its gap and fields, for the page."""
        out = []
        for key, parameter in self.scheme.parameters.items():
            names = [n for n in self.fields if n == key or n.startswith(f"{key}.")]
            gap = self.scheme.gaps.get(parameter.gap) if parameter.gap else None
            out.append((key, parameter, gap, [self[n] for n in names]))
        return out

    def values(self) -> dict[str, Any]:
        """What differs from the defaults, as the scheme reader takes it."""
        out = {}
        for key, parameter in self.scheme.parameters.items():
            value = self._value(key, parameter)
            if value != _plain(parameter.default):
                out[key] = value
        return out

    def _value(self, key: str, parameter: Parameter) -> Any:
        data = self.cleaned_data
        if parameter.type == "numbers":
            return [_text(data[f"{key}.{i}"]) for i in range(len(parameter.default))]
        if parameter.type == "table":
            return dict(_table_rows(data[key]))
        if parameter.type in ("number", "percent"):
            return _text(data[key])
        return data[key]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for key, parameter in self.scheme.parameters.items():
            if parameter.type == "table" and data.get(key):
                try:
                    _table_rows(data[key])
                except ValueError as error:
                    self.add_error(key, str(error))
            if parameter.type == "numbers" and parameter.total is not None:
                parts = [data.get(f"{key}.{i}") for i in range(len(parameter.default))]
                if None not in parts and sum(parts) != parameter.total:
                    self.add_error(
                        f"{key}.0",
                        f"各项合计应为 {parameter.total}，现在是 {sum(parts)}，请调整。",
                    )
        return data


def _text(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _text(value)
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value


def _table_rows(text: str) -> list[tuple[str, str]]:
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        label, _, points = line.strip().rpartition(" ")
        if not label or not re.match(r"^\d{1,4}(\.\d{1,2})?$", points):
            raise ValueError(f"第 {number} 行应为“名称 分值”，如“县级先进 2”。")
        rows.append((label.strip(), points))
    return rows


def _parameter_fields(key: str, parameter: Parameter, value: Any) -> dict[str, forms.Field]:
    def number(label: str, initial: Any) -> forms.DecimalField:
        return forms.DecimalField(
            label=label,
            initial=initial,
            min_value=parameter.low,
            max_value=parameter.high,
            max_digits=9,
            decimal_places=6,
        )

    if parameter.type == "numbers":
        labels = parameter.labels or tuple(str(i + 1) for i in range(len(value)))
        return {
            f"{key}.{i}": number(label, v)
            for i, (label, v) in enumerate(zip(labels, value, strict=True))
        }
    if parameter.type == "choice":
        return {
            key: forms.ChoiceField(
                label=parameter.title,
                initial=value,
                choices=list(parameter.options.items()),
                widget=forms.RadioSelect,
                help_text=parameter.help,
            )
        }
    if parameter.type == "flags":
        return {
            key: forms.MultipleChoiceField(
                label=parameter.title,
                initial=value,
                required=False,
                choices=list(parameter.options.items()),
                widget=forms.CheckboxSelectMultiple,
                help_text=parameter.help,
            )
        }
    if parameter.type == "table":
        return {
            key: forms.CharField(
                label=parameter.title,
                required=False,
                widget=forms.Textarea,
                initial="\n".join(f"{k} {v}" for k, v in value.items()),
                help_text=f"每行一项：名称 分值。{parameter.help}",
            )
        }
    field = number(parameter.title, value)
    field.help_text = parameter.help
    return {key: field}


class StagesForm(forms.Form):
    """Step 4: the last day of each stage."""

    def __init__(self, *args: Any, stages: list[CampaignStage], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.stages = stages
        for stage in stages:
            self.fields[stage.key] = forms.DateField(
                label=stage.title,
                required=False,
                initial=stage.due,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        last = None
        for stage in self.stages:
            due = data.get(stage.key)
            if due and last and due < last[1]:
                self.add_error(
                    stage.key, f"不能早于前一环节“{last[0]}”的截止日期 {last[1]:%Y-%m-%d}。"
                )
            if due:
                last = (stage.title, due)
        return data


class RulingForm(forms.Form):
    """A recorded decision: waive a flag, reweight a missing part, leave out of a grade or list."""

    kind = forms.ChoiceField(
        choices=[
            ("waive", "说明情况，不影响定稿"),
            ("reweight", "缺项，其余部分重新分配权重"),
            ("exempt", "不参加评定"),
        ]
    )
    target = forms.CharField(max_length=60)
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea)


class NoteForm(forms.Form):
    """What was collected beside the score (an opinion poll)."""

    text = forms.CharField(label="内容", max_length=2000, required=False, widget=forms.Textarea)


def campaign_title(scheme_title: str, period: str) -> str:
    """Suggest a campaign's title."""
    return f"{period} 年度{scheme_title}" if period.isdigit() else f"{period} {scheme_title}"
