"""Load the demo: the real 2023 edition from public facts, then a fictional call and its candidacies.

Everything passes by the rooms' own actions, at the instants that the data files give, in the order of time:
the demo's journal reads like an office's.
"""

import tomllib
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from bacasable.compliance import clock
from bacasable.demo import accounts, attachments
from bacasable.people import second_factor
from bacasable.people.models import RoleGrant, User
from bacasable.programme.call import actions as calls
from bacasable.programme.call.models import Call, Fact
from bacasable.programme.dossiers import actions as dossiers
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers import queries
from bacasable.programme.dossiers.models import Dossier, Membership
from bacasable.programme.recommendations.actions import ensure_own_recommendations

#: An act of the demo's history: when, and what.
Event = tuple[datetime, Callable[[], Any]]


def read(name: str) -> dict[str, Any]:
    """Return a data file of the demo, by its name without ``.toml``."""
    return tomllib.loads(files("bacasable.demo").joinpath("data", f"{name}.toml").read_text("utf-8"))


@transaction.atomic
def load(today: datetime) -> None:
    """Load everything into an empty database; the fictional dates are days before or after ``today``.

    All or nothing: a load that fails leaves the database as it was.
    """
    people = _people()
    officer = people["officer"]
    officer.session_is_verified = True  # type: ignore[attr-defined]
    history = _edition_2023(officer) + _fictional_edition(officer, today)
    try:
        for at, act in sorted(history, key=lambda event: event[0]):
            clock.set_source(lambda at=at: at)  # type: ignore[misc]
            act()
    finally:
        from bacasable.demo.clock import source

        clock.set_source(source)
    ensure_own_recommendations()


@transaction.atomic
def _people() -> dict[str, User]:
    secret = accounts.passwords()
    people = {}
    for person in accounts.PLAYERS:
        user = User.objects.create_user(person.email, secret.get(person.email), name=person.name)
        RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in person.grants)
        if person.grants:
            device = second_factor.prepare(user)
            device.confirmed = True  # nobody scans a square here: the key is printed at the start
            device.save()
        people[person.role] = user
    return people


def _fields(
    call: dict[str, Any], opens_at: datetime, closes_at: datetime, rules: list[Any]
) -> dict[str, Any]:
    return {
        "slug": call["slug"],
        "title": call["title"],
        "theme": call["theme"],
        "keywords": call["keywords"],
        "summary": call["summary"],
        "text": call["text"].strip(),
        "language": call["language"],
        "regime": call["regime"],
        "opens_at": opens_at,
        "closes_at": closes_at,
        "time_zone": call["time_zone"],
        "grace_minutes": call.get("grace_minutes", 0),
        "places_planned": call["places_planned"],
        "contact_address": call["contact_address"],
        "contact_is_live": bool(call["contact_address"]),
        "eligibility": rules,
        "criteria_are_published": call["criteria_are_published"],
    }


def _edition_2023(officer: User) -> list[Event]:
    data = read("edition-2023")
    told = data["call"]
    zone = ZoneInfo(told["time_zone"])
    opens_at, closes_at, decided_at = (
        told[name].replace(tzinfo=zone) for name in ("published_on", "closes_at", "decided_on")
    )

    def publish() -> None:
        call = calls.create(
            fields=_fields(told, opens_at, closes_at, data["eligibility"]), phases=data["phases"], by=officer
        )
        Call.objects.filter(pk=call.pk).update(is_historical=True)
        Fact.objects.bulk_create(
            Fact(call=call, order=order, **fact) for order, fact in enumerate(data["facts"])
        )
        calls.publish(call=Call.objects.get(pk=call.pk), by=officer)

    def decide() -> None:
        projects = [{key: value for key, value in line.items() if key != "slug"} for line in data["projects"]]
        calls.decide(call=Call.objects.get(slug=told["slug"]), projects=projects, by=officer)

    return [
        (opens_at, publish),
        (closes_at + timedelta(minutes=1), calls.close_due),
        (decided_at, decide),
    ]


