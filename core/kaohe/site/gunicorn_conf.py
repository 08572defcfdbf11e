"""How gunicorn serves the site: ``gunicorn -c python:kaohe.site.gunicorn_conf ...``.

Two workers with four threads keep a hall of five hundred voters below a second on two cores.  No
``max_requests``: a worker that restarts in the middle of a poll loses answers.
"""

from __future__ import annotations

from typing import Any

from gunicorn import glogging

wsgi_app = "kaohe.site.wsgi:application"
workers = 2
threads = 4
worker_class = "gthread"
preload_app = True
"""A worker that died is replaced in milliseconds: the new one is a fork, not a fresh start."""
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 0
control_socket_disable = True
"""Nobody steers the server through a socket in a home folder; systemd does."""
accesslog = "-"
limit_request_line = 4094


class QuietLogger(glogging.Logger):
    """Leaves voters out: no access line for their page, no client address anywhere."""

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Write an access line, except for the ballot path: its time and address tell who voted."""
        path = (environ or {}).get("PATH_INFO") or getattr(req, "path", "") or ""
        if path == "/v" or path.startswith("/v/"):
            return
        super().access(resp, req, environ, request_time)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write a warning; gunicorn's ones about malformed requests carry the client's address."""
        if "ip=" in str(msg):
            super().warning("Invalid request refused.")
            return
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write a failure without the request it came from."""
        if "request" in str(msg).lower():
            super().error("Error handling a request.")
            return
        super().exception(msg, *args, **kwargs)


logger_class = QuietLogger
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'
"""No address, no referrer, no query string."""
