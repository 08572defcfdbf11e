"""Quotas, lists, streaks and decided ties on a table of results: settled in Python, by the
derivations' code.

They look at everybody in order of the scores, which is a few microseconds for each subject; the
engine has done the arithmetic before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaohe.scheme.ties import tie_scores
from kaohe.scoring.cohorts import Groups
from kaohe.scoring.expressions import Integer
from kaohe.scoring.facts import Entry, Ruling, Standing, Subject
from kaohe.scoring.frame_columns import column_of, there
from kaohe.scoring.frame_tables import Tables
from kaohe.scoring.grading import GradePlan, Placed
from kaohe.scoring.outcomes.conclusion import (
    EXEMPT,
    conclude,
    exemptions,
    findings_by_subject,
)
from kaohe.scoring.outcomes.ranks import rank_members
from kaohe.scoring.outcomes.roster import Member, Roster
from kaohe.scoring.plan import Plan, decimal_of
from kaohe.scoring.wording import scaled_decimal

if TYPE_CHECKING:
    from kaohe.scoring.operators.base import Lowered

_SEPARATORS = re.compile(r"[,，、;；\s]+")


def is_needed(plan: Plan, tables: Tables) -> bool:
    """Whether a result depends on everybody's place, or on a ruling that exempts.

    A frame of grades by bands and limits alone needs nobody's place.
    """
    scheme = plan.scheme
    has_quotas = any(grade.quotas for grade in scheme.grades.values())
    by_place = scheme.lists or scheme.streaks or has_quotas or scheme.ties_by
    return bool(by_place or _rulings(tables))


def wanted(plan: Plan) -> list[Integer | None]:
    """The instructions that bands, limits and lists look at."""
    found: list[Integer | None] = []
    for grade in plan.grades.values():
        found += [grade.base, grade.present, *(one.fired for one in grade.limits)]
    for lowered in _ranked(plan).values():
        found += [lowered.quantity.number, lowered.quantity.divisor, lowered.quantity.present]
    return found


def _ranked(plan: Plan) -> dict[str, Lowered]:
    """Scores that outcomes compare."""
    names = [one.of or plan.scheme.total for one in plan.scheme.lists.values()]
    names += [grade.root.score.name for grade in plan.grades.values() if grade.root.score]
    names += [plan.scheme.total, *sorted(tie_scores(plan.scheme))]
    return {name: plan.named[name] for name in dict.fromkeys(names)}


def columns(nw: Any, plan: Plan) -> list[Any]:
    """Helper columns for `finish`."""
    out = [nw.col("title").alias("_title"), nw.col("unit").alias("_unit")]
    one = nw.lit(1, dtype=nw.Int64)
    for key, grade in plan.grades.items():
        out.append(there(nw, grade.present).alias(f"_graded_{key}"))
        out.append(column_of(nw, grade.base).alias(f"_base_{key}"))
        for number, limit in enumerate(grade.limits):
            out.append(column_of(nw, limit.fired).alias(f"_fired_{key}_{number}"))
    for name, lowered in _ranked(plan).items():
        quantity = lowered.quantity
        out.append(there(nw, quantity.present).alias(f"_ranked_{name}"))
        out.append(column_of(nw, quantity.number).alias(f"_number_{name}"))
        divisor = one if quantity.divisor is None else column_of(nw, quantity.divisor)
        out.append(divisor.alias(f"_divisor_{name}"))
    return out


def finish(plan: Plan, tables: Tables, frame: Any, *, period: str) -> tuple[Any, dict[str, str]]:
    """The frame with grades, lists and streaks, and which columns are null where a mask is false.

    Args:
        frame: eager, with the columns of `columns`.
    """
    scheme, nw = plan.scheme, tables.nw
    findings = findings_by_subject(scheme, _entries(plan, tables))
    exempt, ranked = exemptions(_rulings(tables)), _ranked(plan)
    members = [_member(plan, ranked, row, findings, exempt) for row in frame.iter_rows(named=True)]
    roster = Roster(scheme, members, Groups(m.subject for m in members))
    done = conclude(roster, plan.grades, standing=_standing(plan, tables), period=period)
    made: dict[str, tuple[list[Any], Any]] = {}
    masks: dict[str, str] = {}
    names = [m.subject.id for m in members]
    for key in plan.grades:
        made[f"grade_{key}"] = [m.labels.get(key) for m in members], nw.String
    for key in done.verdicts:
        found = [done.verdicts[key][name] for name in names]
        made[f"list_{key}"] = [one.member for one in found], nw.Boolean
        made[f"place_{key}"] = [one.place or 0 for one in found], nw.Int64
        made[f"_has_place_{key}"] = [one.place is not None for one in found], nw.Boolean
        masks[f"place_{key}"] = f"_has_place_{key}"
    if scheme.ties_by and "rank" in frame.columns:
        ranks = rank_members(roster)
        for column, place in (("rank", 0), ("group_rank", 1)):
            made[column] = [ranks[n][place] if n in ranks else 0 for n in names], nw.Int64
    series = [
        nw.new_series(name, values, dtype, backend=frame.implementation)
        for name, (values, dtype) in made.items()
    ]
    return frame.with_columns(*series), masks


def _member(
    plan: Plan,
    ranked: Mapping[str, Lowered],
    row: Mapping[str, Any],
    findings: Mapping[str, frozenset[str]],
    exempt: Mapping[str, Mapping[str, str]],
) -> Member:
    name = row["subject"]
    subject = Subject(name, row["_title"], row["group"], "", row["_unit"])
    scores = {key: _score(one, key, row) for key, one in ranked.items()}
    placed = {
        key: _placed(grade, key, row) for key, grade in plan.grades.items() if row[f"_graded_{key}"]
    }
    return Member(subject, scores, placed, findings.get(name, frozenset()), exempt.get(name, {}))


def _score(lowered: Lowered, name: str, row: Mapping[str, Any]) -> Decimal | None:
    if not row[f"_ranked_{name}"]:
        return None
    number = int(row[f"_number_{name}"])
    if lowered.decimals is not None:
        return scaled_decimal(number, lowered.decimals)
    return decimal_of(Fraction(number, lowered.quantity.scale * int(row[f"_divisor_{name}"])))


def _placed(grade: GradePlan, key: str, row: Mapping[str, Any]) -> Placed:
    worst = [
        grade.labels.index(one.limit.at_most)
        for number, one in enumerate(grade.limits)
        if row[f"_fired_{key}_{number}"]
    ]
    return Placed(int(row[f"_base_{key}"]), max(worst, default=0))


def _entries(plan: Plan, tables: Tables) -> list[Entry]:
    """Verified findings that bar from a list."""
    nw = tables.nw
    rules = sorted({rule for one in plan.scheme.lists.values() for rule in one.barred_by})
    if not rules:
        return []
    wanted = {"subject": "", "rule": ""}
    condition = nw.col("rule").is_in(rules) & (nw.col("state") == "verified")
    rows = tables.rows("entries", wanted, condition)
    return [Entry(row["subject"], "", row["rule"], Decimal(1)) for row in rows]


def _rulings(tables: Tables) -> list[Ruling]:
    wanted = {"subject": "", "kind": "", "target": "", "reason": ""}
    rows = tables.rows("rulings", wanted, tables.nw.col("kind") == EXEMPT)
    return [Ruling(*(row[c] for c in wanted)) for row in rows]


def _standing(plan: Plan, tables: Tables) -> list[Standing]:
    """What subjects were in other periods, for streaks."""
    if not plan.scheme.streaks:
        return []
    wanted = {"subject": "", "period": "", "score": "", "grade": "", "lists": ""}
    return [
        Standing(
            row["subject"], row["period"], row["score"] or "", None, row["grade"] or "",
            names_of(row["lists"]),
        )
        for row in tables.rows("standing", wanted, ~tables.nw.col("subject").is_null())
    ]  # fmt: skip


def names_of(lists: Any) -> tuple[str, ...]:
    """Names of lists in a cell: text with commas, or a list."""
    if lists is None or lists != lists:
        return ()
    if isinstance(lists, str):
        return tuple(name for name in _SEPARATORS.split(lists) if name)
    return tuple(str(name) for name in lists)
