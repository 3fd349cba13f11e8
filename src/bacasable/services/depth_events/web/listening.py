"""The listener: from the broker to the database, for as long as the portal runs.

One connection with a fixed name, for which the broker keeps what could not be delivered: what was told while
the listener was away comes when it is back. A message is confirmed once it is written.
"""

import signal
import threading
from collections.abc import Callable

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections

from bacasable.exchange.mqtt import Client
from bacasable.exchange.mqtt_address import Broker
from bacasable.services.depth_events.engine.messages import Topics, parse, read_topic
from bacasable.services.depth_events.web import connecting, gates
from bacasable.services.depth_events.web.actions import receiving
from bacasable.services.depth_events.web.models import Station

log = structlog.get_logger("bacasable.depth_events.listener")

#: How often stations that came since are looked for, and a broker that does not run yet (seconds).
LOOK_S = 3.0
#: How long the broker keeps what could not be delivered.
KEPT_S = 86_400


class Listener:
    """Subscribes to every station that is known, and takes in what each tells."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._stations: dict[str, int] = {}
        self._keeps_incidents = False

    def look(self) -> None:
        """Subscribe to stations that came since; ask the gate again."""
        self._keeps_incidents = gates.keeps_incidents()
        stations = dict(Station.objects.values_list("key", "pk"))
        for prefix in connecting.prefixes(list(stations)):
            number = stations.get(prefix.rpartition("/")[2])
            if number is not None and prefix not in self._stations:
                self._stations[prefix] = number
                self._client.subscribe(Topics(prefix).everything, self.take)

    def take(self, topic: str, payload: bytes) -> None:
        """Take one message in, in the thread of the connection.

        What cannot be read, or is under a deeper prefix than a station's, is left aside: it would come again
        for ever. A database that does not answer makes the message come again.
        """
        try:
            place, message = read_topic(topic), parse(topic, payload)
        except ValueError as wrong:
            log.warning("a message could not be read", reason=str(wrong)[:200])
            return
        number = self._stations.get(place.prefix)
        if number is None:
            log.warning("a message of no station that is known", reason=topic[:200])
            return
        close_old_connections()
        try:
            station = Station.objects.filter(pk=number).first()
            if station is not None:
                receiving.receive(message, station, keeps_incidents=self._keeps_incidents)
        except DatabaseError:
            log.warning("the database does not answer; the message will come again")
            raise


def listen(stopped: threading.Event | None = None, broker: Callable[[], Broker | None] | None = None) -> None:
    """Listen until SIGTERM, or until ``stopped`` is set.

    Args:
        broker: gives the broker, None while there is none yet; that of the settings by default.
    """
    stopping = stopped or threading.Event()
    if stopped is None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
    find = broker or connecting.broker
    found = find()
    while found is None and not stopping.wait(LOOK_S):
        found = find()
    if found is None:
        return
    client = Client(found, "bacasable-portal", keeps_session_s=KEPT_S)
    listener = Listener(client)
    listener.look()
    client.start()
    try:
        while not stopping.wait(LOOK_S):
            close_old_connections()
            listener.look()
    finally:
        client.stop()
