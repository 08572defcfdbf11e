"""A JSON column that keeps the order of keys."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class OrderedJSONField(models.TextField):
    """JSON kept as text.

    PostgreSQL's own JSON column sorts keys, but in a scheme order is meaning: options and bands
    are written best first, the first kind of subject is the one the total belongs to.
    """

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """Read the text back."""
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        """Read text that came from a fixture."""
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        """Write compact text, keys in the order they have."""
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def value_to_string(self, obj: models.Model) -> str:
        """Serialise for a fixture."""
        return self.get_prep_value(self.value_from_object(obj)) or ""
