"""What a notice shows, as plain data frozen at publication: no names of assessors, no reasons
unless the office chose to post them."""

from __future__ import annotations

from typing import Any

from kaohe.describing import rounding_words
from kaohe.results.explanation.page import band_rank, bands_of
from kaohe.results.explanation.steps import clause, gap_note, parameter_text
from kaohe.results.models import Proposal, ProposalRow
from kaohe.results.queries import decisions_of
from kaohe.scheme.model import Scheme
from kaohe.scoring.ties import order_of


def columns_of(scheme: Scheme) -> list[tuple[str, str, str]]:
    """(key, title, weight) of the scores shown in result tables: the total's parts."""
    node = scheme.scores[scheme.total]
    if node.operator == "by_class":  # each class has a score of its own; the total says it
        return []
    parts = getattr(node.args, "parts", None)
    if parts:
        return [
            (p.of.args.name, scheme.scores[p.of.args.name].title, f"{p.weight.normalize():f}%")
            for p in parts
            if p.of.operator == "score"
        ]
    return [
        (n.args.name, scheme.scores[n.args.name].title, "")
        for n in node.args.nodes()
        if n.operator == "score"
    ]


def classes_of(scheme: Scheme) -> dict[str, str]:
    """Classes of all kinds of subjects: key and title."""
    return {key: title for kind in scheme.subjects.values() for key, title in kind.classes.items()}


def subject_word(scheme: Scheme) -> str:
    """What those assessed are called: the kind's title, if there is only one kind."""
    kinds = [k for n, k in enumerate(scheme.subjects.values()) if n == 0 or k.classes]
    return kinds[0].title if len(kinds) == 1 else "考核对象"


def notice_content(
    proposal: Proposal, rows: list[ProposalRow], scheme: Scheme, *, reasons: bool
) -> dict[str, Any]:
    """Put the notice together."""
    columns = columns_of(scheme)
    titles = {row.subject.fact_id: row.subject.title for row in rows}
    return {
        "scheme": {
            "id": scheme.id,
            "version": scheme.version,
            "title": scheme.title,
            "document": " ".join(t for t in (scheme.source.document, scheme.source.part) if t),
            "fingerprint": proposal.fingerprint,
        },
        "period": proposal.campaign.period,
        "proposal": proposal.number,
        "digest": proposal.digest,
        "subject": subject_word(scheme),
        "total": scheme.scores[scheme.total].title,
        "columns": [list(c) for c in columns],
        "grades": [[k, g.title] for k, g in scheme.grades.items()],
        "bands": {
            k: [[b, f"{v:f}"] for b, v in bands_of(scheme, k).items()] for k in scheme.grades
        },
        "rounding": rounding_words(scheme),
        "method": _method(scheme, proposal),
        "gaps": [_gap(scheme, key) for key in scheme.gaps],
        "parameters": [
            [s.title, parameter_text(proposal.parameters.get(k, s.default), s.options)]
            for k, s in scheme.parameters.items()
        ],
        "rows": [
            _row(row, scheme, [c[0] for c in columns], classes_of(scheme), reasons) for row in rows
        ],
        "lists": _lists(proposal, titles),
        **({"ties": ties} if (ties := order_of(scheme, scheme.total).words) else {}),
    }


def _lists(proposal: Proposal, titles: dict[str, str]) -> list[dict[str, Any]]:
    """Each list and streak with its members, and how it was drawn."""
    return [
        {
            "title": one["title"],
            "kind": one["kind"],
            "scope": one["scope"],
            "members": [titles.get(name, name) for name in one["members"]],
            "sentence": one["sentence"],
            "cites": list(one["cite"]),
        }
        for one in proposal.accounts.get("lists", ())
    ]


def _method(scheme: Scheme, proposal: Proposal) -> list[list[str]]:
    """[title, clause, help] of every shown score that is not just a leaf's copy."""
    return [
        [node.title, "、".join(clause(scheme, c) for c in node.cite), node.help]
        for node in scheme.scores.values()
        if node.title
    ]


def _gap(scheme: Scheme, key: str) -> dict[str, Any]:
    note = gap_note(scheme, key)
    assert note is not None  # the key comes from the scheme itself
    return {
        "about": note.about,
        "resolution": note.resolution,
        "ours": note.ours,
        "cites": list(note.cites),
    }


def _row(
    row: ProposalRow, scheme: Scheme, columns: list[str], classes: dict[str, str], reasons: bool
) -> dict[str, Any]:
    data = row.result
    decisions = decisions_of(row)
    grades = {}
    for key, grade in data["grades"].items():
        decision = decisions.get(key)
        if decision is None:  # exempted: no total, for a reason on record
            continue
        grades[key] = {
            "holder": grade["holder"],
            "proposed": grade["label"],
            "decided": decision.decided,
            "rank": band_rank(scheme, key, decision.decided),
            "changed": decision.kind == "changed",
            "minutes": decision.minutes,
            "reason": decision.reason if reasons else "",
        }
    return {
        "subject": row.subject_id,
        "title": row.subject.title,
        "person": data.get("person", ""),
        "group": row.subject.group,
        "group_title": _group_title(row, scheme, classes),
        "scores": {k: data["scores"].get(k) for k in columns},
        "total": data["scores"].get(scheme.total),
        "rank": row.rank,
        "group_rank": row.group_rank,
        "grades": grades,
    }


def _group_title(row: ProposalRow, scheme: Scheme, classes: dict[str, str]) -> str:
    """Inside what it is ranked: its class, or its unit if the scheme ranks there."""
    if scheme.rank_within == "unit" and row.subject.is_person:
        return row.subject.unit.name
    return classes.get(row.subject.group, row.subject.group)
