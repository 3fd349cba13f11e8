"""The syntheses of the fictional supports: composed, replied to, published, corrected."""

from functools import partial
from typing import Any

from bacasable.demo.history import Event
from bacasable.demo.projects import Project
from bacasable.programme.synthesis import actions as syntheses
from bacasable.programme.synthesis.actions.composing import CARD, DETAILS, PASSAGE
from bacasable.programme.synthesis.actions.locking import seen
from bacasable.programme.synthesis.models import ForesightCard, Synthesis


class Telling:
    """The synthesis of one support."""

    def __init__(self, of: Project, told: dict[str, Any]) -> None:
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
