"""Results as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaohe.cli.output import table
from kaohe.scoring.wording import shown

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.derivation import Result


def results_table(result: Result, scheme: Scheme) -> str:
    """One line per subject in the order of the record, then what has to be looked at."""
    scores = list(scheme.scores)
    heading = ["名次", "名称", *(scheme.scores[k].title for k in scores)]
    heading += [grade.title for grade in scheme.grades.values()]
    heading.append("标注")
    rows = [
        [
            "—" if one.rank is None else str(one.rank), one.title,
            *(shown(one.scores[key]) for key in scores),
            *(one.grades[key].label or "—" for key in scheme.grades),
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
    lines += ["", f"核对码 {result.digest[:16]}（同样的数据总得到同样的核对码）", ""]
    return "\n".join(lines)
