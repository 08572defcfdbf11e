"""What is claimed or recorded one by one: bonuses, deductions, findings."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from kaohe.scheme.part import Part, Title
from kaohe.scheme.values import Cites, Flag, Identifier, Label, Number, Text


def _points_form(value: Any) -> str:
    return "table" if isinstance(value, dict) else "typed"


def _typed_if_empty(value: Any) -> Any:
    """An empty table (a parameter nobody filled in) means that the figure is typed."""
    return "typed" if value == {} else value


class EntryRule(Part):
    """A kind of bonus or deduction that is claimed or recorded one by one."""

    title: Title
    sign: Literal["+", "-", "none"]
    """``none``: a finding, recorded without points; lists, limits and counts may refer to it."""
    points: Annotated[
        Annotated[Literal["typed"], Tag("typed")] | Annotated[dict[Label, Number], Tag("table")],
        Discriminator(_points_form),
        BeforeValidator(_typed_if_empty),
    ] = "typed"
    """``typed``: a figure with a reason; a table: label -> points each (empty: ``typed``)."""
    quantity: Literal["times", "percent"] = "times"
    """With a table, what the entered figure is: how many times the row applies, or the percentage
    of it that is earned (a participation rate)."""
    most: Number = Decimal(100)
    """The largest figure one entry may carry (guards against typing slips)."""
    evidence: Literal["required", "optional"] = "optional"
    verified_by: Literal["another", "anyone"] = "anyone"
    classes: tuple[Identifier, ...] = ()
    """Classes of subjects it is for; empty: all."""
    about: Identifier | None = None
    """The kind of subject a finding is about, if it is a person beside the subject."""
    event: Literal["required", "optional"] = "optional"
    """Whether every entry names its event (rules that count once per event need it)."""
    statement: Flag = False
    """Whether the statement of whom it is about is recorded with it."""
    measures: dict[Identifier, Title] = Field(default_factory=dict)
    """Measures an authorised person may decide on for it; the program never chooses one."""
    aliases: tuple[Label, ...] = ()
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None
