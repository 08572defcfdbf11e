"""docs/cli.md names every command and option, and no other."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from kaohe.cli.parser import build_parser

TEXT = (Path(__file__).resolve().parents[2] / "docs/cli.md").read_text("utf-8")
SECTIONS = {
    found[1]: found[2]
    for found in re.finditer(r"^## `kaohe ([\w-]+)[^`]*`$(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
}


def commands() -> dict[str, argparse.ArgumentParser]:
    """The real parsers."""
    action = next(a for a in build_parser()._actions if a.dest == "command")
    assert isinstance(action.choices, dict)
    return action.choices


def test_every_command_has_a_section() -> None:
    assert set(SECTIONS) == set(commands())


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_every_option_is_described(name: str) -> None:
    options = {
        option
        for action in commands()[name]._actions
        for option in action.option_strings
        if option not in ("-h", "--help")
    }

    assert set(re.findall(r"`(--?[a-z-]+)", SECTIONS[name])) == options


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_formats_are_those_of_the_parser(name: str) -> None:
    for action in commands()[name]._actions:
        if action.dest == "format":
            assert action.choices is not None
            (line,) = [x for x in SECTIONS[name].splitlines() if x.startswith("- `--format`")]
            assert re.findall(r"`(\w+)`", line) == list(action.choices)


def test_defaults_are_those_of_the_parser() -> None:
    for name in ("serve", "demo"):
        for action in commands()[name]._actions:
            if action.dest in ("host", "port", "data"):
                assert f"`--{action.dest}" in SECTIONS[name]
                assert str(action.default) in SECTIONS[name]
