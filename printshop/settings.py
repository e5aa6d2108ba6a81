"""printshop's settings: what differs between places comes from PRINTSHOP_* variables.

Every variable also works as PRINTSHOP_<NAME>_FILE, the path of a file that holds it.
"""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv, validate

BASE_DIR = Path(__file__).resolve().parent.parent
env = FileAwareEnv(prefix="PRINTSHOP_", strip_whitespace=True)

# Who we are. In demo mode every value has a default; outside it each must be given.
DEMO = env.bool("DEMO", False)
SECRET_LENGTH = 32  # characters, at least


def _demo(value: object) -> dict[str, Any]:
    """The default of a variable, in demo mode only."""
    return {"default": value} if DEMO else {}


def _refuse_demo_values() -> None:
    """Stop a real shop that still has the demonstration's secrets or plain http."""
    for name in ("SECRET_KEY", "CLIENT_SECRET", "TOKEN_ENCRYPTION_KEYS"):
        values = globals()[name]
        for value in values if isinstance(values, list) else [values]:
            if value.startswith("demo-") or len(value) < SECRET_LENGTH:
                raise ImproperlyConfigured(
                    f"PRINTSHOP_{name} needs a secret of its own, "
                    f"{SECRET_LENGTH} characters or more"
                )
    for name in ("URL", "ISSUER", "PHOTOS_URL"):
        if not globals()[name].startswith("https://"):
            raise ImproperlyConfigured(f"PRINTSHOP_{name} must begin with https://")


URL = env.str("URL", **_demo("http://localhost:8000")).rstrip("/")
SECRET_KEY = env.str("SECRET_KEY", **_demo("demo-printshop-" + "0" * 50))
DEBUG = False
ALLOWED_HOSTS = [URL.split("://")[1].split(":")[0]]
CSRF_TRUSTED_ORIGINS = [URL]
# The gateways whose X-Forwarded-For is believed: addresses or networks.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [])

# Whom we trust. The provider is known by its issuer alone: its discovery document
# tells the rest, so another provider is another issuer, client id and secret.
ISSUER = env.str("ISSUER", **_demo("http://localhost:8001"))
CLIENT_ID = env.str("CLIENT_ID", **_demo("printshop"))
CLIENT_SECRET = env.str("CLIENT_SECRET", **_demo("demo-printshop-client-secret"))
ID_TOKEN_ALGORITHM = env.str(
    "ID_TOKEN_ALGORITHM",
    "RS256",
    validate=validate.OneOf(("RS256", "PS256", "ES256", "EdDSA", "Ed25519")),
)
# How we prove who we are at the token endpoint; empty: as the provider would have it.
CLIENT_AUTHENTICATION = env.str(
    "CLIENT_AUTHENTICATION",
    "",
    validate=validate.OneOf(("", "client_secret_basic", "client_secret_post")),
)
# Nobody's sign-in at the provider may be older, in seconds. None: any will do.
MAX_AGE: int | None = env.int("MAX_AGE", None)
PHOTOS_URL = env.str("PHOTOS_URL", **_demo("http://localhost:8002")).rstrip("/")

# Who the browser app at /kiosk/ and the photo station at /kiosk/device/ are, public
# clients; empty: there is none.
KIOSK_CLIENT_ID = env.str("KIOSK_CLIENT_ID", "printshop-kiosk" if DEMO else "")
STATION_CLIENT_ID = env.str("STATION_CLIENT_ID", "printshop-device" if DEMO else "")

# What customers call them: "your Photos account", "your Photos library".
PROVIDER_NAME = env.str("PROVIDER_NAME", "Photos")
PHOTOS_NAME = env.str("PHOTOS_NAME", "Photos")

# What we ask for, and never before it is needed: who somebody is; the photos they
# pick; to fetch those while they are away.
SIGN_IN_SCOPE = env.str("SIGN_IN_SCOPE", "openid profile email")
PICK_SCOPE = env.str("PICK_SCOPE", "photospicker.mediaitems.readonly")
OFFLINE_SCOPE = env.str("OFFLINE_SCOPE", "offline_access")
# Which API the photo tokens are for, if the provider wants to be told (RFC 8707).
RESOURCE = env.str("RESOURCE", "")

