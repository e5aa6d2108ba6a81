"""django-oauth-toolkit as it comes, beside Django as startproject makes it.

What it must be told is here and nothing else: scopes, OpenID Connect with a key, and
its applications by the one model it has. BENCH_FAST_SECRETS=1 gives it the secret
hasher that authserver has; everything else stays.
"""

import os

from environs import Env

from bench.bare import ACCESS_LOG

SECRET_KEY = "bench-" * 10
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.toolkit_urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "oauth2_provider",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
DATABASES = {"default": Env().dj_db_url("BENCH_DATABASE_URL", conn_max_age=600)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LOGGING = ACCESS_LOG
OAUTH2_PROVIDER = {
    "SCOPES": {n: n for n in ("openid", "profile", "offline_access", "photos")},
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": os.environ["BENCH_RSA_KEY"],
}
if os.environ.get("BENCH_FAST_SECRETS"):
    OAUTH2_PROVIDER["CLIENT_SECRET_HASHER"] = "random_sha256"  # noqa: S105  # its name
    PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "authserver.hashers.RandomSecretHasher",
    ]
