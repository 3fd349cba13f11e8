"""MQTT: one connection that is kept up, in MQTT 5, or 3.1.1 where the broker knows no better.

Messages wait in an :class:`~bacasable.exchange.outbox.Outbox` while nobody listens, are sent with QoS 1 and
wait again until the broker has confirmed them. Source: OASIS MQTT 5.0 and 3.1.1.
"""

import logging
import random
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from bacasable.exchange.mqtt_address import Broker, Protocol
from bacasable.exchange.outbox import Bounds, Letter, Outbox, Sort

log = logging.getLogger(__name__)
Receive = Callable[[str, bytes], None]
_PAHO: Mapping[Protocol, MQTTProtocolVersion] = {
    "5": MQTTProtocolVersion.MQTTv5,
    "3.1.1": MQTTProtocolVersion.MQTTv311,
}
_IN_FLIGHT = 20
#: What MQTT 5 lets us ask a broker never to exceed (bytes of a packet); 3.1.1 has no word for it.
MOST_PACKET_BYTES = 1_000_000
#: MQTT 5, 3.4.2.1: the message was accepted, but there are no subscribers.
_NO_SUBSCRIBER = 0x10
#: MQTT 5, 3.14.2.1: another connection has the same client id.
_TAKEN_OVER = 0x8E
#: How long a broker may take to accept a connection, and how often its pulse is looked at (seconds).
_ANSWER_S, _PULSE_S = 5.0, 0.5
#: How long events are held back when the broker says that nobody listens (MQTT 5 tells).
_NOBODY_S = 2.0
#: A connection that ends sooner (seconds), and how many in a row are no accident.
_SHORT_S, _SHORT_LIVES = 5.0, 3


@dataclass(frozen=True)
class Will:
    """What the broker says, and keeps, when we vanish."""

    topic: str
    payload: bytes


@dataclass(frozen=True)
class Waits:
    """Seconds before connecting again: the first time, and at most; each drawn between half and the whole."""

    first_s: float = 1.0
    longest_s: float = 60.0


class _Refused(Exception):
    """The broker took the connection and said no. ``protocol``: it does not know this version."""

    def __init__(self, why: str, *, protocol: bool = False) -> None:
        super().__init__(why)
        self.protocol = protocol


class _NotTaken(Exception):
    """Who receives could not take a message in."""


@dataclass
class _Session:
    """One connection: what was sent and not confirmed yet."""

    answered: bool = False
    taken_over: bool = False
    ended: str = ""
    refused: _Refused | None = None
    sent: dict[int, Letter] = field(default_factory=dict)


