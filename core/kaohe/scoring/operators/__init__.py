"""The meanings of the operators, by the word in YAML."""

from __future__ import annotations

from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Remark, Told, View
from kaohe.scoring.operators.branching import ByClassMeaning, FirstMeaning, WhenMeaning
from kaohe.scoring.operators.cohort import COHORT_MEANINGS
from kaohe.scoring.operators.combining import (
    HighestMeaning,
    LowestMeaning,
    MeanMeaning,
    ProductMeaning,
    SumMeaning,
)
from kaohe.scoring.operators.comparing import DifferenceMeaning, RatioMeaning
from kaohe.scoring.operators.counting import CountMeaning, VoteShareMeaning
from kaohe.scoring.operators.entries import EntriesMeaning
from kaohe.scoring.operators.leaves import ConstantMeaning, ScoreMeaning
from kaohe.scoring.operators.limiting import CapMeaning, FloorMeaning, ScaleMeaning
from kaohe.scoring.operators.ordering import BestMeaning, MedianMeaning, TrimmedMeaning
from kaohe.scoring.operators.rater import RaterRankMeaning
from kaohe.scoring.operators.rating import RatingMeaning
from kaohe.scoring.operators.shaping import BandMeaning, InterpolateMeaning, ProRataMeaning
from kaohe.scoring.operators.sheet import SheetMeaning
from kaohe.scoring.operators.sheet_parts import ApplicableMeaning, ItemMeaning, SectionMeaning
from kaohe.scoring.operators.standing import STANDING_MEANINGS
from kaohe.scoring.operators.votes import VotesMeaning
from kaohe.scoring.operators.weighted import WeightedMeaning

MEANINGS: dict[str, Meaning] = {
    m.key: m
    for m in (
        ConstantMeaning(), ScoreMeaning(), SheetMeaning(), VotesMeaning(), RatingMeaning(),
        EntriesMeaning(), SumMeaning(), MeanMeaning(), HighestMeaning(), LowestMeaning(),
        WeightedMeaning(), ItemMeaning(), SectionMeaning(), ApplicableMeaning(), CapMeaning(), FloorMeaning(), ScaleMeaning(),
        CountMeaning(), VoteShareMeaning(), MedianMeaning(), TrimmedMeaning(), BestMeaning(),
        DifferenceMeaning(), ProductMeaning(), RatioMeaning(), BandMeaning(), ProRataMeaning(),
        RaterRankMeaning(), InterpolateMeaning(), WhenMeaning(), ByClassMeaning(), FirstMeaning(), *STANDING_MEANINGS, *COHORT_MEANINGS,
    )
}  # fmt: skip

__all__ = ["MEANINGS", "Drawn", "Lowered", "Lowering", "Meaning", "Remark", "Told", "View"]
