"""Forms of this floor; they check what was typed, the services decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from kaohe.campaigns.claims import points_of, read_quantity
from kaohe.campaigns.files.kinds import ACCEPT
from kaohe.scheme.model import EntryRule


class ReasonForm(forms.Form):
    """A reason somebody else will read."""

    reason = forms.CharField(
        label="理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写理由。"},
    )

    def __init__(self, *args: Any, label: str = "理由", help_text: str = "", **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text


class SubmitForm(forms.Form):
    """What hands a sheet in: the version that was reviewed and the key of the submission."""

    version = forms.IntegerField(min_value=0, max_value=2_000_000_000)
    key = forms.UUIDField()


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files."""

    def __init__(self, **kw: Any) -> None:
        widget = FilesInput(attrs={"accept": ACCEPT, "class": "files"})
        super().__init__(widget=widget, **kw)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; what they are is the service's question."""
        many = data if isinstance(data, list | tuple) else [data] if data else []
        if not many and self.required:
            raise forms.ValidationError("请先选择文件。")
        return list(many)


class ClaimForm(forms.Form):
    """A claim of an honour."""

    label = forms.ChoiceField(label="标准中的一项", required=False)
    reason = forms.CharField(
        label="荣誉名称与依据",
        max_length=300,
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
    day = forms.DateField(
        label="颁发日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        error_messages={"invalid": "日期写法不对，例如 2025-07-01。"},
    )

    def __init__(
        self, *args: Any, rule: EntryRule, decimals: int, with_files: bool = True, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.rule, self.decimals = rule, decimals
        if isinstance(rule.points, dict):
            self.fields["label"].required = True
            self.fields["label"].choices = [  # type: ignore[attr-defined]
                ("", "请选择"),
                *((k, f"{k}（{v:f} 分）") for k, v in rule.points.items()),
            ]
            self.fields["quantity"].label = "次数"
            self.fields["quantity"].initial = "1"
        else:
            del self.fields["label"]
            self.fields["quantity"].required = True
            self.fields["quantity"].error_messages["required"] = "请填写申报的分值。"
            self.fields[
                "quantity"
            ].help_text = f"大于 0，不超过 {rule.most:f} 分，最多 {decimals} 位小数。"
        if with_files:
            self.fields["files"] = FilesField(
                label="证书", required=False, help_text="证书的照片或扫描件，可以选多个。"
            )

    def clean_day(self) -> Any:
        """A date before 1949 is a typing slip."""
        day = self.cleaned_data.get("day")
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
        """The arguments of the claim services."""
        data = self.cleaned_data
        return {
            "label": data.get("label", ""),
            "quantity": data["quantity"],
            "reason": data["reason"],
            "day": data.get("day"),
        }

    @property
    def points(self) -> Decimal:
        """What the claim is worth."""
        data = self.cleaned_data
        return points_of(self.rule, label=data.get("label", ""), quantity=data["quantity"])
