"""The last measurements of the service's controls, from the evidence that ``bacasable check`` left."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from bacasable.people import instance
from bacasable.services.water_use.processing import PROCESSING


@dataclass(frozen=True)
class Measured:
    """A control as it was last measured here: value with its interval, threshold, verdict, when."""

    control: str
    title: str
    unit: str
    value: float
    low: float
    high: float
    threshold: float
    at_most: bool
    verdict: str
    at: str


def last() -> list[Measured]:
    """Return the last measurement of each control, by name; none where nothing was measured here."""
    folder = instance.configuration().home / "evidence"
    found: dict[str, Measured] = {}
    for path in sorted(folder.glob(f"{PROCESSING.service}-*.json")):
        told = _predicate(path.read_bytes())
        one = _measured(told) if told else None
        if one and (one.control not in found or found[one.control].at <= one.at):
            found[one.control] = one
    return [found[name] for name in sorted(found)]


def _predicate(envelope: bytes) -> dict[str, Any] | None:
    try:
        statement = json.loads(base64.b64decode(json.loads(envelope)["payload"]))
        predicate: dict[str, Any] = statement["predicate"]
    except (ValueError, KeyError, TypeError):  # a file that is no evidence says nothing
        return None
    return predicate


def _measured(told: dict[str, Any]) -> Measured | None:
    try:
        interval = told["measurement"]["interval"]
        return Measured(
            told["control"],
            told["title"],
            told["unit"],
            float(told["measurement"]["value"]),
            float(interval["low"]),
            float(interval["high"]),
            float(told["threshold"]),
            told["direction"] == "at_most",
            told["verdict"] if isinstance(told["verdict"], str) else told["verdict"]["outcome"],
            str(told["measured_at"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
