"""Two mistakes in one figure: a way of rounding the whole column has, and a slip of the hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import shown_value
from kaohe.comparing.model import Cause
from kaohe.comparing.slips import ONE_WRONG, find_slip

if TYPE_CHECKING:
    from decimal import Decimal

    from kaohe.comparing.arithmetic import Number

_BOTH = 6
"""How much less two mistakes say than the slip alone would."""


def slip_after(
    value: Number | None, written: Decimal | None, habit: str, decimals: int
) -> Cause | None:
    """The slip that makes of a figure, calculated as in the other rows, the one that stands there.

    Args:
        value: what the habit gives in this row.
        habit: the habit in words.
    """
    kept = shown_value(value, decimals)
    slip = None if kept is None or written is None else find_slip(kept, written, decimals)
    if slip is None or slip.rank > ONE_WRONG:
        return None
    return Cause("two", f"{habit}（别的行也是）；又有笔误，{slip.text}", slip.rank + _BOTH)
