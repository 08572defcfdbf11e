"""Checks of tallies, forms and ballot accounting."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, cast

from kaohe.scoring import bounds
from kaohe.scoring.checks.findings import Findings, choices, places_of
from kaohe.scoring.facts import TOTAL, TURNOUT, TURNOUT_OPTIONS, Vote
from kaohe.scoring.operators.votes import TURNOUT_WORDS
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import BallotInstrument, FormInstrument

Tallies = dict[str, Counter[str]]


def check_votes(found: Findings) -> None:
    """Unknown polls, aspects and options, bad counts, accounting that does not add up."""
    scheme = found.scheme
    seen: set[tuple[str, ...]] = set()
    polls: dict[tuple[str, str], Tallies] = defaultdict(lambda: defaultdict(Counter))
    allowed = [k for k, v in scheme.instruments.items() if v.type in ("ballot", "form")]
    fine: set[tuple[str, ...]] = set()
    for row, vote in enumerate(found.facts.votes):
        names, key = vote[1:5], vote[:5]
        if names in fine and key not in seen and vote.count >= 0 and vote[0] in found.titles:
            seen.add(key)
            polls[vote.subject, vote.poll][vote.aspect][vote.option] += vote.count
            continue
        poll = scheme.instruments.get(vote.poll)
        title = poll.title if poll else vote.poll
        if not found.knows_subject(vote.subject, table="votes", row=row, places=[title]):
            continue
        where: dict[str, Any] = {
            "table": "votes", "row": row, "subject": vote.subject,
            "instrument": vote.poll, "item": vote.aspect,
        }  # fmt: skip
        if poll is None or poll.type not in ("ballot", "form"):
            found.add(
                "unknown_poll", f"测评“{vote.poll}”不存在", f"改为其中之一：{choices(allowed)}",
                places=[title], **where,
            )  # fmt: skip
            continue
        where["places"] = [title, _aspect_title(found, vote), _option_title(vote)]
        if not _check_names(found, vote, where):
            continue
        if vote.count < 0:
            found.add("negative_count", f"票数 {vote.count} 小于 0", "填写 0 或正整数", **where)
        fine.add(names)
        if key in seen:
            found.add("duplicate_vote", "同一选项的票数出现两次", "合并或只保留一行", **where)
        seen.add(key)
        polls[vote.subject, vote.poll][vote.aspect][vote.option] += max(vote.count, 0)
    typed = {(m.subject, m.instrument, m.item) for m in found.facts.marks}
    for (subject, name), tallies in polls.items():
        _check_poll(found, subject, name, tallies, typed)


def _aspect_title(found: Findings, vote: Vote) -> str:
    if vote.aspect in (TOTAL, TURNOUT):
        return {TOTAL: "整体票数", TURNOUT: "票数登记"}[vote.aspect]
    poll = found.scheme.instruments[vote.poll]
    if poll.type == "form":
        field = poll.scores.get(vote.aspect)
        return field.title if field else vote.aspect
    items = found.scheme.items[cast("BallotInstrument", poll).aspects].items
    return next((i.title for i in items if i.id == vote.aspect), vote.aspect)


def _option_title(vote: Vote) -> str:
    return TURNOUT_WORDS.get(vote.option, vote.option) if vote.aspect == TURNOUT else vote.option


def _check_names(found: Findings, vote: Vote, where: dict[str, Any]) -> bool:
    """Whether aspect, option and stratum exist."""
    poll = found.scheme.instruments[vote.poll]
    if vote.aspect == TURNOUT:
        if vote.option in TURNOUT_OPTIONS:
            return True
        found.add(
            "unknown_option", f"票数登记“{vote.option}”不存在",
            f"改为其中之一：{choices(TURNOUT_OPTIONS, 9)}", **where,
        )  # fmt: skip
        return False
    if poll.type == "form":
        return _check_form(found, vote, poll, where)
    ballot = cast("BallotInstrument", poll)
    aspects = [i.id for i in found.scheme.items[ballot.aspects].items]
    is_known = True
    if vote.aspect not in (TOTAL, *aspects):
        found.add(
            "unknown_item", f"测评项目“{vote.aspect}”不存在",
            f"改为其中之一：{choices(aspects, 9)}", **where,
        )  # fmt: skip
        is_known = False
    kind = "overall" if vote.aspect == TOTAL else "aspect"
    if is_known and kind not in ballot.hand_count and kind == "overall":
        found.add("overall_tally", "这项测评不接受整体票数", "按项目填写票数", **where)
        is_known = False
    if vote.option not in ballot.options:
        found.add(
            "unknown_option", f"选项“{vote.option}”不存在",
            f"改为其中之一：{choices(ballot.options, 9)}", **where,
        )  # fmt: skip
        is_known = False
    if vote.stratum and ballot.strata and vote.stratum not in ballot.strata:
        found.add(
            "unknown_stratum", f"投票人类别“{vote.stratum}”不存在",
            f"改为其中之一：{choices(ballot.strata, 9)}，或留空", **where,
        )  # fmt: skip
        is_known = False
    return is_known


def _check_form(found: Findings, vote: Vote, form: FormInstrument, where: dict[str, Any]) -> bool:
    """Whether the score exists and its mark is one."""
    field = form.scores.get(vote.aspect)
    if field is None:
        found.add(
            "unknown_item", f"评分项“{vote.aspect}”不存在", f"改为其中之一：{choices(form.scores)}",
            **where,
        )  # fmt: skip
        return False
    remedy = f"填写 0 到 {plain(field.maximum)} 的数，最多 {found.scheme.decimals} 位小数"
    try:
        mark = Decimal(vote.option)
    except InvalidOperation:
        mark = Decimal("nan")
    if not mark.is_finite():
        found.add("not_a_number", f"“{vote.option}”不是评分", remedy, **where)
        return False
    if mark < 0 or mark > field.maximum:
        what = "小于 0" if mark < 0 else f"超过满分 {plain(field.maximum)}"
        code = "below_zero" if mark < 0 else "above_maximum"
        found.add(code, f"评分 {vote.option} {what}", remedy, **where)
        return False
    if places_of(mark) > found.scheme.decimals:
        found.add("too_many_decimals", f"评分 {vote.option} 小数过多", remedy, **where)
        return False
    return True


def _check_poll(
    found: Findings, subject: str, name: str, tallies: Tallies, typed: set[tuple[str, str, str]]
) -> None:
    """What only shows once a poll's rows stand together."""
    poll = found.scheme.instruments[name]
    accounts = tallies.get(TURNOUT, Counter())
    base: dict[str, Any] = {
        "table": "votes", "subject": subject, "instrument": name, "item": TURNOUT,
    }  # fmt: skip
    where = {**base, "places": [poll.title, "票数登记"]}
    issued, returned = accounts.get("issued"), accounts.get("returned")
    valid, invalid = accounts.get("valid"), accounts.get("invalid")
    if issued is not None and returned is not None and returned > issued:
        found.add(
            "returned_above_issued", f"收回 {returned} 张，多于发出的 {issued} 张",
            "核对发出和收回的票数", **where,
        )  # fmt: skip
    if None not in (returned, valid, invalid) and (valid or 0) + (invalid or 0) != returned:
        found.add(
            "ballots_do_not_add_up", f"有效 {valid} 加无效 {invalid} 不等于收回 {returned}",
            "核对三个票数", **where,
        )  # fmt: skip
    marked = {a: c for a, c in tallies.items() if a != TURNOUT and c.total()}
    if TOTAL in marked and len(marked) > 1:
        found.add(
            "overall_beside_aspects", "既有整体票数，又有分项票数", "只保留其中一种",
            **{**where, "item": TOTAL, "places": [poll.title, "整体票数"]},
        )  # fmt: skip
    top, word = _top(valid, returned, invalid)
    most = bounds.FORMS if poll.type == "form" else bounds.VOTES
    for aspect, counts in marked.items():
        vote = Vote(subject, name, "", aspect, "", 0)
        spot = {**where, "item": aspect, "places": [poll.title, _aspect_title(found, vote)]}
        if top is not None and counts.total() > top:
            found.add(
                "tally_above_returned", f"各选项合计 {counts.total()} 票，多于{word} {top} 张",
                "核对该项票数与票数登记", **spot,
            )  # fmt: skip
        if counts.total() > most:
            found.add("too_many_votes", f"票数超过 {most}", "核对票数", **spot)
    if poll.type == "form":
        for aspect in marked:
            if (subject, name, aspect) in typed:
                title = _aspect_title(found, Vote(subject, name, "", aspect, "", 0))
                found.add(
                    "mean_beside_forms", "既录入了平均分，又有逐份评分", "只保留其中一种",
                    **{**where, "item": aspect, "places": [poll.title, title]},
                )  # fmt: skip


def _top(valid: int | None, returned: int | None, invalid: int | None) -> tuple[int | None, str]:
    """Most marks an aspect may have, and what that figure is called."""
    if valid is not None:
        return valid, "有效票"
    if returned is not None:
        return returned - (invalid or 0), "收回的有效票" if invalid else "收回的"
    return None, ""
