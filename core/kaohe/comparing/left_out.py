"""Units that should have a row in an office's table and have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaohe.records.errors import RecordProblem
from kaohe.records.names import class_names, first_kind

if TYPE_CHECKING:
    from kaohe.comparing.office import OfficeTable
    from kaohe.comparing.record_inputs import RecordView
    from kaohe.records.rolls import Roll
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.facts import Facts

_SHOWN = 8


def left_out(
    table: OfficeTable, scheme: Scheme, *, facts: Facts, view: RecordView | None, roll: Roll | None
) -> RecordProblem | None:
    """The units a record or a roll has and the table has not.

    A table with fewer rows than it leaves out is a part of the whole, and nothing is missing.
    """
    if view is not None:
        source = "记录"
        there = {view.subject_of(row) for row in table.rows.values()}
        names = [one.title for one in facts.subjects if one.id not in there]
    elif roll is not None:
        source = "花名册"
        classes = class_names(scheme)
        has_classes = bool(first_kind(scheme).classes)
        names = [
            key
            for key, (word, _) in roll.units.items()
            if key not in table.rows and (not has_classes or not word or classes.find(word))
        ]
    else:
        return None
    if not names or len(names) > len(table.rows):
        return None
    shown = "、".join(names[:_SHOWN]) + (f"等 {len(names)} 个" if len(names) > _SHOWN else "")
    first = next(iter(table.rows.values())).ref.rpartition("!")[0]
    return RecordProblem(
        first, f"{source}里有、表里没有：{shown}", "若参加考核，补上漏列的行；名次要连同它们一起排"
    )
