"""Items that are marked directly."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kaohe.scoring.quantities import Quantity
from kaohe.scoring.rules.base import Given, ItemInputs, RuleMeaning, RuleTold, top
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Item


class DirectMeaning(RuleMeaning):
    """The points somebody entered."""

    key: ClassVar[str] = ""

    def lower(self, item: Item, inputs: ItemInputs) -> Quantity:
        return inputs.figure(item.id)

    def explain(self, item: Item, given: Given) -> RuleTold:
        return RuleTold(f"直接打分，满分 {plain(top(item))}", plain(given[item.id]))
