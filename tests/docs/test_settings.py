"""Every environment variable the settings read is documented, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_settings_and_their_page_agree() -> None:
    code = (ROOT / "core/kaohe/site/settings.py").read_text("utf-8")
    page = (ROOT / "docs/settings.md").read_text("utf-8")

    read = set(re.findall(r'env\.\w+\(\s*"(KAOHE_\w+)"', code))
    documented = set(re.findall(r"^\| `(KAOHE_\w+)`", page, re.M))

    assert read <= documented
    assert documented <= read
