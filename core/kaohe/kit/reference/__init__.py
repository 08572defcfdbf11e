"""The reference of every key and operator of the language, generated from the model."""

from kaohe.kit.reference.page import reference_page

__all__ = ["reference_page"]
