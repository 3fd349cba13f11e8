"""The ASGI application that ``bacasable serve`` runs: static files, then the body's limit, then Django."""

import os
from typing import cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bacasable.portal.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - after the setup above

from bacasable.portal.body_limit import Application, BodyLimit  # noqa: E402
from bacasable.portal.handler import PooledHandler  # noqa: E402
from bacasable.portal.static_files import StaticFiles  # noqa: E402

application = StaticFiles(
    BodyLimit(
        cast(Application, PooledHandler(settings.BACASABLE.web_threads)),
        limit=settings.BACASABLE.request_megabytes * 1024 * 1024,
        idle_seconds=settings.BACASABLE.request_idle_seconds,
        session=settings.SESSION_COOKIE_NAME,
        strangers_limit=1024 * 1024,
    )
)
