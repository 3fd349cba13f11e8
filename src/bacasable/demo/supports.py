"""The support of the fictional projects: exchanges, recommendations, evidence, synthesis.

The measurements are invented, their titles say so; they are signed and verified like any other.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from securesystemslib.signer import CryptoSigner

from bacasable.compliance import clock, signing
from bacasable.compliance.control import Measurement, Run, judge
from bacasable.compliance.evidence import sign
from bacasable.compliance.intervals import clopper_pearson
from bacasable.demo import attachments
from bacasable.demo.history import Days, Event, read
from bacasable.people.models import User
from bacasable.programme.evidence import actions as evidence
from bacasable.programme.recommendations import actions as recommendations
from bacasable.programme.recommendations.models import Contract, Recommendation
from bacasable.programme.support import actions as support
from bacasable.programme.support.models import Side, SupportFile
from bacasable.programme.synthesis import actions as syntheses
from bacasable.programme.synthesis.actions.composing import CARD, DETAILS, PASSAGE
from bacasable.programme.synthesis.actions.locking import seen
from bacasable.programme.synthesis.models import ForesightCard, Synthesis

INVENTED = "mesure inventée pour la démonstration"
SIMULATED = "aucun : mesure inventée pour la démonstration"


class _Support:
    """One support file, as ``supports.toml`` tells it."""

    def __init__(self, told: dict[str, Any], candidacy: dict[str, Any], people: dict[str, User], days: Days):
        self.told, self.people, self.days = told, people, days
        self.email = candidacy["email"]
        self.officer, self.editor = people["officer"], people["editor"]

    @property
    def author(self) -> User:
        return User.objects.get(email=self.email)

    @property
    def file(self) -> SupportFile:
        return SupportFile.objects.select_related("dossier__call").get(
            dossier__memberships__user__email=self.email,
            dossier__memberships__role="author",
            dossier__call__slug="accueils-2028",
        )

    @property
    def advisers(self) -> list[User]:
        """Return the experts of the team, then the officer."""
        return [self.people[line["expert"]] for line in self.told["team"]]

    def _by(self, side: str) -> User:
        return self.author if side == "author" else self.officer

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
        for line in told.get("changes", ()):
            events.append((at(line["days"], "17:00"), partial(self.change, line)))
        for line in told.get("recommendations", ()):
            events += _Advice(self, line).events()
        if "synthesis" in told:
            events += _Telling(self, told["synthesis"]).events()
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
        from bacasable.programme.call.jurisdictions import jurisdiction

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
            support.ask(file=self.file, kind=line["kind"], body=line["body"], by=self._by(line["by"]))

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

    def change(self, line: dict[str, Any]) -> None:
        act = getattr(support, line["verb"])
        given = {"ends_on": self.days.on(line["ends_in_days"])} if "ends_in_days" in line else {}
        act(file=self.file, reason=line["reason"], by=self.officer, **given)


class _Advice:
    """One recommendation: written, read over, proposed, accepted, measured."""

    def __init__(self, of: _Support, line: dict[str, Any]) -> None:
        self.of, self.line, self.days = of, line, of.days

    @property
    def recommendation(self) -> Recommendation:
        return Recommendation.objects.get(file=self.of.file, title=self.line["title"])

    @property
    def contract(self) -> Contract:
        return self.recommendation.contracts.get()

    def events(self) -> list[Event]:
        line, at = self.line, self.days.at
        events: list[Event] = [
            (at(line["written"], "09:00"), self.write),
            (at(line["written"] + 2, "09:00"), self.propose),
            (at(line["accepted"], "09:00"), self.accept),
        ]
        if "started" in line:
            events.append((at(line["started"], "09:00"), self.start))
        for said in line.get("exchanges", ()):
            events.append((at(said["days"], "10:30"), partial(self.exchange, said)))
        for number, told in enumerate(line.get("measured", ())):
            if number == 0:
                events.append((at(told["days"] - 9), self.enrol))
            events += [
                (at(told["days"] - 5), self.ask),
                (at(told["days"], "08:00"), partial(self.measure, told, number)),
            ]
        if "document" in line:
            events += [
                (at(line["document"]["days"]), self.hand_in),
                (at(line["document"]["reviewed"]), self.review_document),
            ]
        return events

    def write(self) -> None:
        line, author = self.line, self.of.advisers[0]
        made = recommendations.write(
            file=self.of.file,
            title=line["title"],
            text=line["text"],
            facts=line["facts"],
            legal_basis=line["legal_basis"],
            matters=line["matters"],
            due_on=self.days.on(line["due_in_days"]),
            service=line.get("service", ""),
            by=author,
        )
        recommendations.add_contract(
            recommendation=made, service=line.get("service", ""), by=author, **line["contract"]
        )

    def propose(self) -> None:
        recommendations.review(recommendation=self.recommendation, by=self.of.officer)
        recommendations.propose(recommendation=self.recommendation, by=self.of.officer)

    def accept(self) -> None:
        recommendations.accept(recommendation=self.recommendation, by=self.of.author)

    def start(self) -> None:
        recommendations.start(recommendation=self.recommendation, by=self.of.author)

    def exchange(self, said: dict[str, Any]) -> None:
        recommendations.exchange(
            recommendation=self.recommendation, text=said["text"], by=self.of._by(said["by"])
        )

    @property
    def _keys(self) -> Any:
        return settings.BACASABLE.home / "demo" / "projects" / self.of.told["project"]

    def enrol(self) -> None:
        signing.create_key(self._keys)
        ((_key_id, held),) = signing.keyring(self._keys).keys.items()
        key, _token = evidence.enrol(
            file=self.of.file,
            pem=held.pem.decode(),
            label="Instance fictive du projet",
            by=self.of.author,
        )
        evidence.confirm_key(key=key, by=self.of.officer)

    def ask(self) -> None:
        recommendations.ask_measurement(contract=self.contract, by=self.of.officer)

    def measure(self, told: dict[str, Any], number: int) -> None:
        contract = self.contract
        challenge = contract.challenges.filter(withdrawn_at=None).order_by("-issued_at", "-pk")[0]
        signer: CryptoSigner = signing.load_signer(self._keys)
        run = _invented_run(contract, told["left"], told["n"], challenge.seed)
        envelope = sign(run, signer, instance="instance fictive", challenge=challenge.asked)
        key = self.of.file.keys.get(revoked_at=None)
        evidence.receive(envelope_bytes=envelope, by=self.of.author, key=key, challenge=challenge)

    def hand_in(self) -> None:
        name = self.line["document"]["name"]
        content = attachments.made(name, self.line["contract"]["document"])
        recommendations.hand_in(contract=self.contract, name=name, content=content, by=self.of.author)

    def review_document(self) -> None:
        document = self.contract.documents.get()
        recommendations.review_document(document=document, verdict="accepted", by=self.of.officer)


def _invented_run(contract: Contract, left: int, n: int, seed: int) -> Run:
    """Return a run that nobody measured, in every respect like a real one but for what it says of itself."""

    def measurement(successes: int) -> Measurement:
        sample = sha256(f"{contract.control}:{seed}:{successes}:{n}".encode()).hexdigest()
        return Measurement(
            successes / n, n, clopper_pearson(successes, n), 0.0, seed, SIMULATED, sample, {"invented": True}
        )

    as_is, off = measurement(left), measurement(n)
    direction, threshold = contract.direction, float(contract.threshold or 0)
    now = clock.now()
    rests_on = {name: sha256(f"{contract.service}:{name}".encode()).hexdigest() for name in ("declaration",)}
    return Run(
        service=contract.service,
        control=contract.control,
        title=f"Valeurs plantées qui restent ({INVENTED})",
        unit="part des valeurs plantées qui restent",
        direction=direction,  # type: ignore[arg-type]
        threshold=threshold,
        measured_at=now - timedelta(minutes=2),
        finished_at=now - timedelta(minutes=1),
        measurement=as_is,
        sabotage=off,
        verdict=judge(direction, threshold, as_is, off),  # type: ignore[arg-type]
        depends_on=rests_on,
        declaration_sha256=rests_on["declaration"],
        software="aucun (démonstration)",
    )


class _Telling:
    """The synthesis of one support."""

    def __init__(self, of: _Support, told: dict[str, Any]) -> None:
        self.of, self.told, self.days = of, told, of.days

    @property
    def synthesis(self) -> Synthesis:
        return Synthesis.objects.get(file=self.of.file)

    def events(self) -> list[Event]:
        told, at = self.told, self.days.at
        events: list[Event] = [(at(told["composed"]), self.compose), (at(told["sent"]), self.send)]
        for line in told.get("replies", ()):
            events += [
                (at(line["days"]), partial(self.reply, line)),
                (at(line["days"] + 2), partial(self.respond, line)),
            ]
        if "published" in told:
            events.append((at(told["published"]), self.publish))
        if "erratum" in told:
            events.append((at(told["erratum"]["days"]), self.correct))
        return events

    def compose(self) -> None:
        told, editor = self.told, self.of.editor
        synthesis = syntheses.compose(file=self.of.file, by=editor)
        syntheses.save_details(
            synthesis=synthesis,
            title=told["title"],
            summary=told["summary"],
            theme=told["theme"],
            keywords=told["keywords"],
            sector=told["sector"],
            seen=seen(synthesis, DETAILS),
            by=editor,
        )
        empty = [passage for passage in synthesis.passages.order_by("order") if not passage.body]
        for passage, body in zip(empty, (told["introduction"], told["lessons"]), strict=False):
            self._save(passage, body=body)
        for passage in synthesis.passages.order_by("order"):
            if heading := told["headings"].get(passage.source):
                self._save(passage, heading=heading, confidentiality="public", why="")
        card = ForesightCard.objects.filter(synthesis=synthesis).first() or ForesightCard(synthesis=synthesis)
        syntheses.save_card(synthesis=synthesis, seen=seen(card, CARD), by=editor, **told["card"])

    def _save(self, passage: Any, **changed: str) -> None:
        kept = {name: getattr(passage, name) for name in ("heading", "body", "confidentiality", "why")}
        syntheses.save_passage(
            passage=passage, seen=seen(passage, PASSAGE), by=self.of.editor, **{**kept, **changed}
        )

    def send(self) -> None:
        due_at = self.days.at(self.told["reply_due_in_days"], "18:00")
        syntheses.send_to_project(synthesis=self.synthesis, reply_due_at=due_at, by=self.of.editor)

    def reply(self, line: dict[str, Any]) -> None:
        syntheses.reply(
            synthesis=self.synthesis, text=line["text"], is_public=line["is_public"], by=self.of.author
        )

    def respond(self, line: dict[str, Any]) -> None:
        reply = self.synthesis.replies.get(text=line["text"])
        syntheses.respond(reply=reply, response=line["response"], by=self.of.editor)

    def publish(self) -> None:
        syntheses.publish(synthesis=self.synthesis, by=self.of.editor)

    def correct(self) -> None:
        erratum = self.told["erratum"]
        content = self.synthesis.publications.order_by("-number")[0].content
        changes = {
            passage["id"]: {
                "heading": passage["heading"],
                "body": passage["body"].replace(erratum["find"], erratum["put"]),
            }
            for passage in content["passages"]
            if erratum["find"] in passage["body"]
        }
        syntheses.correct(
            synthesis=self.synthesis,
            changes={"passages": changes},
            reason=erratum["reason"],
            by=self.of.editor,
        )


def supported(people: dict[str, User], today: datetime) -> list[Event]:
    """Return the support of each project of the fictional edition that was decided."""
    past = read("run-editions")["past"]
    days = Days.of(today, ZoneInfo(past["call"]["time_zone"]))
    candidacies = {line["key"]: line for line in past["candidacies"] if "key" in line}
    events: list[Event] = []
    for told in read("supports")["supports"]:
        events += _Support(told, candidacies[told["project"]], people, days).events()
    return events
