"""Settings of the site; an office changes them through the environment (docs/settings.md)."""

from __future__ import annotations

from pathlib import Path

import environ

from kaohe.plugins import plugin_apps
from kaohe.site.secret_files import read_or_create_secret
from kaohe.site.template_dir import template_dir

env = environ.Env()

DATA_DIR = Path(env.str("KAOHE_DATA", default="kaohe-data")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
SECRETS_DIR = Path(env.str("KAOHE_SECRETS", default=str(DATA_DIR / "secrets"))).resolve()

SECRET_KEY = read_or_create_secret(SECRETS_DIR / "secret-key")
BALLOT_PEPPER = read_or_create_secret(SECRETS_DIR / "ballot-pepper")
"""Keys the ballot codes.  Lives in a file of its own: never in the database or its backups."""

DEBUG = env.bool("KAOHE_DEBUG", default=False)
ALLOWED_HOSTS = env.list("KAOHE_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("KAOHE_ORIGINS", default=[])
KAOHE_PLUGINS = env.list("KAOHE_PLUGINS", default=["*"])
"""Names of entry points to use; ``*`` means all that are installed."""
KAOHE_TLS = env.bool("KAOHE_TLS", default=False)
"""True behind HTTPS: secure cookies, redirects and HSTS."""
KAOHE_PUBLIC_URL = env.str("KAOHE_PUBLIC_URL", default="")
"""Where phones reach the site (QR codes on slips); empty: the address the office used."""
KAOHE_BALLOT_THRESHOLD = env.int("KAOHE_BALLOT_THRESHOLD", default=5)
"""Fewest ballots a published figure rests on; never below 5."""
KAOHE_DEMO = env.bool("KAOHE_DEMO", default=False)
"""True for the demo site: the log-in page lists the demo accounts."""
KAOHE_FONTS = env.dict("KAOHE_FONTS", default={})
"""Fonts the institution licenses itself, by role: ``body=宋体.ttf,fangsong=仿宋.ttf``."""
KAOHE_OFFICE = env.str("KAOHE_OFFICE", default="")
"""Who issues documents: printed at their head and in the place of the signature."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "formtools",
    "kaohe.audit",
    "kaohe.register",
    "kaohe.campaigns",
    "kaohe.ballots",
    "kaohe.results",
    "kaohe.documents",
    "kaohe.site",
    "kaohe.site.designer",
    *plugin_apps(KAOHE_PLUGINS),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kaohe.site.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
# No LocaleMiddleware: it follows Accept-Language and would show English errors to Chinese readers.

ROOT_URLCONF = "kaohe.site.urls"
WSGI_APPLICATION = "kaohe.site.wsgi.application"
AUTH_USER_MODEL = "register.Account"
AUTHENTICATION_BACKENDS = ["kaohe.register.backends.AccountBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [template_dir()],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kaohe.site.context.site",
            ],
            "builtins": ["kaohe.site.templatetags.kaohe"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


def _database() -> dict[str, object]:
    url = env.str("KAOHE_DATABASE_URL", default="")
    if url.startswith(("postgres://", "postgresql://")):
        parsed = env.db_url_config(url)
        return {
            **parsed,
            "CONN_MAX_AGE": 0,
            "OPTIONS": {
                **parsed.get("OPTIONS", {}),
                "pool": {"min_size": 2, "max_size": 8, "timeout": 5},
                "options": "-c lock_timeout=3s -c statement_timeout=15s",
            },
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": url.removeprefix("sqlite:///") or str(DATA_DIR / "kaohe.sqlite3"),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA secure_delete=ON; PRAGMA mmap_size=0;",
        },
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = env.str("KAOHE_LANGUAGE", default="zh-hans")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = env.str("KAOHE_TIME_ZONE", default="Asia/Shanghai")
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "kaohe.campaigns.files.limit.LimitUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if KAOHE_TLS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-s", "__Host-c"
CSRF_FAILURE_VIEW = "kaohe.site.errors.csrf_failure"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "kaohe.register.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
