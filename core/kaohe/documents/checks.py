"""System checks of fonts: what stands in for what, and files that cannot be used."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Info, Warning, register


@register("kaohe")
def check_font_roles(**_: Any) -> list[CheckMessage]:
    """Say which fonts of official documents are replaced, and try those the office configured."""
    from kaohe.documents.fonts import ROLES, FontError, default_fonts, font_override

    found: list[CheckMessage] = []
    try:
        fonts = default_fonts()
    except FontError:
        return []  # kaohe.W004 says so
    for role in font_override():
        try:
            fonts.name(role)
        except FontError as error:
            found.append(Warning(str(error), hint="改正 KAOHE_FONTS 中的文件名。", id="kaohe.W060"))
    missing = [ROLES[role] for role in fonts.substituted if role in ("kai", "fangsong")]
    if missing:
        found.append(
            Info(
                f"没有{'、'.join(missing)}字体，打印的文件用宋体代替",
                hint="本单位有授权字体的，可在 KAOHE_FONTS 中指定，例如 fangsong=仿宋.ttf。",
                id="kaohe.I061",
            )
        )
    return found