def _fictional_edition(officer: User, today: datetime) -> list[Event]:
    data = read("fictional-call")
    told = data["call"]
    zone = ZoneInfo(told["time_zone"])
    day = today.astimezone(zone).date()

    def instant(days: int, at: str) -> datetime:
        return datetime.combine(day + timedelta(days=days), time.fromisoformat(at), tzinfo=zone)

    opens_at = instant(told["opens_in_days"], told["opens_at_time"])
    closes_at = instant(told["closes_in_days"], told["closes_at_time"])

    def publish() -> None:
        call = calls.create(
            fields=_fields(told, opens_at, closes_at, data["eligibility"]),
            criteria=data["criteria"],
            phases=data["phases"],
            by=officer,
        )
        Call.objects.filter(pk=call.pk).update(is_fictional=True)
        calls.publish(call=Call.objects.get(pk=call.pk), by=officer)

    events: list[Event] = [(opens_at - timedelta(hours=1), publish)]
    for line in data["questions"]:
        asked_at = instant(-line["asked_days_ago"], "11:00")
        events.append((asked_at, partial(_question, told["slug"], line, officer)))
    usual, candidacies = (read("candidacies")[name] for name in ("usual", "candidacies"))
    for number, line in enumerate(candidacies):
        at = instant(-line["days_ago"], "10:00") + timedelta(minutes=7 * number)
        events += _Candidacy(told["slug"], line, usual, officer).events(at)
    return events


def _question(slug: str, line: dict[str, Any], officer: User) -> None:
    question = calls.ask(call=Call.objects.get(slug=slug), body=line["body"])
    calls.answer(question=question, body=line["body"], answer=line["answer"], by=officer)


class _Candidacy:
    """One fictional candidacy, written, submitted, completed or withdrawn as its line says."""

    def __init__(self, slug: str, line: dict[str, Any], usual: dict[str, Any], officer: User) -> None:
        self.slug, self.line, self.usual, self.officer = slug, line, usual, officer

    def events(self, at: datetime) -> list[Event]:
        state = self.line["state"]
        events: list[Event] = [(at - timedelta(days=1), self.write)]
        if state != "draft":
            events.append((at, self.submit))
        if state == "resubmitted":
            events += [
                (at + timedelta(hours=3), self.improve),
                (at + timedelta(hours=3, minutes=5), self.submit),
            ]
        if state == "requested":
            events.append((at + timedelta(days=1), self.ask))
        if state == "withdrawn":
            events.append((at + timedelta(days=2), self.withdraw))
        return events

    @property
    def author(self) -> User:
        return self._person(self.line["email"], self.line["author"])

    def _person(self, email: str, name: str) -> User:
        return User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)

    @property
    def dossier(self) -> Dossier:
        return Dossier.objects.get(memberships__user=self.author, call__slug=self.slug)

    def answers(self) -> dict[str, dict[str, Any]]:
        given = {
            step: {**self.usual.get(step, {}), **self.line.get(step, {})}
            for step in {*self.usual, *self.line} - set(self.line.get("skip", []))
            if isinstance(self.usual.get(step, self.line.get(step)), dict)
        }
        given["organisation"] |= {"contact_name": self.line["author"], "contact_email": self.line["email"]}
        return given

    def write(self) -> None:
        author = self.author
        dossier = dossiers.start(call=Call.objects.get(slug=self.slug), by=author)
        Dossier.objects.filter(pk=dossier.pk).update(is_fictional=True)
        answers = self.answers()
        for step in queries.steps_of(dossier.call):
            if step.key in answers:
                self._save(dossier, step, answers[step.key])
        domain = self.line["email"].split("@")[1]
        for name in self.line.get("co_authors", []):
            email = name.lower().replace(" ", ".").replace("é", "e").replace("ï", "i") + "@" + domain
            Membership.objects.create(
                dossier=dossier,
                user=self._person(email, name),
                role=Membership.Role.CO_AUTHOR,
                joined_at=clock.now(),
            )
        for name in self.line.get("files", []):
            attachments.attach(dossier, name, self.line["project"]["title"], by=author)

    def _save(self, dossier: Dossier, step: Any, values: dict[str, Any]) -> None:
        seen = reading.token(step, Dossier.objects.get(pk=dossier.pk).answers.get(step.key, {}))
        saved = dossiers.save_step(dossier=dossier, step=step, raw=values, seen=seen, by=self.author)
        if saved.problems:
            raise ValueError(f"{self.line['email']}, step {step.key}: {saved.problems}")

    def submit(self) -> None:
        dossier = self.dossier
        dossiers.submit(dossier=dossier, revision=dossier.revision, by=self.author, accept_incomplete=True)

    def improve(self) -> None:
        dossier = self.dossier
        step = next(step for step in queries.steps_of(dossier.call) if step.key == "expectations")
        self._save(dossier, step, {"confidential": "Le nom du prestataire, jusqu’à la fin du marché."})

    def ask(self) -> None:
        dossiers.request_missing_parts(
            dossier=self.dossier,
            parts=self.line["request_parts"],
            message=self.line["request_message"],
            due_at=clock.now() + timedelta(days=30),
            by=self.officer,
        )

    def withdraw(self) -> None:
        dossiers.withdraw(dossier=self.dossier, by=self.author, reason="Le projet est abandonné.")
