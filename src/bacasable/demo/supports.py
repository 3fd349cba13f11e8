"""The support of the fictional projects: team, agreement, exchanges, roadmap, changes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bacasable.demo import attachments
from bacasable.demo.advice import Advice
from bacasable.demo.history import Days, Event, read
from bacasable.demo.projects import Project
from bacasable.demo.telling import Telling
from bacasable.people.models import User
from bacasable.programme.call.jurisdictions import jurisdiction
from bacasable.programme.support import actions as support
from bacasable.programme.support.models import Side


class _Supported(Project):
    """The support of one project, as ``supports.toml`` tells it."""

    def events(self) -> list[Event]:
        told, at = self.told, self.days.at
        agreement = told["agreement"]
        events: list[Event] = [
            (at(agreement["written"]), self.compose_team),
            (at(agreement["written"], "15:00"), self.write_agreement),
            (at(agreement["office_signed"]), partial(self.sign, Side.OFFICE)),
            (at(agreement["project_signed"]), partial(self.sign, Side.PROJECT)),
        ]
        for number, line in enumerate(told.get("milestones", ())):
            events += self._milestone(line, number)
        for number, line in enumerate(told.get("questions", ()), start=1):
            events += self._question(line, number)
        for number, line in enumerate(told.get("meetings", ())):
            events += self._meeting(line, number)
        for number, line in enumerate(told.get("guidance", ()), start=1):
            events += self._guidance(line, number)
        for line in told.get("documents", ()):
            events.append((at(line["days"], "13:00"), partial(self.share, line)))
        for line in told.get("changes", ()):
            events.append((at(line["days"], "17:00"), partial(self.change, line)))
        for line in told.get("recommendations", ()):
            events += Advice(self, line).events()
        if "synthesis" in told:
            events += Telling(self, told["synthesis"]).events()
        return events

    def compose_team(self) -> None:
        for line in self.told["team"]:
            support.add_member(
                file=self.file,
                user=self.people[line["expert"]],
                skill=line["skill"],
                is_lead=line.get("lead", False),
                by=self.officer,
            )

    def write_agreement(self) -> None:
        call = self.file.dossier.call
        text = jurisdiction(call.jurisdiction).clause("agreement", call.language)
        support.write_agreement(file=self.file, content=text, by=self.officer)

    def sign(self, side: str) -> None:
        capacity = self.told["agreement"][f"{side}_capacity"]
        by = self.officer if side == Side.OFFICE else self.author
        support.sign_agreement(file=self.file, side=side, capacity=capacity, by=by)

    def _milestone(self, line: dict[str, Any], number: int) -> list[Event]:
        def add() -> None:
            support.add_milestone(
                file=self.file,
                title=line["title"],
                side=line["side"],
                due_on=self.days.on(line["due_in_days"]),
                by=self.officer,
            )

        def settle(act: Callable[..., Any], **given: Any) -> None:
            milestone = self.file.milestones.get(title=line["title"])
            act(milestone=milestone, by=self.officer, **given)

        events: list[Event] = [(self.days.at(line["days"], "09:00", minutes=number), add)]
        if "done" in line:
            events.append((self.days.at(line["done"], "16:00"), partial(settle, support.finish_milestone)))
        if "dropped" in line:
            act = partial(settle, support.drop_milestone, reason=line["because"])
            events.append((self.days.at(line["dropped"], "16:00"), act))
        return events

    def _question(self, line: dict[str, Any], number: int) -> list[Event]:
        def ask() -> None:
            support.ask(file=self.file, kind=line["kind"], body=line["body"], by=self.side(line["by"]))

        def answer() -> None:
            other = self.advisers[line["kind"] == "technical"] if line["by"] == "author" else self.author
            question = self.file.questions.get(number=number)
            support.answer(question=question, answer=line["answer"], by=other)

        events: list[Event] = [(self.days.at(line["days"], "11:00", minutes=number), ask)]
        if "answered" in line:
            events.append((self.days.at(line["answered"], "11:00"), answer))
        return events

    def _meeting(self, line: dict[str, Any], number: int) -> list[Event]:
        held_at = self.days.at(line["days"], "14:00")

        def call() -> None:
            support.call_meeting(
                file=self.file, held_at=held_at, place=line["place"], agenda=line["agenda"], by=self.officer
            )

        def minute() -> None:
            meeting = self.file.meetings.get(held_at=held_at)
            given = {name: line[name] for name in ("present", "minutes")}
            support.minute(meeting=meeting, by=self.officer, **given)

        def approve() -> None:
            support.approve_minutes(meeting=self.file.meetings.get(held_at=held_at), by=self.author)

        events: list[Event] = [(self.days.at(min(line["days"] - 7, -1)), call)]
        if "minutes" in line:
            events += [
                (held_at + timedelta(hours=3), minute),
                (self.days.at(line["approved"]), approve),
            ]
        return events

    def _guidance(self, line: dict[str, Any], number: int) -> list[Event]:
        def guide() -> None:
            file = self.file
            meetings = list(file.meetings.order_by("held_at"))
            support.guide(
                file=file,
                text=line["text"],
                facts=line["facts"],
                legal_basis=line["legal_basis"],
                question=file.questions.get(number=line["question"]) if "question" in line else None,
                meeting=meetings[line["meeting"] - 1] if "meeting" in line else None,
                by=self.advisers[0],
            )

        def follow() -> None:
            guidance = self.file.guidance.get(number=number)
            support.follow(guidance=guidance, followed=line["followed"], why=line["why"], by=self.author)

        events: list[Event] = [(self.days.at(line["days"], "12:00", minutes=number), guide)]
        if "followed_on" in line:
            events.append((self.days.at(line["followed_on"], "12:00"), follow))
        return events

    def share(self, line: dict[str, Any]) -> None:
        content = attachments.made(line["name"], line["title"])
        support.add_document(file=self.file, name=line["name"], content=content, by=self.side(line["by"]))

    def change(self, line: dict[str, Any]) -> None:
        act = getattr(support, line["verb"])
        given = {"ends_on": self.days.on(line["ends_in_days"])} if "ends_in_days" in line else {}
        act(file=self.file, reason=line["reason"], by=self.officer, **given)


def supported(people: dict[str, User], today: datetime) -> list[Event]:
    """Return the support of each project of the fictional edition that was decided."""
    past = read("run-editions")["past"]
    days = Days.of(today, ZoneInfo(past["call"]["time_zone"]))
    candidacies = {line["key"]: line for line in past["candidacies"] if "key" in line}
    events: list[Event] = []
    for told in read("supports")["supports"]:
        events += _Supported(told, candidacies[told["project"]], people, days).events()
    return events
