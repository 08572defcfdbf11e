"""Reading a posted ballot as a whole."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe.ballots.definition import load_definition
from kaohe.ballots.marks import Ballot, normal_mark, plain_text, read_ballot
from tests.ballots.live import ballot_definition, form_definition, marks

BALLOT, FORM = load_definition(ballot_definition()), load_definition(form_definition())


def _read(fields: dict[str, object], *, form: bool = False, confirmed: bool = True) -> Ballot:
    data = {k: v if isinstance(v, list) else [str(v)] for k, v in fields.items()}
    return read_ballot(FORM if form else BALLOT, data, texts_offered=True, confirmed=confirmed)


def test_a_full_ballot_has_no_errors() -> None:
    ballot = _read(dict(marks([0, 1, 2, 3, 0, 1, 2, 3])), confirmed=False)

    assert ballot.errors == {}
    assert ballot.options["members"] == 3
    assert not ballot.is_blank


def test_unmarked_aspects_need_confirmation() -> None:
    fields = dict(marks([0] * 8))
    del fields["m.team"]

    assert _read(fields, confirmed=False).errors == {"unmarked": "还有 1 项没有填"}
    assert _read(fields).errors == {}
    assert _read(fields).unmarked == ["team"]


def test_unmarked_aspects_are_refused_where_blanks_are() -> None:
    definition = load_definition(ballot_definition(blank="refused"))

    ballot = read_ballot(definition, {}, texts_offered=False, confirmed=True)

    assert len(ballot.errors) == 8


@pytest.mark.parametrize("value", ["4", "-1", "１", "1.0", "x", "99999999999999999999", "\ud800"])
def test_an_unknown_option_is_refused(value: str) -> None:
    assert "duty" in _read({**marks([0] * 8), "m.duty": value}).errors


def test_two_marks_for_one_aspect_are_refused() -> None:
    assert "duty" in _read({**marks([0] * 8), "m.duty": ["0", "1"]}).errors


def test_aspects_of_another_ballot_are_refused() -> None:
    assert "" in _read({**marks([0] * 8), "m.other": "0"}).errors


@pytest.mark.parametrize(
    ("typed", "mark"),
    [
        ("91.5", "91.5"), ("91.50", "91.5"), ("100", "100"), ("100.00", "100"), ("0", "0"),
        ("０９１．５", "91.5"), (" 88 分", "88"), ("88。5", "88.5"), ("100.01", None), ("-1", None),
        ("91.555", None), ("1e2", None), ("NaN", None), ("九十", None), ("1,5", None),
    ],
)  # fmt: skip
def test_marks_have_two_decimals_at_most(typed: str, mark: str | None) -> None:
    assert normal_mark(typed, Decimal(100)) == mark


def test_wrong_scores_keep_what_was_typed() -> None:
    ballot = _read({"s.team": "101", "s.secretary": "90", "t.best": "修路"}, form=True)

    assert list(ballot.errors) == ["team"]
    assert ballot.typed == {"team": "101", "secretary": "90"}
    assert ballot.texts == {"best": "修路"}


def test_texts_lose_control_characters_and_have_a_limit() -> None:
    assert plain_text(" 好\x00\u202e\ud800的\r\n下一行 ") == "好的\n下一行"
    assert "best" in _read({"s.team": "90", "t.best": "好" * 2001}, form=True).errors


def test_free_texts_are_not_in_the_payload() -> None:
    assert "修路" not in _read({"s.team": "90", "t.best": "修路"}, form=True).payload()


def test_twelve_hundred_fields_are_read() -> None:
    aspects = [{"id": f"a{n}", "title": str(n)} for n in range(1200)]
    definition = load_definition(ballot_definition(aspects=aspects))
    fields = {f"m.a{n}": [str(n % 4)] for n in range(1200)}

    ballot = read_ballot(definition, fields, texts_offered=False, confirmed=False)

    assert len(ballot.options) == 1200
    assert ballot.errors == {}
