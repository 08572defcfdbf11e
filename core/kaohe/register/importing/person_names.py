"""Names of people as cells hold them: with remarks in brackets, with marks, two in one cell."""

from __future__ import annotations

import re

from kaohe.register.importing.preview import Normalised, RollPreview, Trouble
from kaohe.workbooks import Cell, normal_text

_REMARKS = re.compile(
    r"[（(](?:女|男|代|代理|兼|兼任|暂|暂代|挂职|主持|主持工作|主持党务工作|副|现任|新任|拟任|组长|副组长"
    r"|[\u4e00-\u9fff]{1,4}族)[)）]"
)
_MARKS = re.compile(r"[*＊※▲△★☆#]+")
_BETWEEN_PEOPLE = re.compile(r"[、，,;；/\n\r]+")


def bare_name(text: str) -> str:
    """A name without the remarks and marks offices put behind it.

    >>> bare_name("周 芳（女）*")
    '周芳'
    """
    return normal_text(_MARKS.sub("", _REMARKS.sub("", text))).value


def one_person(cell: Cell, column: str, preview: RollPreview, again: str) -> str:
    """The one name a cell holds; two names are a mistake, what was left out is shown."""
    pieces = [p for piece in _BETWEEN_PEOPLE.split(cell.text) if (p := bare_name(piece))]
    name = bare_name(cell.text)
    # A name broken over two lines leaves single characters, two people do not.
    if len(pieces) > 1 and all(len(p) > 1 for p in pieces):
        preview.errors.append(
            Trouble(
                cell.ref,
                f"{column}里写了 {len(pieces)} 个人：{'、'.join(pieces)[:40]}。",
                f"一个单位只写现任书记一人，其他人写在备注里。{again}",
            )
        )
        return ""
    if name != normal_text(cell.text).value:
        preview.normalised[:] = [n for n in preview.normalised if n.place != cell.ref]
        preview.normalised.append(Normalised(cell.ref, column, cell.text, name))
    return name