class Client:
    """A connection to a broker in a thread of its own, from ``start`` to ``stop``.

    ``publish``, ``keep`` and ``subscribe`` return at once, from any thread. ``keeps_session_s`` asks the
    broker to keep for so long what it could not deliver to us (a listener with a fixed ``client_id``).
    """

    def __init__(
        self,
        broker: Broker,
        client_id: str,
        will: Will | None = None,
        bounds: Bounds | None = None,
        waits: Waits | None = None,
        keeps_session_s: int = 0,
    ) -> None:
        self._broker = broker
        self._id = client_id
        self._will = will
        self._waits = waits or Waits()
        self._keeps_s = keeps_session_s
        self._subscribed: dict[str, tuple[Receive, bool]] = {}
        self._asked: list[str] = []
        self._stopping = threading.Event()
        self._connected = threading.Event()
        self._wakes, self._wake = socket.socketpair()
        self._wakes.setblocking(False)
        self._wake.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        self._in_flight = 0
        self.outbox = Outbox(bounds)
        #: The version that the broker speaks, once it has answered.
        self.protocol: Protocol = broker.protocol
        #: Why there is no connection, in words; "" while there is one.
        self.trouble = "not connected yet"

    @property
    def connected(self) -> bool:
        """Return whether the broker is there."""
        return self._connected.is_set()

    def start(self) -> None:
        """Begin to connect; goes on by itself until :meth:`stop`."""
        self._thread.start()

    def wait_until_connected(self, timeout_s: float) -> bool:
        """Wait for the broker; return whether it is there."""
        return self._connected.wait(timeout_s)

    def publish(self, topic: str, payload: bytes, sort: Sort = "event") -> None:
        """Send a message once the broker is there. ``fleeting`` ones are dropped where it is not."""
        if sort == "fleeting" and not self.connected:
            self.outbox.lost("fleeting")
            return
        self.outbox.post(topic, payload, sort)
        self._rouse()

    def keep(self, topic: str, payload: bytes) -> None:
        """Let the broker keep a value under a topic; it is told again at each connection."""
        self.outbox.keep(topic, payload)
        self._rouse()

    def subscribe(self, pattern: str, receive: Receive, retained: bool = True) -> None:
        """Call ``receive(topic, payload)`` for what comes, in the thread of the connection.

        A message is confirmed to the broker when ``receive`` returns; where it raises, the connection is
        given up and the message comes again. ``retained`` False leaves out what the broker has kept from
        before: an order is for now.
        """
        self._subscribed[pattern] = (receive, retained)
        self._asked.append(pattern)
        self._rouse()

    def flush(self, timeout_s: float) -> bool:
        """Wait until the broker has confirmed all that was sent; return whether it has."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            if not len(self.outbox) and not self._in_flight:
                return True
            time.sleep(0.005)
        return not len(self.outbox) and not self._in_flight

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Send what waits, take leave, end the thread; return whether all was confirmed."""
        flushed = self.connected and self.flush(timeout_s)
        self._stopping.set()
        self._rouse()
        if self._thread.is_alive():
            self._thread.join(timeout_s + _ANSWER_S)
        self._wakes.close()
        self._wake.close()
        return flushed

    def _rouse(self) -> None:
        # A full pipe has woken the thread already; a closed one has nobody to wake.
        with suppress(BlockingIOError, OSError):
            self._wake.send(b".")

    def _run(self) -> None:
        wait_s, short_lives = self._waits.first_s, 0
        while not self._stopping.is_set():
            session, began = _Session(), time.monotonic()
            why = ""
            try:
                self._live(session)
                why = session.ended
            except _Refused as refused:
                why = str(refused)
                if refused.protocol:
                    known, self.protocol = self.protocol, "3.1.1" if self.protocol == "5" else "5"
                    if known == "5":
                        continue
            except ssl.SSLCertVerificationError as wrong:
                why = f"the certificate is not trusted ({wrong.verify_message}); check ca_file and host"
            except (OSError, ValueError) as wrong:
                why = f"{type(wrong).__name__}: {getattr(wrong, 'strerror', None) or wrong}"
            except _NotTaken as wrong:
                why = str(wrong)
            self._connected.clear()
            self.outbox.give_back(list(session.sent.values()))
            self._in_flight = 0
            if self._stopping.is_set():
                return
            short_lives = short_lives + 1 if session.answered and time.monotonic() - began < _SHORT_S else 0
            if short_lives >= _SHORT_LIVES:
                # Mosquitto 2.0.11 ends the connection of whom another throws out without a word.
                why = (
                    f"cut {short_lives} times within seconds: perhaps another client calls itself {self._id}"
                )
            if why != self.trouble:
                log.warning("mqtt: no broker at %s:%s: %s", self._broker.host, self._broker.port, why)
            self.trouble = why
            if session.taken_over:
                # Coming back at once would throw the other out, and so on.
                wait_s = self._waits.longest_s
            elif session.answered and short_lives < _SHORT_LIVES:
                wait_s = self._waits.first_s
            else:
                wait_s = min(2 * wait_s, self._waits.longest_s)
            self._stopping.wait(wait_s * random.uniform(0.5, 1.0))  # noqa: S311

    def _live(self, session: _Session) -> None:
        """Live through one connection, to its end."""
        client = self._client(session)
        began = time.monotonic()
        with selectors.DefaultSelector() as ready:
            try:
                self._connect(client)
                sock = cast(socket.socket | None, client.socket())
                if sock is None:
                    raise _Refused("the connection closed at once")
                ready.register(sock, selectors.EVENT_READ)
                ready.register(self._wakes, selectors.EVENT_READ)
                while _alive(client, sock):
                    events = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.want_write() else 0)
                    ready.modify(sock, events)
                    for key, mask in ready.select(_PULSE_S):
                        if key.fileobj is self._wakes:
                            with suppress(BlockingIOError):
                                self._wakes.recv(4096)
                            continue
                        if mask & selectors.EVENT_READ:
                            client.loop_read()
                            # What TLS has deciphered already wakes no selector.
                            while _alive(client, sock) and isinstance(sock, ssl.SSLSocket) and sock.pending():
                                client.loop_read()
                        if mask & selectors.EVENT_WRITE:
                            client.loop_write()
                    client.loop_misc()
                    if session.refused:
                        raise session.refused
                    if session.answered:
                        self._send(client, session)
                        if self._stopping.is_set():
                            client.disconnect()
                            return
                    elif self._stopping.is_set() or time.monotonic() - began > _ANSWER_S:
                        raise _Refused("the broker does not answer", protocol=True)
            finally:
                client.on_disconnect = None
                client.disconnect()
                client.loop_misc()
        if not session.answered:
            # A broker that knows 3.1.1 alone may hang up, or be silent.
            raise session.refused or _Refused("the broker hung up without an answer", protocol=True)

    def _client(self, session: _Session) -> paho.Client:
        version = _PAHO[self.protocol]
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            self._id,
            clean_session=None if self.protocol == "5" else not self._keeps_s,
            protocol=version,
            reconnect_on_failure=False,
        )
        client.max_inflight_messages_set(_IN_FLIGHT)
        if self._will:
            client.will_set(self._will.topic, self._will.payload, qos=1, retain=True)
        if self._broker.username:
            client.username_pw_set(self._broker.username, self._broker.password())
        if self._broker.tls:
            ca = self._broker.ca_file
            client.tls_set_context(ssl.create_default_context(cafile=str(ca) if ca else None))

        def on_connect(_c: Any, _u: Any, _flags: Any, reason: Any, _p: Any) -> None:
            if reason.is_failure:
                unknown = str(reason) == "Unsupported protocol version"
                session.refused = _Refused(f"refused: {reason}", protocol=unknown)
                return
            session.answered = True
            self.trouble = ""
            self._asked = list(self._subscribed)
            self.outbox.tell_again()
            self._connected.set()

        def on_disconnect(_c: Any, _u: Any, _flags: Any, reason: Any, _p: Any) -> None:
            session.ended = f"the connection ended: {reason}"
            if reason.value == _TAKEN_OVER:
                session.ended = f"another client calls itself {self._id}: two with one key?"
                session.taken_over = True

        def on_publish(_c: Any, _u: Any, mid: int, reason: Any, _p: Any) -> None:
            letter = session.sent.pop(mid, None)
            self._in_flight = len(session.sent)
            if letter and letter.sort == "event" and not letter.retain and reason.value == _NO_SUBSCRIBER:
                self.outbox.give_back([letter], after_s=_NOBODY_S)
            elif letter and reason.is_failure:
                self.outbox.lost(letter.sort)
                log.warning("mqtt: the broker does not take %s: %s", letter.topic, reason)

        def on_message(_c: Any, _u: Any, message: paho.MQTTMessage) -> None:
            for pattern, (receive, retained) in list(self._subscribed.items()):
                if (retained or not message.retain) and paho.topic_matches_sub(pattern, message.topic):
                    try:
                        receive(message.topic, bytes(message.payload))
                    except Exception as wrong:  # who receives may raise anything; the message comes again
                        log.exception("mqtt: a message of %s could not be taken in", message.topic)
                        raise _NotTaken(
                            f"a message could not be taken in ({type(wrong).__name__})"
                        ) from wrong

        client.on_connect, client.on_disconnect = on_connect, on_disconnect
        client.on_publish, client.on_message = on_publish, on_message
        return client

    def _connect(self, client: paho.Client) -> None:
        host, port, keepalive = self._broker.host, self._broker.port, self._broker.keepalive_s
        if self.protocol == "5":
            asks = Properties(PacketTypes.CONNECT)
            asks.SessionExpiryInterval = self._keeps_s
            asks.MaximumPacketSize = MOST_PACKET_BYTES
            client.connect(host, port, keepalive, clean_start=not self._keeps_s, properties=asks)
        else:
            client.connect(host, port, keepalive)

    def _send(self, client: paho.Client, session: _Session) -> None:
        while self._asked:
            client.subscribe(self._asked.pop(), qos=1)
        while len(session.sent) < _IN_FLIGHT:
            # Counted before it leaves the box, so that nobody sees neither.
            self._in_flight = len(session.sent) + 1
            letter = self.outbox.take()
            if letter is None:
                self._in_flight = len(session.sent)
                return
            info = client.publish(letter.topic, letter.payload, qos=1, retain=letter.retain)
            session.sent[info.mid] = letter


def _alive(client: paho.Client, sock: socket.socket) -> bool:
    return client.socket() is sock
