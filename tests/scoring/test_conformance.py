"""Every scheme on offer, roll-ups included, gives the same on every engine as step by step."""

from __future__ import annotations

import pytest

from kaohe import catalogue
from kaohe.scheme.reading import SchemeSource
from kaohe.testing.frames import CONSTRUCTORS, installed_engines
from kaohe.testing.schemes import SchemeUnderTest, frame_problems


def sources() -> dict[str, SchemeSource]:
    """All schemes by id, each followed by the roll-ups made of it."""
    found: dict[str, SchemeSource] = {}
    for key, entry in catalogue.schemes().items():
        found |= {key: entry.source, **entry.source.rollups()}
    return found


SOURCES = sources()


@pytest.mark.parametrize("engine", CONSTRUCTORS)
@pytest.mark.parametrize("scheme_id", sorted(SOURCES))
def test_engine_conforms_on_every_scheme(scheme_id: str, engine: str) -> None:
    if engine not in installed_engines():
        pytest.skip(f"{engine} is not installed")
    scheme = SchemeUnderTest(SOURCES[scheme_id], catalogue.syntaxes(), catalogue.meanings())

    assert frame_problems(scheme, engine, seeds=2) == []
