"""A new plugin installs and passes its own tests as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kaohe.cli import main
from kaohe.kit.new_plugin import PluginRefused, make_plugin


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A plugin's folder, and the environment in which it is installed."""
    folder = tmp_path_factory.mktemp("new") / "kaohe-harbour"
    site = folder.parent / "site"
    assert main(["new-plugin", "harbour", "--dir", str(folder)]) == 0
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(site), str(folder)], check=True, timeout=300)
    return folder, {**os.environ, "PYTHONPATH": str(site)}


def run(installed: tuple[Path, dict[str, str]], *words: str) -> subprocess.CompletedProcess[str]:
    folder, environment = installed
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, env=environment, capture_output=True,
        text=True, timeout=300,
    )  # fmt: skip


def test_new_plugin_is_found_and_lints_clean(installed: tuple[Path, dict[str, str]]) -> None:
    listed = run(installed, "kaohe.cli", "schemes")
    linted = run(installed, "kaohe.cli", "lint", "harbour.first")

    assert "harbour.first" in listed.stdout
    assert (linted.returncode, linted.stderr) == (0, "")


def test_new_plugin_passes_its_contract(installed: tuple[Path, dict[str, str]]) -> None:
    """Only the signature is missing, and says so."""
    case = installed[0] / "tests" / "cases" / "first.yaml"
    case.write_text(case.read_text("utf-8").replace("# signed", "signed"), "utf-8")

    done = run(installed, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:django")

    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_a_wrong_figure_fails_the_contract(installed: tuple[Path, dict[str, str]]) -> None:
    """Negative control: the tests that come with it can fail."""
    case = installed[0] / "tests" / "cases" / "first.yaml"
    kept = case.read_text("utf-8")
    case.write_text(kept.replace("91.75", "91.76"), "utf-8")
    try:
        done = run(installed, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:django")
    finally:
        case.write_text(kept, "utf-8")

    assert done.returncode == 1
    assert "91.75" in done.stdout


@pytest.mark.parametrize("name", ["Harbour", "1st", "a b", "../x", "", "a" * 41, "港"])
def test_impossible_names_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(PluginRefused, match="不能用"):
        make_plugin(name, folder=tmp_path / "new", year=2026)
    assert not (tmp_path / "new").exists()


def test_a_folder_with_content_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept.txt").write_text("旧", "utf-8")

    assert main(["new-plugin", "harbour", "--dir", str(tmp_path)]) == 2
    assert "已有内容" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["kept.txt"]


def test_the_name_of_an_installed_package_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kaohe_harbour").mkdir()
    (tmp_path / "kaohe_harbour" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(PluginRefused, match="已经装有"):
        make_plugin("harbour", folder=tmp_path / "x", year=2026)
