"""From the database to the engine: the bound scheme of a campaign, and its facts."""

from __future__ import annotations

import json
from collections.abc import Iterable

from kaohe import catalogue
from kaohe.campaigns.marks import Layout, read_sheet, sheet_layout
from kaohe.campaigns.models import (
    Campaign,
    CampaignSubject,
    Claim,
    RulingRecord,
    SchemeVersion,
    Sheet,
)
from kaohe.scheme.model import Scheme
from kaohe.scheme.reading import SchemeSource
from kaohe.scheme.values import plain_number
from kaohe.scoring.facts import TOTAL, Entry, Facts, Mark, Ruling, Subject, Vote

_bound: dict[tuple[str, str], Scheme] = {}
_MOST_BOUND = 64


def scheme_source(version: SchemeVersion) -> SchemeSource:
    """The frozen scheme as a source, parameters unbound."""
    return SchemeSource.from_data(version.data)


def campaign_scheme(campaign: Campaign) -> Scheme:
    """The frozen scheme with the campaign's parameters, bound once per process."""
    parameters = json.dumps(campaign.parameters or {}, ensure_ascii=False)
    key = (campaign.scheme.fingerprint, parameters)
    scheme = _bound.get(key)
    if scheme is None:
        scheme = scheme_source(campaign.scheme).bind(
            campaign.parameters or None, operators=catalogue.syntaxes()
        )
        if len(_bound) >= _MOST_BOUND:
            _bound.clear()
        _bound[key] = scheme
    return scheme


def version_scheme(version: SchemeVersion) -> Scheme:
    """A frozen scheme with the defaults of its parameters."""
    return scheme_source(version).bind(None, operators=catalogue.syntaxes())


def respondent_label(sheet: Sheet) -> str:
    """Who filled a sheet in, as printed: the label kept with it, else its number."""
    return sheet.label or f"第 {sheet.pk} 份"


def sheet_layout_of(sheet: Sheet) -> Layout:
    """The layout of a sheet; its subject, campaign and scheme should be loaded."""
    return sheet_layout(campaign_scheme(sheet.subject.campaign), sheet.instrument)


def campaign_facts(campaign: Campaign, votes: Iterable[Vote] = ()) -> Facts:
    """Everything on record for a campaign, as the engine's tables.

    Sheets count once handed in.  Entries go in with their state; the engine counts verified ones.

    Args:
        votes: tallies of sealed polls, joined by the caller.
    """
    scheme = campaign_scheme(campaign)
    subjects = list(campaign.subjects.select_related("unit"))
    ids = {s.pk: s.fact_id for s in subjects}
    return Facts(
        subjects=tuple(_subjects(subjects)),
        marks=tuple(_marks(campaign, scheme, ids)),
        votes=tuple(votes),
        entries=tuple(_entries(campaign, ids)),
        rulings=tuple(
            Ruling(ids[r.subject_id], r.kind, r.target, r.reason, r.by)
            for r in RulingRecord.objects.filter(
                subject__campaign=campaign, withdrawn_at=None
            ).order_by("id")
        ),
        period=campaign.period,
        notes={ids[s.pk]: dict(s.notes) for s in subjects if s.notes},
    )


def _subjects(rows: list[CampaignSubject]) -> Iterable[Subject]:
    units = {s.unit_id: s.fact_id for s in rows if not s.is_person}
    for row in rows:
        unit = units.get(row.unit_id, row.unit.name) if row.is_person else ""
        yield Subject(row.fact_id, row.title, row.group, row.person, unit)


def _marks(campaign: Campaign, scheme: Scheme, ids: dict[int, str]) -> Iterable[Mark]:
    sheets = Sheet.objects.filter(subject__campaign=campaign, state=Sheet.State.SUBMITTED).order_by(
        "subject_id", "instrument", "id"
    )
    layouts: dict[str, Layout] = {}
    used: set[tuple[int, str, str]] = set()
    for sheet in sheets:
        name = respondent_label(sheet)
        if (sheet.subject_id, sheet.instrument, name) in used:
            name = f"{name}（{sheet.pk}）"
        used.add((sheet.subject_id, sheet.instrument, name))
        total = str(sheet.data.get("total") or "").strip()
        common = (ids[sheet.subject_id], sheet.instrument, name)
        if total:
            yield Mark(*common, TOTAL, plain_number(total))
            continue
        layout = layouts.get(sheet.instrument)
        if layout is None:
            layout = layouts[sheet.instrument] = sheet_layout(scheme, sheet.instrument)
        for item, value in read_sheet(layout, sheet.data).marks.items():
            yield Mark(*common, item, value)


def _entries(campaign: Campaign, ids: dict[int, str]) -> Iterable[Entry]:
    claims = Claim.objects.filter(subject__campaign=campaign).exclude(
        state__in=[Claim.State.DRAFT, Claim.State.WITHDRAWN]
    )
    names = _Names(campaign)
    for claim in claims.order_by("id"):
        yield Entry(
            subject=ids[claim.subject_id],
            person=names.shown(claim),
            rule=claim.rule,
            quantity=claim.quantity,
            label=claim.label,
            event=claim.event,
            day=claim.day,
            state=claim.state,
            reason=claim.reason,
        )


class _Names:
    """Names in entries: those of assessed persons stay, others become 第 1 人, 第 2 人.

    Results are posted with their derivations, and the engine only asks which entries are about the
    same person; who an employee under sanction is, stays with the record of the finding.
    """

    def __init__(self, campaign: Campaign) -> None:
        rows = campaign.subjects.values_list("title", "person", "key")
        self._known = {name for row in rows for name in row if name}
        self._others: dict[int, dict[str, str]] = {}

    def shown(self, claim: Claim) -> str:
        """What an entry calls its person."""
        if not claim.person or claim.person in self._known:
            return claim.person
        others = self._others.setdefault(claim.subject_id, {})
        return others.setdefault(claim.person, f"第 {len(others) + 1} 人")
