"""Failures of pages that hold codes: reported by kind and place, never with values."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_resolver

logger = logging.getLogger("kaohe.ballots")
View = Callable[..., HttpResponse]
_MEANT = (Http404, PermissionDenied, SuspiciousOperation, BadRequest)


def discreet(view: View) -> View:
    """Answer a failure with the site's error page, and log only what failed and where.

    Django's own report carries the form and, while debugging, the variables of all frames: there
    the codes of a print run stand in clear.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except _MEANT:
            raise
        except Exception as error:
            report_failure(error)
            response: HttpResponse = get_resolver().resolve_error_handler(500)(request)
            response._has_been_logged = True  # type: ignore[attr-defined]
            return response

    return guarded


def report_failure(error: Exception) -> None:
    """Write a line that says what failed and where."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    logger.error("ballot page failed: %s in %s:%s", type(error).__name__, place.name, place.lineno)
