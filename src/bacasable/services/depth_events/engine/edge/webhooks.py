"""Addresses that are told of incidents: signed, tried a few times, and never waited for.

Each is sent ``{"type", "mode", "incident"}`` as MQTT tells it, at the beginning and the end of an incident:
one notification each, updates are left out. ``X-Bacasable-Signature`` is ``sha256=`` and the HMAC, under the
secret, of the time in ``X-Bacasable-Timestamp``, a full stop and the body.
"""

import hashlib
import hmac
import http.client
import logging
import queue
import ssl
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bacasable.services.depth_events.engine.edge.configuration import Webhook
from bacasable.services.depth_events.engine.messages import Event, Topics, build

log = logging.getLogger(__name__)
_WAITING, _TIMEOUT_S = 200, 5.0
#: Seconds before each further try; after the last, the notification is given up and counted.
_TRIES_S = (1.0, 4.0, 15.0)
_LEAST_SECRET = 16


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return what ``X-Bacasable-Signature`` holds."""
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass
class _Notice:
    hook: Webhook
    body: bytes
    tries: int = 0


class Webhooks:
    """A thread that tells addresses of incidents. It takes an :class:`Event` and nothing else.

    Raises:
        ValueError: a secret of less than 16 bytes.
        OSError: the file of a secret cannot be read.
    """

    def __init__(self, hooks: Sequence[Webhook], waits_s: Sequence[float] = _TRIES_S) -> None:
        self._hooks = tuple(hooks)
        self._waits_s = tuple(waits_s)
        self._secrets = {hook.url: hook.secret_file.read_bytes().strip() for hook in hooks}
        for hook in hooks:
            if len(self._secrets[hook.url]) < _LEAST_SECRET:
                raise ValueError(f"{hook.secret_file.name}: a secret of {_LEAST_SECRET} bytes or more")
        self._queue: queue.Queue[_Notice | None] = queue.Queue(_WAITING)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        #: How many notifications were taken ("told"), given up ("failed"), or too many ("dropped").
        self.counted: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to send."""
        if self._hooks:
            self._thread.start()

    def tell(self, event: Event) -> None:
        """Let every address that wants it know; returns at once.

        Raises:
            TypeError: anything but an event of an incident: a statistic alerts nobody.
        """
        if not isinstance(event, Event):
            raise TypeError(f"{type(event).__name__} is no event: only incidents are told to addresses")
        if event.phase == "update":
            return
        for hook in self._hooks:
            if event.severity >= hook.least_severity:
                try:
                    self._queue.put_nowait(_Notice(hook, build(Topics("webhook"), event)[1]))
                except queue.Full:
                    self.counted["dropped"] += 1

    def stop(self, timeout_s: float = 2.0) -> None:
        """Send what can be sent in so long, then end."""
        until = time.monotonic() + timeout_s
        while self._hooks and not self._queue.empty() and time.monotonic() < until:
            time.sleep(0.02)
        self._stopping.set()
        if self._thread.is_alive():
            try:
                self._queue.put_nowait(None)
            except queue.Full:
                log.debug("webhooks: the thread ends after the notice at hand")
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopping.is_set():
            notice = self._queue.get()
            if notice is None:
                return
            for wait_s in (*self._waits_s, None):
                try:
                    self._send(notice)
                    self.counted["told"] += 1
                    break
                except (OSError, http.client.HTTPException) as wrong:
                    # The host alone: the rest of an address may be a secret.
                    host = urlsplit(notice.hook.url).hostname
                    log.warning("webhook of %s: %s", host, type(wrong).__name__)
                    if wait_s is None or self._stopping.wait(wait_s):
                        self.counted["failed"] += 1
                        break

    def _send(self, notice: _Notice) -> None:
        asked = urlsplit(notice.hook.url)
        host = asked.hostname or ""
        if asked.scheme == "https":
            made: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, asked.port, timeout=_TIMEOUT_S, context=ssl.create_default_context()
            )
        else:
            made = http.client.HTTPConnection(host, asked.port, timeout=_TIMEOUT_S)
        now = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "bacasable",
            "X-Bacasable-Timestamp": now,
            "X-Bacasable-Signature": signature(self._secrets[notice.hook.url], now, notice.body),
        }
        path = (asked.path or "/") + (f"?{asked.query}" if asked.query else "")
        try:
            made.request("POST", path, notice.body, headers)
            status = made.getresponse().status
        finally:
            made.close()
        # A redirection is not followed: it would leave the hosts that are allowed.
        if not 200 <= status < 300:
            raise http.client.HTTPException(f"answered {status}")
