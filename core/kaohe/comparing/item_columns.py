"""Columns that hold the items of a sheet: what people entered, or the points it gave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kaohe.workbooks import match_key

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

ITEM_POINTS = "points@"
"""Begins the name of the score that stands for an item's points."""
_BRACKETS = re.compile(r"[（(\[【][^（()）\]】]*[)）\]】]")
_SEPARATORS = re.compile(r"[·:\-—/、]")
_RATES = ("达标率", "完成率", "百分比", "比例", "占比", "率", "个数", "次数", "人数", "数")
_ENDS = ("得分", "分数", "评分", "分值", "分")
_NUMBERING = re.compile(r"^[0-9一二三四五六七八九十]{1,3}[.、．]")


class ItemInput(NamedTuple):
    """An input of an item of a sheet."""

    sheet: str
    item: str
    input: str
    row: str
    """Its title where an item has several inputs."""


class ItemColumns:
    """The words for items, as headings use them: ``sheet/input`` and ``points@sheet/item``."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.inputs: dict[str, ItemInput] = {}
        self.shown: dict[str, str] = {}
        self._words: dict[str, list[str]] = {}
        self._points: dict[str, list[str]] = {}
        self._sheets: dict[str, list[str]] = {}
        for key, one in scheme.instruments.items():
            if one.type == "sheet":
                self._sheets[key] = [_plain(w) for w in (one.title, *one.aliases)]
                for item in scheme.items[one.items].items:
                    self._add(key, one.title, item)

    def _add(self, sheet: str, title: str, item: Any) -> None:
        found = item.inputs(decimals=self.scheme.decimals)
        for one in found:
            key = f"{sheet}/{one.id}"
            row = "" if one.id == item.id else one.title
            self.inputs[key] = ItemInput(sheet, item.id, one.id, row)
            self.shown[key] = f"{title}：{item.title}" + (f"·{row}" if row else "")
            words = [item.title + one.title, one.title] if row else [item.title, *_rule_words(one)]
            for word in words:
                if key not in self._words.setdefault(_plain(word), []):
                    self._words[_plain(word)].append(key)
        if item.rule is not None:
            key = f"{ITEM_POINTS}{sheet}/{item.id}"
            self.shown[key] = f"{title}：{item.title}得分"
            self._points.setdefault(_plain(item.title), []).append(key)

    def match(self, stacks: Sequence[tuple[str, ...]]) -> list[str | None]:
        """The input under each heading, each once."""
        out: list[str | None] = []
        for titles in stacks:
            found = None if self._names_points(titles) else self._find(titles, self._words)
            out.append(found if found not in out else None)
        return out

    def _names_points(self, titles: tuple[str, ...]) -> bool:
        """Whether a heading asks for the points of an item that has a rule."""
        last = match_key(_BRACKETS.sub("", titles[-1])) if titles else ""
        return last.endswith(_ENDS) and self.points(titles) is not None

    def unmapped(self, mapped: set[str]) -> dict[str, list[str]]:
        """Sheet -> inputs without a column, of sheets that have some."""
        found: dict[str, list[str]] = {}
        begun = {self.inputs[key].sheet for key in mapped if key in self.inputs}
        for key, one in self.inputs.items():
            if one.sheet in begun and key not in mapped and not key.endswith(".na"):
                found.setdefault(one.sheet, []).append(self.shown[key].partition("：")[2])
        return found

    def points(self, titles: tuple[str, ...]) -> str | None:
        """The item whose points a heading names."""
        return self._find(titles, self._points)

    def _find(self, titles: tuple[str, ...], words: dict[str, list[str]]) -> str | None:
        if not titles:
            return None
        keys = [_plain(title) for title in titles]
        last = _NUMBERING.sub("", keys[-1])
        for word in ("".join(keys), last, *(last.removesuffix(e) for e in _ENDS)):
            found = words.get(word)
            if found:
                return self._fitting(found, keys[:-1], last)
        rate = next((last.removesuffix(e) for e in _RATES if last.endswith(e)), "")
        found = words.get(rate)
        return self._fitting(found, keys[:-1], last) if found else None

    def _fitting(self, found: list[str], above: list[str], last: str) -> str | None:
        """Of the sheets that have the item, the one named above, else the only one."""
        if len(found) == 1:
            return found[0]
        for one in found:
            sheet = one.removeprefix(ITEM_POINTS).partition("/")[0]
            for word in self._sheets[sheet]:
                if any(word and text and (word in text or text in word) for text in above):
                    return one
        rows = [one for one in found if one in self.inputs]
        for one in rows:
            title = self._item_title(self.inputs[one])
            if any(title in text or text in title for text in above if text):
                return one
        return None

    def _item_title(self, one: ItemInput) -> str:
        instrument: Any = self.scheme.instruments[one.sheet]
        items = self.scheme.items[instrument.items].items
        return _plain(next(i.title for i in items if i.id == one.item))


def _plain(text: str) -> str:
    """A heading without what separates its parts."""
    return _SEPARATORS.sub("", match_key(_BRACKETS.sub("", text)))


def _rule_words(one: Any) -> list[str]:
    """The figure's own name, if it has one: 达标村占比."""
    return [one.title] if one.title else []
