"""The voter's page: no account, no session, no cookie, one size of answer, nothing logged."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RequestDataTooBig, TooManyFieldsSent
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from kaohe.ballots.codes import HashedCode, entry_pass, hash_code, is_entry_pass
from kaohe.ballots.definition import Definition, load_definition
from kaohe.ballots.guessing import count_failure, watch
from kaohe.ballots.marks import Ballot, read_ballot
from kaohe.ballots.models import Code, Poll, Stratum
from kaohe.ballots.services import Outcome, cast
from kaohe.ballots.services.polls import TEXT_THRESHOLD
from kaohe.ballots.views.discretion import report_failure

SIZE_STEP = 24 * 1024
"""Every answer is filled up to a multiple of this, whatever it says."""
_NONCE = re.compile(r"^[0-9a-f]{32}$")
View = Callable[[HttpRequest], HttpResponse]


def _page(name: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """Render a page without the request: no session is read, no context processor runs."""
    body = render_to_string(f"ballots/{name}.html", context or {}).encode()
    # Random filler: a compressing proxy must not undo the one size.
    missing = -(len(body) + 9) % SIZE_STEP
    filler = secrets.token_urlsafe(missing)[:missing].replace("-", "_").encode()
    response = HttpResponse(body + b"\n<!--" + filler + b"-->\n", status=status, reason="Done")
    response["Cache-Control"] = "no-store, no-transform"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    # A line for each refused ballot would say when somebody tried.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _message(status: int, kind: str, **context: Any) -> HttpResponse:
    return _page("voter_message", {"kind": kind, "status": status, **context}, status=status)


def quiet(view: View) -> View:
    """Turn any failure into a page and a log line without values.

    Django's own report would carry the address of the client and the variables of the frames, and
    messages of databases carry values; only the kind of failure and its place are kept.
    """

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except (RequestDataTooBig, TooManyFieldsSent):
            return _message(413, "too_big")
        except (BadRequest, SuspiciousOperation, MultiPartParserError, UnicodeError):
            return _message(400, "garbled")
        except Exception as error:
            report_failure(error)
            return _message(503 if isinstance(error, DatabaseError) else 500, "failed")

    return guarded


def _is_foreign(request: HttpRequest) -> bool:
    """Whether another site made the browser post this.

    With ``no-referrer`` browsers send ``Origin: null`` even from our own page, so null alone says
    nothing; old browsers send neither header.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin", "null")
    if origin == "null":
        return False
    return (
        urlsplit(origin).netloc != request.get_host()
        and origin not in settings.CSRF_TRUSTED_ORIGINS
    )


@csrf_exempt  # The code is the authority; no cookie exists that another site could ride on.
@sensitive_post_parameters()
@quiet
def vote(request: HttpRequest) -> HttpResponse:
    """GET asks for the code and never spends one; POST shows the ballot, or casts it."""
    if request.method == "POST":
        if _is_foreign(request):
            return _message(403, "foreign")
        return _post(request)
    if request.method in ("GET", "HEAD"):
        return _page("voter_enter")
    response = _message(405, "method")
    response["Allow"] = "GET, HEAD, POST"
    return response


@sensitive_variables()
def _post(request: HttpRequest) -> HttpResponse:
    typed = request.POST.get("code", "")
    code = hash_code(typed)
    if code is None:
        return _enter_again(typed, "empty" if not typed.strip() else "shape", 422)
    spared = code.form == "qr" or is_entry_pass(code, request.POST.get("pass", ""))
    if not spared and watch.is_slowed(code.prefix):
        response = _enter_again(typed, "slow", 429)
        response["Retry-After"] = "3"
        return response
    row = Code.objects.filter(**{code.column: code.hash}).values("poll", "stratum", "spent").first()
    if row is None:
        return _unknown(request, code, typed)
    poll = Poll.objects.get(pk=row["poll"])
    if request.POST.get("step") == "cast":
        return _cast(request, poll, code, typed, stratum=row["stratum"])
    if row["spent"]:
        return _message(200, "counted", poll=poll)
    if poll.state == Poll.State.PREPARED:
        return _message(403, "waiting", poll=poll, code=typed)
    if poll.state != Poll.State.OPEN:
        return _message(410, "closed", poll=poll)
    return _ballot_page(poll, code, typed, Ballot(), stratum=row["stratum"], status=200)


