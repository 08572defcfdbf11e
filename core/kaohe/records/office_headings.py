"""The words over columns: from the scheme's titles and aliases to the meaning of a column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kaohe.records.names import first_kind, person_kind
from kaohe.records.roll_headings import ROLL_WORDS
from kaohe.scoring.operators.votes import TURNOUT_WORDS
from kaohe.workbooks import match_key

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")
_RESPONDENT = re.compile(r"[0-9一二三四五六七八九十甲乙丙丁]{1,3}$")
_RESULTS = (
    "得分", "合计", "小计", "总分", "总得分", "综合得分", "等次", "名次", "排名", "位次", "序号",
    "备注", "平均", "平均分",
)  # fmt: skip


class Vocabulary:
    """Every word that can stand over a column under a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.parents: dict[str, str] = {}
        self.words: dict[str, list[tuple[str, str]]] = {}
        """Word -> (instrument it belongs to or empty, meaning)."""
        self.numbered: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.doubtful: list[str] = []
        self._add_own()
        self._add_instruments()
        for key, rule in scheme.entries.items():
            self._add("", key, f"{rule.title}（分值，可写 0.5+1）", rule.title, *rule.aliases)
        self.results = {match_key(w) for w in _RESULTS}
        self.results |= {match_key(node.title) for node in scheme.scores.values() if node.title}
        self.results |= {match_key(grade.title) for grade in scheme.grades.values()}

    def _add(self, parent: str, meaning: str, shown: str, *words: str) -> None:
        self.shown[meaning] = shown
        for word in words:
            pair = (parent, meaning)
            if pair not in self.words.setdefault(match_key(word), []):
                self.words[match_key(word)].append(pair)

    def _add_own(self) -> None:
        kind, person = first_kind(self.scheme), person_kind(self.scheme)
        self._add("", "id", "编号", "编号", "代码")
        self._add("", "title", "名称", kind.title, f"{kind.title}名称", *ROLL_WORDS["name"])
        self._add("", "class", "类别", *ROLL_WORDS["kind"])
        words = [
            w for w in (*ROLL_WORDS["secretary"], "姓名") if not (person and w == person.office)
        ]
        if person:
            words += [person.title, f"{person.office}姓名"]
        self._add("", "person", person.title if person else "负责人", *words)

    def _add_instruments(self) -> None:
        person = person_kind(self.scheme)
        for key, one in self.scheme.instruments.items():
            self.parents[key] = match_key(one.title)
            if one.type == "sheet":
                self._add("", key, f"{one.title}（总分）", one.title, *one.aliases)
                if one.by == "assessors":
                    for word in (one.title, *one.aliases):
                        self.numbered[match_key(word)] = key
            elif one.type == "ballot":
                for label in one.options:
                    self._add(key, f"{key}.{label}", f"{one.title}：{label}票数", label)
                for account, word in TURNOUT_WORDS.items():
                    words = (word, f"{word}票数", *one.aliases.get(account, ()))
                    self._add(key, f"{key}.@{account}", f"{one.title}：{word}票数", *words)
            elif one.type == "form":
                for score, terms in one.scores.items():
                    word, words = f"{key}.{score}", (terms.title, *terms.aliases)
                    self._add(key, word, f"{one.title}：{terms.title}（平均分）", *words)
                    if person and person.office in words:
                        self.doubtful.append(word)
            else:
                self._add("", key, one.title, one.title)

    def match(self, stacks: Sequence[tuple[str, ...]]) -> list[str | None]:
        """The meaning of each column; each meaning once, the first column of equals."""
        out: list[str | None] = []
        for titles in stacks:
            found = self._meaning(titles)
            out.append(found if found not in out else None)
        return out

    def _meaning(self, titles: tuple[str, ...]) -> str | None:
        if not titles:
            return None
        keys = [match_key(_BRACKETS.sub("", title)) for title in titles]
        last = keys[-1]
        for word in ("".join(keys), last):
            pairs = self.words.get(word)
            if pairs:
                return self._fitting(pairs, keys[:-1])
        found = _RESPONDENT.search(last)
        if found and last[: found.start()] in self.numbered:
            return f"{self.numbered[last[: found.start()]]}#{titles[-1]}"
        return None

    def _fitting(self, pairs: list[tuple[str, str]], above: list[str]) -> str | None:
        """Of several meanings the one whose instrument stands above the column."""
        if len(pairs) == 1:
            return pairs[0][1]
        for parent, meaning in pairs:
            title = self.parents.get(parent, "")
            if any(title and (title in text or text in title) for text in above if text):
                return meaning
        return None

    def is_result(self, titles: tuple[str, ...]) -> bool:
        """Whether a column that means nothing holds results or trifles."""
        key = match_key(_BRACKETS.sub("", titles[-1]))
        return key in self.results or any(
            key.endswith(word) for word in ("得分", "等次", "名次", "排名")
        )

    def meaning(self, word: str) -> str:
        """A meaning in words."""
        head, _, respondent = word.partition("#")
        return self.shown[head] + (f"，{respondent}" if respondent else "")

    def examples(self) -> str:
        """Some words that are recognised."""
        kind = first_kind(self.scheme)
        words = [kind.title]
        for one in self.scheme.instruments.values():
            aliases = getattr(one, "aliases", ())
            words.append(aliases[0] if isinstance(aliases, tuple) and aliases else one.title)
        return "、".join(dict.fromkeys(words))