# The shop's other doors: client ids of its own programs, which hold no secret. Who
# signs in there is a customer from the first order on; at others' programs only who
# was at the shop before.
OWN_CLIENTS = env.list(
    "OWN_CLIENTS",
    [f"printshop-{door}" for door in ("kiosk", "desktop", "mobile")] if DEMO else [],
)

# What lent tokens are sealed with: the first key seals, every key opens (rotation).
TOKEN_ENCRYPTION_KEYS = env.list(
    "TOKEN_ENCRYPTION_KEYS", **_demo(["demo-printshop-token-encryption-key"])
)

# Who may open the back office: subs of accounts at the issuer.
STAFF = env.list("STAFF", ["ad314a11-7c55-4b0e-9d20-3f6a1e8b4c72"] if DEMO else [])

# Nobody stands at the press in a demonstration: after so long the worker says
# "shipped". None: staff say it (./manage.py printshop press).
PRESS_SECONDS: int | None = env.int("PRESS_SECONDS", 20 if DEMO else None)

# When ordered photos are fetched that were left for the night: a time of day (UTC),
# or +seconds after paying, so that a visitor of the demonstration sees it happen.
NIGHT = env.str(
    "NIGHT",
    "+45" if DEMO else "02:00",
    validate=validate.Regexp(r"(([01]\d|2[0-3]):[0-5]\d|\+\d{1,5})\Z"),
)

INSTALLED_APPS = [
    "printshop",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "printshop.proxies.TrustedProxies",  # before whoever reads the address
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "printshop.failures.FailurePages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

AUTH_USER_MODEL = "printshop.Customer"
AUTHENTICATION_BACKENDS = ["printshop.sign_in.ProviderBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"

ROOT_URLCONF = "printshop.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            BASE_DIR / "templates" / "printshop",
            BASE_DIR / "templates" / "shared",
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "printshop.context.site",
            ],
        },
    },
]

# The database. SQLite: one writer at a time, who waits for the lock instead of
# failing, so that locked rows decide races there as they do on PostgreSQL.
DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"sqlite:///{BASE_DIR}/var/printshop.sqlite3",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = env.path("MEDIA", BASE_DIR / "var" / "printshop")

# The orders resource: a bearer token and nothing else, JSON and nothing else, every
# refusal in one shape.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "printshop.orders_api.authentication.BearerAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": ["printshop.orders_api.authentication.IsIntegrator"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["printshop.orders_api.messages.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "printshop.orders_api.messages.AlwaysJSON",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "printshop.orders_api.refusals.answer",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "URL_FORMAT_OVERRIDE": None,
}

# Mail to customers. Demo mode prints it.
_EMAIL = env.dj_email_url("EMAIL_URL", **_demo("console://"))
if "EMAIL_BACKEND" not in _EMAIL:
    raise ImproperlyConfigured(
        "PRINTSHOP_EMAIL_URL must begin with submission://, smtps://, smtp:// or "
        "console://."
    )
EMAIL_BACKEND = _EMAIL["EMAIL_BACKEND"].replace(
    "django.core.mail.backends.console", "printshop.console"
)
EMAIL_HOST, EMAIL_PORT = _EMAIL["EMAIL_HOST"], _EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = _EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _EMAIL["EMAIL_USE_TLS"], _EMAIL["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = _EMAIL["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", **_demo("Print Shop <mail@localhost>"))
SERVER_EMAIL = DEFAULT_FROM_EMAIL

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Cookies ignore ports: on localhost all three projects see one another's, hence the
# names. Lax, since the answer of the authorization server arrives from another site.
_HTTPS = URL.startswith("https://")
_COOKIE_PREFIX = "__Host-" if _HTTPS else ""
SESSION_ENGINE = "printshop.session_store"
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}printshop_session"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}printshop_csrf"
STATION_COOKIE_NAME = f"{_COOKIE_PREFIX}printshop_station"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "printshop.pages.errors.csrf_failed"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# Headers.
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # subdomains and the preload list are for whoever owns the domain
    "security.W021",
    "security.W008",  # the gateway that holds the certificate redirects to https
]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        # Signing out is a form that ends at the provider.
        "form-action": ["'self'", "/".join(ISSUER.split("/")[:3])],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {  # two lines for every task else
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},  # and one for every process
    },
}

if not DEMO:
    _refuse_demo_values()
