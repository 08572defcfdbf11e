"""How plugins are found, loaded, checked, and named when they fail.

Nothing happens at import.  `get_plugins` loads once; a plugin that fails to load or whose hook
raises is recorded in `Plugins.failures` and left out; everything else goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from kaohe.hookspecs import PROJECT, KaoheSpec

GROUP = "kaohe"


@dataclass(frozen=True, slots=True)
class Failure:
    """A plugin that is left out, and why."""

    name: str
    distribution: str
    version: str
    hook: str
    error: str

    @property
    def remedy(self) -> str:
        """What the technician does next."""
        return (
            f"升级或卸载：pip install -U {self.distribution}；"
            f"或在 KAOHE_PLUGINS 中去掉 {self.name}。"
        )

    def __str__(self) -> str:
        where = f"，钩子 {self.hook}" if self.hook else "，载入时"
        return f"插件 {self.name}（{self.distribution} {self.version}{where}）失败：{self.error}"


@dataclass(slots=True)
class Plugins:
    """The plugins in use."""

    manager: pluggy.PluginManager
    loaded: dict[str, EntryPoint] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def collect(self, hook: str) -> list[tuple[str, Any]]:
        """Call `hook` on each plugin by itself; return (plugin name, item) pairs in name order."""
        out: list[tuple[str, Any]] = []
        for name in sorted(self.loaded):
            plugin = self.manager.get_plugin(name)
            if plugin is None or not hasattr(plugin, hook):
                continue
            others = [p for p in self.manager.get_plugins() if p is not plugin]
            try:
                caller = self.manager.subset_hook_caller(hook, remove_plugins=others)
                found = [item for items in caller() for item in items]
            except Exception as error:  # a plugin may fail in any way; the others go on
                self._fail(self.loaded[name], hook, error)
                continue
            out += [(name, item) for item in found]
        return out

    def _fail(self, entry: EntryPoint, hook: str, error: BaseException) -> None:
        dist = entry.dist
        failure = Failure(
            entry.name,
            dist.name if dist else "?",
            dist.version if dist else "?",
            hook,
            f"{type(error).__name__}: {error}",
        )
        if failure not in self.failures:
            self.failures.append(failure)


def load_plugins(names: tuple[str, ...] = ("*",), found: list[EntryPoint] | None = None) -> Plugins:
    """Load the chosen plugins.

    Args:
        names: entry-point names; ``*`` for all installed.
        found: the entry points to choose from (tests); None asks the environment.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(KaoheSpec)
    plugins = Plugins(manager)
    for entry in sorted(
        entry_points(group=GROUP) if found is None else found, key=lambda e: e.name
    ):
        if "*" not in names and entry.name not in names:
            continue
        try:
            manager.register(entry.load(), name=entry.name)
            plugins.loaded[entry.name] = entry
            manager.check_pending()
        except Exception as error:  # named and contained, see Failure
            if manager.has_plugin(entry.name):
                manager.unregister(name=entry.name)
            plugins.loaded.pop(entry.name, None)
            plugins._fail(entry, "", error)
    return plugins


@cache
def get_plugins(names: tuple[str, ...] = ("*",)) -> Plugins:
    """`load_plugins`, once per process and choice."""
    return load_plugins(names)


def plugin_apps(names: list[str]) -> list[str]:
    """Packages of the chosen plugins that carry templates or models (Django apps)."""
    chosen = (e for e in entry_points(group=GROUP) if "*" in names or e.name in names)
    return sorted({e.value.split(".")[0] for e in chosen})
