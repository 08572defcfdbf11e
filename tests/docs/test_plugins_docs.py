"""docs/plugins.md names every hook with its arguments, and every check."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from kaohe.hookspecs import KaoheSpec

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/plugins.md").read_text("utf-8")


def test_every_hook_has_a_heading_with_its_arguments() -> None:
    hooks = {
        name: [p for p in inspect.signature(hook).parameters if p != "self"]
        for name, hook in vars(KaoheSpec).items()
        if not name.startswith("_")
    }
    headings = {
        found[1]: [a.strip() for a in found[2].split(",") if a.strip()]
        for found in re.finditer(r"^### `(\w+)\((.*)\)`$", TEXT, re.M)
    }

    assert headings == hooks


def test_every_hook_says_when_and_what() -> None:
    for name, hook in vars(KaoheSpec).items():
        if not name.startswith("_"):
            assert (inspect.getdoc(hook) or "").startswith("Return "), name


def test_every_check_of_plugins_is_in_the_table() -> None:
    source = (ROOT / "core/kaohe/site/checks.py").read_text("utf-8")

    assert set(re.findall(r"kaohe\.[EW]\d{3}", source)) == set(
        re.findall(r"^\| `(kaohe\.[EW]\d{3})`", TEXT, re.M)
    )


def test_example_plugin_is_a_plugin() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.S)
    namespace = {"__file__": str(ROOT / "tests/hooks.py")}  # beside tests/schemes
    exec(code, namespace)

    assert [f.path.suffix for f in namespace["register_schemes"]()] == [".yaml"]  # type: ignore[operator]
