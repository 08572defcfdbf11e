"""Settings of servers that tests start: the site's own, with the ballots' addresses alone."""

import os

from kaohe.site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.ballots.live_urls"
ALLOWED_HOSTS = ["*"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if os.environ.get("KAOHE_TEST_TALKATIVE"):
    # Everything logs what it can, and errors are mailed: what a careless operator might set.
    DEBUG = True
    ADMINS = [("operator", "operator@example.org")]
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"  # noqa: F405
    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {
            "console": {"class": "logging.StreamHandler"},
            "mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},
        },
        "root": {"handlers": ["console", "mail"], "level": "DEBUG"},
        "loggers": {"django": {"handlers": ["console", "mail"], "level": "DEBUG"}},
    }
