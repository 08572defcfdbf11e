"""The only writers of this floor: each opens its transaction, checks the step, journals it."""

from kaohe.campaigns.services.assignments import (
    Assignment,
    assign_from_groups,
    assign_sheet,
    drop_sheet,
)
from kaohe.campaigns.services.campaigns import (
    change_state,
    close_campaign,
    create_campaign,
    open_campaign,
    reopen_campaign,
    set_basics,
    set_note,
    set_parameters,
    set_subjects,
)
from kaohe.campaigns.services.claims import (
    claim,
    hand_in_claim,
    refuse_claim,
    reopen_claim,
    update_claim,
    verify_claim,
    withdraw_claim,
)
from kaohe.campaigns.services.deadlines import ReplyDue, reply_due
from kaohe.campaigns.services.evidence import (
    add_evidence,
    remove_evidence,
    reuse_evidence,
    sweep_orphans,
)
from kaohe.campaigns.services.findings import (
    decide_measure,
    hand_in_finding,
    record_finding,
    record_statement,
    withdraw_finding,
)
from kaohe.campaigns.services.following import NextCampaign, next_campaign
from kaohe.campaigns.services.gates import waits_for
from kaohe.campaigns.services.reports import (
    judge_report,
    make_reports,
    remind_reports,
    save_report,
    submit_report,
)
from kaohe.campaigns.services.rulings import record_ruling, withdraw_ruling
from kaohe.campaigns.services.sheets import return_sheet, save_draft, submit_sheet
from kaohe.campaigns.services.stages import close_stage, open_stage, set_due, set_due_dates
from kaohe.campaigns.services.subjects import HolderLine, SubjectChoice, office_holders
from kaohe.campaigns.services.versions import freeze_scheme

__all__ = [
    "Assignment",
    "HolderLine",
    "NextCampaign",
    "ReplyDue",
    "SubjectChoice",
    "add_evidence",
    "assign_from_groups",
    "assign_sheet",
    "change_state",
    "claim",
    "close_campaign",
    "close_stage",
    "create_campaign",
    "decide_measure",
    "drop_sheet",
    "freeze_scheme",
    "hand_in_claim",
    "hand_in_finding",
    "judge_report",
    "make_reports",
    "next_campaign",
    "office_holders",
    "open_campaign",
    "open_stage",
    "record_finding",
    "record_ruling",
    "record_statement",
    "refuse_claim",
    "remind_reports",
    "remove_evidence",
    "reopen_campaign",
    "reopen_claim",
    "reply_due",
    "return_sheet",
    "reuse_evidence",
    "save_draft",
    "save_report",
    "set_basics",
    "set_due",
    "set_due_dates",
    "set_note",
    "set_parameters",
    "set_subjects",
    "submit_report",
    "submit_sheet",
    "sweep_orphans",
    "update_claim",
    "verify_claim",
    "waits_for",
    "withdraw_claim",
    "withdraw_finding",
    "withdraw_ruling",
]
