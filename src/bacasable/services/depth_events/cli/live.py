"""``bacasable depth-events station``: the demonstration's simulated station, over a real broker."""

import logging
import os
import signal
import time
from pathlib import Path

from bacasable.compliance.deployment import data_are_fictional
from bacasable.privacy.messages import N_, Refused

#: How long to wait between two looks for what the portal writes (seconds).
_LOOK_S = 1.0
_log = logging.getLogger(__name__)


def station() -> None:
    """Run the simulated station of a demonstration: a broker of its own, and an edge; `demo` runs it."""
    if not data_are_fictional():
        raise Refused(N_("a simulated station runs in a demonstration only"))
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    home = Path(os.environ.get("BACASABLE_HOME") or "var").expanduser() / "depth_events"
    while not (home / "station" / "legal.toml").exists():  # the portal writes it when it is loaded
        time.sleep(_LOOK_S)
    _run(home)


def _run(home: Path) -> None:
    from bacasable.exchange.mqtt_broker import LocalBroker
    from bacasable.services.depth_events.engine import edge
    from bacasable.services.depth_events.engine.calibration import Health
    from bacasable.services.depth_events.engine.simulator.live import LiveStation

    folder, port = home / "station", home / "broker" / "port"
    with LocalBroker(home / "broker", port=_last(port)) as local:
        port.write_text(str(local.broker.port), encoding="ascii")
        told = (
            "[broker]",
            f'host = "{local.broker.host}"',
            f"port = {local.broker.port}",
            f'username = "{local.broker.username}"',
            f'password_file = "{local.broker.password_file}"',
            f'protocol = "{local.broker.protocol}"',
        )
        (folder / "broker.toml").write_text("\n".join(told) + "\n", encoding="utf-8")
        running = edge.Edge(edge.read(folder), LiveStation(folder).open, lambda _: Health())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: running.stop())
        running.run()


def _last(port: Path) -> int:
    """Return the port of last time where it is free, so that who listens finds it again; else 0."""
    import socket

    known = int(port.read_text(encoding="ascii")) if port.exists() else 0
    with socket.socket() as tried:
        try:
            tried.bind(("127.0.0.1", known))
        except OSError:
            return 0
    return known


def _leave(*_: object) -> None:
    raise SystemExit(0)
