"""Codes as people type them."""

from __future__ import annotations

import pytest

from kaohe.ballots.codes import entry_pass, hash_code, is_entry_pass, new_code, normal_code


@pytest.mark.parametrize(
    "typed",
    [
        "0A1B2C3D4E",
        "0a1b2-c3d4e",
        " oAiB2 C3D4E ",
        "OALB2—C3D4E",
        "０Ａ１Ｂ２Ｃ３Ｄ４Ｅ",
        "ｏａｌｂ２　ｃ３ｄ４ｅ\u200b",
        "https://example.org/v#0A1B2C3D4E",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert normal_code(typed) == "0A1B2C3D4E"
    assert hash_code(typed) == hash_code("0A1B2C3D4E")


@pytest.mark.parametrize(
    "typed", ["", "123", "0A1B2C3D4U", "0" * 27, "票" * 10, "\0" * 10, "x" * 9999]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert hash_code(typed) is None


def test_the_two_forms_have_different_hashes() -> None:
    code = new_code()
    qr, typed = hash_code(code.qr), hash_code(code.typed_grouped)

    assert qr is not None
    assert typed is not None
    assert (qr.form, typed.form) == ("qr", "typed")
    assert qr.hash != typed.hash
    assert code.typed not in typed.hash.upper()


def test_a_pass_belongs_to_one_code() -> None:
    one, other = hash_code(new_code().typed), hash_code(new_code().typed)

    assert one is not None
    assert other is not None
    assert is_entry_pass(one, entry_pass(one))
    assert not is_entry_pass(one, entry_pass(other))
    assert not is_entry_pass(one, "票\ud800")
