"""Where this portal reaches the broker of its stations: what the settings say, or the demonstration's own."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bacasable.compliance.deployment import deployment
from bacasable.people import instance
from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.exchange.mqtt_address import Broker
    from bacasable.services.depth_events.web.configuration import Settings

#: Ports of MQTT, without and with TLS.
PORTS = {"mqtt": 1883, "mqtts": 8883}


def settings() -> "Settings":
    """Return the settings of this installation's portal for depth events."""
    found: Settings = instance.settings_of("depth_events")
    return found


def folder() -> Path:
    """Return where the demonstration's broker and station keep their files."""
    home: Path = instance.configuration().home
    return home / "depth_events"


def is_live() -> bool:
    """Whether this is a demonstration that runs a simulated station of its own."""
    return deployment() == "demo" and settings().demo_live and not settings().broker


def listens() -> bool:
    """Whether there is a broker to listen to here."""
    return bool(settings().broker) or is_live()


def broker() -> "Broker | None":
    """Return the broker to listen to; None where none is set, or the demonstration's does not run (yet).

    Raises:
        Refused: the setting is no address of a broker, or would send a password in the clear.
    """
    told = settings()
    if told.broker:
        return _read(told)
    port = folder() / "broker" / "port"
    if not is_live() or not port.exists():
        return None
    from bacasable.exchange.mqtt_address import Broker

    return Broker(
        "127.0.0.1",
        int(port.read_text(encoding="ascii")),
        username="bacasable",
        password_file=folder() / "broker" / "password",
    )


def prefixes(stations: list[str]) -> list[str]:
    """Return the prefixes to listen to: those of the settings, else ``bacasable/<station>`` of each."""
    named = [part.strip() for part in settings().prefixes.split(",") if part.strip()]
    return named or [f"bacasable/{key}" for key in stations]


def _read(told: "Settings") -> "Broker":
    from bacasable.exchange.mqtt_address import Broker

    address, password_file, ca_file = told.broker, told.broker_password_file, told.broker_ca_file
    parts = urlsplit(address)
    try:
        if parts.scheme not in PORTS or not parts.hostname or parts.password:
            raise ValueError(address)
        return Broker(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            tls=parts.scheme == "mqtts",
            ca_file=Path(ca_file) if ca_file else None,
            username=parts.username or "",
            password_file=Path(password_file) if password_file else None,
            plain_because=told.broker_plain_because,
        )
    except ValueError:
        raise Refused(
            N_(
                "BACASABLE_DEPTH_EVENTS_BROKER: write mqtts://user@host:8883 (mqtt:// on this machine only), "
                "and the password in the file that BACASABLE_DEPTH_EVENTS_BROKER_PASSWORD_FILE names"
            )
        ) from None
