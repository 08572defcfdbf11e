"""Settings of ``kaohe preview``: the site's own, on a database that is thrown away."""

from __future__ import annotations

from kaohe.site.settings import *  # noqa: F403
from kaohe.site.settings import MIDDLEWARE, env

KAOHE_PREVIEW_FILE = env.str("KAOHE_PREVIEW_FILE")
"""The scheme file that is shown."""
ROOT_URLCONF = "kaohe.site.preview.urls"
MIDDLEWARE = [*MIDDLEWARE, "kaohe.site.preview.middleware.PreviewMiddleware"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # nothing has to be collected first
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "ERROR"},
}
