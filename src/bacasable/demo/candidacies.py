"""Fictional candidacies: written, submitted, completed or withdrawn as a data file says."""

from datetime import datetime, timedelta
from typing import Any

from bacasable.compliance import clock
from bacasable.demo import attachments
from bacasable.demo.history import Event
from bacasable.people.models import User
from bacasable.programme.call.models import Call
from bacasable.programme.dossiers import actions as dossiers
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers import queries
from bacasable.programme.dossiers.models import Dossier, Membership


class Candidacy:
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
