"""Rolls from Excel: understood, questioned, and only then written."""

from kaohe.register.importing.preview import Known, RollPreview
from kaohe.register.importing.understanding import understand_roll

__all__ = ["Known", "RollPreview", "understand_roll"]
