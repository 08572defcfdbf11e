"""Upload, read, try, offer and download a scheme."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe import catalogue
from kaohe.describing import describe
from kaohe.kit.differences import differences
from kaohe.register.access import actor_label, requires
from kaohe.results.explanation.page import explain
from kaohe.scheme.errors import SchemeError, SchemeErrors
from kaohe.scheme.reading import SchemeSource
from kaohe.site.designer import services
from kaohe.site.designer.forms import SchemeFileForm
from kaohe.site.designer.models import SchemeDraft
from kaohe.site.designer.trial import try_scheme

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires("designer")
@require_http_methods(["GET", "HEAD", "POST"])
def schemes(request: HttpRequest) -> HttpResponse:
    """What was uploaded, and the form to upload."""
    form = SchemeFileForm(request.POST or None, request.FILES or None)
    errors: tuple[SchemeError, ...] = ()
    if request.method == "POST":
        form = SchemeFileForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                row = services.keep_upload(file.read(), name=file.name, actor=actor_label(request))
            except SchemeErrors as found:
                errors = found.errors
            except services.UploadRefused as refused:
                form.add_error("file", str(refused))
            else:
                messages.success(request, f"已保存：{row}。看过检查结果、试填以后再提供选用。")
                return redirect("designer:scheme", pk=row.pk)
    context = {
        "form": form,
        "errors": errors,
        "rows": [(row, _is_used(row)) for row in SchemeDraft.objects.defer("data")],
        "installed": catalogue.schemes().values(),
    }
    status = 422 if errors or form.errors else 200
    return render(request, "designer/schemes.html", context, status=status)


def _is_used(row: SchemeDraft) -> bool:
    return services.is_frozen(row.scheme_id, row.version)


@requires("designer")
@require_safe
def scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: how it reads, what the lint finds, what changed since the last one."""
    row = get_object_or_404(SchemeDraft, pk=pk)
    source, bound = _bound(row)
    found = services.findings(source)
    context = {
        "row": row,
        "is_used": _is_used(row),
        "scheme": bound,
        "sections": describe(bound),
        "findings": found,
        "wrong": sum(f.severity == "error" for f in found),
        "before": (before := _before(row)),
        "changes": differences(SchemeSource.from_data(before.data), source) if before else (),
    }
    return render(request, "designer/scheme.html", context)


def _bound(row: SchemeDraft) -> tuple[SchemeSource, Any]:
    source = SchemeSource.from_data(row.data, name=row.file_name)
    return source, source.bind(operators=catalogue.syntaxes())


def _before(row: SchemeDraft) -> SchemeDraft | None:
    rows = SchemeDraft.objects.filter(scheme_id=row.scheme_id, uploaded_at__lt=row.uploaded_at)
    return rows.order_by("-uploaded_at", "-id").first()


@requires("designer")
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """The real forms, and the derivation of what was typed; nothing is kept."""
    row = get_object_or_404(SchemeDraft, pk=pk)
    _, bound = _bound(row)
    tried = try_scheme(bound, request.POST if request.method == "POST" else None)
    page = tried.result and explain(tried.result, scheme=bound, parameters={})
    return render(request, "designer/try.html", {"row": row, "trial": tried, "page": page})


@requires("designer")
@require_POST
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer it, or take it back."""
    row = get_object_or_404(SchemeDraft, pk=pk)
    move = {"offer": services.offer, "withdraw": services.withdraw}.get(request.POST.get("to", ""))
    if move is None:
        messages.error(request, "没有这个操作。")
        return redirect("designer:scheme", pk=pk)
    try:
        move(row, actor=actor_label(request))
    except services.UploadRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{row}：{row.get_state_display()}。")
    return redirect("designer:scheme", pk=pk)


@requires("designer")
@require_safe
def download(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The scheme as YAML or as a workbook."""
    row = get_object_or_404(SchemeDraft, pk=pk)
    source = SchemeSource.from_data(row.data)
    if kind == "xlsx":
        from kaohe.schemebooks import scheme_workbook

        content: bytes | str = scheme_workbook(source, operators=catalogue.syntaxes())
        response = HttpResponse(content, content_type=_XLSX)
    elif kind == "yaml":
        from kaohe.schemebooks.yaml_text import scheme_yaml

        response = HttpResponse(scheme_yaml(row.data), content_type="text/yaml; charset=utf-8")
    else:
        raise Http404
    name = f"{row.scheme_id}-{row.version}.{kind}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
