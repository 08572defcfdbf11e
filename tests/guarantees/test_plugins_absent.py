"""Deleting the township plugin's folder leaves the core's tests green.

A copy of the checkout without the folder, in which the package cannot be imported either: an
editable install would still find it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ROOT, run_apart

pytestmark = pytest.mark.any_database
PARTS = ("core", "templates", "tests", "docs", "pyproject.toml")
GREEN = ("tests/scheme", "tests/records", "tests/plugins")
"""What is run here; the rest is collected, which already needs every import of it."""
LEFT_OUT = "not frames and not templates_and_records"
"""What has nothing to do with other plugins and takes a minute."""
HIDE = '''
import sys


class Gone:
    """Finds nothing of the plugin."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "kaohe_township":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Gone())
'''


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout without the plugin."""
    top = tmp_path_factory.mktemp("checkout")
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "node_modules")
            shutil.copytree(source, top / name, ignore=ignored)
        else:
            shutil.copy(source, top / name)
    shutil.copytree(ROOT / "plugins/fonts", top / "plugins/fonts")
    (top / "hide").mkdir()
    (top / "hide/sitecustomize.py").write_text(HIDE)
    return top


def run_tests(copy: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run pytest inside the copy."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args]
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{copy / 'hide'}:{copy / 'core'}",
        "HOME": str(copy),
    }
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=900
    )


@pytest.mark.slow
def test_core_is_green_without_the_plugin(copy: Path) -> None:
    quick = "not slow and not alone and not e2e and not packaging"
    done = run_tests(copy, "-m", quick, "-k", LEFT_OUT, *GREEN)

    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
def test_every_test_can_be_collected_without_the_plugin(copy: Path) -> None:
    done = run_tests(copy, "--collect-only", "tests")

    assert done.returncode == 0, done.stdout[-3000:]
    assert "tests/plugins/township" not in done.stdout


@pytest.mark.slow
def test_negative_control_the_plugin_really_is_gone(copy: Path) -> None:
    path = f"{copy / 'hide'}:{copy / 'core'}"

    done = run_apart(code="import kaohe_township", PYTHONPATH=path)

    assert done.code == 1
    assert "No module named 'kaohe_township'" in done.err


def test_commands_work_without_any_plugin() -> None:
    scheme = str(ROOT / "tests/schemes/demo.yaml")

    assert run_apart("show", scheme, KAOHE_PLUGINS="").code == 0
    assert run_apart("template", scheme, KAOHE_PLUGINS="").code == 0
