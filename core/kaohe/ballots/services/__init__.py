"""The only writers of this app."""

from kaohe.ballots.services.casting import Outcome, cast
from kaohe.ballots.services.paper import enter_paper, restart_paper
from kaohe.ballots.services.polls import (
    Refused,
    annul_poll,
    close_poll,
    create_poll,
    open_poll,
    update_definition,
    update_head_counts,
)
from kaohe.ballots.services.sealing import close_and_seal, seal_poll
from kaohe.ballots.services.slips import (
    Slip,
    VoidReport,
    issue_slips,
    issue_slips_for_many,
    revoke_batch,
    revoke_unused_batches,
    void_slips,
)
from kaohe.ballots.services.storage import clear_storage
from kaohe.ballots.services.texts import review_comment

__all__ = [
    "Outcome",
    "Refused",
    "Slip",
    "VoidReport",
    "annul_poll",
    "cast",
    "clear_storage",
    "close_and_seal",
    "close_poll",
    "create_poll",
    "enter_paper",
    "issue_slips",
    "issue_slips_for_many",
    "open_poll",
    "restart_paper",
    "review_comment",
    "revoke_batch",
    "revoke_unused_batches",
    "seal_poll",
    "update_definition",
    "update_head_counts",
    "void_slips",
]
