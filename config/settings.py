"""Settings, all from environment variables (docs/environment.md lists them)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.env import BadEnvironment, Environment, database_config
from grc.senders import sender_refusal

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "only-for-debug" if DEBUG else None)
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ["localhost", "127.0.0.1"] if DEBUG else [])
if not ALLOWED_HOSTS:
    raise BadEnvironment(
        "ALLOWED_HOSTS est obligatoire quand DEBUG est éteint : noms d'hôte, séparés par des virgules."
    )
PUBLIC_BASE_URL = env.url(
    "PUBLIC_BASE_URL", ("https", "http"), "http://localhost:8000" if DEBUG else None
).rstrip("/")
LIVE_BASE_URL = env.url("LIVE_BASE_URL", ("ws", "wss"), "ws" + PUBLIC_BASE_URL.removeprefix("http")).rstrip(
    "/"
)
SECURE = PUBLIC_BASE_URL.startswith("https://")
# True only when a proxy of ours stands in front and rewrites X-Forwarded-For and X-Forwarded-Proto.
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None

INSTALLED_APPS = [
    "config",
    "grc",
    "routing",
    "knowledge",
    "channels_in",
    "agents_ui",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "ninja",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "social_django",
    "channels",
    "csp",
]

MIDDLEWARE = [
    "config.middleware.RequestIdMiddleware",
    "config.middleware.WebhooksMiddleware",
    "config.middleware.ClientAddressMiddleware",
    "config.middleware.UnfitTextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.TwoSessionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.KindOfAccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.NoStoreMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.theme",
            ],
        },
    }
]

# --- state ---
_database = database_config(env.text("DATABASE_URL"))
_options = _database["OPTIONS"]
assert isinstance(_options, dict)
DATABASE_POOL_SIZE = env.integer("DATABASE_POOL_SIZE", default=8, minimum=0, maximum=200)
if DATABASE_POOL_SIZE:
    # The pool serves threads; all processes together must stay below max_connections.
    # A webhook is answered within two seconds: who waits for a connection, or for a server which restarts, gives up
    # before; a new connection is tried at the next request, not after waits that double.
    _options["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL_SIZE,
        "timeout": 2,
        "reconnect_timeout": 1,
    }
_options.setdefault("connect_timeout", 3)
# Statements written by hand are planned once for a connection. Off behind a pooler that forgets prepared ones.
DATABASE_PREPARED = env.flag("DATABASE_PREPARED", default=True)
if DATABASE_PREPARED:
    # The ORM binds on the client's side: it never prepares, whatever this says.
    _options["prepare_threshold"] = 5
_options.setdefault("application_name", "grc")
# Seven joins by key took 9 ms to plan and 0.4 ms to run: beyond four, the order we write them in is the right one.
_options.setdefault("options", "-c join_collapse_limit=4")
_database["CONN_MAX_AGE"] = 0
DATABASES: dict[str, Any] = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.url("REDIS_URL", ("redis", "rediss", "unix"))

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": env.text("CHANNEL_PREFIX", "grc")},
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a lost Valkey logs nobody out
SESSION_COOKIE_NAME = "grc_session"
CONSOLE_SESSION_COOKIE_NAME = "grc_console"
CONSOLE_PREFIXES = ("/agents/", "/pilotage/", "/administration/", "/admin/", "/direct/")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

# --- logins ---
AUTH_USER_MODEL = "grc.Account"
AUTHENTICATION_BACKENDS = [
    "agents_ui.auth.local.LocalAgentBackend",
    "channels_in.portal.auth.resident.ResidentBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/agents/connexion/"
LOGIN_REDIRECT_URL = "/agents/"
OTP_TOTP_ISSUER = "GRC"

FRANCECONNECT_ENABLED = env.group(
    "FRANCECONNECT_ISSUER", "FRANCECONNECT_CLIENT_ID", "FRANCECONNECT_CLIENT_SECRET"
)
PROCONNECT_ENABLED = env.group("PROCONNECT_ISSUER", "PROCONNECT_CLIENT_ID", "PROCONNECT_CLIENT_SECRET")
if FRANCECONNECT_ENABLED:
    AUTHENTICATION_BACKENDS.append("channels_in.portal.auth.franceconnect.FranceConnectBackend")
    SOCIAL_AUTH_FRANCECONNECT_OIDC_ENDPOINT = env.url("FRANCECONNECT_ISSUER", ("https", "http")).rstrip("/")
    SOCIAL_AUTH_FRANCECONNECT_KEY = env.text("FRANCECONNECT_CLIENT_ID")
    SOCIAL_AUTH_FRANCECONNECT_SECRET = env.text("FRANCECONNECT_CLIENT_SECRET")
    # Each claim by its own name: the scopes asked are those granted (docs/decisions, FranceConnect).
    SOCIAL_AUTH_FRANCECONNECT_SCOPE = env.names(
        "FRANCECONNECT_SCOPES",
        [
            "given_name", "family_name", "preferred_username", "birthdate", "gender", "birthplace", "birthcountry",
            "email",
        ],
    )  # fmt: skip
    SOCIAL_AUTH_FRANCECONNECT_PIPELINE = ["channels_in.portal.auth.pipeline.resident_sign_in"]
    SOCIAL_AUTH_FRANCECONNECT_ACR_VALUES = env.text("FRANCECONNECT_ACR", "eidas1")
if PROCONNECT_ENABLED:
    AUTHENTICATION_BACKENDS.append("agents_ui.auth.proconnect.ProConnectBackend")
    SOCIAL_AUTH_PROCONNECT_OIDC_ENDPOINT = env.url("PROCONNECT_ISSUER", ("https", "http")).rstrip("/")
    SOCIAL_AUTH_PROCONNECT_KEY = env.text("PROCONNECT_CLIENT_ID")
    SOCIAL_AUTH_PROCONNECT_SECRET = env.text("PROCONNECT_CLIENT_SECRET")
    SOCIAL_AUTH_PROCONNECT_PIPELINE = ["agents_ui.auth.invited.agent_of_identity"]
# The buttons of the login pages are forms that end there; a policy names an origin, without path.
LOGIN_ORIGINS = [
    "{0.scheme}://{0.netloc}".format(urlsplit(issuer))
    for issuer in (
        SOCIAL_AUTH_FRANCECONNECT_OIDC_ENDPOINT if FRANCECONNECT_ENABLED else "",
        SOCIAL_AUTH_PROCONNECT_OIDC_ENDPOINT if PROCONNECT_ENABLED else "",
    )
    if issuer
]
SOCIAL_AUTH_JSONFIELD_ENABLED = True
SOCIAL_AUTH_URL_NAMESPACE = "social"

# --- telephone and SMS ---
TWILIO_ENABLED = env.group("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
TWILIO_ACCOUNT_SID = env.text("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKENS = [
    token
    for token in (env.raw("TWILIO_AUTH_TOKEN"), env.raw("TWILIO_AUTH_TOKEN_SECONDARY"))
    if token is not None
]
# Agents' browsers as telephones: on when the three are there.
TWILIO_SOFTPHONE_ENABLED = env.group("TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET", "TWILIO_TWIML_APP_SID")
TWILIO_SOFTPHONE_ENABLED = TWILIO_SOFTPHONE_ENABLED and TWILIO_ENABLED
TWILIO_API_KEY_SID = env.text("TWILIO_API_KEY_SID", "")
TWILIO_API_KEY_SECRET = env.text("TWILIO_API_KEY_SECRET", "")
TWILIO_TWIML_APP_SID = env.text("TWILIO_TWIML_APP_SID", "")
# Twilio's Voice SDK for browsers (twilio.min.js of @twilio/voice-sdk), where this installation serves it.
TWILIO_VOICE_SDK_URL = (
    env.url("TWILIO_VOICE_SDK_URL", ("https", "http")) if env.raw("TWILIO_VOICE_SDK_URL") is not None else ""
)
TWILIO_API_BASE_URL = env.url("TWILIO_API_BASE_URL", ("https", "http"), "https://api.twilio.com").rstrip("/")
TWILIO_PHONE_NUMBER = env.text("TWILIO_PHONE_NUMBER", "")
TWILIO_SMS_SENDER = env.text("TWILIO_SMS_SENDER", "") or TWILIO_PHONE_NUMBER
for _name, _sender, _calls in (
    ("TWILIO_PHONE_NUMBER", TWILIO_PHONE_NUMBER, True),
    ("TWILIO_SMS_SENDER", TWILIO_SMS_SENDER, False),
):
    if _sender and (_refusal := sender_refusal(_sender, calls=_calls)):
        raise BadEnvironment(f"{_name} : {_refusal}")
TWILIO_VOICE = env.text("TWILIO_VOICE", "Polly.Lea-Neural")
# Voice of each other language a call may be held in; a wrong pair of voice and language fails the verb.
TWILIO_VOICES = env.pairs(
    "TWILIO_VOICES",
    {
        "en": "Polly.Amy", "de": "Polly.Vicki", "es": "Polly.Conchita", "it": "Polly.Carla", "nl": "Polly.Lotte",
        "pl": "Polly.Ewa", "pt": "Polly.Ines", "ro": "Polly.Carmen", "tr": "Polly.Filiz",
    },
)  # fmt: skip

# --- another telephone platform ---
JAMBONZ_ENABLED = env.group(
    "JAMBONZ_API_BASE_URL", "JAMBONZ_ACCOUNT_SID", "JAMBONZ_API_KEY", "JAMBONZ_WEBHOOK_SECRET"
)
JAMBONZ_API_BASE_URL = (
    env.url("JAMBONZ_API_BASE_URL", ("https", "http")).rstrip("/") if JAMBONZ_ENABLED else ""
)
JAMBONZ_ACCOUNT_SID = env.text("JAMBONZ_ACCOUNT_SID", "")
JAMBONZ_APPLICATION_SID = env.text("JAMBONZ_APPLICATION_SID", "")
JAMBONZ_API_KEY = env.text("JAMBONZ_API_KEY", "")
JAMBONZ_WEBHOOK_SECRET = env.text("JAMBONZ_WEBHOOK_SECRET", "")
VOICE_PROVIDER = env.text("VOICE_PROVIDER", "jambonz" if JAMBONZ_ENABLED and not TWILIO_ENABLED else "twilio")
if VOICE_PROVIDER not in {"twilio", "jambonz"}:
    raise BadEnvironment(f"VOICE_PROVIDER : attendu twilio ou jambonz, reçu « {VOICE_PROVIDER} ».")
if VOICE_PROVIDER == "jambonz" and not JAMBONZ_ENABLED:
    raise BadEnvironment("VOICE_PROVIDER vaut jambonz : JAMBONZ_API_BASE_URL et son groupe manquent.")

# --- background ---
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5.0,
    "socket_connect_timeout": 0.2,
    "global_keyprefix": env.text("CHANNEL_PREFIX", "grc") + ":",
}
CELERY_TIMEZONE = "Europe/Paris"
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "outbox-sweep": {"task": "grc.outbox_run", "schedule": 5.0},
    "audit-seal": {"task": "grc.audit_seal", "schedule": 10.0},
    "partitions": {"task": "grc.partitions_prepare", "schedule": 6 * 3600.0},
    "catch-up": {"task": "channels_in.catch_up", "schedule": 30.0},
    "calls-sweep": {"task": "grc.calls_sweep", "schedule": 600.0},
    "recordings-erase": {"task": "grc.recordings_erase", "schedule": 3600.0},
    "versions-publish": {"task": "grc.versions_publish", "schedule": 20.0},
    "uploads-purge": {"task": "grc.uploads_purge", "schedule": 6 * 3600.0},
    "console-purge": {"task": "grc.console_purge", "schedule": 900.0},
    "contacts-close-silent": {"task": "grc.contacts_close_silent", "schedule": 600.0},
}

# --- files, language, time ---
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "Europe/Paris")
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-collected"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "media")))
MEDIA_URL = "/media/"  # never served: attachments leave through a view which checks rights
# Each machine keeps its own index of the articles, built again by itself when the folder is lost.
SEARCH_INDEX_FOLDER = Path(env.text("SEARCH_INDEX_FOLDER", str(BASE_DIR / ".index")))
MAX_UPLOAD_BYTES = env.integer("MAX_UPLOAD_BYTES", default=10 * 1024 * 1024, minimum=1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

# --- security ---
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE and env.flag("SECURE_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'", LIVE_BASE_URL],
        "form-action": ["'self'", *LOGIN_ORIGINS],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# A speech-to-text server of ours or of our choice, speaking POST /v1/audio/transcriptions.
TRANSCRIPTION_URL = (
    env.url("TRANSCRIPTION_URL", ("http", "https")) if env.raw("TRANSCRIPTION_URL") is not None else ""
)
TRANSCRIPTION_TOKEN = env.text("TRANSCRIPTION_TOKEN", "")
TRANSCRIPTION_MODEL = env.text("TRANSCRIPTION_MODEL", "whisper-1")
API_RATE_PER_MINUTE = env.integer("API_RATE_PER_MINUTE", default=6000, minimum=1)
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
CODE_KEYS = env.names("CODE_KEYS") or [SECRET_KEY, *SECRET_KEY_FALLBACKS]
# The permutation of the references: kept for ever, whatever happens to SECRET_KEY.
REFERENCE_KEY = env.text("REFERENCE_KEY", CODE_KEYS[-1])
# The look of every page of the host organisation.
ORGANISATION_NAME = env.text("ORGANISATION_NAME", "")
ORGANISATION_COLOUR = env.text("ORGANISATION_COLOUR", "")
ORGANISATION_PHONE = env.text("ORGANISATION_PHONE", "")
ORGANISATION_HOURS = env.text("ORGANISATION_HOURS", "")
ORGANISATION_LOGO_URL = env.text("ORGANISATION_LOGO_URL", "")
GRC_HOST_ORGANISATION = env.text("HOST_ORGANISATION", "cd62")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        # Request lines carry references and names in their query strings: keep them out of the logs.
        "django.server": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "twilio": {"level": "WARNING"},
    },
}
# W008 asks for the redirection to HTTPS: unless it is asked of us, the proxy in front makes it.
SILENCED_SYSTEM_CHECKS = [] if SECURE_SSL_REDIRECT else ["security.W008"]
