"""The configuration of an edge: one file of TOML, or a folder of them; all its problems are told at once."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bacasable.exchange.mqtt_address import LOOPBACK, Broker, Protocol
from bacasable.services.depth_events.engine.edge.plans import SensorPlan, Station, key_of, sensors_of
from bacasable.services.depth_events.engine.edge.tables import Missing, Problems, Table
from bacasable.services.depth_events.engine.messages import Topics
from bacasable.services.depth_events.engine.modes import (
    LEAST_MINIMUM,
    MINIMUM,
    Intervention,
    LegalBasis,
    check_window,
)

_LARGEST_FILE = 2_000_000
_ONCE = ("station", "broker", "legal", "statistics", "home_assistant", "metrics")
_LISTS = ("sensors", "zones", "lines", "webhooks")


@dataclass(frozen=True)
class Webhook:
    """An address that is told of incidents, and the file of the secret that signs what it is told."""

    url: str
    secret_file: Path
    least_severity: int = 1


@dataclass(frozen=True)
class Configuration:
    """All that an edge needs. ``metrics_port`` 0: no metrics. Aggregates: ``minimum`` people, ``every_s``."""

    station: Station
    broker: Broker
    topics: Topics
    sensors: tuple[SensorPlan, ...]
    legal: LegalBasis = field(default_factory=LegalBasis)
    minimum: int = MINIMUM
    every_s: int = 900
    webhooks: tuple[Webhook, ...] = ()
    home_assistant: str = "homeassistant"
    metrics_port: int = 0


def read(path: Path, today: date | None = None) -> Configuration:
    """Return the configuration of a file, or of the files ``*.toml`` of a folder, read as one.

    Raises:
        ValueError: a line for each problem: file, table, key, what to write instead.
        OSError: a file cannot be read.
    """
    problems = Problems()
    once, lists = _load(path, problems)
    try:
        made = _configuration(once, lists, problems, today or datetime.now(tz=UTC).date())
    except Missing as missing:
        problems.told.append(str(missing))
        made = None
    problems.refuse()
    assert made is not None  # noqa: S101 - without problems it was made
    return made


def _load(path: Path, problems: Problems) -> tuple[dict[str, Table], dict[str, list[Table]]]:
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        problems.add(str(path), "no file *.toml in this folder")
    once: dict[str, Table] = {}
    lists: dict[str, list[Table]] = {name: [] for name in _LISTS}
    for file in files:
        for name, value in _parsed(file, problems).items():
            if name in _ONCE and isinstance(value, dict):
                if name in once:
                    problems.add(f"{file.name}: [{name}]", f"given in {once[name].where} already; keep one")
                else:
                    once[name] = Table(file, name, value, problems)
            elif name in _LISTS and isinstance(value, list) and all(isinstance(one, dict) for one in value):
                lists[name] += [
                    Table(file, f"{name} {one.get('key', number + 1)!r}", one, problems)
                    for number, one in enumerate(value)
                ]
            else:
                known = ", ".join([f"[{one}]" for one in _ONCE] + [f"[[{one}]]" for one in _LISTS])
                problems.add(f"{file.name}: {name}", f"not known here; known: {known}")
    return once, lists


def _parsed(file: Path, problems: Problems) -> dict[str, Any]:
    raw = file.read_bytes()
    if len(raw) > _LARGEST_FILE:
        problems.add(file.name, f"larger than {_LARGEST_FILE} bytes")
        return {}
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        problems.add(file.name, f"no TOML in UTF-8: {wrong}")
        return {}


def _configuration(
    once: Mapping[str, Table], lists: Mapping[str, list[Table]], problems: Problems, today: date
) -> Configuration | None:
    for name in ("station", "broker"):
        if name not in once:
            problems.add(f"[{name}]", "missing: see docs/how-to/run-an-edge.md")
            problems.refuse()
    station = _station(once["station"])
    broker, topics = _broker(once["broker"], station)
    empty = {name: Table(Path("configuration"), name, {}, problems) for name in _ONCE}
    tables = empty | dict(once)
    legal = LegalBasis(
        tables["legal"].text("objection_set_aside_by", ""),
        tables["legal"].text("objection_means", ""),
        tables["legal"].day("panel_generated_on"),
    )
    minimum = tables["statistics"].whole("minimum", LEAST_MINIMUM, 1000, MINIMUM)
    every_s = tables["statistics"].whole("every_s", 1, 86_400, 900)
    tables["statistics"].made("every_s", lambda: check_window(every_s))
    sensors = sensors_of(lists, station, problems)
    if any(one.mode == "intervention" for one in sensors):
        tables["legal"].made("(art. 13, 21, 23)", lambda: Intervention.allowed(legal, today))
    webhooks = _webhooks(lists["webhooks"], once["station"].texts("webhook_hosts"))
    discovery = tables["home_assistant"].text("prefix", "homeassistant")
    if not tables["home_assistant"].truth("discovery", True):
        discovery = ""
    port = tables["metrics"].whole("port", 0, 65_535, 0)
    for table in (*tables.values(), *(one for tables_of in lists.values() for one in tables_of)):
        table.end()
    problems.refuse()
    if broker is None or topics is None:
        return None
    return Configuration(station, broker, topics, sensors, legal, minimum, every_s, webhooks, discovery, port)


def _station(table: Table) -> Station:
    key = key_of(table)
    return Station(key, table.text("title", key), table.truth("simulated", False))


def _broker(table: Table, station: Station) -> tuple[Broker | None, Topics | None]:
    prefix = table.text("prefix", f"bacasable/{station.key}")
    protocol = table.text("protocol", "5")
    if protocol not in ("5", "3.1.1"):
        table.wrong("protocol", '"5" or "3.1.1"')
    tls = table.truth("tls", False)
    host, port = table.text("host"), table.whole("port", 1, 65_535, 8883 if tls else 1883)
    ca_file, password_file = table.file("ca_file", ""), table.file("password_file", "")
    username, keepalive = table.text("username", ""), table.whole("keepalive_s", 5, 3600, 30)
    version: Protocol = "5" if protocol == "5" else "3.1.1"
    plain_because = table.text("plain_because", "")
    for key, file in (("ca_file", ca_file), ("password_file", password_file)):
        if file and not file.is_file():
            table.wrong(key, f"no file {file}")
    made = table.made(
        "host",
        lambda: Broker(host, port, tls, ca_file, username, password_file, keepalive, version, plain_because),
    )
    return made, table.made("prefix", lambda: Topics(prefix))


def _webhooks(tables: Sequence[Table], allowed: Sequence[str]) -> tuple[Webhook, ...]:
    made = []
    for table in tables:
        url, severity = table.text("url", most=1000), table.whole("least_severity", 1, 3, 1)
        secret = table.file("secret_file")
        try:
            asked = urlsplit(url)
            host = asked.hostname or ""
            named = asked.username is not None or asked.password is not None
        except ValueError:
            table.wrong("url", "no address")
            continue
        if asked.scheme != "https" and not (asked.scheme == "http" and host in LOOPBACK):
            table.wrong("url", "https (http on this machine only)")
        if named:
            table.wrong("url", "no name or password in an address: it is signed with secret_file")
        if host not in allowed:
            table.wrong("url", f"{host!r} is not allowed: name it under [station] webhook_hosts")
        if secret is None or not secret.is_file():
            table.wrong("secret_file", "no such file; put 32 random characters or more in one")
            continue
        made.append(Webhook(url, secret, severity))
    return tuple(made)
