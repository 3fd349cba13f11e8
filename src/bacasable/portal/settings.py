"""Django's settings, built from the one :class:`bacasable.portal.config.Configuration`."""

import secrets
from datetime import timedelta
from pathlib import Path

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue
from bacasable.portal.config import load, load_of

BACASABLE = load()

SERVICES = catalogue()
SERVICE_SETTINGS = {key: load_of(service, BACASABLE.home) for key, service in SERVICES.items()}

SECRET_KEY = BACASABLE.secret_key or secrets.token_urlsafe(50)
DEBUG = BACASABLE.debug
ALLOWED_HOSTS = BACASABLE.hosts
ROOT_URLCONF = "bacasable.portal.urls"
ASGI_APPLICATION = "bacasable.portal.asgi.application"
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "bacasable.ui",
    "bacasable.people",
    "bacasable.duties",
    *(service.app for service in SERVICES.values() if service.app),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # so that widgets find our templates before Django's
    "django_tasks",
    "django_tasks_db",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
]

MIDDLEWARE = [
    "bacasable.portal.observation.Observation",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "bacasable.ui.middleware.CrossOriginHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "bacasable.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bacasable.ui.middleware.MethodPage",
    "bacasable.people.middleware.SessionRules",
    "bacasable.people.middleware.DenyByDefault",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bacasable.ui.context.shell",
                "bacasable.portal.navigation.navigation",
            ],
        },
    }
]

if BACASABLE.database_url:
    from bacasable.portal.databases import postgresql
    from bacasable.portal.service_databases import connections, of_their_own

    _installation = postgresql(BACASABLE.database_url)
    DATABASES = {
        "default": _installation,
        **connections(of_their_own(SERVICES), _installation, BACASABLE.home),
    }
    DATABASE_ROUTERS = ["bacasable.portal.service_databases.ServiceRouter"]
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": BACASABLE.home / "data" / "bacasable.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
            "CONN_MAX_AGE": None,  # the web's threads stay, and so do their connections
            # A file, as in production: shared memory refuses a second writer instead of making it wait.
            "TEST": {"NAME": BACASABLE.home / "data" / "test.sqlite3"},
        }
    }

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
TIME_ZONE = BACASABLE.time_zone
clock.set_zone(TIME_ZONE)
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["bacasable.ui.formats"]
LANGUAGE_COOKIE_NAME = "bacasable_language"
#: Storeys that are no Django app have messages too; the demo's come with its app.
LOCALE_PATHS = [
    folder
    # a message of the programme and of a service lies in the programme's, which a service has not installed
    for storey in ("privacy", "compliance", "exchange", "portal", "services/*", "programme")
    for folder in sorted(Path(__file__).parents[1].glob(f"{storey}/locale"))
]
FORM_RENDERER = "bacasable.ui.forms.FormRenderer"
CSRF_FAILURE_VIEW = "bacasable.ui.errors.csrf_failure"

#: What a page may load: our own files, and nothing written inside the page.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
#: None of the browser's instruments is used, so none is asked for.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "publickey-credentials-get",
        "screen-wake-lock",
        "usb",
        "xr-spatial-tracking",
    )
}

STATIC_URL = "/static/"
STATIC_ROOT = BACASABLE.home / "static"
#: Hashed names once ``bacasable init`` or ``upgrade`` gathered the files; plain names in tests and before.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # files go to the vault, not here
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if (STATIC_ROOT / "staticfiles.json").exists()
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

#: Work done behind the pages: rows of a queue in the database, run by ``bacasable worker``.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

SECURE_SSL_REDIRECT = BACASABLE.is_https
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BACASABLE.is_https else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BACASABLE.is_https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [BACASABLE.origin] if BACASABLE.is_https else []
#: Larger bodies never arrive here: bacasable.portal.body_limit refuses them first.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
#: A body of any size up to that limit stays in memory: no file of a dossier is written to disk in clear.
FILE_UPLOAD_MAX_MEMORY_SIZE = BACASABLE.request_megabytes * 1024 * 1024 + 1
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

LOGGING_CONFIG = None  # bacasable.portal.logs sets up logs for every process

# Sign-in: who checks a password, how it is stored, when an account is locked. Rules of sessions (idle and
# absolute time, what counts as a second factor) are in bacasable.people.sessions.
LOGIN_URL = "people:sign_in"
#: The home page: the programme's where there is one, else the list of the services that run here.
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "desk:home" if "platform" in SERVICES else "home:home"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "bacasable.people.backends.PasswordBackend",
    "bacasable.people.oidc.Backend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 7 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BACASABLE.is_https
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
OTP_TOTP_ISSUER = "bacasable.people.second_factor.issuer"

AXES_HANDLER = "bacasable.people.lockout.Handler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "bacasable.people.lockout.pseudonym"
AXES_CLIENT_IP_CALLABLE = "bacasable.people.lockout.address"
AXES_CLIENT_STR_CALLABLE = "bacasable.people.lockout.no_name"
AXES_WHITELIST_CALLABLE = "bacasable.people.lockout.names_nobody"
AXES_LOCKOUT_CALLABLE = "bacasable.people.lockout.response"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

OIDC_RP_CLIENT_ID = BACASABLE.oidc_client_id
OIDC_RP_CLIENT_SECRET = BACASABLE.oidc_client_secret.get_secret_value()
OIDC_RP_SIGN_ALGO = BACASABLE.oidc_signing
OIDC_RP_SCOPES = " ".join(BACASABLE.oidc_scopes)
OIDC_AUTHENTICATION_CALLBACK_URL = "people:oidc_callback"
OIDC_CREATE_USER = False
OIDC_USE_PKCE = True
OIDC_TIMEOUT = 10
