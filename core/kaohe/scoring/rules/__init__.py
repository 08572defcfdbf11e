"""What the rules of items mean, by the key of the rule (`kaohe.scheme.rules`)."""

from __future__ import annotations

from kaohe.scoring.rules.base import Given, ItemInputs, RuleMeaning, RuleTold
from kaohe.scoring.rules.deduct import DeductMeaning
from kaohe.scoring.rules.direct import DirectMeaning
from kaohe.scoring.rules.measured import (
    BracketMeaning,
    ChoiceMeaning,
    EachMeaning,
    ProRataMeaning,
    RatioBracketMeaning,
)

RULE_MEANINGS: dict[str, RuleMeaning] = {
    m.key: m
    for m in (
        DirectMeaning(), DeductMeaning(), BracketMeaning(), RatioBracketMeaning(),
        ProRataMeaning(), ChoiceMeaning(), EachMeaning(),
    )
}  # fmt: skip
"""Key of the rule -> meaning; the empty key is an item that is marked directly."""

__all__ = ["RULE_MEANINGS", "Given", "ItemInputs", "RuleMeaning", "RuleTold"]
