"""Units, people and groups."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.register.access import actor_label, requires
from kaohe.register.forms import GroupForm, PersonForm, UnitForm
from kaohe.register.models import Group, Person, Unit
from kaohe.register.queries import people_with_offices, units_with_people
from kaohe.register.services.seen import ChangedMeanwhile
from kaohe.register.services.units import (
    as_text,
    delete_group,
    group_as_text,
    group_state,
    rename_person,
    save_group,
    save_unit,
    unit_state,
)
from kaohe.register.views.meanwhile import after_refusal, before_saving

_PAGE = 100


def _search(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:60]


def _posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: also a POST of nothing is an answer, and refused in words."""
    return request.POST if request.method == "POST" else None


@require_safe
@requires("organiser")
def unit_list(request: HttpRequest) -> HttpResponse:
    """All units with group, secretary and members."""
    search = _search(request)
    page = Paginator(units_with_people(search), _PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": search, "tab": "units", "total": Unit.objects.count()}
    return render(request, "register/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def unit_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One unit, or a new one."""
    unit = get_object_or_404(Unit, pk=pk) if pk else Unit()
    meanwhile = before_saving(request, unit_state(unit))
    form = UnitForm(_posted(request), instance=unit)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        values = {f: form.cleaned_data[f] for f in UnitForm.Meta.fields}
        secretary = form.cleaned_data["secretary"]
        try:
            saved = save_unit(
                Unit.objects.get(pk=pk) if pk else Unit(),
                values=values,
                secretary=secretary,
                actor=actor_label(request),
                seen=meanwhile.seen,
            )
        except ChangedMeanwhile as error:
            meanwhile = after_refusal(error, as_text({**values, "secretary": secretary}))
            status = 409
        else:
            messages.success(request, f"已保存“{saved}”。")
            return redirect("register:units")
    context = {
        "form": form,
        "unit": Unit.objects.filter(pk=pk).first(),
        "meanwhile": meanwhile,
        "tab": "units",
    }
    return render(request, "register/unit_edit.html", context, status=status)


@require_safe
@requires("organiser")
def person_list(request: HttpRequest) -> HttpResponse:
    """All people with what they do."""
    search = _search(request)
    page = Paginator(people_with_offices(search), _PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": search, "tab": "people", "total": Person.objects.count()}
    return render(request, "register/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a name."""
    person = get_object_or_404(people_with_offices(), pk=pk)
    meanwhile = before_saving(request, {"name": person.name})
    form = PersonForm(_posted(request), initial={"name": person.name})
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            rename_person(person, name=name, actor=actor_label(request), seen=meanwhile.seen)
        except ChangedMeanwhile as error:
            meanwhile, status = after_refusal(error, {"name": name}), 409
        else:
            messages.success(request, "已保存。")
            return redirect("register:people")
    context = {"form": form, "person": person, "meanwhile": meanwhile, "tab": "people"}
    return render(request, "register/person_edit.html", context, status=status)


@require_safe
@requires("organiser")
def group_list(request: HttpRequest) -> HttpResponse:
    """The assessment groups."""
    groups = Group.objects.prefetch_related("units", "memberships__person")
    free = Unit.objects.filter(groups=None, active=True, children=None)
    context = {"groups": groups, "free": free, "tab": "groups"}
    return render(request, "register/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def group_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One group, or a new one."""
    group = get_object_or_404(Group, pk=pk) if pk else Group()
    meanwhile = before_saving(request, group_state(group) if pk else {})
    form = GroupForm(_posted(request), group=group, initial=_group_initial(group))
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            save_group(group, **data, actor=actor_label(request), seen=meanwhile.seen)
        except ChangedMeanwhile as error:
            typed = group_as_text(**data)
            meanwhile, status = after_refusal(error, typed), 409
        else:
            messages.success(request, f"已保存“{group}”。")
            return redirect("register:groups")
    context = {"form": form, "group": group, "meanwhile": meanwhile, "tab": "groups"}
    return render(request, "register/group_edit.html", context, status=status)


def _group_initial(group: Group) -> dict[str, object]:
    if group.pk is None:
        return {}
    people = list(group.memberships.select_related("person"))
    return {
        "name": group.name,
        "leads": "、".join(m.person.name for m in people if m.leads),
        "members": "、".join(m.person.name for m in people if not m.leads),
        "units": group.units.all(),
    }


@require_POST
@requires("organiser")
def group_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Dissolve a group."""
    group = get_object_or_404(Group, pk=pk)
    name = group.name
    try:
        delete_group(group, actor=actor_label(request))
        messages.success(request, f"已解散“{name}”；人员和单位都还在。")
    except ProtectedError:
        messages.error(request, f"“{name}”已用在考核里，不能解散；可以改它的人员和单位。")
    return redirect("register:groups")
