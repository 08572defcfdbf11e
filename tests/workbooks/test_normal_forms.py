"""Text, figures and dates in normal form."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.workbooks import (
    Cell,
    NotUnderstood,
    match_key,
    normal_date,
    normal_number,
    normal_text,
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("石门村党支部  ", "石门村党支部"),
        (" 村", "村"),
        ("\u3000朱\u3000䶮\u3000", "朱䶮"),
        ("曹𬭎", "曹𬭎"),
        ("第２组Ａ", "第2组A"),
        ("（一）：、", "（一）：、"),
        ("Li  Na", "Li Na"),
        ("青石村\n党支部", "青石村党支部"),
        ("a\u200bb\u202e", "ab"),
        ("", ""),
        (None, ""),
    ],
)
def test_text_is_normalised(before: str | None, after: str) -> None:
    found = normal_text(before)

    assert after == found.value
    assert found.changed == ((before or "") != after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("３６", "36"),
        ("36人", "36"),
        ("1,200", "1200"),
        ("１，２００", "1200"),
        ("−2.50", "-2.50"),
        ("76.5%", "0.765"),
        (Decimal("12.5"), "12.5"),
        (7, "7"),
    ],
)
def test_number_is_understood(before: object, after: str) -> None:
    assert Decimal(after) == normal_number(before).value


@pytest.mark.parametrize(
    "before", ["三十", "约36", "3万", "1,20", "1.2.3", "NaN", "1e9", True, "9" * 60]
)
def test_other_text_is_no_number(before: object) -> None:
    with pytest.raises(NotUnderstood, match="可写"):
        normal_number(before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1998年7月", "1998-07"),
        ("2003.5", "2003-05"),
        ("2011-07-01", "2011-07-01"),
        ("２０１５年３月", "2015-03"),
        ("1987.10.1", "1987-10-01"),
        ("2011/7/1", "2011-07-01"),
        ("2011年7月1日", "2011-07-01"),
        ("1998年7月份", "1998-07"),
        ("19980701", "1998-07-01"),
        ("二〇一五年十二月三十一日", "2015-12-31"),
        ("二零一五年十月", "2015-10"),
        ("36000", "1998-07-24"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29), "2024-02-29"),
        (Cell("x!A1", date(2024, 2, 29), "2024-02-29"), "2024-02-29"),
        (Cell("x!A1", Decimal("2003.5"), "2003.5"), "2003-05"),
    ],
)
def test_date_is_understood(before: object, after: str) -> None:
    assert after == normal_date(before).value


@pytest.mark.parametrize(
    "before",
    ["去年", "2023-02-29", "1998-13", "98年7月", "2011-7.1", "0001-01-01", "1998", "2011年7月32日"],
)
def test_other_text_is_no_date(before: str) -> None:
    with pytest.raises(NotUnderstood, match="可写"):
        normal_date(before)


def test_number_that_lost_its_zero_is_no_month() -> None:
    """Excel shows 2003.10 typed as a figure as 2003.1: January or October."""
    with pytest.raises(NotUnderstood, match="10 月"):
        normal_date(Cell("x!A1", Decimal("2003.1"), "2003.1"))


def test_blank_is_nothing() -> None:
    assert normal_number(" ").value is None
    assert normal_date("\u3000").value is None


def test_key_ignores_width_and_spaces() -> None:
    assert match_key("党员数（人） ") == match_key("党员数(人)")


@given(st.text())
def test_text_in_normal_form_stays_as_it_is(text: str) -> None:
    once = normal_text(text).value

    assert once == normal_text(once).value


@given(st.text())
def test_any_text_is_understood_or_explained(text: str) -> None:
    for function in (normal_number, normal_date):
        explained = ""
        try:
            function(text)
        except NotUnderstood as e:
            explained = str(e)
        assert not explained or "可写" in explained
