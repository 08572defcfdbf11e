"""Which objects stand in for the arguments of each address, and in which states.

A route without arguments needs no entry.  Each case becomes a row of the table; the first case of a
route is the plain one, the others show what its state, its campaign's or its owner changes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.guarantees.world import World

Case = dict[str, Any]
Cases = dict[str, Case]

RUNNING = ("drafting", "handed")
ALL = ("drafting", "preparing", "posted")
COMPUTED = ("computed", "drafting", "posted")
NOTICES = ("posted", "coming", "taken_back", "kept", "over")


def cases_by_route(world: World) -> dict[str, Cases]:
    """Name of a route -> case -> arguments."""

    def campaigns(*keys: str, **more: Any) -> Cases:
        return {k: {"pk": world.campaigns[k].pk, **more} for k in keys}

    def subjects(*keys: str, **more: Any) -> Cases:
        return {k: {"pk": world.subject(k).pk, **more} for k in keys}

    def rows(found: dict[str, Any], *keys: str, **more: Any) -> Cases:
        return {k: {"pk": found[k].pk, **more} for k in keys or found}

    def of(build: Callable[..., Cases], names: str, *args: Any, **more: Any) -> dict[str, Cases]:
        return {name: build(*args, **more) for name in names.split()}

    def in_campaign(*keys: str, **more: Any) -> Cases:
        return {
            k: {"pk": world.campaigns[k].pk, "subject_pk": world.subject(k).pk, **more}
            for k in keys
        }

    village = {"village": {"pk": world.units["village"].pk}}
    person = {"respondent": {"pk": world.account("respondent").person_id}}
    group = {"first": {"pk": world.group.pk}} if world.group else {}
    own, sheets = ("own_draft", "own_handed"), world.sheets
    findings = ("finding", "checked", "claimed")
    posted = {
        k: {"slug": n.slug, "pk": world.subject(k).pk} for k, n in world.notices.items()
    }  # fmt: skip
    stage = world.campaigns["drafting"].stages.get(key="group_assessment")
    return {
        # site and organiser
        **of(campaigns, "organiser:campaign organiser:method", *ALL),
        **of(campaigns, "organiser:setup_units organiser:setup_people", "preparing", "drafting"),
        **of(campaigns, "organiser:setup_parameters organiser:setup_stages", "preparing"),
        **of(campaigns, "organiser:polls", "drafting", "preparing"),
        **of(campaigns, "organiser:state organiser:compare", "drafting"),
        "organiser:stage": {"open": {"pk": stage.campaign_id, "stage_pk": stage.pk}},
        **of(in_campaign, "organiser:subject", "drafting", "computed"),
        **of(in_campaign, "organiser:ruling", "computed", "posted"),
        "organiser:note": in_campaign("drafting", "posted", instrument="opinion"),
        **of(rows, "designer:scheme designer:try designer:state", world.drafts),
        "designer:file": rows(world.drafts, kind="yaml"),
        # campaigns
        **of(rows, "campaigns:sheet campaigns:autosave campaigns:submit", sheets),
        **of(rows, "campaigns:sheet_view campaigns:return campaigns:score", sheets),
        **of(rows, "campaigns:merge campaigns:sheet_evidence", sheets, *own, "group_draft"),
        "campaigns:step": rows(sheets, *own, "group_draft", step="1"),
        **of(rows, "campaigns:evidence campaigns:evidence_remove", world.evidence),
        **of(rows, "campaigns:claim campaigns:claim_withdraw campaigns:claim_verdict", world.claims),
        "campaigns:unit_claims": subjects(*ALL),
        "campaigns:claim_new": subjects("drafting", "preparing", rule="honour"),
        "campaigns:subject_findings": subjects("persons", "drafting"),
        "campaigns:finding_new": subjects("persons", rule="misconduct"),
        **of(rows, "campaigns:finding campaigns:finding_statement", world.claims, *findings),
        **of(rows, "campaigns:finding_measure campaigns:finding_withdraw", world.claims, *findings),
        **of(rows, "campaigns:report campaigns:report_files", world.reports),
        "campaigns:report_review": rows(world.reports),
        "campaigns:report_remind": campaigns("report_draft", "drafting", instrument="debrief"),
        "campaigns:next": campaigns("over", "drafting"),
        # results and documents
        **of(campaigns, "results:campaign results:decision", *COMPUTED, "preparing"),
        **of(campaigns, "results:compute results:verify", "computed", "drafting"),
        **of(campaigns, "results:publication", "computed", "posted"),
        **of(campaigns, "results:withdraw results:finalise", "posted", "computed"),
        "results:subject": subjects("computed", *NOTICES, "drafting"),
        **of(subjects, "results:subject_json results:subject_text", *COMPUTED, "coming"),
        "results:waive": subjects("computed", "posted", flag="missing"),
        "results:reweight": subjects("computed", score="debrief"),
        "results:notice": {k: {"slug": n.slug} for k, n in world.notices.items()},
        **{f"results:{n}": posted for n in ("notice_subject", "notice_json", "notice_text")},
        "documents:sheet": subjects("computed", "posted", "coming"),
        **of(campaigns, "documents:sheets documents:table documents:workbook", *COMPUTED[:2]),
        "documents:notice": {k: {"slug": n.slug} for k, n in world.notices.items()},
        "documents:notice_sheet": posted,
        "documents:blank_ballot": rows(world.polls, "prepared"),
        # ballots
        **of(rows, "ballots:poll ballots:result ballots:texts ballots:annul", world.polls),
        **of(rows, "ballots:paper ballots:paper_restart", world.polls, "open", "sealed"),
        **of(rows, "ballots:head_counts ballots:revoke", world.polls, "open"),
        # register
        **{f"register:{n}": village for n in ("unit",)},
        **{f"register:{n}": person for n in ("person",)},
        **{f"register:{n}": group for n in ("group", "group_delete")},
        "register:workday_year": {"this year": {"year": date.today().year}, "long ago": {"year": 1999}},
        "register:preview": rows(world.uploads),
        "register:discard": rows(world.uploads, "preview"),
        **{
            f"register:{n}": {
                who: {"pk": world.account(who).pk} for who in ("respondent", "organiser")
            }
            for n in ("account", "account_state", "account_password")
        },
    }  # fmt: skip
