"""System checks of what plugins bring: each failure named with distribution, version and hook."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from kaohe import catalogue
from kaohe.plugins import get_plugins

HOOKS = ("register_schemes", "register_operators", "register_sample_campaigns", "register_fonts")


@register("kaohe")
def check_plugins(**_: Any) -> list[CheckMessage]:
    """Name plugins, schemes and operators that had to be left out; the site goes on without."""
    names = tuple(settings.KAOHE_PLUGINS)
    plugins = get_plugins(names)
    problems = catalogue.problems(names)
    for hook in HOOKS:
        plugins.collect(hook)
    found: list[CheckMessage] = [
        Error(str(failure), hint=failure.remedy, obj=failure.name, id="kaohe.E001")
        for failure in plugins.failures
    ]
    found += [
        Error(f"{one.place}：{one.what}", hint=one.remedy, obj=one.plugin or None, id="kaohe.E002")
        for one in problems
    ]
    if not catalogue.schemes(names):
        found.append(
            Warning(
                "没有任何考核办法",
                hint="安装带考核办法的插件（如 pip install kaohe-township），或设置 KAOHE_SCHEMES。",
                id="kaohe.W003",
            )
        )
    return found


@register("kaohe")
def check_fonts(**_: Any) -> list[CheckMessage]:
    """Without Chinese fonts no document can be printed."""
    from kaohe.documents.fonts import FontError, default_fonts

    try:
        default_fonts()
    except (FontError, OSError) as error:
        hint = "安装 kaohe-fonts，或设置 KAOHE_FONTS。"
        return [Warning(f"不能生成 PDF：{error}", hint=hint, id="kaohe.W004")]
    return []
