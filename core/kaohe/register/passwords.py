"""Rules for passwords people choose, in words they read."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator


class LengthValidator(MinimumLengthValidator):
    """Django's own has no Chinese text in every release."""

    def get_error_message(self) -> Any:
        """What is wrong and what to do."""
        return f"密码太短，至少要 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        """The rule, beside the field."""
        return f"密码至少要 {self.min_length} 个字符。"
