"""Checks of the list of subjects and of the rulings."""

from __future__ import annotations

from kaohe.scoring.checks.findings import Findings, choices

RULING_KINDS = {"reweight": "重新分配权重", "waive": "确认标记", "exempt": "不参加评定"}


def check_subjects(found: Findings) -> None:
    """Duplicates, empty ids, unknown classes."""
    classes = {k: v for kind in found.scheme.subjects.values() for k, v in kind.classes.items()}
    seen: dict[str, int] = {}
    for row, subject in enumerate(found.facts.subjects):
        if not subject.id:
            found.add(
                "empty_subject", "考核对象没有编号", "填写编号或名称",
                table="subjects", row=row, places=[subject.title],
            )  # fmt: skip
        if subject.id in seen:
            found.add(
                "duplicate_subject", f"考核对象“{subject.id}”出现两次", "删去重复的一行",
                table="subjects", row=row, subject=subject.id,
            )  # fmt: skip
        seen[subject.id] = row
        if classes and subject.group not in classes:
            allowed = choices(f"{key}（{title}）" for key, title in classes.items())
            what = f"类别“{subject.group}”不存在" if subject.group else "没有填写类别"
            found.add(
                "unknown_class", what, f"改为其中之一：{allowed}",
                table="subjects", row=row, subject=subject.id,
            )  # fmt: skip
    for key in found.facts.notes:
        if key not in found.titles:
            found.knows_subject(key, table="notes", row=-1, places=[])


def check_rulings(found: Findings) -> None:
    """Unknown kinds and targets, rulings without a reason, duplicates."""
    scheme = found.scheme
    flags = {"missing"}
    for instrument in scheme.instruments.values():
        flags |= {rule.flag for rule in getattr(instrument, "turnout", ())}
    outcomes = [*scheme.grades, *scheme.lists, *scheme.streaks]
    seen: set[tuple[str, str, str]] = set()
    for row, ruling in enumerate(found.facts.rulings):
        places = ["决定", RULING_KINDS.get(ruling.kind, ruling.kind), ruling.target]
        if not found.knows_subject(ruling.subject, table="rulings", row=row, places=places):
            continue
        where = {"table": "rulings", "row": row, "subject": ruling.subject, "places": places}
        if ruling.kind not in RULING_KINDS:
            found.add(
                "unknown_ruling", f"决定类型“{ruling.kind}”不存在",
                f"可用：{choices(RULING_KINDS)}", **where,  # type: ignore[arg-type]
            )  # fmt: skip
        elif ruling.kind == "reweight" and ruling.target.split(".")[0] not in scheme.scores:
            found.add(
                "unknown_ruling_target", f"得分“{ruling.target}”不存在",
                f"可用：{choices(scheme.scores)}", **where,  # type: ignore[arg-type]
            )  # fmt: skip
        elif ruling.kind == "waive" and ruling.target not in flags:
            found.add(
                "unknown_ruling_target", f"标记“{ruling.target}”不存在",
                f"可用：{choices(sorted(flags))}", **where,  # type: ignore[arg-type]
            )  # fmt: skip
        elif ruling.kind == "exempt" and ruling.target not in outcomes:
            found.add(
                "unknown_ruling_target", f"等次或名单“{ruling.target}”不存在",
                f"可用：{choices(outcomes)}", **where,  # type: ignore[arg-type]
            )  # fmt: skip
        if not ruling.reason.strip():
            found.add(
                "ruling_reason", "决定没有理由", "写明理由", **where,  # type: ignore[arg-type]
            )  # fmt: skip
        key = ruling[:3]
        if key in seen:
            found.add(
                "duplicate_ruling", "同一决定记录了两次", "只保留一条",
                **where,  # type: ignore[arg-type]
            )  # fmt: skip
        seen.add(key)
