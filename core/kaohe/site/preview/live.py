"""The score as it stands: what was typed, and made-up figures for everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kaohe.campaigns.claims import claimable_rules
from kaohe.campaigns.facts import respondent_label
from kaohe.campaigns.marks import read_sheet, sheet_layout
from kaohe.campaigns.models import CampaignSubject, Claim, Sheet
from kaohe.kit.invention import made_up_facts
from kaohe.scoring.errors import FactErrors
from kaohe.scoring.facts import Entry, Facts, Mark

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.derivation import SubjectResult
    from kaohe.site.preview.workshop import Shown

_FEWEST = 8
"""Subjects beside one another, so that ranks, lists and quotas mean something."""
_SEED = 7


@dataclass(frozen=True, slots=True)
class Live:
    """The result of one subject, or why there is none."""

    result: SubjectResult | None
    problems: tuple[str, ...] = ()


def live_result(shown: Shown, subject: CampaignSubject) -> Live:
    """Score everybody; return the one that is looked at."""
    facts = live_facts(shown.scheme, list(subject.campaign.subjects.order_by("order")))
    try:
        result = shown.plan.score(facts)
    except FactErrors as errors:
        return Live(None, tuple(map(str, errors.problems)))
    name = fact_id(subject)
    return Live(next(one for one in result.subjects if one.subject == name))


def live_facts(scheme: Scheme, subjects: list[CampaignSubject]) -> Facts:
    """Made-up facts in which the previewed subjects have what was typed for them."""
    facts = made_up_facts(scheme, _SEED, subjects=max(_FEWEST, 3 * len(subjects)))
    rows = {fact_id(one): one for one in subjects}
    sheets = {key for key, one in scheme.instruments.items() if one.type == "sheet"}
    claimed = {key for key, one in rows.items() if one.claims.exists()}
    kept_marks = [m for m in facts.marks if m.subject not in rows or m.instrument not in sheets]
    claimable = claimable_rules(scheme)
    kept_entries = [e for e in facts.entries if e.subject not in claimed or e.rule not in claimable]
    typed = [mark for key, one in rows.items() for mark in _marks(scheme, key, one)]
    entries = [e for key in claimed for e in _entries(key, rows[key])]
    titles = {key: one.title for key, one in rows.items()}
    people = tuple(s._replace(title=titles.get(s.id, s.title)) for s in facts.subjects)
    return replace(
        facts, subjects=people, marks=(*kept_marks, *typed), entries=(*kept_entries, *entries)
    )


def fact_id(subject: CampaignSubject) -> str:
    """The made-up subject whose place it takes: of the same class, see `wanted_subjects`."""
    return f"s{subject.order + 1:03d}"


def _marks(scheme: Scheme, key: str, subject: CampaignSubject) -> Iterator[Mark]:
    """Drafts count: the score follows what is typed.  An empty sheet is none."""
    for sheet in Sheet.objects.filter(subject=subject).select_related("respondent"):
        marks = read_sheet(sheet_layout(scheme, sheet.instrument), sheet.data).marks
        for item, value in marks.items():
            yield Mark(key, sheet.instrument, respondent_label(sheet), item, value)


def _entries(key: str, subject: CampaignSubject) -> Iterator[Entry]:
    """Claims count as if somebody had verified them."""
    out = (Claim.State.REFUSED, Claim.State.WITHDRAWN)
    for one in subject.claims.exclude(state__in=out).order_by("pk"):
        yield Entry(
            key, one.person, one.rule, one.quantity, one.label, one.event, one.day, "verified",
            one.reason,
        )  # fmt: skip
