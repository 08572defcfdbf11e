"""What people type on the pages of this floor."""

from __future__ import annotations

from typing import Any

from django import forms

from kaohe.results.queries import today


class DayInput(forms.DateInput):
    """A date field browsers show a calendar for."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class MeetingForm(forms.Form):
    """The meeting whose decisions are recorded."""

    minutes = forms.CharField(
        label="会议纪要编号", max_length=80, error_messages={"required": "请填写会议纪要编号。"}
    )
    decided_on = forms.DateField(
        label="会议日期",
        widget=DayInput(),
        error_messages={"required": "请填写会议日期。", "invalid": "日期应如 2026-01-15。"},
    )


class ReasonForm(forms.Form):
    """A decision that needs a reason."""

    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明理由。", "max_length": "理由最多 300 字。"},
    )


class PublicationForm(forms.Form):
    """What the office chooses about a notice; everything else follows from the scheme."""

    title = forms.CharField(
        label="公示标题", max_length=200, error_messages={"required": "请填写公示标题。"}
    )
    starts = forms.DateField(
        label="公示日期",
        widget=DayInput(),
        help_text="当天不计入公示期。",
        error_messages={"required": "请填写公示日期。", "invalid": "日期应如 2026-01-15。"},
    )
    contact = forms.CharField(
        label="反映问题的途径",
        max_length=200,
        required=False,
        help_text="印在公示上，如地点、时间和办公电话。",
    )
    reasons = forms.BooleanField(
        label="同时公布审定时的调整理由",
        required=False,
        help_text="理由里如有不宜公开的内容，请勿勾选。",
    )
    keeps = forms.BooleanField(
        label="公示期满定稿后，最终名单仍可公开查看",
        required=False,
    )

    def clean_starts(self) -> Any:
        """A notice cannot have been posted before today."""
        day = self.cleaned_data["starts"]
        if day < today():
            raise forms.ValidationError("公示日期应为今天或以后。")
        return day
