"""Pages that work on several polls at once: issue slips, open, close, void."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kaohe.ballots import queries
from kaohe.ballots.forms.counts import CountTable, count_table
from kaohe.ballots.models import Poll
from kaohe.ballots.printing import printer, slip_batch
from kaohe.ballots.services import (
    Refused,
    close_and_seal,
    close_poll,
    issue_slips_for_many,
    open_poll,
    void_slips,
)
from kaohe.ballots.views.discretion import discreet
from kaohe.ballots.views.polls import chosen_polls
from kaohe.register.access import actor_label, requires


def voter_address(request: HttpRequest) -> str:
    """Where the QR codes lead: `KAOHE_PUBLIC_URL`, or the address this page was opened under."""
    base = str(getattr(settings, "KAOHE_PUBLIC_URL", "") or request.build_absolute_uri("/"))
    return f"{base.rstrip('/')}{reverse('ballots:vote')}"


def _back(polls: list[Poll]) -> HttpResponse:
    if len(polls) == 1:
        return redirect("ballots:poll", pk=polls[0].pk)
    return redirect(_list_address(polls))


def _list_address(polls: list[Poll]) -> str:
    """The list of the campaign these polls belong to, by the first part of their reference."""
    heads = {poll.reference.partition(".")[0] for poll in polls}
    query = f"?reference={heads.pop()}." if len(heads) == 1 else ""
    return f"{reverse('ballots:polls')}{query}"


def _none_chosen(request: HttpRequest, what: str) -> HttpResponse:
    messages.error(request, f"没有选中可以{what}的投票，请在列表中勾选。")
    return redirect("ballots:polls")


@discreet
@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def issue(request: HttpRequest) -> HttpResponse:
    """Issue slips of one or many polls in one print run; the answer is the only copy."""
    polls = chosen_polls(request, Poll.State.PREPARED, Poll.State.OPEN)
    if not polls:
        return _none_chosen(request, "印票")
    posted = request.POST.dict() if request.method == "POST" else None
    table = count_table(polls, posted, kind="slips")
    errors = list(table.errors)
    make_pdf = printer()
    if posted is not None and not errors:
        orders = [(p, {k: n for k, n in table.values[p.pk].items() if n}) for p in polls]
        try:
            slips = issue_slips_for_many(
                [(p, counts) for p, counts in orders if counts], actor=actor_label(request)
            )
            if not slips:
                raise Refused("请填要印的张数")
        except Refused as refused:
            errors += refused.reasons
        else:
            batch = slip_batch(slips, polls, address=voter_address(request))
            if make_pdf is not None and request.POST.get("format") == "pdf":
                response = HttpResponse(make_pdf(batch), content_type="application/pdf")
                response["Content-Disposition"] = 'attachment; filename="slips.pdf"'
            else:
                response = render(request, "ballots/slips.html", {"batch": batch})
            response["Cache-Control"] = "no-store"
            return response
    context = {
        "polls": polls,
        "table": table,
        "errors": errors,
        "address": voter_address(request),
        "pdf": make_pdf is not None,
        "back": _list_address(polls),
    }
    return render(request, "ballots/issue.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def open_polls(request: HttpRequest) -> HttpResponse:
    """Enter head counts and open one or many polls; those that are refused stay on the page."""
    polls = chosen_polls(request, Poll.State.PREPARED)
    if not polls:
        return _none_chosen(request, "开始")
    posted = request.POST.dict() if request.method == "POST" else None
    table = count_table(polls, posted, kind="present", initial="present")
    due = count_table(polls, posted, kind="due", initial="due")
    errors = [*table.errors, *due.errors]
    warned = False
    if posted is not None and not errors:
        warned = _warn_small(table) and posted.get("sure") != "1"
        if not warned:
            opened, errors = _open_all(request, table, due)
            if opened:
                messages.success(request, f"已开始 {len(opened)} 项投票。")
            if not errors:
                return _back(polls)
            return redirect_or_show(request, polls, opened, errors)
    context = {
        "polls": polls,
        "table": table,
        "due": due,
        "rows": list(zip(table.rows, due.rows, strict=True)),
        "errors": errors,
        "warned": warned,
        "back": _list_address(polls),
    }
    return render(request, "ballots/open.html", context, status=422 if errors or warned else 200)


def redirect_or_show(
    request: HttpRequest, polls: list[Poll], opened: list[Poll], errors: list[str]
) -> HttpResponse:
    """Show the polls that could not be opened, with everything that was typed for them."""
    left = [poll for poll in polls if poll not in opened]
    posted = request.POST.dict()
    table = count_table(left, posted, kind="present")
    due = count_table(left, posted, kind="due")
    context = {
        "polls": left,
        "table": table,
        "due": due,
        "rows": list(zip(table.rows, due.rows, strict=True)),
        "errors": errors,
        "back": _list_address(polls),
    }
    return render(request, "ballots/open.html", context, status=422)


def _warn_small(table: CountTable) -> bool:
    """Note beside each row which classes are too small; True if any is."""
    for row in table.rows:
        counts = table.values[row.poll.pk]
        titles = dict(table.columns)
        small = [titles[key] for key, n in counts.items() if 0 < n < row.poll.threshold]
        if sum(counts.values()) < row.poll.threshold:
            row.notes.append(f"总共不足 {row.poll.threshold} 人，结果只能公布收发数")
        elif small and len(table.columns) > 1:
            row.notes.append(f"{'、'.join(small)}不足 {row.poll.threshold} 人，将合并公布")
    return any(row.notes for row in table.rows)


def _open_all(
    request: HttpRequest, table: CountTable, due: CountTable
) -> tuple[list[Poll], list[str]]:
    opened, errors = [], []
    for row in table.rows:
        poll = row.poll
        try:
            open_poll(
                poll,
                head_counts=table.values[poll.pk],
                due=due.values[poll.pk],
                paper=row.paper,
                actor=actor_label(request),
            )
            opened.append(poll)
        except Refused as refused:
            errors += [f"{poll.title}：{reason}" for reason in refused.reasons]
    return opened, errors


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def close_polls(request: HttpRequest) -> HttpResponse:
    """Close one or many polls; those without paper to type are sealed at once."""
    polls = chosen_polls(request, Poll.State.OPEN, Poll.State.CLOSED)
    if not polls:
        return _none_chosen(request, "截止")
    rows = []
    for poll in polls:
        paper = queries.paper_state(poll)
        rows.append(
            {
                "poll": poll,
                "cast": queries.turnout(poll),
                "present": sum(s.present or 0 for s in poll.strata.all()),
                "waits": poll.paper_expected and not paper.agreed,
            }
        )
    if request.method == "POST":
        sealed, waiting = 0, []
        for row in rows:
            poll = row["poll"]
            try:
                if row["waits"]:
                    if poll.state == Poll.State.OPEN:
                        close_poll(poll, actor=actor_label(request))
                    waiting.append(poll.title)
                else:
                    close_and_seal(poll, actor=actor_label(request))
                    sealed += 1
            except Refused as refused:
                messages.error(request, str(refused))
        if sealed:
            messages.success(request, f"已截止并封存 {sealed} 项投票，票码和逐张的票已删除。")
        if waiting:
            messages.warning(request, f"已截止，等纸质票录入核对后再封存：{'、'.join(waiting[:5])}")
        return _back(polls)
    context = {"rows": rows, "polls": polls, "back": _list_address(polls)}
    return render(request, "ballots/close.html", context)


@discreet
@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def void(request: HttpRequest) -> HttpResponse:
    """Scan slips back in that were not handed out, or were handed back."""
    report, error = None, ""
    if request.method == "POST":
        codes = [c for c in re.split(r"[\n,，;；]+", request.POST.get("codes", "")) if c.strip()]
        if not codes:
            error = "还没有扫入或输入票码"
        elif len(codes) > 2000:
            error = "一次最多 2000 张，请分几次"
        else:
            try:
                report = void_slips(codes, actor=actor_label(request))
            except Refused as refused:
                error = str(refused)
    context = {"report": report, "error": error}
    response = render(request, "ballots/void.html", context, status=422 if error else 200)
    response["Cache-Control"] = "no-store"
    return response
