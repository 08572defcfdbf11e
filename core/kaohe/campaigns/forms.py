"""Forms of this floor; they check what was typed, the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from kaohe.campaigns.files.kinds import ACCEPT


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
