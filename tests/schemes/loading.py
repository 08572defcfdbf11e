"""The tests' own scheme: the core is tested without any plugin."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kaohe.scheme.reading import SchemeSource, read_source

DEMO = Path(__file__).with_name("demo.yaml")


@cache
def demo_source() -> SchemeSource:
    """A small scheme with one of everything."""
    return read_source(DEMO.read_bytes(), name=DEMO.name)
