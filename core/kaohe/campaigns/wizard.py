"""The self-assessment wizard: django-formtools steers and draws, the sheet's row is the storage.

formtools' own storages keep one blob per session: parallel requests lose updates, logging out
loses work, a second device sees nothing.  Here a GET never writes, the step comes from the address,
whatever was typed is kept even if it is not right yet, and every save names the version it saw.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from formtools.wizard.storage.base import BaseStorage
from formtools.wizard.views import NamedUrlWizardView

from kaohe.campaigns.errors import CampaignError, DraftConflict
from kaohe.campaigns.marking import filled, mark_problem, plain_mark, sheet_instrument, subtotal
from kaohe.campaigns.models import Sheet
from kaohe.campaigns.services.sheets import save_draft, why_locked
from kaohe.register.access import actor_label
from kaohe.scheme.model import Item, Scheme, SheetInstrument

REVIEW = "review"


class SheetRequest(HttpRequest):
    """A request whose view found the sheet and its scheme."""

    sheet: Sheet
    scheme: Scheme


class SheetStorage(BaseStorage):
    """Reads steps from the sheet's row; writing is `save_draft`'s business alone."""

    def __init__(
        self, prefix: str, request: Any = None, file_storage: Any = None, *args: Any, **kw: Any
    ) -> None:
        self.request, self.prefix, self.file_storage = request, prefix, None
        self._step: str | None = None
        self.data: dict[str, Any] = {}

    def init_data(self) -> None:
        """Nothing to prepare: the row exists."""

    def reset(self) -> None:
        """A wizard never destroys a draft."""

    def _get_current_step(self) -> str | None:
        return self._step

    def _set_current_step(self, step: str | None) -> None:
        self._step = step

    current_step = property(_get_current_step, _set_current_step)

    def _get_extra_data(self) -> dict[str, Any]:
        return {}

    extra_data = property(_get_extra_data)

    def get_step_data(self, step: str) -> MultiValueDict[str, str] | None:
        """What was typed, under the names the step's form uses."""
        data = self.request.sheet.data
        pairs = {}
        for part in ("marks", "reasons"):
            for item, text in data.get(part, {}).items():
                pairs[f"{step}-{part[:-1]}-{item}"] = [text]
        return MultiValueDict(pairs)

    def get_step_files(self, step: str) -> None:
        """Files never pass through the wizard."""

    def set_step_files(self, step: str, files: Any) -> None:
        if files:
            raise RuntimeError("files never pass through the wizard")

    def set_step_data(self, step: str, cleaned_data: Any) -> None:
        """Saved by the view with its version, not here."""

    def update_response(self, response: HttpResponseBase) -> None:
        """No cookie, no session."""


