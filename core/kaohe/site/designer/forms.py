"""What a designer sends."""

from __future__ import annotations

from django import forms

from kaohe.catalogue import MOST_BYTES


class SchemeFileForm(forms.Form):
    """A scheme file."""

    file = forms.FileField(
        label="考核办法文件",
        help_text="YAML 文件或考核办法工作簿（.xlsx），2 MB 以内。",
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.xlsx"}),
        error_messages={"required": "请先选择文件。", "empty": "文件是空的，请重新选择。"},
    )

    def clean_file(self) -> object:
        """Not larger than a scheme can be."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("文件太大，不像考核办法。")
        return file
