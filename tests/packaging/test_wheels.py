"""The wheels work in a fresh environment, away from the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from kaohe.scheme.reading import read_source

pytestmark = [pytest.mark.packaging, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
PLUGINS = sorted(p.parent for p in ROOT.glob("plugins/*/pyproject.toml"))


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    """Run a command away from the checkout; its output, or a failure that shows it."""
    import os

    clean = {
        k: v for k, v in os.environ.items() if not k.startswith(("KAOHE_", "DJANGO_", "PYTHON"))
    }
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, env={**clean, **env}, capture_output=True, text=True,
        timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheels of the core and the shipped plugins."""
    folder = tmp_path_factory.mktemp("wheels")
    for source in (ROOT, *PLUGINS):
        run(
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            folder,
            source,
            cwd=folder,
        )
    venv.create(folder / "env", with_pip=True)
    wheels = sorted(folder.glob("*.whl"))
    constraints = ROOT / "constraints.txt"
    run(
        folder / "env/bin/python",
        "-m",
        "pip",
        "install",
        "-q",
        "-c",
        constraints,
        *wheels,
        cwd=folder,
    )
    return folder / "env"


def test_the_wheel_scores_the_sample_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    pytest.importorskip("kaohe_township", reason="the sample is its")
    where = run(
        installed / "bin/python",
        "-c",
        "import kaohe_township as k; print(k.__path__[0])",
        cwd=tmp_path,
    ).strip()

    out = run(
        installed / "bin/kaohe", "score", "township.responsibility",
        Path(where) / "sample/record.json", "--format", "json", cwd=tmp_path,
    )  # fmt: skip

    assert str(ROOT) not in where
    assert '"township.responsibility"' in out


def test_the_wheels_bring_every_scheme_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    printed = run(installed / "bin/kaohe", "schemes", cwd=tmp_path)

    files = [p for folder in PLUGINS for p in folder.glob("*/schemes/*.yaml")]
    ids = [read_source(p.read_bytes(), name=p.name).id for p in files]
    assert ids
    assert [one for one in ids if one not in printed] == []


def test_the_wheel_carries_templates_and_migrates(installed: Path, tmp_path: Path) -> None:
    run(
        installed / "bin/kaohe",
        "manage",
        "migrate",
        "-v0",
        cwd=tmp_path,
        KAOHE_DATA=str(tmp_path / "d"),
    )
    page = run(
        installed / "bin/python",
        "-c",
        "import os; os.environ['DJANGO_SETTINGS_MODULE']='kaohe.site.settings'\n"
        "import django; django.setup()\n"
        "from django.template.loader import get_template\n"
        "print(get_template('base.html').origin.name)",
        cwd=tmp_path,
        KAOHE_DATA=str(tmp_path / "d"),
    )

    assert "site-packages/kaohe/templates/base.html" in page
