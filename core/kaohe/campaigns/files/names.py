"""Names of uploaded files: shown and offered for download, never used as a path."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)


def clean_name(name: str, *, kind: str) -> str:
    """The last part of a name without control, direction or path characters.

    The ending follows the content: ``report.pdf.exe`` that is a PDF becomes ``report.pdf.pdf``.
    """
    text = unicodedata.normalize("NFC", str(name)).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(c for c in text if unicodedata.category(c) not in _HIDDEN)
    text = _UNSAFE.sub("_", text).strip(" .")
    stem, dot, ending = text.rpartition(".")
    if not dot or not 1 <= len(ending) <= 5 or not ending.isascii():
        stem, ending = text, ""
    stem = " ".join(stem.split()).strip(" .")[:LONGEST] or "材料"
    if _RESERVED.fullmatch(stem.split(".")[0]):
        stem = f"_{stem}"
    return f"{stem}.{kind}"