class StepForm(forms.Form):
    """One step: a mark and a remark for each of some items."""

    items: tuple[Item, ...] = ()
    instrument: SheetInstrument

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in self.items:
            top = plain_mark(item.points) if item.points is not None else ""
            self.fields[f"mark-{item.id}"] = forms.CharField(
                label=item.title,
                required=False,
                max_length=40,
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal", "class": "short num", "autocomplete": "off",
                           "data-mark": item.id, "data-most": top}
                ),
            )  # fmt: skip
            self.fields[f"reason-{item.id}"] = forms.CharField(
                label="说明", required=False, max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    def rows(self) -> list[tuple[Item, forms.BoundField, forms.BoundField]]:
        """Items with their two fields."""
        return [(i, self[f"mark-{i.id}"], self[f"reason-{i.id}"]) for i in self.items]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for item in self.items:
            name = f"mark-{item.id}"
            what = mark_problem(item, data.get(name, ""), self.instrument.step)
            if what:
                self.add_error(name, what)
        return data

    def changes(self) -> dict[str, dict[str, str]]:
        """What was typed in this step, right or not."""
        return {
            part + "s": {
                i.id: self.data[self.add_prefix(f"{part}-{i.id}")]
                for i in self.items
                if self.add_prefix(f"{part}-{i.id}") in self.data
            }
            for part in ("mark", "reason")
        }


def step_forms(scheme: Scheme, sheet: Sheet) -> dict[str, type[StepForm]]:
    """The steps of a sheet: `per_page` items each, in order."""
    instrument = sheet_instrument(scheme, sheet)
    items = scheme.items[instrument.items].items
    size = instrument.per_page
    return {
        f"s{number}": type(
            "SheetStep",
            (StepForm,),
            {"items": items[start : start + size], "instrument": instrument},
        )
        for number, start in enumerate(range(0, len(items), size), start=1)
    }


class SheetWizard(NamedUrlWizardView):
    """The wizard of one sheet; the caller has authorised and set `request.sheet`."""

    storage_name = "kaohe.campaigns.wizard.SheetStorage"
    template_name = "campaigns/step.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.form_list = step_forms(request.scheme, request.sheet)
        return super().dispatch(request, *args, **kwargs)

    def get_prefix(self, request: Any, *args: Any, **kwargs: Any) -> str:
        return f"sheet-{request.sheet.pk}"

    def get_step_url(self, step: str) -> str:
        if step == REVIEW:
            return reverse("campaigns:review", args=[self.request.sheet.pk])
        return reverse("campaigns:step", args=[self.request.sheet.pk, step])

    def get(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        step = kwargs.get("step")
        if step not in self.form_list:
            return redirect(self.get_step_url(self.steps.first))
        self.storage.current_step = step
        form = self.get_form()
        typed = self.storage.get_step_data(step) or {}
        form.initial = {name: typed.get(form.add_prefix(name), "") for name in form.fields}
        return self.render(form)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request, step = self.request, kwargs.get("step")
        if step not in self.form_list:
            return redirect(self.get_step_url(self.steps.first))
        self.storage.current_step = step
        form = self.get_form(step, data=request.POST)
        try:
            version = int(request.POST.get("version", ""))
        except ValueError:
            version = -1
        try:
            save_draft(
                request.sheet, version=version, changes=form.changes(), actor=actor_label(request)
            )
        except DraftConflict:
            return merge_page(request, form.changes(), self.get_step_url(step))
        except CampaignError as error:
            return locked_page(request, str(error), form.changes())
        goto = request.POST.get("goto", "next")
        if goto in self.form_list or goto == REVIEW:
            return redirect(self.get_step_url(goto))
        if not form.is_valid():
            response = self.render(form)
            response.status_code = 422
            return response
        following = self.get_next_step(step) or REVIEW
        return redirect(self.get_step_url(following))

    def get_context_data(self, form: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(form=form, **kwargs)
        sheet, scheme = self.request.sheet, self.request.scheme
        instrument = sheet_instrument(scheme, sheet)
        items = scheme.items[instrument.items].items
        context.update(
            sheet=sheet,
            instrument=instrument,
            steps=step_list(self.form_list, sheet, self.steps.current),
            previous=self.get_prev_step(),
            subtotal=subtotal(sheet),
            most=sum((i.points or 0) for i in items),
            filled=filled(sheet, items),
            count=len(items),
            locked=why_locked(sheet),
        )
        return context


def step_list(
    form_list: dict[str, type[StepForm]], sheet: Sheet, current: str
) -> list[dict[str, Any]]:
    """The steps with their state, for the progress list."""
    out = []
    for key, form in form_list.items():
        done = filled(sheet, form.items) == len(form.items)
        state = "now" if key == current else "done" if done else "todo"
        title = "、".join(i.title for i in form.items)
        out.append({"key": key, "title": title, "state": state, "done": done})
    return out


def merge_page(request: Any, typed: dict[str, dict[str, str]], url: str) -> HttpResponse:
    """Show what was typed here beside what is stored; nothing is lost, a person chooses."""
    sheet = Sheet.objects.get(pk=request.sheet.pk)
    titles = {i.id: i.title for g in request.scheme.items.values() for i in g.items}
    rows = []
    for part, word in (("marks", "得分"), ("reasons", "说明")):
        for item, mine in typed.get(part, {}).items():
            stored = sheet.data.get(part, {}).get(item, "")
            if mine.strip() != stored:
                name = f"{part[:-1]}-{item}"
                rows.append({"name": name, "title": titles.get(item, item), "word": word,
                             "mine": mine, "stored": stored})  # fmt: skip
    context = {"sheet": sheet, "rows": rows, "url": url, "subject": sheet.subject}
    return render(request, "campaigns/merge.html", context, status=409)


def locked_page(request: Any, why: str, typed: dict[str, dict[str, str]]) -> HttpResponse:
    """Say why nothing can be saved, and show what was typed so that it can be copied."""
    titles = {i.id: i.title for g in request.scheme.items.values() for i in g.items}
    kept = [
        (titles.get(item, item), text)
        for part in ("marks", "reasons")
        for item, text in typed.get(part, {}).items()
        if text
    ]
    context = {"why": why, "kept": kept, "sheet": request.sheet}
    return render(request, "campaigns/locked.html", context, status=409)
