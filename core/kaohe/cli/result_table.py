"""Results as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaohe.cli.output import table
from kaohe.scoring.rendering import outcome_lines, tie_lines
from kaohe.scoring.wording import shown

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.derivation import Result, SubjectResult


def results_table(result: Result, scheme: Scheme) -> str:
    """One line per subject in the order of the record, then what has to be looked at."""
    scores = list(scheme.scores)
    heading = ["名次", "名称", *(scheme.scores[k].title for k in scores)]
    heading += [grade.title for grade in scheme.grades.values()]
    has_lists = bool(scheme.lists or scheme.streaks)
    heading += ["名单"] * has_lists + ["标注"]
    rows = [
        [
            _rank(one, scheme), one.title,
            *(shown(one.scores[key]) for key in scores),
            *(one.grades[key].label or "—" for key in scheme.grades),
            *["、".join(found.title for found in one.lists.values() if found.member)] * has_lists,
            "、".join(flag.title for flag in one.flags),
        ]
        for one in result.subjects
    ]  # fmt: skip
    right = {0, *range(2, 2 + len(scores))}
    period = f"　{result.period}" if result.period else ""
    lines = [f"{scheme.title}　{scheme.version}{period}　{len(rows)} 个考核对象", ""]
    lines += table(heading, rows, right=right)
    flags = [
        f"{one.title}：{flag.title}。{flag.sentence}"
        + (f"。已说明：{flag.waived}" if flag.waived else "")
        for one in result.subjects
        for flag in one.flags
    ]
    if flags:
        lines += ["", "须由有权人员处理后才能定稿：", *flags]
    titles = {one.subject: one.title for one in result.subjects}
    outcomes = [*tie_lines(result, scheme), *outcome_lines(result.lists, result.quotas, titles)]
    if outcomes:
        lines += ["", *outcomes]
    lines += ["", f"核对码 {result.digest[:16]}（同样的数据总得到同样的核对码）", ""]
    return "\n".join(lines)


def _rank(one: SubjectResult, scheme: Scheme) -> str:
    """The rank the scheme shows first: among all, or inside its class or unit."""
    rank = one.rank if scheme.rank_within == "all" else one.group_rank
    return "—" if rank is None else str(rank)
