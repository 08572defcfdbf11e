"""Does a plugin load, and does every hook return what the hookspec says?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kaohe.catalogue import Catalogue, read_catalogue
from kaohe.hookspecs import KaoheSpec
from kaohe.plugins import Plugins, load_plugins


def hook_names() -> tuple[str, ...]:
    """All hooks of the core."""
    return tuple(name for name in vars(KaoheSpec) if name.startswith("register_"))


def load_alone(name: str) -> tuple[Plugins, Catalogue]:
    """One installed plugin by its entry-point name, and what it offers; no other is loaded."""
    plugins = load_plugins((name,))
    return plugins, read_catalogue(plugins)


def plugin_problems(name: str) -> list[str]:
    """Everything wrong with a plugin and what its hooks return; none is an empty list."""
    plugins, catalogue = load_alone(name)
    problems = [str(one) for one in catalogue.problems]
    if name in plugins.loaded:
        for hook in hook_names():
            for _, item in plugins.collect(hook):
                problems += [f"钩子 {hook}：{text}" for text in _item_problems(item, catalogue)]
    failures = [f"{one}。{one.remedy}" for one in plugins.failures]
    return failures + problems


def _item_problems(item: Any, catalogue: Catalogue) -> list[str]:
    """What is wrong with one thing a hook returned, by what it has to have."""
    out: list[str] = []
    path = getattr(item, "path", None)
    if path is not None and not Path(path).is_file():
        out.append(f"没有文件 {path}")
    folder = getattr(item, "folder", None)
    if folder is not None:
        out += [
            f"{folder} 里没有 {name}"
            for name in ("roll.xlsx", "record.json")
            if not (Path(folder) / name).is_file()
        ]
        if item.scheme not in catalogue.schemes | catalogue.rollups:
            out.append(f"样例“{item.id}”用的考核办法 {item.scheme} 不在这个插件里")
    if hasattr(item, "syntax"):
        key = getattr(item.syntax, "key", "")
        if getattr(item.meaning, "key", None) != key:
            out.append(f"算子 {key} 的 meaning.key 应与 syntax.key 相同")
        out += [
            f"算子 {key} 的 meaning 没有 {name}()"
            for name in ("lower", "explain")
            if not callable(getattr(item.meaning, name, None))
        ]
    return out
