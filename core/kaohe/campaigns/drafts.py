"""The wizard's storage: the sheet's own row, under its version.  See docs/decisions/0007."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict
from formtools.wizard.storage.base import BaseStorage

from kaohe.campaigns.marks import ZERO, Layout, Step, deductions, preset
from kaohe.campaigns.models import CampaignStage, Sheet
from kaohe.campaigns.services import save_draft
from kaohe.register.models import Account
from kaohe.scheme.model import Item

_FIELD_OF = {"mark": "marks", "reason": "reasons"}
WHOLE = "all"
"""Form prefix of a page that shows all items at once."""
_WIDGET_OF = {v: k for k, v in _FIELD_OF.items()}


@dataclass(slots=True)
class Draft:
    """A sheet open in the wizard: set on the request by the view, after it authorised."""

    sheet: Sheet
    layout: Layout
    version: int
    """The version the browser saw."""
    account: Account
    stage: CampaignStage | None = None


def field_name(place: str, item: str) -> str:
    """Name of the form field for a place of the draft: ``marks``, ``duty`` → ``mark_duty``."""
    return f"{_WIDGET_OF[place]}_{item}"


def changes_in(posted: Any, *, layout: Layout, prefix: str = "") -> dict[str, dict[str, str]]:
    """Pick the places of a draft out of posted fields; everything else is left alone.

    Args:
        posted: a QueryDict.
        prefix: only fields with this form prefix; empty: those of any step, of the whole sheet
            (`WHOLE`), and those without.
    """
    known = {"marks": layout.input_items.keys(), "reasons": layout.reason_ids}
    prefixes = {prefix} if prefix else {"", WHOLE, *(s.key for s in layout.steps)}
    out: dict[str, dict[str, str]] = {}
    for name in posted:
        head, _, rest = name.rpartition("-")
        if head not in prefixes:
            continue
        widget, _, item = rest.partition("_")
        place = _FIELD_OF.get(widget)
        if place and item in known[place]:
            out.setdefault(place, {})[item] = str(posted.get(name, ""))
    return out


def places_of(layout: Layout, item: Item) -> list[tuple[str, str]]:
    """The places of a draft that belong to an item: its figures, its remarks."""
    figures = [("marks", i.id) for i in layout.inputs[item.id]]
    return [*figures, ("reasons", item.id), *(("reasons", r) for r in deductions(item))]


def text_at(layout: Layout, data: Mapping[str, Any], place: str, key: str) -> str:
    """What stands at a place of a draft, or what it is preset with."""
    text = str((data.get(place) or {}).get(key, ""))
    return text or (preset(layout.input_of(key)) if place == "marks" else "")


def zeros_in(layout: Layout, changes: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Somebody looked at these counts and went on: what they left empty is 0.

    Only for a page that is left by a button; what is saved in the background stays as typed.
    """
    marks = {
        k: ZERO if k in layout.counted and not v.strip() else v
        for k, v in changes.get("marks", {}).items()
    }
    return {**{k: dict(v) for k, v in changes.items()}, "marks": marks}


class DraftStorage(BaseStorage):
    """Reads and writes `request.draft`; knows no session, no files, and forgets nothing."""

    def __init__(self, prefix: str, request: Any = None, file_storage: Any = None) -> None:
        super().__init__(prefix, request, file_storage)
        self.draft: Draft = request.draft
        self.init_data()  # holds the current step for this request, nothing else

    def reset(self) -> None:
        """Do nothing: formtools resets on a GET and after `done`; a draft is never thrown away."""

    def _step(self, key: str) -> Step | None:
        return next((s for s in self.draft.layout.steps if s.key == key), None)

    def get_step_data(self, step: str) -> MultiValueDict[str, str] | None:
        """What the draft holds for a step, as a form would post it."""
        page = self._step(step)
        if page is None:
            return None
        data = self.draft.sheet.data
        layout = self.draft.layout
        out = {
            f"{step}-{field_name(place, key)}": [text_at(layout, data, place, key)]
            for item in page.items
            for place, key in places_of(layout, item)
        }
        return MultiValueDict(out) if any(v[0] for v in out.values()) else None

    def set_step_data(self, step: str, cleaned_data: Any) -> None:
        """Save what was typed on a step under the version the browser saw.

        Raises:
            DraftConflict: the same places were changed elsewhere.
        """
        layout = self.draft.layout
        changes = zeros_in(layout, changes_in(cleaned_data, layout=layout, prefix=step))
        self.draft.sheet = save_draft(
            self.draft.sheet,
            version=self.draft.version,
            changes=changes,
            actor=self.draft.account,
            just_read=True,
        )
        self.draft.version = self.draft.sheet.version

    def get_step_files(self, step: str) -> None:
        """No step holds files; evidence has its own page and table."""
        return None

    def set_step_files(self, step: str, files: Any) -> None:
        """Refuse files: they belong to the evidence page."""
        if files:
            raise ValueError("the wizard takes no files")

    def update_response(self, response: Any) -> None:
        """Nothing to add: no cookie, no temporary files."""
