"""What this plugin adds: the faces that documents are set in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kaohe.hookspecs import hookimpl

if TYPE_CHECKING:
    from kaohe.documents.fonts import FontFace

FILES = Path(__file__).parent / "files"
FACES = {
    "body": "serif-400.ttf",
    "strong": "serif-700.ttf",
    "title": "serif-700.ttf",
    "hei": "sans-400.ttf",
    "hei_strong": "sans-700.ttf",
    "rest": "serif-400-rest.ttf",
}


@hookimpl
def register_fonts() -> list[FontFace]:
    # Here, not at the top: plugins are loaded by commands that print no document.
    from kaohe.documents.fonts import FontFace

    return [FontFace(role, FILES / name) for role, name in FACES.items()]
