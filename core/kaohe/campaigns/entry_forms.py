"""The form of one entry: a bonus that is claimed, a deduction or finding that is recorded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from kaohe.campaigns.claims import (
    LONGEST_EVENT,
    LONGEST_PERSON,
    LONGEST_REASON,
    is_plain_finding,
    needs_event,
    read_quantity,
)
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.forms import FilesField
from kaohe.campaigns.models import CampaignSubject
from kaohe.campaigns.persons import persons_of, takes_any_name

_DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


def _day(label: str, **kw: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        input_formats=_DAYS,
        error_messages={"invalid": "日期写法不对，例如 2025-07-01。"},
        **kw,
    )


class EntryForm(forms.Form):
    """One entry under a rule; which fields it has follows from the rule."""

    label = forms.ChoiceField(label="标准中的一项", required=False)
    person = forms.CharField(label="有关人员", required=False, max_length=LONGEST_PERSON)
    event = forms.CharField(
        label="事项",
        max_length=LONGEST_EVENT,
        required=False,
        help_text="同一件事的各条写同一名称，只计一次。",
        error_messages={"required": "请写事项名称。"},
    )
    reason = forms.CharField(
        label="荣誉名称与依据",
        max_length=LONGEST_REASON,
        help_text="写明荣誉全称和颁发机关，例如：某县先进基层党组织（中共某县委）。",
        error_messages={"required": "请写明荣誉名称和颁发机关。", "max_length": "最多 300 字。"},
    )
    quantity = forms.CharField(
        label="申报分值",
        max_length=12,
        required=False,
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "short num"}
        ),
    )
    day = _day("颁发日期")
    due = _day("期限", help_text="整改或作出陈述的最后一天，没有就不填。")

    def __init__(
        self,
        *args: Any,
        subject: CampaignSubject,
        rule: str,
        recorded: bool = False,
        with_files: bool = True,
        **kw: Any,
    ) -> None:
        """Args: subject: with its campaign and scheme loaded; recorded: not claimed by itself."""
        super().__init__(*args, **kw)
        scheme = campaign_scheme(subject.campaign)
        self.rule, self.decimals = scheme.entries[rule], scheme.decimals
        self._figures()
        self._event(needs_event(scheme, rule), recorded)
        self._person(subject, rule)
        if recorded:
            self._recorded()
        if not recorded or self.rule.sign != "none":
            del self.fields["due"]
        if with_files:
            title = "材料" if recorded else "证书"
            self.fields["files"] = FilesField(
                label=title, required=False, help_text=f"{title}的照片或扫描件，可以选多个。"
            )

    def _figures(self) -> None:
        figure = self.fields["quantity"]
        if is_plain_finding(self.rule):
            del self.fields["quantity"], self.fields["label"]
            return
        if not isinstance(self.rule.points, dict):
            del self.fields["label"]
            figure.required = True
            figure.error_messages["required"] = "请填写分值。"
            figure.help_text = (
                f"大于 0，不超过 {self.rule.most:f} 分，最多 {self.decimals} 位小数。"
            )
            if self.rule.sign == "-":
                figure.label = "扣分"
            return
        off = "扣 " if self.rule.sign == "-" else ""
        label = self.fields["label"]
        label.required = True
        label.choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((k, f"{k}（{off}{v:f} 分）") for k, v in self.rule.points.items()),
        ]
        if self.rule.quantity == "percent":
            figure.label, figure.required = "百分比（%）", True
            figure.error_messages["required"] = "请填写百分比。"
            figure.help_text = "填 0 到 100，按上面一项的分值乘以百分比计。"
        else:
            figure.label, figure.initial = "次数", "1"

    def _event(self, needed: bool, recorded: bool) -> None:
        if needed:
            self.fields["event"].required = True
        elif recorded:
            self.fields["event"].help_text = "选填。"
        else:
            del self.fields["event"]

    def _person(self, subject: CampaignSubject, rule: str) -> None:
        if takes_any_name(subject, rule):
            self.fields["person"].help_text = "同一人同一件事只计最重的一次。"
            return
        known = persons_of(subject, rule)
        if not known:
            del self.fields["person"]
            return
        self.fields["person"] = forms.ChoiceField(
            label="有关人员",
            required=False,
            choices=[("", "（只涉及单位）"), *((t, t) for t in known)],
            help_text="只能选列入本次考核的任职人员。",
        )

    def _recorded(self) -> None:
        reason = self.fields["reason"]
        reason.label, reason.help_text = "事实和依据", "写明时间、经过和依据。"
        reason.error_messages["required"] = "请写明事实和依据。"
        reason.widget = forms.Textarea(attrs={"rows": 3, "maxlength": str(LONGEST_REASON)})
        self.fields["day"].label = "发生日期"

    def clean_day(self) -> Any:
        """A date before 1949 is a typing slip."""
        return self._plausible("day")

    def clean_due(self) -> Any:
        """As for the day."""
        return self._plausible("due")

    def _plausible(self, name: str) -> Any:
        day = self.cleaned_data.get(name)
        if day and not 1949 <= day.year <= 2200:
            raise forms.ValidationError("请核对年份。")
        return day

    def clean_quantity(self) -> Decimal:
        """Read the figure as typed."""
        text = self.cleaned_data.get("quantity") or ""
        label = self.data.get(self.add_prefix("label"), "")
        if isinstance(self.rule.points, dict) and label not in self.rule.points:
            return Decimal(1)
        try:
            return read_quantity(self.rule, label=label, text=text, decimals=self.decimals)
        except ValueError as error:
            raise forms.ValidationError(f"{error}。") from error

    def values(self) -> dict[str, Any]:
        """The arguments of the services that store an entry."""
        data = self.cleaned_data
        said = {
            "label": data.get("label", ""),
            "quantity": data.get("quantity", Decimal(1)),
            "reason": data["reason"],
            "event": data.get("event", ""),
            "person": data.get("person", ""),
            "day": data.get("day"),
        }
        return said | ({"due": data.get("due")} if "due" in self.fields else {})

    def add_problems(self, problems: Any) -> None:
        """Show what a service refused beside the fields it is about."""
        for problem in problems:
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, f"{problem.place}：{problem.what}。{problem.remedy}")


def initial_entry(row: Any) -> dict[str, Any]:
    """What a stored entry says, for the form."""
    return {
        "label": row.label,
        "person": row.person,
        "event": row.event,
        "quantity": f"{row.quantity.normalize():f}",
        "reason": row.reason,
        "day": row.day,
        "due": row.due,
    }
