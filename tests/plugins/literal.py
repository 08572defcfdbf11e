"""Literal encodings: a document's figures as printed, so that the lint has something to find."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from kaohe.scheme.lint import Finding, lint
from kaohe.scheme.reading import read_source


class Expected(NamedTuple):
    """A contradiction or a gap of a document, as the lint has to tell it."""

    code: str
    path: str
    """Where in the file, from the left: ``items.rules`` also holds for ``items.rules.total``."""
    words: str = ""
    """Part of what it says."""


def literal_findings(path: Path) -> list[Finding]:
    """What the lint says of a literal encoding."""
    return lint(read_source(path.read_bytes(), name=path.name))


def is_found(expected: Expected, findings: list[Finding]) -> bool:
    """Whether one of the findings is the expected one."""
    return any(
        one.code == expected.code
        and f"{one.path}.".startswith(f"{expected.path}.")
        and expected.words in one.what
        for one in findings
    )


def told(findings: list[Finding]) -> str:
    """All findings in short, for the message of a failing test."""
    return "\n".join(f"{one.code} {one.path}: {one.what}" for one in findings)
