"""authserver's settings: what differs between places comes from AUTHSERVER_* variables.

Every variable also works as AUTHSERVER_<NAME>_FILE, the path of a file that holds it.
"""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv

BASE_DIR = Path(__file__).resolve().parent.parent
env = FileAwareEnv(prefix="AUTHSERVER_", strip_whitespace=True)

# Who we are. In demo mode every value has a default; outside it each must be given.
DEMO = env.bool("DEMO", False)


def _demo(value: str) -> dict[str, Any]:
    """The default of a variable, in demo mode only."""
    return {"default": value} if DEMO else {}


URL = env.str("URL", **_demo("http://localhost:8001")).rstrip("/")
SECRET_KEY = env.str("SECRET_KEY", **_demo("demo-authserver-" + "0" * 50))
KEY_ENCRYPTION_KEY = env.str(
    "KEY_ENCRYPTION_KEY", **_demo("demo-authserver-key-encryption-" + "0" * 32)
)
DEBUG = False
ALLOWED_HOSTS = [URL.split("://")[1].split(":")[0]]
CSRF_TRUSTED_ORIGINS = [URL]

# The addresses or networks of the gateways in front: only they say who is asking.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [])

INSTALLED_APPS = [
    "oauth2_provider",  # before authserver, whose admin.py has the last word
    "authserver",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "django_tasks_db",
]

MIDDLEWARE = [
    "authserver.proxies.TrustedProxies",
    "authserver.cors.CorsMiddleware",  # before whatever may answer
    "django.middleware.security.SecurityMiddleware",
    "authserver.back_channel.BackChannel",  # what follows is for people's pages
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "authserver.sessions.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "authserver.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            BASE_DIR / "templates" / "authserver",
            BASE_DIR / "templates" / "shared",
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "authserver.context.site",
            ],
        },
    },
]

# The database. SQLite: one writer at a time, who waits for the lock instead of
# failing, so that locked rows decide races there as they do on PostgreSQL.
DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"sqlite:///{BASE_DIR}/var/authserver.sqlite3",
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
    DATABASES["default"]["ENGINE"] = "authserver.postgresql"
    DATABASES["default"]["OPTIONS"] = {  # plan what is asked often once per connection
        "server_side_binding": True,
        "prepare_threshold": 5,
    } | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = env.path("MEDIA", BASE_DIR / "var" / "authserver")

# Pictures are small, and forms are read before it is known who sent them.
FILE_UPLOAD_HANDLERS = ["authserver.uploads.InMemory"]
DATA_UPLOAD_MAX_NUMBER_FILES = 2

# People and clients. Passwords are slow to try (Argon2), generated secrets need not be.
AUTH_USER_MODEL = "authserver.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "authserver.hashers.RandomSecretHasher",  # client secrets only
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_RESET_TIMEOUT = 3600  # seconds that a link in a letter works
LOGIN_URL = "/sign-in/"
CSRF_FAILURE_VIEW = "authserver.pages.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# The engine. All six models are ours, before the first migration: each is spelled out,
# or the toolkit's migrations would make their own tables.
OAUTH2_PROVIDER_APPLICATION_MODEL = "authserver.Client"
OAUTH2_PROVIDER_GRANT_MODEL = "authserver.AuthorizationCode"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "authserver.AccessToken"  # noqa: S105
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "authserver.RefreshToken"  # noqa: S105
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "authserver.IDToken"  # noqa: S105
OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = "authserver.DeviceGrant"
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "authserver.validator.Validator",
    "SCOPES_BACKEND_CLASS": "authserver.scopes.ScopesBackend",
    "CLIENT_SECRET_HASHER": "random_sha256",
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": URL,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],  # clients bring their own exceptions
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

# Mail to people. Demo mode prints it.
_EMAIL = env.dj_email_url("EMAIL_URL", **_demo("console://"))
if "EMAIL_BACKEND" not in _EMAIL:
    raise ImproperlyConfigured(
        "AUTHSERVER_EMAIL_URL must begin with submission://, smtps://, smtp:// or "
        "console://."
    )
EMAIL_BACKEND = _EMAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _EMAIL["EMAIL_HOST"], _EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = _EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _EMAIL["EMAIL_USE_TLS"], _EMAIL["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = _EMAIL["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", **_demo("Photos Account <mail@localhost>"))
SERVER_EMAIL = DEFAULT_FROM_EMAIL

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Cookies ignore ports: on localhost all three projects see one another's, hence the
# names. Lax, since the answer of the authorization server arrives from another site.
_HTTPS = URL.startswith("https://")
_COOKIE_PREFIX = "__Host-" if _HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}authserver_session"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}authserver_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_ENGINE = "authserver.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # authserver.models.Session.LIFETIME
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
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# Scripts of other origins, without credentials: authserver/cors.py knows which.
CORS_URLS_REGEX = r"^/(oauth/(token|userinfo|revoke|jwks)|\.well-known/[a-z-]+)$"
CORS_ALLOW_METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type"]
CORS_EXPOSE_HEADERS = ["WWW-Authenticate"]
CORS_PREFLIGHT_MAX_AGE = 600

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

# Logs: to read in demo mode, for machines outside it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{levelname} {name}: {message}", "style": "{"},
        "json": {"()": "authserver.logs.Formatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain" if DEMO else "json",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {  # two lines for every letter else
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
