"""The ASGI application that ``bacasable serve`` runs."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bacasable.portal.settings")
application = get_asgi_application()
