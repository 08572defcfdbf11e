"""The wizard's storage: the sheet's own row, under its version.  See docs/decisions/0007."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict
from formtools.wizard.storage.base import BaseStorage

from kaohe.campaigns.marks import Layout, Step
from kaohe.campaigns.models import CampaignStage, Sheet
from kaohe.campaigns.services import save_draft
from kaohe.register.models import Account

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
    known = layout.item_ids
    prefixes = {prefix} if prefix else {"", WHOLE, *(s.key for s in layout.steps)}
    out: dict[str, dict[str, str]] = {}
    for name in posted:
        head, _, rest = name.rpartition("-")
        if head not in prefixes:
            continue
        widget, _, item = rest.partition("_")
        place = _FIELD_OF.get(widget)
        if place and item in known:
            out.setdefault(place, {})[item] = str(posted.get(name, ""))
    return out


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
        out = {
            f"{step}-{field_name(place, item.id)}": [(data.get(place) or {}).get(item.id, "")]
            for item in page.items
            for place in ("marks", "reasons")
        }
        return MultiValueDict(out) if any(v[0] for v in out.values()) else None

    def set_step_data(self, step: str, cleaned_data: Any) -> None:
        """Save what was typed on a step under the version the browser saw.

        Raises:
            DraftConflict: the same places were changed elsewhere.
        """
        changes = changes_in(cleaned_data, layout=self.draft.layout, prefix=step)
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
