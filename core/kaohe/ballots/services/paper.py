"""Hand counts: typed twice by two accounts that do not see each other's figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from kaohe.audit.services import record
from kaohe.ballots.definition import Definition, load_definition
from kaohe.ballots.marks import normal_mark
from kaohe.ballots.models import PaperEntry, Poll
from kaohe.ballots.services.polls import Refused, locked_poll
from kaohe.scoring.facts import TOTAL

COUNTS = {"issued": "发出", "returned": "收回", "invalid": "无效", "blank": "空白"}
Batch = dict[str, dict[str, Any]]
"""stratum -> {"issued", "returned", "invalid", "blank", "tallies": {aspect: {option: count}}}"""


class PaperErrors(Refused):
    """Figures that cannot be right; `places` maps a place (stratum, aspect, …) to what to do."""

    def __init__(self, places: dict[tuple[str, ...], str]) -> None:
        super().__init__(*places.values())
        self.places = places


def check_batch(poll: Poll, batch: Mapping[str, Mapping[str, Any]]) -> Batch:
    """Check a hand count against its equations; every fault at once.

    Raises:
        PaperErrors: with the places.
    """
    definition = load_definition(poll.definition)
    electronic = any(s.printed - s.void for s in poll.strata.all())
    wrong: dict[tuple[str, ...], str] = {}
    clean: Batch = {}
    for key, title in definition.strata:
        row = batch.get(key, {})
        clean[key] = _check_stratum(definition, key, title, row, wrong=wrong, electronic=electronic)
    if not wrong and not any(row["issued"] for row in clean.values()):
        wrong["",] = "还没有填写任何数字"
    if wrong:
        raise PaperErrors(wrong)
    return clean


def _check_stratum(
    definition: Definition,
    key: str,
    title: str,
    row: Mapping[str, Any],
    *,
    wrong: dict[tuple[str, ...], str],
    electronic: bool,
) -> dict[str, Any]:
    where = f"{title}：" if key else ""
    counts = {name: int(row.get(name) or 0) for name in COUNTS}
    if counts["returned"] > counts["issued"]:
        wrong[key, "returned"] = (
            f"{where}收回 {counts['returned']} 张，多于发出的 {counts['issued']} 张。"
            "如数字无误，本次投票无效，须作废重投"
        )
    valid = counts["returned"] - counts["invalid"] - counts["blank"]
    if valid < 0:
        wrong[key, "invalid"] = f"{where}无效与空白之和多于收回"
    tallies: dict[str, dict[str, int]] = {}
    given = {a: dict(t) for a, t in row.get("tallies", {}).items() if t}
    if TOTAL in given and (definition.kind != "ballot" or "overall" not in definition.hand_count):
        wrong[key, TOTAL] = f"{where}本次投票不接受总计票，请按方面录入"
    elif TOTAL in given and electronic:
        wrong[key, TOTAL] = f"{where}同时有电子票时，纸质票须按方面录入"
    elif TOTAL in given and len(given) > 1:
        wrong[key, TOTAL] = f"{where}总计票与分方面计票只能填一种"
    for question in definition.questions if TOTAL not in given else ():
        tally = {o: n for o, n in given.get(question.id, {}).items() if n}
        marked = sum(tally.values())
        if marked > max(valid, 0):
            wrong[key, question.id] = (
                f"{where}{question.title}：各档合计 {marked}，多于有效票 {max(valid, 0)}"
            )
        tallies[question.id] = tally
    if TOTAL in given:
        tally = {o: n for o, n in given[TOTAL].items() if n}
        if sum(tally.values()) != valid:
            wrong[key, TOTAL] = f"{where}各档合计 {sum(tally.values())}，应等于有效票 {valid}"
        tallies = {TOTAL: tally}
    elif valid > 0 and not any(tallies.values()):
        wrong[key, "tallies"] = f"{where}有效票 {valid} 张，但没有填写计票"
    for aspect, tally in tallies.items():
        bad = _unknown_options(definition, aspect, tally)
        if bad:
            wrong[key, aspect] = f"{where}无法识别：{'、'.join(bad)}"
    return {**counts, "tallies": tallies}


def _unknown_options(definition: Definition, aspect: str, tally: Mapping[str, int]) -> list[str]:
    if definition.kind == "ballot":
        return [o for o in tally if o not in definition.labels]
    maximum = next(s.maximum for s in definition.scores if s.id == aspect)
    return [o for o in tally if normal_mark(o, maximum) != o]


def paper_tallies(
    definition: Definition, data: Mapping[str, Mapping[str, Any]]
) -> Counter[tuple[str, str, str]]:
    """The histogram of an agreed hand count; what a valid ballot leaves open counts as unmarked."""
    histogram: Counter[tuple[str, str, str]] = Counter()
    for key, row in data.items():
        valid = row["returned"] - row["invalid"] - row["blank"]
        for aspect, tally in row["tallies"].items():
            for option, number in tally.items():
                histogram[key, aspect, option] += number
            histogram[key, aspect, ""] += valid - sum(tally.values())
    return histogram


def differences(definition: Definition, one: Batch, other: Batch) -> list[str]:
    """Name the places where two typings differ, never the figures: the recount stays blind."""
    titles = {q.id: q.title for q in definition.questions} | {TOTAL: "总计票"}
    places = []
    for key, title in definition.strata:
        where = f"{title}·" if key else ""
        a, b = one.get(key, {}), other.get(key, {})
        places += [f"{where}{t}" for name, t in COUNTS.items() if a.get(name) != b.get(name)]
        left, right = a.get("tallies", {}), b.get("tallies", {})
        places += [
            f"{where}{titles.get(aspect, aspect)}"
            for aspect in sorted(set(left) | set(right))
            if left.get(aspect, {}) != right.get(aspect, {})
        ]
    return places


def enter_paper(
    poll: Poll, *, batch: Mapping[str, Mapping[str, Any]], typist: Any, label: str
) -> PaperEntry:
    """Store one of the two typings; the second is compared with the first at once.

    Args:
        typist: the account that typed.  The second typing has to come from another account.
        label: how the journal names the typist.
    """
    clean = check_batch(poll, batch)
    with transaction.atomic():
        fresh = locked_poll(poll.pk, states=(Poll.State.OPEN, Poll.State.CLOSED))
        if PaperEntry.objects.filter(poll=fresh, agreed=True).exists():
            raise Refused("纸质票已经核对一致；如有错，请点“重新清点”后两人重录")
        entries = list(PaperEntry.objects.filter(poll=fresh).order_by("-round", "id"))
        number = entries[0].round if entries else 1
        current = [e for e in entries if e.round == number]
        if len(current) == 2:
            number, current = number + 1, []
        if current and current[0].typist_id == typist.pk:
            raise Refused("您已经录过一遍，第二遍须由另一个账号录入")
        entry = PaperEntry.objects.create(
            poll=fresh, round=number, typist=typist, label=label, data=clean
        )
        data: dict[str, Any] = {"round": number, "typed_by": [e.label for e in [*current, entry]]}
        if current:
            entry.agreed = not differences(
                load_definition(fresh.definition), current[0].data, entry.data
            )
            entry.save(update_fields=["agreed"])
            data |= {"agreed": entry.agreed, "compared": "程序比对"}
            if entry.agreed:
                data["returned"] = sum(row["returned"] for row in clean.values())
            if not fresh.paper_expected:
                Poll.objects.filter(pk=fresh.pk).update(paper_expected=True)
        record("ballots.paper_typed", actor=label, subject=fresh.reference, data=data)
    return entry


def restart_paper(poll: Poll, *, reason: str, actor: str = "") -> None:
    """Throw the typings away for a recount; the reason is journalled."""
    if not reason.strip():
        raise Refused("请写明重新清点的理由")
    with transaction.atomic():
        fresh = locked_poll(poll.pk, states=(Poll.State.OPEN, Poll.State.CLOSED))
        PaperEntry.objects.filter(poll=fresh).delete()
        record(
            "ballots.paper_restarted",
            actor=actor,
            subject=fresh.reference,
            data={"reason": reason.strip()},
        )
