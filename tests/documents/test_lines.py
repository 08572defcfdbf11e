"""Which characters may start or end a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kaohe.documents.lines import HANGING, NO_END, NO_START, break_lines, may_break

TEXTS = st.text(alphabet="考核，。：（）《》“”12.5%abc ×\n", max_size=80)


def set_lines(text: str, room: int, *, hang: bool = True) -> list[str]:
    """Break text whose characters are all one wide."""
    lines = break_lines(text, [1.0] * len(text), first=room, rest=room, hang=hang)
    return [text[line.start : line.end] for line in lines]


def test_full_stop_never_starts_a_line() -> None:
    assert set_lines("一二三四五。六", 5) == ["一二三四五。", "六"]


def test_full_stop_takes_its_neighbour_along_if_nothing_may_hang() -> None:
    assert set_lines("一二三四五。六", 5, hang=False) == ["一二三四", "五。六"]


def test_two_stops_do_not_both_hang() -> None:
    assert set_lines("一二三四五）。六", 5) == ["一二三四", "五）。六"]


def test_opening_bracket_never_ends_a_line() -> None:
    assert set_lines("一二三四（五）六", 5) == ["一二三四", "（五）六"]


def test_number_stays_whole() -> None:
    assert set_lines("得分为93.94分", 5) == ["得分为", "93.94", "分"]


def test_number_longer_than_a_line_is_cut() -> None:
    assert set_lines("1234567", 5) == ["12345", "67"]


def test_newline_breaks_and_an_empty_line_stays() -> None:
    assert set_lines("一\n\n二", 5) == ["一", "", "二"]


def test_empty_text_is_one_line() -> None:
    assert set_lines("", 5) == [""]


def test_first_line_may_be_shorter() -> None:
    lines = break_lines("一二三四五", [1.0] * 5, first=2, rest=3)

    assert [(line.start, line.end) for line in lines] == [(0, 2), (2, 5)]


@given(TEXTS, st.integers(4, 12))
def test_nothing_is_lost_but_spaces_at_breaks(text: str, room: int) -> None:
    joined = "".join(set_lines(text, room))

    assert joined.replace(" ", "") == text.replace("\n", "").replace(" ", "")


@given(TEXTS, st.integers(4, 12))
def test_a_line_is_at_most_one_hanging_stop_too_long(text: str, room: int) -> None:
    for line in set_lines(text, room):
        body = line.rstrip(" ")
        assert len(body) <= room or (len(body) == room + 1 and body[-1] in HANGING)


@given(TEXTS)
def test_allowed_breaks_respect_both_sets(text: str) -> None:
    for at in range(1, len(text)):
        if may_break(text, at):
            assert text[at] not in NO_START
            assert text[at - 1] not in NO_END
