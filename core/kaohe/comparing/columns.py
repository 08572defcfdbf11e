"""What the columns of an office's table mean: inputs, results, or nothing we know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kaohe.comparing.item_columns import ITEM_POINTS, ItemColumns
from kaohe.comparing.part_columns import part_title, parts_of, without_weighing
from kaohe.comparing.tree import closure, walk
from kaohe.records.names import first_kind
from kaohe.records.office_headings import Vocabulary
from kaohe.workbooks import match_key

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

SCORE, GRADE, INPUT, OWN = "score", "grade", "input", "own"
RANK, GROUP_RANK, LISTS = "rank", "group_rank", "lists"
TITLE = "own:title"

_BRACKETS = re.compile(r"[（(\[【][^（()）\]】]*[)）\]】]")
_SCORE_ENDS = (
    "最终得分",
    "得分",
    "总分",
    "分数",
    "成绩",
    "小计",
    "合计",
    "评分",
    "均分",
    "分值",
    "分",
)
_GRADE_ENDS = (
    "考核等次", "评定等次", "等次", "等级", "档次", "级别", "评定结果", "考核结果", "结果", "评定", "定级",
)  # fmt: skip
_GRADES_OF = ("等次", "等级", "档次", "定级")
_TOTAL_WORDS = (
    "综合得分", "总得分", "总分", "总评", "合计", "总计", "总成绩", "最终得分", "综合成绩", "综合分",
    "考核总分", "年度得分", "最后得分", "综合", "最终成绩", "总评分", "得分合计",
)  # fmt: skip
_RANK_WORDS = ("名次", "排名", "位次", "排序", "总名次", "总排名", "综合排名")
_GROUP_RANK_WORDS = ("组内", "类内", "分类", "同类", "类别")
_LIST_WORDS = ("榜次", "榜单", "红灰榜", "上榜情况", "列入榜单", "名单")
_INPUT_ENDS = (
    *_SCORE_ENDS, "票数", "票", "张数", "人数", "数", "平均", "打分", "情况", "评分表", "评议表",
    "测评表", "考核表", "表",
)  # fmt: skip
_OWN_WORDS = ("id", "title", "class", "person")
_NUMBER = re.compile(r"第?[0-9一二三四五六七八九十甲乙丙丁]{1,3}(?:号)?")
_SHARES = ("折合", "折算", "加权", "权重", "折后", "平均", "均分")
"""A share or a mean of a score is not the score."""
_TOTAL_ENDS = ("总分", "总得分", "总成绩", "总评分", "最终得分")
_CHANGES = ("加分", "扣分", "减分")
_TRIFLES = ("序号", "备注", "编号", "说明", "签字", "备考", "附注")


class Meanings:
    """All meanings a column may have under a scheme, and the words for them."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.vocabulary = Vocabulary(scheme)
        self.words: dict[str, str] = {}
        for key, shown in self.vocabulary.shown.items():
            kind = OWN if key in ("id", "title", "class", "person") else INPUT
            self.words[f"{kind}:{key}"] = shown
        for name, node in scheme.scores.items():
            self.words[f"{SCORE}:{name}"] = node.title or name
        for name, grade in scheme.grades.items():
            self.words[f"{GRADE}:{name}"] = grade.title
        self.items = ItemColumns(scheme)
        for key, shown in self.items.shown.items():
            kind = SCORE if key.startswith(ITEM_POINTS) else INPUT
            self.words[f"{kind}:{key}"] = shown
        self.parts = parts_of(scheme)
        for name, part in self.parts.items():
            self.words[f"{SCORE}:{name}"] = part_title(scheme, part)
        self.words[RANK] = "名次"
        self.words[GROUP_RANK] = "类内名次"
        if scheme.lists:
            self.words[LISTS] = "榜单"
        self._scores = self._score_words()
        self._stems = self._input_stems()

    def _input_stems(self) -> dict[str, str]:
        """Stem of a heading -> input, where only one has it."""
        found: dict[str, set[str]] = {}
        for word, pairs in self.vocabulary.words.items():
            for _, meaning in pairs:
                for stem in _bares(word):
                    found.setdefault(stem, set()).add(meaning)
        return {k: next(iter(v)) for k, v in found.items() if k and len(v) == 1}

    def _score_words(self) -> dict[str, list[str]]:
        """Heading -> scores it may stand for, the outermost first."""
        found: dict[str, list[str]] = {}

        def add(word: str, name: str) -> None:
            for key in {match_key(word), _stem(word)}:
                if key and name not in found.setdefault(key, []):
                    found[key].append(name)

        for name, node in self.scheme.scores.items():
            add(node.title or name, name)
        for name, node in self.scheme.scores.items():
            for _, inner in walk(node, name):
                for word in self._instrument_words(inner):
                    add(word, name)
        # A score that is computed from the others of its word is the one a sheet shows.
        for names in found.values():
            names.sort(key=lambda one: -len(closure(self.scheme, one)))
        return found

    def _instrument_words(self, node: Any) -> list[str]:
        args: Any = node.args
        if node.operator == "votes":
            return [self.scheme.instruments[args.poll].title]
        if node.operator == "rating":
            form: Any = self.scheme.instruments[args.form]
            return [form.scores[args.score].title]
        if node.operator == "sheet":
            sheet: Any = self.scheme.instruments[args.instrument]
            return [sheet.title, *sheet.aliases]
        return []

    def match(self, stacks: Sequence[tuple[str, ...]]) -> list[str | None]:
        """The meaning of each column, each once; inputs as records read them.

        A heading that may be an input or a result is the input where it stands first.
        """
        inputs = self.vocabulary.match(stacks)
        items = self.items.match(stacks)
        titled = {self._titled(titles) for titles in stacks}
        out: list[str | None] = []
        for titles, word, item in zip(stacks, inputs, items, strict=True):
            others = titled - {self._titled(titles)}
            tried = (
                self._part(titles),
                self._input(word) if word and not self._is_points(word, titles) else None,
                f"{INPUT}:{item}" if item and not self._is_named(titles) else None,
                self._result(titles),
                self._loose(titles),
                self._respondent(titles),
                f"{INPUT}:{item}" if item else None,
                self._item_points(titles),
                self._near(titles),
            )
            out.append(next((m for m in tried if m and m not in out and m not in others), None))
        # A column of means beside the single sheets is no further sheet.
        several = {m.partition("#")[0] for m in out if m and "#" in m}
        out = [None if m in several else m for m in out]
        # The total beside a sheet's items is a result.
        sheets = {m.partition("/")[0] for m in out if m and m.startswith(INPUT) and "/" in m}
        for place, meaning in enumerate(out):
            if meaning in sheets:
                named = self._result(stacks[place])
                taken = named is None or named in out
                out[place] = self._sheet_score(meaning, out) if taken else named
        return out

    def _sheet_score(self, meaning: str, taken: list[str | None]) -> str | None:
        """The score that is a sheet's total."""
        sheet = meaning.partition(":")[2]
        for name, node in self.scheme.scores.items():
            args: Any = node.args
            found = f"{SCORE}:{name}"
            if node.operator == "sheet" and args.instrument == sheet and found not in taken:
                return found
        return None

    def _is_points(self, word: str, titles: tuple[str, ...]) -> bool:
        """Whether a heading names the points of a rule whose entries are rows of a table."""
        rule = self.scheme.entries.get(word)
        return rule is not None and isinstance(rule.points, dict) and self._is_named(titles)

    def _is_named(self, titles: tuple[str, ...]) -> bool:
        return self._titled(titles) is not None

    def _titled(self, titles: tuple[str, ...]) -> str | None:
        """The score whose title in full a heading is."""
        key = match_key(_BRACKETS.sub("", titles[-1])) if titles else ""
        named = (n for n, s in self.scheme.scores.items() if s.title and match_key(s.title) == key)
        return next((f"{SCORE}:{name}" for name in named), None)

    def _loose(self, titles: tuple[str, ...]) -> str | None:
        """An input whose words differ from the heading only in 票数, 得分 and the like."""
        if not titles:
            return None
        key = match_key(_BRACKETS.sub("", titles[-1]))
        for stem in _bares(key):
            found = self._stems.get(stem)
            if found and (found not in _OWN_WORDS or stem == key):  # 书记得分 is no name
                return self._input(found)
        for number in _NUMBER.finditer(key):
            rest = key[: number.start()] + key[number.end() :]
            for stem in _bares(rest):
                sheet = self._stems.get(stem)
                if sheet in self.vocabulary.numbered.values():
                    return f"{INPUT}:{sheet}#{titles[-1]}"
        return self._inside(_bares(key)[-1])

    def _near(self, titles: tuple[str, ...]) -> str | None:
        """A score whose words and the heading's contain one another, to be confirmed."""
        key = match_key(_BRACKETS.sub("", titles[-1])) if titles else ""
        if not key.endswith(_SCORE_ENDS) or any(word in key for word in _SHARES):
            return None
        total = self.scheme.total
        if key.endswith(_TOTAL_ENDS) or ("综合" in key and not key.endswith(_CHANGES)):
            return f"{SCORE}:{total}" if total in self.scheme.scores else None
        stem = _stem(key)
        name = self._containing(stem) if len(stem) >= 2 else None
        return f"{SCORE}:{name}" if name else None

    def _inside(self, key: str) -> str | None:
        """The one input whose words a short heading is part of or short for: 班子, 书记评议."""
        if len(key) < 2 or self.is_trifle((key,)):
            return None
        for fits in (_is_part, _is_short_for):
            found = {
                meaning
                for word, pairs in self.vocabulary.words.items()
                for _, meaning in pairs
                if fits(key, word) and meaning not in _OWN_WORDS
            }
            if found:
                return self._input(found.pop()) if len(found) == 1 else None
        return None

    def _respondent(self, titles: tuple[str, ...]) -> str | None:
        """One assessor's column under the heading of an assessors' sheet: 考核组 · 张三."""
        if len(titles) < 2 or match_key(_BRACKETS.sub("", titles[-1])) in _SCORE_ENDS:
            return None
        if "平均" in titles[-1] or self.is_trifle(titles):
            return None
        sheet = self.vocabulary.numbered.get(match_key(_BRACKETS.sub("", titles[-2])))
        return f"{INPUT}:{sheet}#{titles[-1]}" if sheet else None

    def _part(self, titles: tuple[str, ...]) -> str | None:
        """The weighted part of a score, if the heading says that it is one."""
        bare = without_weighing(titles)
        if not bare or match_key(titles[-1]) in self._scores:
            return None
        name = (self._result(bare) or self._near(bare) or "").removeprefix(f"{SCORE}:")
        into = (f"{SCORE}:{key}" for key, part in self.parts.items() if part.of == name)
        return next(into, None)

    def _item_points(self, titles: tuple[str, ...]) -> str | None:
        found = self.items.points(titles)
        return f"{SCORE}:{found}" if found else None

    def _input(self, word: str) -> str:
        return f"{OWN if word in ('id', 'title', 'class', 'person') else INPUT}:{word}"

    def _result(self, titles: tuple[str, ...]) -> str | None:
        if not titles:
            return None
        keys = [match_key(_BRACKETS.sub("", title)) for title in titles]
        last, above = keys[-1], keys[:-1]
        whole = "".join(keys)
        if any(last.endswith(word) for word in _RANK_WORDS):
            return GROUP_RANK if any(word in whole for word in _GROUP_RANK_WORDS) else RANK
        if self.scheme.lists and (last in _LIST_WORDS or last.endswith("榜")):
            return LISTS
        if any(last.endswith(match_key(word)) for word in _GRADE_ENDS):
            found = self._grade(whole)
            if found:
                return found
        of_grades = any(w.endswith(_GRADES_OF) or w.startswith(_GRADES_OF) for w in above)
        if of_grades and not last.endswith((*_SCORE_ENDS, *_RANK_WORDS)):
            return self._grade(whole)  # 等次评定 · 支部
        for word in (match_key(titles[-1]), whole, last):
            name = self._score(word)
            if name:
                return f"{SCORE}:{name}"
        if above and (not _stem(last) or last in _SCORE_ENDS):
            for word in reversed(above):
                name = self._score(word) or self._containing(word)
                if name:
                    return f"{SCORE}:{name}"
            return None
        if not above and last in {match_key(w) for w in _TOTAL_WORDS}:
            return f"{SCORE}:{self.scheme.total}"
        return None

    def _score(self, word: str) -> str | None:
        if word in {match_key(w) for w in _TOTAL_WORDS} and word not in self._scores:
            return self.scheme.total if self.scheme.total in self.scheme.scores else None
        for key in (word, _stem(word)):
            names = self._scores.get(key)
            if key and names:
                return names[0]
        return None

    def _containing(self, word: str) -> str | None:
        """The outermost score whose words and the heading's contain one another."""
        names = [
            name
            for key, found in self._scores.items()
            if len(key) >= 2 and len(word) >= 2 and (key in word or word in key)
            for name in found
        ]
        names.sort(key=lambda one: -len(closure(self.scheme, one)))
        return names[0] if names else None

    def _grade(self, word: str) -> str | None:
        """The grade a heading names: a person's if it names the office."""
        grades = self.scheme.grades
        if not grades:
            return None
        for name, grade in grades.items():
            if match_key(grade.title) == word:
                return f"{GRADE}:{name}"
        kinds = self.scheme.subjects
        for name, grade in grades.items():
            kind = kinds[grade.subject]
            if kind.kind == "person" and first_kind(self.scheme).kind != "person":
                names = [kind.office, kind.title, *(("负责人",) if kind.office else ())]
                if any(n and match_key(n) in word for n in names):
                    return f"{GRADE}:{name}"
        first = next((n for n, g in grades.items() if kinds[g.subject].kind != "person"), None)
        return f"{GRADE}:{first or next(iter(grades))}"

    def find(self, text: str) -> str | None:
        """The meaning somebody typed: its key or its words."""
        plain = text.strip()
        if plain in self.words or _numbered(plain) in self.words:
            return plain
        key = match_key(plain)
        order = (SCORE, GRADE, "", OWN, INPUT)
        for kind in order:
            for meaning, words in self.words.items():
                if meaning.partition(":")[0] == kind or (not kind and ":" not in meaning):
                    bare = meaning.partition(":")[2]
                    if key in (match_key(words), match_key(bare), _stem(words)):
                        return meaning
        found = self.vocabulary.match([(plain,)])[0]
        return self._input(found) if found else None

    def told(self, meaning: str) -> str:
        """A meaning in words, with its kind."""
        kind, _, rest = meaning.partition(":")
        if kind == INPUT:
            shown = self.items.shown.get(rest.partition("#")[0])
            return f"数据：{shown or self.vocabulary.meaning(rest)}"
        if kind == OWN:
            return self.words[meaning]
        return f"结果：{self.words[meaning]}"

    def plainly(self, meaning: str) -> str:
        """A meaning in words alone."""
        return self.told(meaning).rpartition("：")[2]

    def is_trifle(self, titles: tuple[str, ...]) -> bool:
        """Whether a column is a number of rows or a remark."""
        key = match_key(_BRACKETS.sub("", titles[-1]))
        return any(word in key for word in _TRIFLES)


def _is_part(key: str, word: str) -> bool:
    return key in word


def _is_short_for(key: str, word: str) -> bool:
    """Whether a heading leaves out characters in the middle: 书记评议 for 书记履职评议."""
    if len(key) < 4 or len(key) * 2 < len(word) or (key[:2], key[-2:]) != (word[:2], word[-2:]):
        return False
    rest = iter(word)
    return all(char in rest for char in key)


def _numbered(meaning: str) -> str:
    return meaning.partition("#")[0]


def _bares(word: str) -> list[str]:
    """A heading of an input, then without the words that say nothing, the longest first."""
    found = [word]
    for one in found:
        for end in _INPUT_ENDS:
            rest = one.removesuffix(end)
            if rest and rest != one and rest not in found and (len(rest) > 1 or len(one) == 2):
                found.append(rest)
    return sorted(found, key=lambda stem: -len(stem))


def _stem(word: str) -> str:
    """A heading without what every heading of a score ends in."""
    key = match_key(_BRACKETS.sub("", word))
    for end in _SCORE_ENDS:
        if key.endswith(end) and key != end:
            return key.removesuffix(end)
    return "" if key in _SCORE_ENDS else key
