"""Addresses of a server that only takes ballots, with the broken twins that tests need."""

import logging
import os
import signal

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from kaohe.ballots.codes import hash_code
from kaohe.ballots.models import Code, Urn
from kaohe.ballots.views.voter import vote


@csrf_exempt
def racing(request: HttpRequest) -> HttpResponse:
    """Read whether the code is spent, then write: counts one code several times."""
    code = hash_code(request.POST["code"])
    assert code is not None
    row = Code.objects.get(**{code.column: code.hash})
    if row.spent:
        return HttpResponse(status=409)
    row.spent = True
    row.save()
    Urn.objects.create(poll_id=row.poll_id, stratum=row.stratum, payload='{"m":{},"s":{}}')
    return HttpResponse("ok")


@csrf_exempt
def dying(request: HttpRequest) -> HttpResponse:
    """Cast, then die before the answer leaves: what a crash at the worst moment does."""
    vote(request)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


@csrf_exempt
def chatty(request: HttpRequest) -> HttpResponse:
    """Log what was posted, and from where."""
    logging.getLogger("tests").warning(
        "%s from %s", request.POST.dict(), request.META["REMOTE_ADDR"]
    )
    return vote(request)


@csrf_exempt
def with_password(request: HttpRequest) -> HttpResponse:
    """Check a password for each ballot, as a log-in would."""
    make_password(request.POST.get("code", ""), hasher="pbkdf2_sha256")
    return vote(request)


urlpatterns = [
    path("", include("kaohe.ballots.urls")),
    path("test/racing", racing),
    path("test/dying", dying),
    path("test/chatty", chatty),
    path("test/with-password", with_password),
]
