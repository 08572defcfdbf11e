"""Ways in which an office's figure may have come about: each changes one thing and recalculates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaohe.comparing.variations.base import Variation
from kaohe.comparing.variations.counting import counting_variations
from kaohe.comparing.variations.habits import habit_variations
from kaohe.comparing.variations.items import item_variations
from kaohe.comparing.variations.mixups import mixup_variations
from kaohe.comparing.variations.rules import rule_variations

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Operator
    from kaohe.scheme.reading import SchemeSource

__all__ = ["Variation", "all_variations"]


def all_variations(
    scheme: Scheme,
    *,
    source: SchemeSource,
    parameters: dict[str, object],
    operators: dict[str, type[Operator]],
) -> list[Variation]:
    """Everything that is tried under a scheme, whatever the subject."""
    found = [
        *counting_variations(scheme),
        *rule_variations(scheme, source=source, parameters=parameters, operators=operators),
        *item_variations(scheme),
        *mixup_variations(scheme),
        *habit_variations(scheme),
    ]
    return sorted(found, key=lambda one: one.rank)
