"""Anything people may do, in any order, from two tabs: the rules hold after each step (G11)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kaohe.audit.models import JournalEntry
from kaohe.audit.services import verify
from kaohe.campaigns import services
from kaohe.campaigns.errors import DraftConflict, Refusal
from kaohe.campaigns.facts import campaign_facts
from kaohe.campaigns.models import Campaign, Claim, Sheet, SheetRevision
from tests.campaigns.conftest import ITEMS, World, build_world, pdf_file

SHEET_STEPS = {
    ("draft", "draft"),
    ("draft", "submitted"),
    ("submitted", "submitted"),
    ("submitted", "returned"),
    ("returned", "returned"),
    ("returned", "submitted"),
}
CLAIM_STEPS = {
    *((s, s) for s in Claim.State.values),
    ("draft", "claimed"),
    ("refused", "claimed"),
    ("claimed", "draft"),
    ("draft", "withdrawn"),
    ("refused", "withdrawn"),
    ("claimed", "verified"),
    ("claimed", "refused"),
    ("verified", "claimed"),
    ("refused", "claimed"),
}
which = st.sampled_from(["self", "group"])
items = st.sampled_from(sorted(ITEMS))
marks = st.sampled_from(["0", "4.5", "5", "10", "21", "x", ""])


class Office(RuleBasedStateMachine):
    """Two tabs, a respondent, two assessors, an organiser, and the clock of their versions."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.world = build_world()
        self.world.open_group_stage()
        for name in ("self", "group"):
            self.world.fill(self._sheet(name))
        services.add_evidence(
            self._sheet("self"), file=pdf_file(), slot="report", actor=self.world.respondent
        )
        self.tabs: dict[tuple[str, int], tuple[int, Any]] = {}
        self.states: dict[str, str] = self._states()
        self.revisions: dict[int, Any] = {}

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)

    def _sheet(self, name: str) -> Sheet:
        return self.world.self_sheet() if name == "self" else self.world.group_sheet()

    def _states(self) -> dict[str, str]:
        sheets = {f"sheet {s.pk}": s.state for s in Sheet.objects.all()}
        return sheets | {f"claim {c.pk}": c.state for c in Claim.objects.all()}

    def _try(self, act: Any) -> Any:
        try:
            with transaction.atomic():
                return act()
        except Refusal as error:
            assert str(error)
            return error

    @rule(name=which, tab=st.integers(0, 1))
    def load(self, name: str, tab: int) -> None:
        self.tabs[name, tab] = (self._sheet(name).version, uuid4())

    def _tab(self, name: str, tab: int) -> tuple[int, Any]:
        return self.tabs.setdefault((name, tab), (self._sheet(name).version, uuid4()))

    @rule(name=which, tab=st.integers(0, 1), item=items, mark=marks)
    def save(self, name: str, tab: int, item: str, mark: str) -> None:
        version, key = self._tab(name, tab)
        sheet = self._sheet(name)
        before = sheet.data.get("marks", {}).get(item, "")
        changed = int((sheet.data.get("stamps") or {}).get(f"marks.{item}", 0))
        changes = {"marks": {item: mark}, "reasons": {item: "理由"}}
        out = self._try(
            lambda: services.save_draft(
                sheet, version=version, changes=changes, actor=sheet.respondent
            )
        )
        if isinstance(out, Sheet):
            self.tabs[name, tab] = (out.version, key)
        after = self._sheet(name).data.get("marks", {}).get(item, "")
        if changed > version:
            assert before == after, "a text the tab had not seen was overwritten"
        if isinstance(out, DraftConflict):
            assert before == after

    @rule(name=which)
    def fill(self, name: str) -> None:
        self._try(lambda: self.world.fill(self._sheet(name)))

    @rule()
    def attach(self) -> None:
        sheet = self._sheet("self")
        self._try(
            lambda: services.add_evidence(
                sheet, file=pdf_file(), slot="report", actor=self.world.respondent
            )
        )

    @rule(drop=st.integers(0, 3))
    def detach(self, drop: int) -> None:
        files = list(self._sheet("self").evidence.filter(removed_at=None))
        if files:
            row = files[drop % len(files)]
            self._try(lambda: services.remove_evidence(row, actor=self.world.respondent))

    @rule(name=which, tab=st.integers(0, 1))
    def submit(self, name: str, tab: int) -> None:
        version, key = self._tab(name, tab)
        sheet = self._sheet(name)
        self._try(
            lambda: services.submit_sheet(sheet, version=version, key=key, actor=sheet.respondent)
        )

    @rule(name=which, anew=st.booleans())
    def hand_in(self, name: str, anew: bool) -> None:
        if anew:
            self._try(lambda: self.world.fill(self._sheet(name)))
        sheet = self._sheet(name)
        self._try(
            lambda: services.submit_sheet(
                sheet, version=sheet.version, key=uuid4(), actor=sheet.respondent
            )
        )

    @rule(name=which, by=st.sampled_from(["organiser", "assessor", "respondent"]))
    def give_back(self, name: str, by: str) -> None:
        sheet, actor = self._sheet(name), getattr(self.world, by)
        out = self._try(lambda: services.return_sheet(sheet, reason="再看看", actor=actor))
        if actor.pk == sheet.respondent_id:
            assert isinstance(out, Refusal)

    @rule(files=st.booleans())
    def claim(self, files: bool) -> None:
        self._try(lambda: self.world.claim(files=[pdf_file()] if files else []))

    @rule(
        act=st.sampled_from(["verify", "refuse", "withdraw", "reopen", "hand_in"]),
        by=st.sampled_from(["organiser", "assessor", "respondent"]),
        at=st.integers(0, 3),
    )
    def judge(self, act: str, by: str, at: int) -> None:
        rows = list(Claim.objects.all())
        if not rows:
            return
        row, actor = rows[at % len(rows)], getattr(self.world, by)
        acts: dict[str, Any] = {
            "verify": lambda: services.verify_claim(row, actor=actor),
            "refuse": lambda: services.refuse_claim(row, reason="不清楚", actor=actor),
            "withdraw": lambda: services.withdraw_claim(row, actor=actor),
            "reopen": lambda: services.reopen_claim(row, reason="看错", actor=actor),
            "hand_in": lambda: services.hand_in_claim(row, actor=actor),
        }
        self._try(acts[act])

    @rule(key=st.sampled_from(["self_stage", "group_stage"]), close=st.booleans())
    def move_stage(self, key: str, close: bool) -> None:
        stage = self.world.stage(key)
        move = services.close_stage if close else services.open_stage
        self._try(lambda: move(stage, actor=self.world.organiser))

    @rule(to=st.sampled_from(["open", "closed", "decided", "published", "final"]))
    def move_campaign(self, to: str) -> None:
        self._try(
            lambda: services.change_state(
                self.world.campaign, to=to, actor=self.world.organiser, reason="有理由"
            )
        )

    @invariant()
    def transitions_are_legal(self) -> None:
        now = self._states()
        for name, state in now.items():
            steps = SHEET_STEPS if name.startswith("sheet") else CLAIM_STEPS
            before = self.states.get(name, "draft")
            assert (before, state) in steps, f"{name}: {before} → {state}"
        self.states = now

    @invariant()
    def what_was_handed_in_stays(self) -> None:
        for row in SheetRevision.objects.all():
            assert row.data == self.revisions.setdefault(row.pk, row.data)
        for sheet in Sheet.objects.filter(state=Sheet.State.SUBMITTED):
            last = sheet.revisions.order_by("-number").first()
            assert last is not None
            assert last.data["marks"] == sheet.data["marks"]

    @invariant()
    def facts_are_what_was_handed_in(self) -> None:
        facts = campaign_facts(self.world.campaign)
        handed_in = Sheet.objects.filter(state=Sheet.State.SUBMITTED).count()
        assert handed_in * len(ITEMS) == len(facts.marks)
        counted = sum((e.quantity for e in facts.entries if e.state == "verified"), Decimal(0))
        verified = Claim.objects.filter(state=Claim.State.VERIFIED)
        assert sum((c.quantity for c in verified), Decimal(0)) == counted
        assert not verified.filter(verified_by=self.world.respondent).exists()

    @invariant()
    def journal_holds(self) -> None:
        assert verify() is None
        assert not JournalEntry.objects.filter(actor="").exists()


Office.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def run(**kw: Any) -> None:
    """Run the machine inside the test's transaction; each example is rolled back."""
    chosen = settings(Office.TestCase.settings, database=None, **kw)
    run_state_machine_as_test(Office, settings=chosen)


@pytest.mark.slow
@pytest.mark.django_db
def test_rules_hold_whatever_people_do(media: Path) -> None:
    run()


@pytest.mark.slow
@pytest.mark.django_db
def test_machine_notices_an_illegal_transition(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a sheet that is handed in may be edited, and the machine must see it."""
    from kaohe.campaigns.services import sheets

    monkeypatch.setattr(sheets, "EDITABLE", tuple(Sheet.State.values))
    monkeypatch.setattr(sheets, "require_editable", lambda sheet, lock=False: None)

    with pytest.raises(AssertionError):
        run(phases=[Phase.generate], report_multiple_bugs=False)


def test_machine_covers_every_state() -> None:
    """The tables above know every state the models have."""
    assert set(Sheet.State.values) == {s for pair in SHEET_STEPS for s in pair}
    assert set(Claim.State.values) == {s for pair in CLAIM_STEPS for s in pair}
    assert Campaign.State.DRAFT in Campaign.State.values
