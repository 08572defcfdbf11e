"""What all pieces of a scheme are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Title = Annotated[str, Field(min_length=1, max_length=200)]
Rounding = Literal["half_up", "down", "up"]


class Part(BaseModel):
    """A piece of a scheme: closed (unknown keys are refused) and immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
