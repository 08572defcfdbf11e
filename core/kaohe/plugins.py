"""How plugins are found, loaded, checked, and named when they fail.

Nothing happens at import.  `get_plugins` loads once; a plugin that fails to load or whose hook
raises is recorded in `Plugins.failures` and left out; everything else goes on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pluggy

from kaohe.hookspecs import (
    ITEM_TYPES,
    PROJECT,
    KaoheSpec,
    SampleCampaign,
    SchemeFile,
    hookimpl,
)

GROUP = "kaohe"
SETTING = "KAOHE_PLUGINS"


@dataclass(frozen=True, slots=True)
class Failure:
    """A plugin that is left out, and why."""

    name: str
    distribution: str
    version: str
    hook: str
    error: str
    advice: str = ""

    @property
    def remedy(self) -> str:
        """What the technician does next."""
        return self.advice or (
            f"升级或卸载：pip install -U {self.distribution}；或在 {SETTING} 中去掉 {self.name}。"
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
    _offers: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    def collect(self, hook: str) -> list[tuple[str, Any]]:
        """Call `hook` on each plugin by itself, once; return (plugin name, item) in name order.

        A plugin whose hook raises, or returns anything but a list of what the hook asks for, gives
        nothing and is named in `failures`.
        """
        if hook not in self._offers:
            self._offers[hook] = [
                (name, item) for name in sorted(self.loaded) for item in self._offer(name, hook)
            ]
        return list(self._offers[hook])

    def fail(self, name: str, *, hook: str, error: str, advice: str = "") -> None:
        """Record that something a plugin brings cannot be used."""
        distribution, version = self.origin(name)
        failure = Failure(name, distribution, version, hook, error, advice)
        if failure not in self.failures:
            self.failures.append(failure)

    def origin(self, name: str) -> tuple[str, str]:
        """Distribution and version a plugin comes from."""
        entry = self.loaded.get(name)
        dist = entry.dist if entry else None
        return (dist.name, dist.version) if dist else ("?", "?")

    def _offer(self, name: str, hook: str) -> Iterable[Any]:
        plugin = self.manager.get_plugin(name)
        impls = getattr(self.manager.hook, hook).get_hookimpls()
        impl = next((i for i in impls if i.plugin is plugin), None)
        if impl is None:
            return ()
        try:
            # Called directly: through pluggy a None would vanish and the culprit with it.
            items = impl.function()
        except (Exception, SystemExit) as error:  # a plugin may fail in any way; the others go on
            self.fail(name, hook=hook, error=_words(error))
            return ()
        if not isinstance(items, list | tuple):
            self.fail(name, hook=hook, error=f"应返回列表，却返回了 {type(items).__name__}")
            return ()
        expected = ITEM_TYPES.get(hook, object)
        wrong = [item for item in items if not isinstance(item, expected)]
        if wrong:
            found = "、".join(sorted({type(item).__name__ for item in wrong}))
            self.fail(name, hook=hook, error=f"列表里应为 {expected.__name__}，却有 {found}")
            return ()
        return items


@dataclass(frozen=True, slots=True)
class SchemeFolder:
    """A plugin without any Python: a package whose folders hold schemes and samples.

    ``schemes/*.yaml`` are its schemes; ``samples/<scheme id>/`` with ``roll.xlsx``,
    ``record.json`` and ``title.txt`` is a sample campaign.
    """

    path: Path

    @hookimpl
    def register_schemes(self) -> list[SchemeFile]:
        """The scheme files of the folder."""
        return [SchemeFile(path) for path in sorted((self.path / "schemes").glob("*.yaml"))]

    @hookimpl
    def register_sample_campaigns(self) -> list[SampleCampaign]:
        """The sample campaigns of the folder."""
        return [
            SampleCampaign(
                id=title.parent.name,
                title=title.read_text("utf-8").strip(),
                scheme=title.parent.name,
                folder=title.parent,
            )
            for title in sorted((self.path / "samples").glob("*/title.txt"))
        ]


def _speaking(module: Any, manager: pluggy.PluginManager) -> Any:
    """The module itself if it has hooks, else its folder."""
    parse = manager.parse_hookimpl_opts
    if any(parse(module, name) is not None for name in dir(module)) or not hasattr(
        module, "__path__"
    ):
        return module
    return SchemeFolder(Path(next(iter(module.__path__))))


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def chosen_names() -> tuple[str, ...]:
    """Names of the plugins to use, from the environment: the site's setting, without Django."""
    text = os.environ.get(SETTING)
    if text is None:
        return ("*",)
    return tuple(name.strip() for name in text.split(",") if name.strip())


def load_plugins(names: Iterable[str] = ("*",), found: list[EntryPoint] | None = None) -> Plugins:
    """Load the chosen plugins.

    Args:
        names: entry-point names; ``*`` for all installed.
        found: the entry points to choose from (tests); None asks the environment.
    """
    names = tuple(names)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(KaoheSpec)
    plugins = Plugins(manager)
    offered = list(entry_points(group=GROUP)) if found is None else found
    chosen = [e for e in offered if "*" in names or e.name in names]
    for entry in sorted(chosen, key=lambda e: e.name):
        _load(plugins, entry)
    for name in sorted(set(names) - {"*"} - {e.name for e in offered}):
        plugins.failures.append(
            Failure(
                name,
                f"kaohe-{name}",
                "未安装",
                "",
                f"{SETTING} 里写了它，但没有安装",
                f"安装：pip install kaohe-{name}；或在 {SETTING} 中去掉 {name}。",
            )
        )
    return plugins


def _load(plugins: Plugins, entry: EntryPoint) -> None:
    manager, dist = plugins.manager, entry.dist
    taken = plugins.loaded.get(entry.name)
    try:
        if taken is not None:
            other = taken.dist.name if taken.dist else "?"
            raise ValueError(f"名称 {entry.name} 已被 {other} 占用")
        manager.register(_speaking(entry.load(), manager), name=entry.name)
        manager.check_pending()
        plugins.loaded[entry.name] = entry
    except (Exception, SystemExit) as error:  # named and contained, see Failure
        if taken is None and manager.has_plugin(entry.name):
            manager.unregister(name=entry.name)
        name, version = (dist.name, dist.version) if dist else ("?", "?")
        plugins.failures.append(Failure(entry.name, name, version, "", _words(error)))


@cache
def get_plugins(names: tuple[str, ...] | None = None) -> Plugins:
    """`load_plugins`, once per process and choice; None: what the environment chooses."""
    return load_plugins(names) if names is not None else get_plugins(chosen_names())


def plugin_apps(names: Iterable[str]) -> list[str]:
    """Packages of the chosen plugins that loaded: they may carry templates or models."""
    plugins = get_plugins(tuple(names))
    apps = []
    for name, entry in plugins.loaded.items():
        package = entry.value.partition(":")[0].split(".")[0]
        try:
            if find_spec(f"{package}.apps"):
                import_module(f"{package}.apps")
        except (Exception, SystemExit) as error:  # it would keep the whole site from starting
            plugins.fail(name, hook="", error=_words(error))
            continue
        apps.append(package)
    return sorted(set(apps))
