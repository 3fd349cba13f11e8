"""What the demonstration's data protection officer has before them: requests of persons, a breach."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bacasable.demo.history import Event, read
from bacasable.duties.breaches import actions as breaches
from bacasable.duties.rights import actions as rights
from bacasable.duties.rights import intake
from bacasable.exchange.incoming import Incoming, Words
from bacasable.people.models import User


def protection(people: dict[str, User], today: datetime) -> list[Event]:
    """Return the acts of the officer before ``today``, as ``protection.toml`` tells them."""
    officer, told = people["dpo"], read("protection")
    events: list[Event] = []
    for line in told["requests"]:
        made = _Request(line, officer, today)
        events.append((made.received_at, made.record))
        if "answered" in line:
            events.append((today - timedelta(days=line["answered"]), made.answer))
    for number, line in enumerate(told["mails"]):
        mail = Incoming(
            line["sender"],
            (line["to"],),
            {"subject": (line["subject"],), "message-id": (f"<{number}@particulier.example>",)},
            Words(line["body"].strip()),
        )
        events.append((today - timedelta(hours=line["hours"]), partial(intake.receive, mail)))
    breach = dict(told["breach"])
    aware_at = today - timedelta(hours=breach.pop("hours"))
    record = partial(breaches.record, by=officer, aware_at=aware_at, **breach)
    return [*events, (aware_at + timedelta(hours=1), record)]


class _Request:
    """One request, recorded as it came, and answered where it was."""

    def __init__(self, told: dict[str, Any], officer: User, today: datetime) -> None:
        self.told, self.officer = told, officer
        self.received_at = today - timedelta(days=told["days"])

    def record(self) -> None:
        named = {name: self.told[name] for name in ("channel", "right", "name", "email", "body")}
        self.made = intake.record(
            service="platform", received_at=self.received_at, language="fr", by=self.officer, **named
        )

    def answer(self) -> None:
        rights.prove_identity(asked=self.made, text=self.told["proved"], by=self.officer)
        rights.answer(asked=self.made, text=self.told["answer"], by=self.officer)
