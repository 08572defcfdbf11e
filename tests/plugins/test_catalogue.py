"""Reading one scheme of many, and all of them when one look does not tell which file it is in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaohe import catalogue, schemebooks

SCHEME = Path(__file__).parents[1] / "results" / "scheme.yaml"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """A process that read nothing yet, a folder of two schemes, no plugin; names of files read."""
    files: list[str] = []
    original = schemebooks.read_any_source

    def noted(content: bytes, *, name: str, **more: object) -> object:
        files.append(name)
        return original(content, name=name, **more)  # type: ignore[arg-type]

    text = SCHEME.read_text(encoding="utf-8")
    own = next(line for line in text.splitlines() if line.startswith("id:"))
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(text.replace(own, f"id: test.{name}"), "utf-8")
    monkeypatch.setattr(schemebooks, "read_any_source", noted)
    monkeypatch.setenv(catalogue.FOLDERS, str(tmp_path))
    caches = (catalogue._cached, catalogue._read_one, catalogue._operators)
    for cache in caches:
        cache.cache_clear()
    yield files
    for cache in caches:
        cache.cache_clear()


def test_one_scheme_is_read_without_the_others(read: list[str]) -> None:
    alone = catalogue.get("test.two", ())

    assert ["two.yaml"] == read
    assert catalogue.schemes(())["test.two"].source.fingerprint == alone.source.fingerprint
    assert ["two.yaml", "one.yaml", "two.yaml"] == read, "the control: a list reads them all"


def test_unknown_id_names_near_ones(read: list[str]) -> None:
    with pytest.raises(catalogue.UnknownScheme, match=r"test\.two"):
        catalogue.get("test.tow", ())


def test_id_of_two_files_is_the_first_ones_as_in_the_list(read: list[str], tmp_path: Path) -> None:
    shutil.copy(tmp_path / "two.yaml", tmp_path / "three.yaml")

    entry = catalogue.get("test.two", ())

    assert "three.yaml" == entry.path.name
    assert ["test.two"] == [k for k in catalogue.schemes(()) if k == "test.two"]
    assert 1 == len(catalogue.problems(()))


def test_wrong_scheme_is_not_got_and_its_mistake_is_told(read: list[str], tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("id: test.bad\ntitle: 一\n", encoding="utf-8")

    with pytest.raises(catalogue.UnknownScheme):
        catalogue.get("test.bad", ())

    assert any("bad.yaml" in str(p) for p in catalogue.problems(()))


def test_file_whose_id_does_not_start_a_line_makes_all_be_read(
    read: list[str], tmp_path: Path
) -> None:
    (tmp_path / "odd.yaml").write_text("{id: test.one.odd}\n", encoding="utf-8")

    catalogue.get("test.one", ())

    assert ["odd.yaml", "one.yaml", "two.yaml"] == sorted(read)
