"""The self-assessment, step by step.

`NamedUrlWizardView` steers and validates; the draft lives in the sheet's row and files live on
their own page.  Which of its ways are switched off, and why: docs/decisions/0007.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from formtools.wizard.views import NamedUrlWizardView

from kaohe.campaigns.blocks import told
from kaohe.campaigns.drafts import Draft
from kaohe.campaigns.errors import DraftConflict, IllegalTransition
from kaohe.campaigns.facts import sheet_layout_of
from kaohe.campaigns.forms import SubmitForm
from kaohe.campaigns.marks import DONE, read_sheet
from kaohe.campaigns.permissions import fillable_sheet, keeps_answers
from kaohe.campaigns.queries import evidence_by_slot
from kaohe.campaigns.services.sheets import edit_refusal
from kaohe.campaigns.services.stages import stage_for
from kaohe.campaigns.sheet_forms import StepForm
from kaohe.campaigns.views.conflicts import (
    locked_response,
    merge_response,
    version_in,
)
from kaohe.register.access import requires


class SheetWizard(NamedUrlWizardView):
    """One sheet, a page for each few items, then the review."""

    storage_name = "kaohe.campaigns.drafts.DraftStorage"
    template_name = "campaigns/step.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Authorise, lay the sheet out, and only then let formtools see the request."""
        sheet = fillable_sheet(request, kwargs["pk"])
        layout = sheet_layout_of(sheet)
        if layout.spec.by != "subject":
            return redirect("campaigns:score", pk=sheet.pk)
        stage = stage_for(sheet.subject.campaign, sheet.instrument)
        refusal = edit_refusal(sheet, stage)
        if refusal:
            if request.method == "POST":
                return locked_response(request, sheet, layout, refusal)
            return redirect("campaigns:sheet_view", pk=sheet.pk)
        version = version_in(request.POST) if request.method == "POST" else sheet.version
        request.draft = Draft(sheet, layout, version, request.user, stage)  # type: ignore[attr-defined]
        self.form_list = OrderedDict((s.key, StepForm) for s in layout.steps)
        return super().dispatch(request, *args, **kwargs)

    @property
    def draft(self) -> Draft:
        """The draft `dispatch` opened."""
        return self.request.draft  # type: ignore[no-any-return]

    def get_prefix(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """One state per sheet, not per class."""
        return f"draft-{kwargs['pk']}"

    def get_step_url(self, step: str) -> str:
        """The address of a step of this sheet."""
        return reverse(self.url_name, kwargs={"pk": self.draft.sheet.pk, "step": step})

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        """The items of a step."""
        page = next(s for s in self.draft.layout.steps if s.key == step)
        return {"items": page.items, "layout": self.draft.layout}

    def get(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the step of the address.

        Without a current step formtools takes the first one, but asks the storage for the data of
        none: the first page would come up empty.
        """
        if kwargs["step"] in self.form_list:
            self.storage.current_step = kwargs["step"]
        return super().get(*args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save what was typed, right or wrong, then go where the button says.

        formtools would validate first and drop what is invalid, and would go to another step
        without saving at all.
        """
        step = str(kwargs["step"])
        if step not in self.form_list:
            return redirect(self.get_step_url(step if step == DONE else self.steps.first))
        self.storage.current_step = step
        form = self.get_form(step, data=self.request.POST)
        try:
            self.storage.set_step_data(step, self.get_form_step_data(form))
        except DraftConflict as conflict:
            return merge_response(
                self.request, self.draft.sheet, self.draft.layout, conflict, back=step
            )
        except IllegalTransition as error:
            return locked_response(self.request, self.draft.sheet, self.draft.layout, str(error))
        goto = self.request.POST.get("goto", "")
        if goto.startswith("files"):
            slot = goto.partition(":")[2]
            anchor = f"#slot-{slot}" if slot in self.draft.layout.item_ids else ""
            return redirect(
                reverse("campaigns:sheet_evidence", args=[self.draft.sheet.pk])
                + f"?back={step}{anchor}"
            )
        if goto == "tasks":
            return redirect("campaigns:tasks")
        if goto in self.form_list or goto == DONE:
            return redirect(self.get_step_url(goto))
        if not form.is_valid():
            return self.render(form, status=422)
        if goto == "stay":
            return redirect(self.get_step_url(step))
        return redirect(self.get_step_url(self.get_next_step(step) or DONE))

    def get_form_step_data(self, form: StepForm) -> Any:
        """Only the fields of this step: no token, no version, nobody else's keys."""
        prefix = f"{form.prefix}-"
        return {k: v for k, v in form.data.items() if k.startswith(prefix)}

    def render(self, form: Any = None, *, status: int = 200, **kwargs: Any) -> HttpResponse:
        """The page of the current step."""
        response: HttpResponse = super().render(form, **kwargs)
        response.status_code = status
        return response

    def render_done(self, form: Any, **kwargs: Any) -> HttpResponseBase:
        """The review never sends people back and never resets: it lists what is left to do."""
        return self.done([], **kwargs)

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        """Show the review page.  formtools runs this on a GET, so it changes nothing."""
        return render(self.request, "campaigns/review.html", self._review())

    def get_context_data(self, form: Any, **kwargs: Any) -> dict[str, Any]:
        """What the step's page shows."""
        context = super().get_context_data(form=form, **kwargs)
        files = evidence_by_slot(self.draft.sheet)
        frame = self._frame(files)
        blocks = form.blocks(frame["reading"])
        return (
            context
            | frame
            | {
                "previous": self.get_prev_step(),
                "files": files,
                "blocks": blocks,
                "reasoned": self.draft.layout.spec.reason == "deduction",
            }
        )

    def _frame(self, files: dict[str, Any]) -> dict[str, Any]:
        sheet, layout = self.draft.sheet, self.draft.layout
        reading = read_sheet(layout, sheet.data, slots=set(files))
        current = str(self.kwargs["step"])
        steps = [
            {
                "key": s.key,
                "title": s.title,
                "url": self.get_step_url(s.key),
                "state": "now"
                if s.key == current
                else "done"
                if s.key in reading.complete_steps
                else "todo",
                "complete": s.key in reading.complete_steps,
            }
            for s in layout.steps
        ]
        return {
            "sheet": sheet,
            "subject": sheet.subject,
            "campaign": sheet.subject.campaign,
            "layout": layout,
            "reading": reading,
            "steps": steps,
            "step": current,
            "stage": self.draft.stage,
            "evidence_done": "evidence" not in {p.step for p in reading.problems},
        }

    def _review(self) -> dict[str, Any]:
        files = evidence_by_slot(self.draft.sheet)
        frame = self._frame(files)
        form = SubmitForm(initial={"version": self.draft.sheet.version, "key": uuid4()})
        return frame | {"files": files, "form": form, "rows": review_rows(frame["reading"], files)}


def review_rows(reading: Any, files: dict[str, Any]) -> list[dict[str, Any]]:
    """Items of a sheet with what stands beside each, for a table that is only read."""
    problems: dict[str, list[Any]] = {}
    for problem in reading.problems:
        problems.setdefault(problem.item, []).append(problem)
    return [
        {
            "item": i,
            "mark": reading.points.get(i.id, reading.marks.get(i.id)),
            "told": told(i, reading),
            "away": i.id in reading.not_applicable,
            **_section_row(reading, i, at),
            "reason": reading.reasons.get(i.id, ""),
            "files": files.get(i.id, []),
            "problems": problems.get(i.id, []),
            "step": reading.layout.step_of(i.id),
        }
        for at, i in enumerate(reading.layout.items)
    ]


def _section_row(reading: Any, item: Any, at: int) -> dict[str, Any]:
    """The heading before an item that opens a section, with the section's subtotal."""
    before = reading.layout.items[at - 1].section if at else None
    if not item.section or item.section == before:
        return {"section": None}
    return {
        "section": reading.layout.sections.get(item.section),
        "section_points": reading.section_points.get(item.section),
    }


step = keeps_answers(
    requires("respondent", "assessor")(
        SheetWizard.as_view([("1", StepForm)], url_name="campaigns:step", done_step_name=DONE)
    )
)
