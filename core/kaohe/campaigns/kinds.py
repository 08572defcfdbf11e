"""Kinds and classes of subjects: who is assessed in a scheme, and what is meant for whom.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme, SubjectKind


class Grouped(Protocol):
    """Anything with a class."""

    group: str


def is_for(classes: Collection[str], subject: Grouped) -> bool:
    """Whether something with these classes (empty: all) is meant for a subject."""
    return not classes or subject.group in classes


def assessed_kinds(scheme: Scheme) -> Mapping[str, SubjectKind]:
    """The kinds assessed in their own right: the first, and those that have classes."""
    first = next(iter(scheme.subjects))
    return {k: s for k, s in scheme.subjects.items() if k == first or s.classes}


def all_classes(scheme: Scheme) -> dict[str, str]:
    """Class -> title, of all kinds that are assessed."""
    return {c: t for kind in assessed_kinds(scheme).values() for c, t in kind.classes.items()}


def kind_of(scheme: Scheme, group: str) -> tuple[str, SubjectKind]:
    """The kind a class belongs to; without a class, the first."""
    kinds = assessed_kinds(scheme)
    for key, kind in kinds.items():
        if group in kind.classes:
            return key, kind
    return next(iter(kinds.items()))


def beside_kinds(scheme: Scheme) -> Mapping[str, SubjectKind]:
    """The persons who stand beside an organisation and share its result (its secretary)."""
    own = assessed_kinds(scheme)
    return {k: s for k, s in scheme.subjects.items() if k not in own and s.kind == "person"}


def assesses_persons(scheme: Scheme) -> bool:
    """Whether some kind of person is assessed in its own right."""
    return any(k.kind == "person" for k in assessed_kinds(scheme).values())
