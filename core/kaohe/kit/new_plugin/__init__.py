"""A new plugin: a distribution with a first scheme, its tests and a case to sign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40


class PluginRefused(Exception):
    """A plugin that cannot be made there or under that name."""


def make_plugin(name: str, *, folder: Path, year: int) -> list[Path]:
    """Write the files of a new plugin; return them.

    Args:
        name: its entry-point name; the distribution is ``kaohe-<name>``.
        folder: the distribution's own folder, which must not exist or be empty.
        year: of the first version.

    Raises:
        PluginRefused: the name is none, or the folder holds something; nothing was written.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        what = f"名称“{name}”不能用"
        raise PluginRefused(
            f"{what}：应以小写英文字母开头，只含小写字母、数字和连字符，如 district。"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PluginRefused(f"{folder} 已有内容。换一个名称，或用 --dir 换一个位置。")
    package = f"kaohe_{name.replace('-', '_')}"
    if find_spec(package):
        raise PluginRefused(f"已经装有 {package}。换一个名称。")
    words = {
        "@NAME@": name, "@DIST@": f"kaohe-{name}", "@PACKAGE@": package,
        "@SCHEME@": f"{name}.first", "@FILE@": "first", "@TITLE@": "第一个考核办法",
        "@YEAR@": str(year),
    }  # fmt: skip
    written = []
    for place, template in _templates(files(__name__) / "files"):
        path = folder / place.replace("package/", f"{package}/", 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = template.read_text("utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        path.write_text(text, "utf-8")
        written.append(path)
    return written


def _templates(folder: Traversable, above: str = "") -> Iterator[tuple[str, Traversable]]:
    """Place in the distribution and template of every file, in order."""
    for one in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if one.is_dir():
            yield from _templates(one, f"{above}{one.name}/")
        else:
            name = one.name.removesuffix(".txt")
            yield above + (".gitignore" if name == "gitignore" else name), one
