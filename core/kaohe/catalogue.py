"""The schemes and operators in use: what the plugins bring, read once.

A scheme needs no plugin: folders of YAML files and scheme workbooks named in ``KAOHE_SCHEMES`` are read as well.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe.plugins import Plugins, chosen_names, get_plugins

if TYPE_CHECKING:
    from kaohe.hookspecs import OperatorDefinition, SampleCampaign
    from kaohe.scheme.reading import SchemeSource

FOLDERS = "KAOHE_SCHEMES"
"""Environment variable: folders of scheme files, separated as in ``PATH``."""
MOST_BYTES = 2 * 1024 * 1024
"""Largest scheme file that is read."""
_ID = re.compile(rb"^id:[ \t]*[\"']?([A-Za-z0-9._-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A scheme on offer and where it came from."""

    source: SchemeSource
    plugin: str
    """Name of the plugin; empty for a folder of the office's own."""
    path: Path


@dataclass(frozen=True, slots=True)
class CatalogueProblem:
    """A scheme or operator that cannot be offered."""

    plugin: str
    place: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}：{self.what.rstrip('。')}。{self.remedy}"


class UnknownScheme(LookupError):
    """No scheme has this id; the message names near ones."""

    def __init__(self, scheme_id: str, known: list[str]) -> None:
        near = get_close_matches(scheme_id, known, 3, 0.5)
        listed = "、".join(near or known) or "（没有任何考核办法，请检查插件：kaohe check）"
        word = "是否想写" if near else "可用"
        super().__init__(f"没有考核办法“{scheme_id}”。{word}：{listed}")


@dataclass(slots=True)
class Catalogue:
    """What one choice of plugins offers."""

    schemes: dict[str, CatalogueEntry] = field(default_factory=dict)
    rollups: dict[str, CatalogueEntry] = field(default_factory=dict)
    """Longer periods made of a scheme's own, under their ids (``….year``)."""
    operators: dict[str, OperatorDefinition] = field(default_factory=dict)
    problems: list[CatalogueProblem] = field(default_factory=list)


def schemes(names: tuple[str, ...] | None = None) -> dict[str, CatalogueEntry]:
    """Schemes by id, in order of their ids."""
    return dict(load_catalogue(names).schemes)


def rollups(names: tuple[str, ...] | None = None) -> dict[str, CatalogueEntry]:
    """Roll-ups of the schemes by id, in order of their ids."""
    return dict(load_catalogue(names).rollups)


def get(scheme_id: str, names: tuple[str, ...] | None = None) -> CatalogueEntry:
    """The scheme or roll-up with an id.

    Raises:
        UnknownScheme: there is none.
    """
    chosen = chosen_names() if names is None else names
    if not _cached.cache_info().currsize:
        # One of many is wanted: reading all of them would take seconds.
        alone = _read_one(chosen, os.environ.get(FOLDERS, ""), scheme_id)
        if alone is not None:
            return alone
    catalogue = load_catalogue(chosen)
    found = {**catalogue.schemes, **catalogue.rollups}
    if scheme_id not in found:
        raise UnknownScheme(scheme_id, list(found))
    return found[scheme_id]


def problems(names: tuple[str, ...] | None = None) -> list[CatalogueProblem]:
    """What cannot be offered, and why."""
    return list(load_catalogue(names).problems)


def syntaxes(names: tuple[str, ...] | None = None) -> dict[str, type[Any]]:
    """The plugins' operators as `SchemeSource.bind` takes them."""
    chosen = chosen_names() if names is None else names
    return {key: one.syntax for key, one in _operators(chosen).items()}


