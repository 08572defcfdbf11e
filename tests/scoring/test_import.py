"""What importing the engine costs."""

from __future__ import annotations

import subprocess
import sys


def test_import_brings_in_no_heavy_library() -> None:
    heavy = ["narwhals", "pandas", "polars", "django", "numpy", "ruamel"]
    code = f"import sys, kaohe.scoring; print([m for m in {heavy!r} if m in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": "core"},
    )  # fmt: skip

    assert done.stdout.strip() == "[]"
