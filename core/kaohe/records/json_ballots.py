"""Ballots and anonymous forms in a JSON record."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.records.collecting import Collector, kind_word
from kaohe.records.json_text import Path
from kaohe.records.names import Names, account_names, item_names, score_names
from kaohe.scoring.facts import TOTAL, TURNOUT, Mark, Vote

if TYPE_CHECKING:
    from kaohe.scheme.model import BallotInstrument, FormInstrument

_PARTS = Names(
    {"tally": ("整体票数", "overall"), "aspects": ("分项票数",), "strata": ("分类票数",)}
)


def read_ballot(
    subject: str, name: str, ballot: BallotInstrument, value: Any, path: Path, into: Collector
) -> None:
    """An overall tally, tallies by aspect, the accounting; the same inside voter classes."""
    _Ballot(subject, name, ballot, into).read(value, path, "")


class _Ballot:
    """One subject's ballot."""

    def __init__(self, subject: str, name: str, ballot: BallotInstrument, into: Collector) -> None:
        self.subject, self.name, self.ballot, self.into = subject, name, ballot, into
        self.options = Names(dict.fromkeys(ballot.options, ()))
        self.aspects = item_names(into.scheme, ballot.aspects)
        self.accounts = account_names(ballot)
        self.strata = Names({key: (title,) for key, title in ballot.strata.items()})

    def read(self, value: Any, path: Path, stratum: str) -> None:
        """Read what stands under the ballot, or under one of its voter classes."""
        if isinstance(value, list):
            self.tally(TOTAL, value, path, stratum)
            return
        if not isinstance(value, dict):
            example = "、".join(list(self.ballot.options)[:2])
            self.into.problem(
                path, f"应为票数，却是{kind_word(value)}", f"写成 {{{example}……: 票数}}"
            )
            return
        overall: dict[str, Any] = {}
        for key, one in value.items():
            here = (*path, key)
            if key.startswith("_") or one is None:
                continue
            part = _PARTS.find(key)
            if part == "tally":
                self.tally(TOTAL, one, here, stratum)
            elif part == "aspects":
                self.by_aspect(one, here, stratum)
            elif part == "strata" and not stratum:
                self.by_stratum(one, here)
            elif account := self.accounts.find(key):
                self.add(TURNOUT, account, one, here, stratum)
            elif self.options.find(key):
                overall[key] = one
            elif aspect := self.aspects.find(key):
                self.tally(aspect, one, here, stratum)
            else:
                known = Names(dict.fromkeys((*_PARTS.words, *self.accounts.words), ()))
                self.into.problem(here, f"“{self.ballot.title}”不认识“{key}”", known.near(key))
        if overall:
            self.tally(TOTAL, overall, path, stratum)

    def by_aspect(self, value: Any, path: Path, stratum: str) -> None:
        """Tallies by aspect."""
        if not isinstance(value, dict):
            self.into.problem(path, f"应为一组键值，却是{kind_word(value)}", "写成 {项目: 票数}")
            return
        for key, one in value.items():
            if key.startswith("_") or one is None:
                continue
            aspect, here = self.aspects.find(key), (*path, key)
            if aspect is None:
                what = f"“{self.ballot.title}”没有项目“{key}”"
                self.into.problem(here, what, self.aspects.near(key))
            else:
                self.tally(aspect, one, here, stratum)

    def by_stratum(self, value: Any, path: Path) -> None:
        """The whole once per voter class."""
        if not isinstance(value, dict):
            self.into.problem(path, f"应为一组键值，却是{kind_word(value)}", "写成 {类别: 票数}")
            return
        for key, one in value.items():
            if not key.startswith("_") and one is not None:
                self.read(one, (*path, key), self.strata.known(key))

    def tally(self, aspect: str, value: Any, path: Path, stratum: str) -> None:
        """Counts by option, or a list in the order of the options."""
        labels = list(self.ballot.options)
        if isinstance(value, list):
            if len(value) != len(labels):
                self.into.problem(
                    path, f"应有 {len(labels)} 个票数，却有 {len(value)} 个",
                    f"依次为：{'、'.join(labels)}",
                )  # fmt: skip
                return
            for index, (label, one) in enumerate(zip(labels, value, strict=True)):
                self.add(aspect, label, one, (*path, index), stratum)
        elif isinstance(value, dict):
            for key, one in value.items():
                if key.startswith("_"):
                    continue
                here = (*path, key) if (*path, key) != path else path
                option = self.options.find(key)
                if option is None:
                    what = f"“{self.ballot.title}”没有选项“{key}”"
                    self.into.problem(here, what, self.options.near(key))
                else:
                    self.add(aspect, option, one, here, stratum)
        else:
            what = f"应为各选项的票数，却是{kind_word(value)}"
            self.into.problem(path, what, f"写成 {{{labels[0]}: 票数, …}}")

    def add(self, aspect: str, option: str, value: Any, path: Path, stratum: str) -> None:
        """One count."""
        count = self.into.count(value, path)
        if count is not None:
            row = Vote(self.subject, self.name, stratum, aspect, option, count)
            self.into.vote(row, path)


