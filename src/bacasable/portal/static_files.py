"""Serve static files in front of Django, from memory of their names and straight from disk.

WhiteNoise finds and describes the files (hashed names, compressed forms, caching); it stands here as an ASGI
layer because its own middleware answers with synchronous files, which Django reads whole under ASGI.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from whitenoise.base import WhiteNoise

Scope = MutableMapping[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
CHUNK = 64 * 1024
#: On every static answer: a browser believes our type, and no other site embeds or runs the file.
HEADERS = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}


class StaticFiles:
    """The ASGI layer; see the module."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.prefix = urlsplit(settings.STATIC_URL).path
        self.gathered = isinstance(staticfiles_storage, ManifestStaticFilesStorage)
        hashed = getattr(staticfiles_storage, "hashed_files", {}) if self.gathered else {}
        self.hashed = {self.prefix + name for name in hashed.values()}
        self.files = WhiteNoise(
            None,
            autorefresh=not self.gathered,
            allow_all_origins=False,
            immutable_file_test=self._never_changes,
            max_age=3600,
        )
        if self.gathered:
            self.files.add_files(str(settings.STATIC_ROOT), prefix=self.prefix)

    def _never_changes(self, path: str, url: str) -> bool:
        return url in self.hashed

    def _find(self, url: str) -> Any:
        if self.gathered:
            return self.files.files.get(url)
        found = finders.find(url.removeprefix(self.prefix))
        if not found or not Path(found).is_file():
            return None
        return self.files.get_static_file(str(found), url)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.application(scope, receive, send)
            return
        file = self._find(scope["path"])
        if file is None:
            await self.application(scope, receive, send)
            return
        environ = {
            "HTTP_" + name.decode("latin-1").upper().replace("-", "_"): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        response = file.get_response(scope["method"], environ)
        try:
            headers = [*response.headers, *HEADERS.items()]
            await send(
                {
                    "type": "http.response.start",
                    "status": int(response.status),
                    "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
                }
            )
            while response.file is not None and (chunk := response.file.read(CHUNK)):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            if response.file is not None:
                response.file.close()
