"""The only writers of this floor."""

from kaohe.results.services.decisions import (
    Choice,
    adopt_unflagged,
    decide,
    reweight,
    waive_flag,
)
from kaohe.results.services.notices import (
    finalise,
    notice_period,
    publication_problems,
    publish,
    withdraw,
)
from kaohe.results.services.proposals import compute_proposal, is_stale, recompute

__all__ = [
    "Choice",
    "adopt_unflagged",
    "compute_proposal",
    "decide",
    "finalise",
    "is_stale",
    "notice_period",
    "publication_problems",
    "publish",
    "recompute",
    "reweight",
    "waive_flag",
    "withdraw",
]
