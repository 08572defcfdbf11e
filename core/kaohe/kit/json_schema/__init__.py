"""The language as a JSON Schema (draft 2020-12), so that editors complete, explain and check."""

from kaohe.kit.json_schema.document import json_schema

__all__ = ["json_schema"]
