"""Sort keys and account names from Chinese: databases order by code point, readers do not."""

from __future__ import annotations

import re

from pypinyin import lazy_pinyin


def sort_key(text: str) -> str:
    """Pinyin of a name, syllables apart; characters without pinyin sort last by themselves."""
    return " ".join(lazy_pinyin(text))


def account_name(text: str) -> str:
    """Letters and digits for a log-in name: 赵建国 → zhaojianguo."""
    return re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(text)).replace("ü", "v").lower())[:30]
