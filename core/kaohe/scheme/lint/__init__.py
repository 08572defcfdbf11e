"""Lint: what is allowed by the language and still wrong, or worth a second look."""

from __future__ import annotations

from kaohe.scheme.lint.findings import CODES, Finding
from kaohe.scheme.lint.run import lint

__all__ = ["CODES", "Finding", "lint"]
