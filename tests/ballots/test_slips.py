"""Issuing, revoking and voiding slips; opening."""

from __future__ import annotations

from uuid import UUID

import pytest

from kaohe.audit.models import JournalEntry, JournalPayload
from kaohe.ballots import queries
from kaohe.ballots.models import Code, Poll
from kaohe.ballots.services import (
    Refused,
    annul_poll,
    create_poll,
    issue_slips,
    issue_slips_for_many,
    open_poll,
    revoke_batch,
    update_definition,
    update_head_counts,
    void_slips,
)
from tests.ballots.live import ballot_definition, form_definition

STRATA = {"delegate": "党代表", "resident": "群众代表"}


@pytest.fixture
def classes(db: None) -> Poll:
    return create_poll(reference="c1.s2.vote", definition=ballot_definition(strata=STRATA))


def test_only_hashes_are_stored(poll: Poll) -> None:
    slips = issue_slips(poll, counts={"": 3})

    rows = list(Code.objects.values_list("qr_hash", "typed_hash", "retry_tag"))
    assert len(rows) == 3
    stored = repr(rows)
    assert not any(s.code.qr in stored or s.code.typed in stored for s in slips)


def test_slips_are_counted_by_class(classes: Poll) -> None:
    slips = issue_slips(classes, counts={"delegate": 4, "resident": 6})

    counts = queries.stratum_counts(classes)
    assert (counts["delegate"].printed, counts["resident"].printed) == (4, 6)
    assert sorted(s.stratum for s in slips) == ["delegate"] * 4 + ["resident"] * 6


def test_printing_order_is_not_the_storing_order(poll: Poll) -> None:
    from kaohe.ballots.codes import keyed

    slips = issue_slips(poll, counts={"": 40})

    printed = [keyed("qr", slip.code.qr) for slip in slips]
    assert printed != sorted(printed)


def test_one_print_run_is_all_or_nothing(poll: Poll, classes: Poll) -> None:
    with pytest.raises(Refused, match="类别"):
        issue_slips_for_many([(poll, {"": 5}), (classes, {"nobody": 5})])

    assert Code.objects.count() == 0


def test_a_batch_is_revoked_as_a_whole(poll: Poll) -> None:
    issue_slips(poll, counts={"": 5})
    issue_slips(poll, counts={"": 7})
    batch = next(b for b, number in queries.batches(poll) if number == 5)

    assert revoke_batch(poll, batch=UUID(batch)) == 5

    total = queries.total_counts(poll)
    assert (total.printed, total.void, total.unused) == (12, 5, 7)


def test_a_slip_is_voided_by_either_code_once(poll: Poll) -> None:
    one, other, *_ = issue_slips(poll, counts={"": 4})

    report = void_slips([one.code.qr, one.code.typed, other.code.typed_grouped.lower(), "???"])

    assert (report.voided, report.spent, report.unknown) == (2, 0, 2)
    assert queries.total_counts(poll).void == 2


def test_opening_is_refused_while_codes_outnumber_people(classes: Poll) -> None:
    slips = issue_slips(classes, counts={"delegate": 4, "resident": 6})

    with pytest.raises(Refused, match="党代表：有效票 4 张，实到 3 人") as caught:
        open_poll(classes, head_counts={"delegate": 3, "resident": 6})
    assert len(caught.value.reasons) == 1
    classes.refresh_from_db()
    assert classes.state == Poll.State.PREPARED

    void_slips([next(s.code.qr for s in slips if s.stratum == "delegate")])
    assert open_poll(classes, head_counts={"delegate": 3, "resident": 6}).state == Poll.State.OPEN


def test_every_reason_against_opening_is_named(classes: Poll) -> None:
    issue_slips(classes, counts={"delegate": 4})

    with pytest.raises(Refused) as caught:
        open_poll(classes, head_counts={"delegate": 3, "strangers": 2})

    assert len(caught.value.reasons) == 3


def test_opening_erases_print_runs(opened: tuple[Poll, list[str]]) -> None:
    poll, _ = opened

    assert set(Code.objects.filter(poll=poll).values_list("batch", flat=True)) == {None}


def test_late_slips_stay_within_the_head_count(opened: tuple[Poll, list[str]]) -> None:
    poll, _ = opened

    with pytest.raises(Refused, match="实到"):
        issue_slips(poll, counts={"": 1})
    update_head_counts(poll, head_counts={"": 9})

    assert len(issue_slips(poll, counts={"": 1})) == 1
    assert set(Code.objects.values_list("batch", flat=True)) == {None}


def test_texts_are_offered_to_ten_people_or_more(db: None) -> None:
    for number, people in enumerate((9, 10)):
        poll = create_poll(reference=f"c1.s{number}.form", definition=form_definition())
        issue_slips(poll, counts={"": people})
        opened = open_poll(poll, head_counts={"": people})
        assert opened.texts_offered == (people == 10)


def test_the_definition_is_frozen_by_the_first_slip(poll: Poll) -> None:
    update_definition(poll, definition=ballot_definition(unit="云溪村党支部"))
    issue_slips(poll, counts={"": 1})

    with pytest.raises(Refused, match="票面不能再改"):
        update_definition(poll, definition=ballot_definition())


def test_an_annulled_poll_frees_its_reference(opened: tuple[Poll, list[str]]) -> None:
    poll, _ = opened

    with pytest.raises(Refused, match="理由"):
        annul_poll(poll, reason=" ")
    annul_poll(poll, reason="收回多于发出")

    assert not Code.objects.filter(poll=poll).exists()
    assert create_poll(reference="c1.s1.vote", definition=ballot_definition()).pk != poll.pk


def test_the_journal_holds_counts_only(poll: Poll) -> None:
    slips = issue_slips(poll, counts={"": 3})
    void_slips([slips[0].code.qr])
    open_poll(poll, head_counts={"": 2}, actor="张三")

    actions = list(JournalEntry.objects.order_by("seq").values_list("action", flat=True))
    assert actions == ["ballots.created", "ballots.issued", "ballots.voided", "ballots.opened"]
    text = repr(list(JournalPayload.objects.values_list("data", flat=True)))
    assert not any(s.code.qr in text or s.code.typed in text for s in slips)
