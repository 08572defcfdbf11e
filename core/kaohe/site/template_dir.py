"""Where the page templates are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path


def template_dir() -> Path:
    """Return the folder of the templates.

    A wheel carries them as ``kaohe/templates``; an editable install leaves them at the top of the
    repository, where an office themes them.
    """
    package = Path(__file__).resolve().parent.parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent.parent / "templates"
