"""Names people use for the parts of a scheme: ids, titles, aliases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kaohe.scoring.operators.votes import TURNOUT_WORDS
from kaohe.workbooks import match_key

if TYPE_CHECKING:
    from kaohe.scheme.model import BallotInstrument, FormInstrument, Scheme, SubjectKind


@dataclass(frozen=True, slots=True)
class Names:
    """A list of ids, each with the words that mean it; the id itself is one of them."""

    words: Mapping[str, tuple[str, ...]]
    _by_key: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for position in range(max((len(w) for w in self.words.values()), default=0) + 1):
            for name, words in self.words.items():
                for word in (name, *words)[position : position + 1]:
                    self._by_key.setdefault(match_key(word), name)

    def find(self, text: str) -> str | None:
        """The id a text means, or None."""
        return self._by_key.get(match_key(text))

    def known(self, text: str) -> str:
        """The id a text means, or the text itself (a later check names it)."""
        return self.find(text) or text

    def near(self, text: str) -> str:
        """A hint: the nearest word, or all of them."""
        return hint(text, list(self.words))


def hint(text: str, words: Iterable[str]) -> str:
    """“Did you mean”, or what is possible."""
    listed = list(words)
    near = get_close_matches(text, listed, 1, 0.6)
    if near:
        return f"是否想写“{near[0]}”"
    return f"可用：{'、'.join(listed[:12])}{'……' if len(listed) > 12 else ''}" if listed else ""


def first_kind(scheme: Scheme) -> SubjectKind:
    """The kind of subject a record lists."""
    return next(iter(scheme.subjects.values()))


def person_kind(scheme: Scheme) -> SubjectKind | None:
    """The person subject beside an organisation (not one assessed in its own right)."""
    kinds = scheme.subjects.values()
    return next((k for k in kinds if k.kind == "person" and k.of and not k.classes), None)


def class_names(scheme: Scheme) -> Names:
    """Classes of all kinds by key, title and the words of offices' lists."""
    return Names(
        {
            key: (title, *kind.words.get(key, ()))
            for kind in scheme.subjects.values()
            for key, title in kind.classes.items()
        }
    )


def has_members(scheme: Scheme) -> bool:
    """Whether some subjects are persons of a unit, so that a record has to say of which."""
    first, *others = scheme.subjects.values()
    return first.kind == "person" or any(k.classes and k.kind == "person" for k in others)


def class_of_name(scheme: Scheme, name: str) -> str:
    """The class a unit's name shows: the word that ends last counts, the longer one of equals.

    集镇村党总支 is a 总支, 站前村党支部 is a village.
    """
    kind, key = first_kind(scheme), match_key(name)
    best: tuple[int, int, str] | None = None
    for one, title in kind.classes.items():
        for word in (title, *kind.words.get(one, ())):
            at = key.rfind(match_key(word))
            if at < 0:
                continue
            rated = (at + len(match_key(word)), len(match_key(word)), one)
            # A class title is the whole word for it: 村党支部 at the end of 青石村党支部.
            best = rated if best is None or rated > best else best
    return best[2] if best else ""


def item_names(scheme: Scheme, group: str) -> Names:
    """Items of a group by id and title."""
    return Names({item.id: (item.title,) for item in scheme.items[group].items})


def instrument_names(scheme: Scheme) -> Names:
    """Instruments and entry rules by key, title and alias."""
    words: dict[str, tuple[str, ...]] = {}
    for key, one in scheme.instruments.items():
        aliases = getattr(one, "aliases", ())
        words[key] = (one.title, *(aliases if isinstance(aliases, tuple) else ()))
    for key, rule in scheme.entries.items():
        words[key] = (rule.title, *rule.aliases)
    return Names(words)


def account_names(ballot: BallotInstrument | FormInstrument) -> Names:
    """Ballot accounting: due, issued, returned … with their Chinese words."""
    aliases = getattr(ballot, "aliases", {})
    return Names({key: (word, *aliases.get(key, ())) for key, word in TURNOUT_WORDS.items()})


def score_names(form: FormInstrument) -> Names:
    """The scores of a form by key, title and alias."""
    return Names({key: (one.title, *one.aliases) for key, one in form.scores.items()})
