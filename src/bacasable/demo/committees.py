"""The work of the fictional committees: panel, conflicts, scores, decision, letters, conference."""

from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bacasable.demo import attachments
from bacasable.demo.history import Days, Event, read
from bacasable.people.instance import vault
from bacasable.people.models import User
from bacasable.programme.call.models import Call
from bacasable.programme.committee import actions as committee
from bacasable.programme.committee.matching import Pair
from bacasable.programme.committee.models import Assessment, Decision, Examination, Letter, Selection

COMMENT = "Commentaire fictif de la démonstration : {} sur cinq pour « {} »."


class _Committee:
    """The committee of one fictional edition, as its data file tells it."""

    def __init__(self, told: dict[str, Any], people: dict[str, User], today: datetime) -> None:
        self.told, self.people = told, people
        self.days = Days.of(today, ZoneInfo(told["call"]["time_zone"]))
        self.officer, self.president = people["officer"], people["president"]
        self.lines = {line["email"]: line for line in told["candidacies"]}

    @property
    def selection(self) -> Selection:
        return Selection.objects.get(call__slug=self.told["call"]["slug"])

    def events(self) -> list[Event]:
        when = self.told["selection"]
        events: list[Event] = [
            (self.days.at(when["opened"]), self.open),
            (self.days.at(when["opened"], "11:00"), self.check),
            (self.days.at(when["panel"]), self.invite),
            (self.days.at(when["undertakings"]), self.undertake),
            (self.days.at(when["assigned"]), self.assign),
        ]
        for number, (email, key) in enumerate(self._assessed("scores")):
            at = self.days.at(when["assessments_from"] + number // 3, "14:00", minutes=11 * number)
            events.append((at, partial(self.score, email, key, "scores")))
        for number, (email, key) in enumerate(self._assessed("drafts")):
            at = self.days.at(when["assessments_from"] + 4, "16:00", minutes=11 * number)
            events.append((at, partial(self.score, email, key, "drafts")))
        return events

    def _assessed(self, kind: str) -> list[tuple[str, str]]:
        return [(email, key) for email, line in self.lines.items() for key in line.get(kind, {})]

    def _examination(self, email: str) -> Examination:
        return Examination.objects.get(
            selection=self.selection,
            dossier__memberships__user__email=email,
            dossier__memberships__role="author",
        )

    def open(self) -> None:
        committee.open_selection(call=Call.objects.get(slug=self.told["call"]["slug"]), by=self.officer)

    def check(self) -> None:
        for email, line in self.lines.items():
            if line["state"] == "withdrawn":
                continue
            examination = self._examination(email)
            if "inadmissible" in line:
                committee.reject(examination=examination, reasons=line["inadmissible"], by=self.officer)
            else:
                committee.admit(examination=examination, by=self.officer)

    def invite(self) -> None:
        for line in read("run-editions")["experts"]:
            user = self.people[line["key"]]
            given = {name: line[name] for name in ("organisation", "skills", "sectors", "capacity")}
            committee.save_profile(user=user, by=self.officer, **given)
            committee.invite(selection=self.selection, user=user, by=self.officer)

    def undertake(self) -> None:
        examinations = list(self.selection.examinations.filter(state=Examination.State.ADMISSIBLE))
        for member in self.selection.members.select_related("user"):
            by = self._expert(member.user)
            committee.sign_undertaking(member=member, by=by)
            for examination in examinations:
                nature = self._links(examination).get(by.email, "")
                committee.declare(
                    member=member, examination=examination, has_conflict=bool(nature), nature=nature, by=by
                )

    def _links(self, examination: Examination) -> dict[str, str]:
        """Return the links with a dossier that experts declare, by address."""
        author = examination.dossier.memberships.get(role="author").user.email
        return {self.people[key].email: nature for key, nature in self.lines[author].get("links", {}).items()}

    def _expert(self, user: User) -> User:
        return next(person for person in self.people.values() if person.pk == user.pk)

    def assign(self) -> None:
        """Give each dossier to the experts whom its line names, the others as the platform proposes."""
        skills = {line["key"]: line["skills"][0] for line in read("run-editions")["experts"]}
        told = [
            Pair(self._examination(email).dossier.reference, skills[key], str(self.people[key].public_id))
            for email, line in self.lines.items()
            for key in [*line.get("scores", ()), *line.get("drafts", ()), *line.get("to_score", ())]
        ]
        committee.assign(selection=self.selection, pairs=told, by=self.officer)
        if proposed := committee.propose_assignments(self.selection).pairs:
            committee.assign(selection=self.selection, pairs=proposed, by=self.officer)
        committee.open_scoring(
            selection=self.selection,
            scores_due_at=self.days.at(self.told["selection"]["scores_due_in_days"], "18:00"),
            by=self.officer,
        )

    def score(self, email: str, key: str, kind: str) -> None:
        line = self.lines[email]
        user = self.people[key]
        assessment = Assessment.objects.get(
            assignment__examination=self._examination(email), assignment__member__user=user
        )
        criteria = list(self.selection.call.criteria.all())
        given = dict(zip(criteria, line[kind][key], strict=True))
        written = committee.write_scores(
            assessment=assessment,
            values={criterion.pk: value or None for criterion, value in given.items()},
            comments={c.pk: COMMENT.format(value, c.label) for c, value in given.items() if value},
            comment="Avis général fictif.",
            revision=assessment.revision,
            by=user,
        )
        if kind == "scores":
            committee.submit_assessment(assessment=written, revision=written.revision, by=user)


class _Decided(_Committee):
    """A committee that went to its end: deliberation, decision, letters, publication, conference."""

    def events(self) -> list[Event]:
        when = self.told["selection"]
        return [
            *super().events(),
            (self.days.at(when["closed"]), self.close),
            (self.days.at(when["closed"], "15:00"), self.hear),
            (self.days.at(when["decided"], "16:00"), self.sign),
            (self.days.at(when["deliberated"], "17:00"), self.deliberate),
            (self.days.at(when["decided"]), self.decide),
            (self.days.at(when["letters"]), self.send),
            (self.days.at(when["published"]), self.publish),
            (self.days.at(when["published"], "11:00"), self.announce),
            (self.days.at(self.told["conference"]["days"] + 7), self.replay),
        ]

    def close(self) -> None:
        committee.close_scoring(selection=self.selection, by=self.officer)
        for email, line in self.lines.items():
            if line.get("outcome") in {"laureate", "advised"}:
                committee.shortlist(examination=self._examination(email), by=self.officer)

    def hear(self) -> None:
        """Give each dossier of the shortlist a time, and let its candidate confirm it."""
        for number, line in enumerate(
            line for line in self.lines.values() if line.get("outcome") == "laureate"
        ):
            examination = self._examination(line["email"])
            slot = committee.add_slot(
                selection=self.selection,
                starts_at=self.days.at(
                    self.told["selection"]["deliberated"] - 1, "09:30", minutes=60 * number
                ),
                minutes=45,
                place="Visioconférence",
                by=self.officer,
            )
            committee.give_slot(slot=slot, examination=examination, by=self.officer)
            author = User.objects.get(email=line["email"])
            committee.confirm_slot(dossier=examination.dossier, slot=slot, by=author)

    def sign(self) -> None:
        """File the letter of the first laureate as an electronic signature leaves it."""
        letter = Letter.objects.select_related("outcome__examination__dossier").get(
            outcome__examination=self._examination(self.told["candidacies"][0]["email"])
        )
        key = bytes(letter.outcome.examination.dossier.data_key)
        content = attachments.revised(b"".join(vault().read(key, letter.blob)))
        committee.file_signed_letter(
            letter=letter, name=f"{letter.reference}-signee.pdf", content=content, by=self.president
        )

    def deliberate(self) -> None:
        committee.record_deliberation(
            selection=self.selection,
            held_at=self.days.at(self.told["selection"]["deliberated"], "14:00"),
            by=self.officer,
            **self.told["deliberation"],
        )

    def decide(self) -> None:
        selection = self.selection
        outcomes = {
            self._examination(email).pk: (line["outcome"], line["reasons"])
            for email, line in self.lines.items()
            if "outcome" in line
        }
        committee.decide(
            selection=selection,
            outcomes=outcomes,
            signatory_name=self.president.name,
            signatory_capacity=self.told["decision"]["capacity"],
            number_reason=self.told["decision"]["number_reason"],
            revision=selection.revision,
            by=self.president,
        )

    def send(self) -> None:
        decision = Decision.objects.get(selection=self.selection)
        committee.send_letters(decision=decision, by=self.officer, accept_unsigned=True)

    def publish(self) -> None:
        committee.publish(decision=Decision.objects.get(selection=self.selection), by=self.president)

    def announce(self) -> None:
        self._conference()

    def replay(self) -> None:
        told = self.told["conference"]
        self._conference(replay_url=told["replay_url"], replay_note=told["replay_note"])

    def _conference(self, **replay: str) -> None:
        told = self.told["conference"]
        starts_at = self.days.at(told["days"], told["from"])
        fields = {name: told[name] for name in ("title", "place", "programme", "accessibility", "seats")}
        fields["programme"] = fields["programme"].strip()
        committee.save_conference(
            call=Call.objects.get(slug=self.told["call"]["slug"]),
            fields={
                **fields,
                "starts_at": starts_at,
                "ends_at": self.days.at(told["days"], told["to"]),
                "registration_closes_at": starts_at,
                "replay_url": "",
                "replay_note": "",
                **replay,
            },
            publish=True,
            by=self.officer,
        )


class _AtWork(_Committee):
    """A committee that is scoring, whose president has given her signature for a time."""

    def events(self) -> list[Event]:
        return [*super().events(), (self.days.at(self.told["selection"]["panel"], "15:00"), self.delegate)]

    def delegate(self) -> None:
        told = self.told["delegation"]
        committee.delegate(
            to=self.officer,
            call=self.selection.call,
            capacity=told["capacity"],
            act_reference=told["act"],
            starts_at=self.days.at(told["from"]),
            ends_at=self.days.at(told["until"]),
            by=self.president,
        )


def at_work(told: dict[str, Any], people: dict[str, User], today: datetime) -> list[Event]:
    """Return the work of a committee that is scoring."""
    return _AtWork(told, people, today).events()


def decided(told: dict[str, Any], people: dict[str, User], today: datetime) -> list[Event]:
    """Return the work of a committee whose decision is public."""
    return _Decided(told, people, today).events()