def meanings(names: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The plugins' operators as `compile_scheme` takes them."""
    chosen = chosen_names() if names is None else names
    return {key: one.meaning for key, one in _operators(chosen).items()}


def samples(names: tuple[str, ...] | None = None) -> dict[str, SampleCampaign]:
    """Sample campaigns of the plugins by id."""
    return {one.id: one for _, one in get_plugins(names).collect("register_sample_campaigns")}


def load_catalogue(names: tuple[str, ...] | None = None) -> Catalogue:
    """`read_catalogue`, once per process and choice of plugins and folders."""
    chosen = chosen_names() if names is None else names
    return _cached(chosen, os.environ.get(FOLDERS, ""))


@cache
def _cached(names: tuple[str, ...], folders: str) -> Catalogue:
    return read_catalogue(get_plugins(names), _paths(folders))


@cache
def _operators(names: tuple[str, ...]) -> dict[str, OperatorDefinition]:
    catalogue = Catalogue()
    _read_operators(get_plugins(names), catalogue)
    return catalogue.operators


@cache
def _read_one(names: tuple[str, ...], folders: str, scheme_id: str) -> CatalogueEntry | None:
    """A scheme without the others; None if the files do not tell at a glance which one it is in."""
    plugins, likely = get_plugins(names), []
    for plugin, path in _files(plugins, _paths(folders)):
        try:
            found = _ID.search(path.read_bytes()) if path.suffix.lower() == ".yaml" else None
        except OSError:
            continue
        if found is None:
            return None
        if f"{scheme_id}.".startswith(f"{found[1].decode()}."):
            likely.append((plugin, path))
    if len(likely) != 1:
        return None
    catalogue = Catalogue(operators=_operators(names))
    _read_scheme(plugins, *likely[0], catalogue)
    return {**catalogue.schemes, **catalogue.rollups}.get(scheme_id)


def _paths(folders: str) -> list[Path]:
    return [Path(f) for f in folders.split(os.pathsep) if f]


def _files(plugins: Plugins, folders: list[Path]) -> list[tuple[str, Path]]:
    """Scheme files with the plugin each comes from; folders of the office's own come last."""
    files = [(name, file.path) for name, file in plugins.collect("register_schemes")]
    for folder in folders:
        files += [("", path) for path in sorted(folder.glob("*")) if _is_scheme(path)]
    return files


def read_catalogue(plugins: Plugins, folders: list[Path] | None = None) -> Catalogue:
    """Read all schemes and operators; what cannot be used is named and left out."""
    catalogue = Catalogue()
    _read_operators(plugins, catalogue)
    for folder in folders or []:
        if not folder.is_dir():
            what, remedy = "文件夹不存在", f"改正 {FOLDERS} 或建立这个文件夹。"
            catalogue.problems.append(CatalogueProblem("", str(folder), what, remedy))
    for plugin, path in _files(plugins, folders or []):
        _read_scheme(plugins, plugin, path, catalogue)
    catalogue.schemes = dict(sorted(catalogue.schemes.items()))
    catalogue.rollups = dict(sorted(catalogue.rollups.items()))
    return catalogue


def _is_scheme(path: Path) -> bool:
    """Whether a file in a folder of schemes is one; Excel's lock files are not."""
    return path.suffix.lower() in (".yaml", ".xlsx") and not path.name.startswith("~$")


def _read_operators(plugins: Plugins, catalogue: Catalogue) -> None:
    from kaohe.scheme.operators import OPERATORS
    from kaohe.scheme.operators import Operator as Syntax

    owners: dict[str, str] = {}
    for plugin, offered in plugins.collect("register_operators"):
        syntax = offered.syntax
        key = getattr(syntax, "key", None)
        error = ""
        if not (isinstance(syntax, type) and issubclass(syntax, Syntax) and isinstance(key, str)):
            error = f"算子 {syntax!r} 不是带 key 的 Operator 子类"
        elif key in OPERATORS:
            error = f"算子 {key} 与核心自带的同名"
        elif key in owners:
            error = f"算子 {key} 已由插件 {owners[key]} 提供"
        if error:
            plugins.fail(plugin, hook="register_operators", error=error)
            continue
        owners[str(key)] = plugin
        catalogue.operators[str(key)] = offered


def _read_scheme(plugins: Plugins, plugin: str, path: Path, catalogue: Catalogue) -> None:
    from kaohe.scheme.errors import SchemeErrors
    from kaohe.schemebooks import read_any_source

    def refuse(place: str, what: str, remedy: str) -> None:
        catalogue.problems.append(CatalogueProblem(plugin, place, what, remedy))

    name, version = plugins.origin(plugin) if plugin else ("", "")
    owner = f"升级插件：pip install -U {name}（现为 {version}）。" if plugin else "改正文件。"
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            refuse(str(path), f"考核办法文件有 {size} 字节，超过 {MOST_BYTES}", owner)
            return
        syntaxes = {key: one.syntax for key, one in catalogue.operators.items()}
        source = read_any_source(path.read_bytes(), name=path.name, operators=syntaxes)
        source.check(operators=syntaxes)
    except OSError as error:
        refuse(str(path), f"考核办法文件读不出来（{error.strerror or error}）", owner)
        return
    except SchemeErrors as errors:
        for one in errors.errors:
            refuse(f"{path.parent}{os.sep}{one.place}", one.what, one.remedy)
        return
    taken = catalogue.schemes.get(source.id)
    if taken is not None:
        where = f"插件 {taken.plugin} " if taken.plugin else f" {taken.path} "
        refuse(
            str(path),
            f"考核办法编号 {source.id} 已由{where}提供",
            "改用另一个编号，或去掉其中一个。",
        )
        return
    catalogue.schemes[source.id] = CatalogueEntry(source, plugin, path)
    for key, rollup in source.rollups().items():
        catalogue.rollups[key] = CatalogueEntry(rollup, plugin, path)
