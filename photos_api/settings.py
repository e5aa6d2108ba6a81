"""photos_api's settings: what differs between places comes from PHOTOS_API_* variables.

Every variable also works as PHOTOS_API_<NAME>_FILE, the path of a file that holds it.
"""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv

from photos_api import cross_origin

BASE_DIR = Path(__file__).resolve().parent.parent
env = FileAwareEnv(prefix="PHOTOS_API_", strip_whitespace=True)

# Who we are. In demo mode every value has a default; outside it each must be given.
DEMO = env.bool("DEMO", False)


def _demo(value: str) -> dict[str, Any]:
    """The default of a variable, in demo mode only."""
    return {"default": value} if DEMO else {}


URL = env.str("URL", **_demo("http://localhost:8002")).rstrip("/")
SECRET_KEY = env.str("SECRET_KEY", **_demo("demo-photos_api-" + "0" * 50))

# Whom we trust: the only issuer whose access tokens we take, and whose word on who
# somebody is our pages take. To it our pages are a client like any other.
ISSUER = env.str("ISSUER", **_demo("http://localhost:8001"))
CLIENT_ID = env.str("CLIENT_ID", "photos")
CLIENT_SECRET = env.str("CLIENT_SECRET", **_demo("demo-photos-client-secret"))

# How access tokens are checked: here, against the issuer's keys ("local": a revoked
# token lives until it expires), or by asking the issuer ("introspection": a revocation
# counts after INTROSPECTION_KEPT seconds). To ask, we are a resource server it knows.
TOKEN_CHECK = env.str("TOKEN_CHECK", "local")
INTROSPECTION_ID = env.str("INTROSPECTION_ID", "photos_api")
INTROSPECTION_SECRET = env.str(
    "INTROSPECTION_SECRET",
    **(
        _demo("demo-photos-api-introspection-secret")
        if TOKEN_CHECK == "introspection"  # noqa: S105 # no secret
        else {"default": ""}
    ),
)
INTROSPECTION_KEPT = env.int("INTROSPECTION_KEPT", 5)

if TOKEN_CHECK not in {"local", "introspection"}:
    raise ImproperlyConfigured(
        'PHOTOS_API_TOKEN_CHECK must be "local" or "introspection": '
        f"{TOKEN_CHECK!r} is not a way of checking tokens that we know."
    )
if not 0 <= INTROSPECTION_KEPT <= 300:  # noqa: PLR2004 # as it says
    raise ImproperlyConfigured(
        "PHOTOS_API_INTROSPECTION_KEPT must be from 0 to 300: so many seconds a "
        "revoked token may still be taken for a good one."
    )

# How recently, and how, somebody must have signed in for an app to get an original
# (RFC 9470): in seconds, and as acr values of the issuer. Unless set, it is no matter.
ORIGINALS_MAX_AGE = env.int("ORIGINALS_MAX_AGE", None)
ORIGINALS_ACR_VALUES: list[str] = env.list("ORIGINALS_ACR_VALUES", [])

# What an app may ask: Google's numbers by day, and for each person ours. {} for no end.
_quotas = env.json(
    "QUOTAS",
    {}
    if DEMO
    else {
        "requests_per_day": 10_000,
        "bytes_per_day": 75_000,
        "person_per_minute": 1_200,
    },
)
if not (
    isinstance(_quotas, dict)
    and _quotas.keys() <= {"requests_per_day", "bytes_per_day", "person_per_minute"}
    and all(isinstance(limit, int) and limit > 0 for limit in _quotas.values())
):
    raise ImproperlyConfigured(
        "PHOTOS_API_QUOTAS must be JSON such as "
        '{"requests_per_day": 10000, "bytes_per_day": 75000, "person_per_minute": 1200}'
    )
QUOTAS: dict[str, int] = _quotas

if not DEMO:
    for _name, _secret in {
        "SECRET_KEY": SECRET_KEY,
        "CLIENT_SECRET": CLIENT_SECRET,
        "INTROSPECTION_SECRET": INTROSPECTION_SECRET,
    }.items():
        if _secret.startswith("demo-"):
            raise ImproperlyConfigured(
                f"PHOTOS_API_{_name} holds a demonstration secret, which everybody "
                "knows. Set it to one of your own."
            )
    for _name, _url in {"URL": URL, "ISSUER": ISSUER}.items():
        if not _url.startswith("https://"):
            raise ImproperlyConfigured(
                f"PHOTOS_API_{_name} must start with https:// outside demo mode."
            )
DEBUG = False
ALLOWED_HOSTS = [URL.split("://")[1].split(":")[0]]
CSRF_TRUSTED_ORIGINS = [URL]

INSTALLED_APPS = [
    "photos_api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "rest_framework",
    "django_tasks_db",
]

MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",  # before whatever may answer
    "django.middleware.security.SecurityMiddleware",
    "photos_api.content_policy.Policy",
    "photos_api.programs.Programs",  # what follows is for people's pages
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "photos_api.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            BASE_DIR / "templates" / "photos_api",
            BASE_DIR / "templates" / "shared",
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "photos_api.context.site",
            ],
        },
    },
]

# The database. SQLite: one writer at a time, who waits for the lock instead of
# failing, so that locked rows decide races there as they do on PostgreSQL.
DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"sqlite:///{BASE_DIR}/var/photos_api.sqlite3",
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
else:
    DATABASES["default"]["ENGINE"] = "photos_api.postgresql"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Files. A gateway that can read the folder sends them itself when it is told their
# path below this prefix, in X-Accel-Redirect; empty: they are sent by this process.
MEDIA_ROOT = env.path("MEDIA", BASE_DIR / "var" / "photos_api")
ACCEL_REDIRECT = env.str("ACCEL_REDIRECT", "")
# How large a file may be, and how much of one person an app may leave lying before it
# becomes photos. In megabytes, as Google counts them.
LARGEST_PHOTO = env.int("LARGEST_PHOTO_MB", 200) * 1024**2
LARGEST_VIDEO = env.int("LARGEST_VIDEO_MB", 2_000) * 1024**2
UPLOAD_ROOM = env.int("UPLOAD_ROOM_MB", 8_000) * 1024**2
# Elsewhere: any backend of django-storages, {"BACKEND": "…", "OPTIONS": {…}}.
STORAGE = env.json("STORAGE", {"BACKEND": "photos_api.storage.AtomicFileStorage"})
if not isinstance(STORAGE, dict) or "BACKEND" not in STORAGE:
    raise ImproperlyConfigured(
        'PHOTOS_API_STORAGE must be an object: {"BACKEND": "…", "OPTIONS": {…}}.'
    )
if ACCEL_REDIRECT:
    if not (ACCEL_REDIRECT.startswith("/") and ACCEL_REDIRECT.endswith("/")):
        raise ImproperlyConfigured(
            "PHOTOS_API_ACCEL_REDIRECT must be a path such as /media/."
        )
    if STORAGE["BACKEND"] != "photos_api.storage.AtomicFileStorage":
        raise ImproperlyConfigured(
            "PHOTOS_API_ACCEL_REDIRECT needs files in a folder: a gateway cannot read "
            "what PHOTOS_API_STORAGE puts elsewhere."
        )
STORAGES = {
    "default": STORAGE,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# The API: a bearer token and nothing else, JSON and nothing else, every refusal in one
# shape. A view that declares no scope answers nobody.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "photos_api.authentication.BearerAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": ["photos_api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["photos_api.messages.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["photos_api.messages.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "photos_api.messages.AlwaysJSON",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "photos_api.problems.answer",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "URL_FORMAT_OVERRIDE": None,
}

# The pages: people are known by the issuer's word, so there are no passwords here.
AUTH_USER_MODEL = "photos_api.Person"
AUTHENTICATION_BACKENDS = ["photos_api.pages.sign_in.SignedIn"]
LOGIN_URL = "sign_in"

FILE_UPLOAD_HANDLERS = [
    "photos_api.form_files.OfOwners",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# The picker posts one field per photo, and a person may pick two thousand.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_200
SESSION_COOKIE_AGE = 12 * 3600

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Cookies ignore ports: on localhost all three projects see one another's, hence the
# names. Lax, since the answer of the authorization server arrives from another site.
_HTTPS = URL.startswith("https://")
_COOKIE_PREFIX = "__Host-" if _HTTPS else ""
SESSION_ENGINE = "photos_api.session_store"
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}photos_api_session"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}photos_api_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
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
        # Chromium holds redirects after a form to this list too: signing out is a form
        # that ends at the issuer.
        "form-action": ["'self'", ISSUER],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# Scripts of other origins may call the API where an operator lists them; never with
# credentials, since no cookie is read there. RFC 10017 §6.3.3.4: a preflight has no
# token, and is answered before anybody asks for one.
CORS_ALLOWED_ORIGINS: list[str] = env.list("ALLOWED_ORIGINS", [])
CORS_URLS_REGEX = r"^/(library|picker|bytes|\.well-known)/"
CORS_ALLOW_METHODS = cross_origin.METHODS
CORS_ALLOW_HEADERS = cross_origin.SENT
CORS_EXPOSE_HEADERS = cross_origin.READ
CORS_PREFLIGHT_MAX_AGE = 600

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Two lines for every picture else.
    "loggers": {n: {"level": "WARNING"} for n in ("django_tasks", "django_tasks_db")},
}
