"""``kaohe diff``."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe import catalogue
from kaohe.cli.output import complain, print_json, refuse, table
from kaohe.cli.sources import Unusable, find_source, settings_of
from kaohe.kit.differences import differences, version_remark
from kaohe.kit.regrading import Outcome, Regrading, regrade
from kaohe.records import RecordErrors, read_record
from kaohe.scheme.errors import SchemeErrors
from kaohe.scoring import PlanRefused

if TYPE_CHECKING:
    from kaohe.scheme.reading import SchemeSource


def diff(args: Namespace) -> int:
    """Print what differs; 1 if anything does."""
    try:
        old, new = find_source(args.old), find_source(args.new)
        for source in (old, new):
            source.check(operators=catalogue.syntaxes())
        _refuse_unknown(args.settings, old, new)
        found = differences(old, new, operators=catalogue.syntaxes())
        remark = version_remark(old, new, found)
        outcome = _regrade(args, old, new) if args.record else None
    except Unusable as error:
        return refuse(error.problems)
    except RecordErrors as errors:
        return refuse(errors.problems, heading=f"{args.record} 不能计算：")
    except SchemeErrors as errors:
        return refuse(errors.errors)
    except PlanRefused as error:
        return refuse([error])
    if args.format == "json":
        data: dict[str, Any] = {
            "old": _head(old), "new": _head(new), "differences": [asdict(one) for one in found],
            "remark": remark,
        }  # fmt: skip
        if outcome is not None:
            data["outcome"] = _outcome_json(outcome)
        print_json(data)
    else:
        print(f"{old.title}　{old.id}　{old.version} → {new.version}")
        for one in found:
            print(f"  {one}")
        print(f"共 {len(found)} 处不同。" if found else "内容相同。")
        if remark:
            print(f"注意：{remark}")
        if outcome is not None:
            _print_outcome(outcome)
    return 1 if found or (outcome is not None and outcome.changes) else 0


def _head(source: SchemeSource) -> dict[str, str]:
    return {"id": source.id, "version": source.version, "fingerprint": source.fingerprint}


def _regrade(args: Namespace, old: SchemeSource, new: SchemeSource) -> Regrading:
    """Read the record with the version it fits, and score it with both."""
    operators = catalogue.syntaxes()
    try:
        record = _read(args, old)
        read, other = old, new
    except RecordErrors as errors:
        try:
            record = _read(args, new)
        except RecordErrors:
            raise errors from None
        read, other = new, old
    known = {k: v for k, v in record.parameters.items() if k in other.data.get("parameters", {})}
    schemes = {id(read): record.scheme, id(other): other.bind(known, operators=operators)}
    return regrade(schemes[id(old)], schemes[id(new)], record.facts, meanings=catalogue.meanings())


def _read(args: Namespace, source: SchemeSource) -> Any:
    settings = settings_of(source, _known(args.settings, source))
    return read_record(
        Path(args.record), source=source, parameters=settings, operators=catalogue.syntaxes()
    )


def _known(settings: Sequence[str], source: SchemeSource) -> list[str]:
    """Settings of parameters this version has; `_refuse_unknown` names the others."""
    names = source.data.get("parameters", {})
    return [one for one in settings if one.partition("=")[0] in names]


def _refuse_unknown(settings: Sequence[str], old: SchemeSource, new: SchemeSource) -> None:
    unknown = [one for one in settings if not _known([one], old) and not _known([one], new)]
    if unknown:
        raise Unusable([f"--set：两个版本都没有参数“{one.partition('=')[0]}”。" for one in unknown])


def _print_outcome(outcome: Regrading) -> None:
    if outcome.refused:
        complain("没有计入的数据：", *outcome.refused)
    if not outcome.changes:
        print(f"{outcome.subjects} 个考核对象的得分、名次、等次都不变。")
        return
    print()
    print(f"{outcome.subjects} 个考核对象中 {len(outcome.changes)} 个有变化：")
    rows = []
    for one in outcome.changes:
        before, after = one.before, one.after
        others = [f"{title} {_say(a)} → {_say(b)}" for title, a, b in one.scores]
        rows.append([
            one.title, _pair(_say(before.total), _say(after.total)),
            _pair(_say(before.rank), _say(after.rank)),
            _pair(_grades(before), _grades(after)), _pair_of_lists(before, after),
            "；".join(others[:3]) + ("；…" if len(others) > 3 else ""),
        ])  # fmt: skip
    print(
        "\n".join(table(["对象", "总分", "名次", "等次", "名单", "变化的得分"], rows, right=set()))
    )
    graded = sum(_grades(one.before) != _grades(one.after) for one in outcome.changes)
    print(f"等次改变的 {graded} 个。")


def _say(value: object) -> str:
    return "—" if value is None else f"{value}"


def _pair(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _grades(outcome: Outcome) -> str:
    return "、".join(label or "—" for label in outcome.grades.values()) or "—"


def _pair_of_lists(before: Outcome, after: Outcome) -> str:
    gone = [f"离开{title}" for title in before.lists if title not in after.lists]
    new = [f"进入{title}" for title in after.lists if title not in before.lists]
    return "、".join([*gone, *new])


def _outcome_json(outcome: Regrading) -> dict[str, Any]:
    def say(one: Outcome) -> dict[str, Any]:
        total = None if one.total is None else f"{one.total:f}"
        return {"total": total, "rank": one.rank, "grades": one.grades, "lists": list(one.lists)}

    return {
        "subjects": outcome.subjects,
        "refused": list(outcome.refused),
        "changes": [
            {
                "subject": one.subject, "title": one.title,
                "before": say(one.before), "after": say(one.after),
                "scores": [
                    {"title": title, "before": None if a is None else f"{a:f}",
                     "after": None if b is None else f"{b:f}"}
                    for title, a, b in one.scores
                ],
            }
            for one in outcome.changes
        ],
    }  # fmt: skip
