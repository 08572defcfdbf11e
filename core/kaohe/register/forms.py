"""Forms of the register: what is typed is put into the same normal forms as what is imported."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator

from kaohe.register.models import Account, Group, Role, Unit
from kaohe.register.services.offices import present_secretary
from kaohe.workbooks import NotUnderstood, match_key, normal_date, normal_text

_SEPARATORS = re.compile(r"[、，,;；\n\r]+")


def _names(text: str) -> list[str]:
    found = [normal_text(piece).value for piece in _SEPARATORS.split(text)]
    return list(dict.fromkeys(n for n in found if n))


class UnitForm(forms.ModelForm):
    """A unit and its secretary."""

    secretary = forms.CharField(
        label="书记",
        required=False,
        max_length=60,
        help_text="写姓名；名册里已有同名的人时视为同一个人。清空表示空缺。",
    )

    class Meta:
        model = Unit
        fields = ["name", "kind", "parent", "members", "founded", "note", "order", "active"]
        help_texts = {
            "kind": "本单位自己的叫法，如 村、机关、总支；新建考核时再对应到办法里的类别。",
            "founded": "如 1998年7月 或 2011-07-01。",
            "active": "不在册的单位不会列入新的考核，已有的考核不受影响。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        parent.label, parent.empty_label = "上级单位", "（无）"
        parent.queryset = Unit.objects.exclude(pk=self.instance.pk)
        self.fields["order"].required = False
        if self.instance.pk:
            person = present_secretary(self.instance)
            self.fields["secretary"].initial = person.name if person else ""

    def clean_name(self) -> str:
        """The name in normal form, once only."""
        name = normal_text(self.cleaned_data["name"]).value
        if not name:
            raise forms.ValidationError("请填写名称。")
        for unit in Unit.objects.exclude(pk=self.instance.pk):
            if match_key(unit.name) == match_key(name):
                raise forms.ValidationError(f"已有单位“{unit.name}”，请写全称加以区别。")
        return name

    def clean_kind(self) -> str:
        """The class in normal form."""
        return normal_text(self.cleaned_data["kind"]).value

    def clean_secretary(self) -> str:
        """The name in normal form."""
        return normal_text(self.cleaned_data["secretary"]).value

    def clean_note(self) -> str:
        """The note in normal form."""
        return normal_text(self.cleaned_data["note"]).value

    def clean_order(self) -> int:
        """A blank order keeps the old one."""
        return self.cleaned_data["order"] or self.instance.order or 0

    def clean_founded(self) -> str:
        """The date as ISO text."""
        try:
            return normal_date(self.cleaned_data["founded"]).value or ""
        except NotUnderstood as e:
            raise forms.ValidationError(str(e)) from e

    def clean_parent(self) -> Unit | None:
        """No unit above itself."""
        above: Unit | None = self.cleaned_data["parent"]
        current, seen = above, 0
        while current is not None and seen < 100:
            if current.pk == self.instance.pk and self.instance.pk:
                raise forms.ValidationError("隶属关系绕成了一圈，请选择别的上级。")
            current, seen = current.parent, seen + 1
        return above


class PersonForm(forms.Form):
    """A person's name."""

    name = forms.CharField(label="姓名", max_length=60)

    def clean_name(self) -> str:
        """The name in normal form."""
        name = normal_text(self.cleaned_data["name"]).value
        if not name:
            raise forms.ValidationError("请填写姓名。")
        return name


