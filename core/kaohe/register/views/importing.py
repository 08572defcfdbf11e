"""Importing a roll: upload, preview with questions, summary."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.register.access import requires
from kaohe.register.forms import UploadForm
from kaohe.register.importing.changes import find_changes
from kaohe.register.importing.settling import (
    ImportRefused,
    complete_answers,
    open_questions,
    settle,
)
from kaohe.register.importing.uploads import (
    apply_upload,
    discard_upload,
    keep_answers,
    keep_upload,
    preview_upload,
)
from kaohe.register.models import RollUpload
from kaohe.register.roll_template import roll_template
from kaohe.workbooks import Limits, WorkbookError

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; a readable one leads to its preview."""
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                data = file.read(Limits().file_bytes + 1)
                kept = keep_upload(data, name=file.name, account=request.user)
                return redirect("register:preview", kept.pk)
            except WorkbookError as e:
                form.add_error("file", f"{e.what}{e.remedy}")
    uploads = RollUpload.objects.select_related("uploaded_by__person")[:10]
    context = {"form": form, "uploads": uploads, "tab": "import"}
    status = 422 if form.is_bound else 200
    return render(request, "register/import_upload.html", context, status=status)


@require_safe
@requires("organiser")
def template(request: HttpRequest) -> HttpResponse:
    """The empty roll."""
    name = "attachment; filename=\"roll.xlsx\"; filename*=UTF-8''%E8%8A%B1%E5%90%8D%E5%86%8C%E7%A9%BA%E8%A1%A8.xlsx"
    return HttpResponse(roll_template(), content_type=_XLSX, headers={"Content-Disposition": name})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What was understood; POST keeps the answers, and imports if that was asked."""
    kept = get_object_or_404(RollUpload, pk=pk)
    if kept.state == RollUpload.State.APPLIED:
        return render(request, "register/import_done.html", {"upload": kept, "tab": "import"})
    if kept.state == RollUpload.State.DISCARDED:
        messages.info(request, "这次上传已经放弃或被新的上传取代，请重新上传。")
        return redirect("register:import")
    if request.method == "POST":
        return _answered(request, kept)
    return _show(request, kept)


def _answered(request: HttpRequest, kept: RollUpload) -> HttpResponse:
    answers = {
        key.removeprefix("q:"): request.POST[key] for key in request.POST if key.startswith("q:")
    }
    answers = keep_answers(kept, answers)
    if request.POST.get("action") != "apply":
        return redirect("register:preview", kept.pk)
    try:
        shown = request.POST.get("shown", "")
        apply_upload(kept, answers, account=request.user, shown=shown)
    except ImportRefused as e:
        for reason in e.reasons[:3]:
            messages.warning(request, reason)
    except RollUpload.DoesNotExist:
        pass  # a second click: the first one has imported it
    except IntegrityError:
        messages.error(request, "同时有别的改动，导入没有进行，请再确认一次。")
    return redirect("register:preview", kept.pk)


def _show(request: HttpRequest, kept: RollUpload) -> HttpResponse:
    found = preview_upload(kept)
    answers = complete_answers(found, kept.answers)
    unanswered = open_questions(found, kept.answers)
    changes = None
    if not found.errors and not unanswered:
        changes = find_changes(settle(found, kept.answers))
    questions = [(q, answers[q.id], q in unanswered) for q in found.questions]
    context = {
        "upload": kept,
        "preview": found,
        "questions": questions,
        "unanswered": unanswered,
        "changes": changes,
        "read": [c for c in found.columns if c.meaning],
        "unread": [c for c in found.columns if not c.meaning],
        "tab": "import",
    }
    return render(request, "register/import_preview.html", context)


@require_POST
@requires("organiser")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a preview."""
    discard_upload(get_object_or_404(RollUpload, pk=pk), account=request.user)
    messages.info(request, "已放弃这次导入，名册没有变化。")
    return redirect("register:import")