def read_forms(
    subject: str, name: str, form: FormInstrument, value: Any, path: Path, into: Collector
) -> None:
    """A mean per score (a number), the scores of the forms (a list), or a list of forms."""
    scores, accounts = score_names(form), account_names(form)
    if isinstance(value, list):
        _form_by_form(subject, name, form, scores, value, path, into)
        return
    if not isinstance(value, dict):
        first = next(iter(form.scores))
        into.problem(path, f"应为评分，却是{kind_word(value)}", f"写成 {{{first}: 分数}}")
        return
    for key, one in value.items():
        here = (*path, key)
        if key.startswith("_") or one is None or key in form.texts:
            continue
        score, account = scores.find(key), accounts.find(key)
        if score and isinstance(one, list):
            marks = [into.number(v, (*here, i)) for i, v in enumerate(one)]
            add_forms(subject, name, score, marks, here, into)
        elif score:
            mean = into.number(one, here)
            if mean is not None:
                into.mark(Mark(subject, name, "", score, mean), here)
        elif account:
            count = into.count(one, here)
            if count is not None:
                into.vote(Vote(subject, name, "", TURNOUT, account, count), here)
        else:
            into.problem(here, f"“{form.title}”没有评分项“{key}”", scores.near(key))


def _form_by_form(
    subject: str,
    name: str,
    form: FormInstrument,
    scores: Names,
    value: list[Any],
    path: Path,
    into: Collector,
) -> None:
    marks: dict[str, list[Decimal | None]] = {}
    for index, one in enumerate(value):
        here = (*path, index)
        if not isinstance(one, dict):
            into.problem(here, f"一份表格应为一组键值，却是{kind_word(one)}", "写成 {评分项: 分数}")
            continue
        for key, mark in one.items():
            if key.startswith("_") or key in form.texts:
                continue
            score = scores.find(key)
            if score is None:
                what = f"“{form.title}”没有评分项“{key}”"
                into.problem((*here, key), what, scores.near(key))
            else:
                marks.setdefault(score, []).append(into.number(mark, (*here, key)))
    for score, found in marks.items():
        add_forms(subject, name, score, found, path, into)


def add_forms(
    subject: str,
    name: str,
    score: str,
    marks: list[Decimal | None],
    place: Any,
    into: Collector,
) -> None:
    """The scores of anonymous forms as counts: who wrote which is not kept."""
    texts = [form_mark(m) for m in marks if m is not None]
    for text, count in sorted(Counter(texts).items()):
        into.vote(Vote(subject, name, "", score, text, count), place)


def form_mark(mark: Decimal) -> str:
    """A mark as the option of a form: 90, not 90.0 or 9E+1."""
    return f"{mark.normalize():f}"