class GroupForm(forms.Form):
    """An assessment group: people by name, units by tick."""

    name = forms.CharField(label="组别", max_length=60)
    leads = forms.CharField(label="组长", required=False, help_text="多人之间用顿号隔开。")
    members = forms.CharField(
        label="成员",
        required=False,
        help_text="多人之间用顿号隔开；名册里已有同名的人时视为同一个人。",
    )
    units = forms.ModelMultipleChoiceField(
        label="负责单位",
        queryset=Unit.objects.filter(active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="一个单位只归一个组：选中别组的单位，它就移到本组。",
    )

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        others = {
            unit.pk: other.name
            for other in Group.objects.exclude(pk=group.pk).prefetch_related("units")
            for unit in other.units.all()
        }
        field = self.fields["units"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.label_from_instance = lambda unit: (  # type: ignore[method-assign]
            f"{unit}（现在{others[unit.pk]}）" if unit.pk in others else str(unit)
        )

    def clean_name(self) -> str:
        """The name once only."""
        name = normal_text(self.cleaned_data["name"]).value
        if Group.objects.exclude(pk=self.group.pk).filter(name=name).exists():
            raise forms.ValidationError(f"已有“{name}”。")
        return name

    def clean(self) -> dict[str, Any]:
        """Names as lists; at least one person, nobody twice or in two groups."""
        data = super().clean() or {}
        leads, members = _names(data.get("leads", "")), _names(data.get("members", ""))
        if not leads and not members:
            self.add_error("members", "请至少写一位考核人员。")
        for name in set(leads) & set(members):
            self.add_error("members", f"“{name}”已是组长，不再写进成员。")
        others = Group.objects.exclude(pk=self.group.pk)
        for other in others.filter(memberships__person__name__in=[*leads, *members]).distinct():
            both = [m.person.name for m in other.memberships.select_related("person")]
            named = "、".join(n for n in both if n in {*leads, *members})
            self.add_error("members", f"“{named}”已在“{other}”，一人只能在一个组。")
        for name in [*leads, *members]:
            if len(name) > 60:
                self.add_error("members", f"“{name[:20]}…”不像一个姓名，请用顿号隔开。")
        return {**data, "leads": leads, "members": members}


class UploadForm(forms.Form):
    """The file of an import."""

    file = forms.FileField(
        label="花名册文件",
        help_text=".xlsx 工作簿，10 MB 以内。",
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
        error_messages={"required": "请先选择文件。", "empty": "文件是空的，请重新选择。"},
    )


class RolesForm(forms.Form):
    """What an account may do."""

    kinds = forms.MultipleChoiceField(
        label="角色",
        choices=Role.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    units = forms.ModelMultipleChoiceField(
        label="填报单位",
        queryset=Unit.objects.filter(active=True),
        required=False,
        help_text="只有“填报人”需要：为哪个单位填报。",
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )

    def clean(self) -> dict[str, Any]:
        """Respondents have a unit, and only they."""
        data = super().clean() or {}
        respondent = Role.Kind.RESPONDENT in data.get("kinds", [])
        if respondent and not data.get("units"):
            self.add_error("units", "填报人要选填报单位。")
        if not respondent and data.get("units"):
            self.add_error("kinds", "选了填报单位，请同时勾选“填报人”，或取消所选单位。")
        return data


class AccountForm(RolesForm):
    """A new account."""

    username = forms.CharField(
        label="用户名",
        max_length=60,
        help_text="登录用，如 zhaojianguo。",
        validators=[UnicodeUsernameValidator(message="用户名只能用文字、数字和 @ . + - _。")],
    )
    name = forms.CharField(
        label="姓名",
        max_length=60,
        help_text="名册里有同名而没有账号的人时，账号就给他；没有就登记一位新人员。",
    )
    field_order = ["name", "username", "kinds", "units"]

    def clean_username(self) -> str:
        """A free name."""
        username = normal_text(self.cleaned_data["username"]).value
        if Account.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("这个用户名已有人用，请换一个。")
        return username

    def clean_name(self) -> str:
        """The name in normal form."""
        return normal_text(self.cleaned_data["name"]).value


class WorkdaysForm(forms.Form):
    """The holidays and swapped workdays of a year."""

    text = forms.CharField(
        label="放假和调休",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="把通知里的放假安排原样粘贴进来，或一行写一项，如“2027-02-20 上班”。",
    )
    complete = forms.BooleanField(label="全年的安排已录齐", required=False)
    file = forms.FileField(
        label="或从文件读入",
        required=False,
        help_text=".xlsx 表格（日期、放假或上班）或文本文件；读入后先核对，再保存。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.txt,.csv,text/plain"}),
        error_messages={"empty": "文件是空的，请重新选择。"},
    )