@sensitive_variables()
def _unknown(request: HttpRequest, code: HashedCode, typed: str) -> HttpResponse:
    """A code that is not there: of a poll that is over, or wrong."""
    try:
        poll = Poll.objects.filter(pk=UUID(request.POST.get("poll", ""))).first()
    except ValueError:
        poll = None
    if poll is not None and poll.state not in (Poll.State.PREPARED, Poll.State.OPEN):
        return _message(410, "closed", poll=poll)
    count_failure(code.prefix)
    return _enter_again(typed, "unknown", 404)


@sensitive_variables()
def _enter_again(typed: str, problem: str, status: int) -> HttpResponse:
    shown = typed if len(typed) <= 40 else ""
    return _page("voter_enter", {"problem": problem, "code": shown}, status=status)


@sensitive_variables()
def _cast(
    request: HttpRequest, poll: Poll, code: HashedCode, typed: str, *, stratum: str
) -> HttpResponse:
    nonce = request.POST.get("nonce", "")
    if not _NONCE.match(nonce):
        nonce = ""
    ballot = read_ballot(
        load_definition(poll.definition),
        dict(request.POST.lists()),
        texts_offered=poll.texts_offered,
        confirmed=request.POST.get("confirmed") == "1",
    )
    if ballot.errors:
        # Never cast, whatever happens to the poll meanwhile; only the answer looks at its state.
        if poll.state == Poll.State.OPEN:
            if Code.objects.filter(**{code.column: code.hash}, spent=True).exists():
                return _message(409, "spent", poll=poll)
            return _ballot_page(poll, code, typed, ballot, stratum=stratum, status=422, nonce=nonce)
        waiting = poll.state == Poll.State.PREPARED
        outcome = Outcome.WAITING if waiting else Outcome.CLOSED
    else:
        outcome = cast(code, poll=poll.pk, ballot=ballot, nonce=nonce)
    if outcome is Outcome.UNKNOWN:
        return _unknown(request, code, typed)
    kinds = {
        Outcome.RECORDED: "recorded",
        Outcome.REPEATED: "recorded",
        Outcome.SPENT: "spent",
        Outcome.CLOSED: "closed",
        Outcome.WAITING: "waiting",
    }
    return _message(outcome.status, kinds[outcome], poll=poll, code=typed)


@sensitive_variables()
def _ballot_page(
    poll: Poll,
    code: HashedCode,
    typed: str,
    ballot: Ballot,
    *,
    stratum: str,
    status: int,
    nonce: str = "",
) -> HttpResponse:
    definition = load_definition(poll.definition)
    people = Stratum.objects.filter(poll=poll, key=stratum).values_list("present", flat=True)[0]
    titles = {q.id: q.title for q in definition.questions}
    context = {
        "poll": poll,
        "definition": definition,
        "code": typed,
        "pass": entry_pass(code),
        "nonce": nonce or secrets.token_hex(16),
        "questions": _questions(definition, ballot),
        "texts": [
            {"id": t.id, "title": t.title, "value": ballot.texts.get(t.id, "")}
            | {"error": ballot.errors.get(t.id, "")}
            for t in definition.texts
        ]
        if poll.texts_offered
        else [],
        "texts_withheld": bool(definition.texts) and not poll.texts_offered,
        "text_threshold": TEXT_THRESHOLD,
        "error": ballot.errors.get("", ""),
        "has_errors": any(key != "unmarked" for key in ballot.errors),
        "unmarked": [titles[name] for name in ballot.unmarked] if ballot.errors else [],
        "ask_confirmation": "unmarked" in ballot.errors,
        "marked": len(ballot.options) + len(ballot.scores),
        "small": people is not None and people < poll.threshold,
    }
    return _page("voter_ballot", context, status=status)


def _questions(definition: Definition, ballot: Ballot) -> list[dict[str, Any]]:
    """The lines of the page, with what was marked."""
    return [
        {
            "id": question.id,
            "number": number,
            "title": question.title,
            "help": question.help,
            "error": ballot.errors.get(question.id, ""),
            "unmarked": bool(ballot.errors) and question.id in ballot.unmarked,
            "maximum": getattr(question, "maximum", None),
            "value": ballot.typed.get(question.id, ""),
            "options": [
                {"place": place, "label": option.label,
                 "checked": ballot.options.get(question.id) == place}
                for place, option in enumerate(definition.options)
            ],
        }
        for number, question in enumerate(definition.questions, 1)
    ]  # fmt: skip
