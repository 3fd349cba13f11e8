"""Stores of what is sealed: files with all that hangs on them, acts, words, prompts, persons.

They are opened to be exported to who they are about, and to be searched for somebody whom they name.
"""

from collections.abc import Container, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bacasable.compliance.store import Erased, Person, Record
from bacasable.services.job_advice.processing.purposes import (
    KEPT_ACT,
    KEPT_FILE,
    KEPT_LIMITS,
    KEPT_PERSON,
    KEPT_PROMPT,
    KEPT_READING,
    KEPT_WORD,
)
from bacasable.services.job_advice.web import running, sealed
from bacasable.services.job_advice.web.append_only import door
from bacasable.services.job_advice.web.models import Act, File, Interview, PlanStep, Prompt, Word
from bacasable.services.job_advice.web.models import Person as Row
from bacasable.services.job_advice.web.sealed_rows import (
    IS_OPEN,
    PROVES_WORK,
    SealedStore,
    account_of,
    past,
    persons,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ActStore(SealedStore):
    """Acts on suggestions: only retention and the rights of persons open the log."""

    holds: tuple[str, ...] = ("act", "reading_time")
    model = Act
    to_file = "interview__file"
    accounts = ("adviser",)

    def export(self, person: Person) -> Iterator[Record]:
        """Yield acts: with their words for the person; for an adviser, what they did and when."""
        own = person.kind == "jobseeker"
        for row in self._about(person):
            told = {"verb": row.verb, "at": row.at, "is_changed": row.is_changed}
            told |= self._opened(row)["sealed"] if own else {}
            yield Record(self._named(row), {"act": told, "reading_time": {"reading_ms": row.reading_ms}})

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Forget reading times after some days, and acts after their year."""
        days = timedelta(days=running.settings().reading_days)
        with self._whole():
            timed = [
                row.pk
                for row in Act.objects.exclude(reading_ms=None).only("pk", "at").iterator()
                if row.at + days <= now or KEPT_READING.due_at(row.at) <= now
            ]
            gone = past(Act.objects.all(), "at", KEPT_ACT, now)
            if timed and not dry_run:
                with door():
                    Act.objects.filter(pk__in=timed).update(reading_ms=None)
            done = self._removed(Act.objects.filter(pk__in=gone), dry_run)
        erased = {"act": done["act"]} if done else {}
        return Erased({**erased, **({"reading_time": len(timed)} if timed else {})}, {})

    def _removed(self, rows: "QuerySet[Any]", dry_run: bool = False) -> dict[str, int]:
        keys = list(rows.values_list("pk", flat=True))
        if keys and not dry_run:
            with door():
                PlanStep.objects.filter(act__in=keys).update(act=None)
                Act.objects.filter(pk__in=keys).delete()
        return dict.fromkeys(self.holds, len(keys)) if keys else {}


class WordStore(SealedStore):
    """What persons said of opinions, and what they were answered."""

    holds: tuple[str, ...] = ("word", "answerer")
    model = Word
    to_file = "file"
    words = ("sealed", "answer")
    accounts = ("routed_to", "answered_by")

    def export(self, person: Person) -> Iterator[Record]:
        """Yield words and answers whole to the person; to an agent, what went to them and when."""
        own = person.kind == "jobseeker"
        for row in self._about(person):
            told = {
                "kind": row.kind,
                "made_at": row.made_at,
                "due_at": row.due_at,
                "outcome": row.outcome,
                "answered_at": row.answered_at,
            }
            if own:
                told |= self._opened(row)
            yield Record(self._named(row), {"word": told})

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Erase words two years after their answer; what asked for none, after the closing of the file."""
        with self._whole():
            gone = past(Word.objects.all(), "answered_at", KEPT_WORD, now)
            gone += past(Word.objects.filter(answered_at=None), "file__closed_at", KEPT_WORD, now)
            return Erased(self._removed(Word.objects.filter(pk__in=gone), dry_run), {})


class PromptStore(SealedStore):
    """Requests to a model, as they were sent."""

    holds: tuple[str, ...] = ("prompt",)
    model = Prompt
    to_file = "file"
    accounts = ("by",)

    def export(self, person: Person) -> Iterator[Record]:
        """Yield requests: with their words for the person; for an adviser, when and with which template."""
        for row in self._about(person):
            told = {
                "template": row.template,
                "version": row.version,
                "at": row.at,
                "host": row.host,
                "outcome": row.outcome,
            }
            told |= self._opened(row)["sealed"] if person.kind == "jobseeker" else {}
            yield Record(self._named(row), {"prompt": told})

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Erase requests after six months."""
        with self._whole():
            gone = past(Prompt.objects.all(), "at", KEPT_PROMPT, now)
            return Erased(self._removed(Prompt.objects.filter(pk__in=gone), dry_run), {})


class FileStore(SealedStore):
    """Files with their interviews, opinions and plan."""

    holds: tuple[str, ...] = ("profile", "territory", "limits", "adviser", "interview", "opinion", "plan")
    model = File
    to_file = ""
    accounts = ("adviser",)

    def export(self, person: Person) -> Iterator[Record]:
        """Yield files whole to the person; to an adviser, which files are theirs and since when."""
        for file in self._about(person):
            dates = {"state": file.state, "opened_at": file.opened_at, "closed_at": file.closed_at}
            if person.kind != "jobseeker":
                yield Record(self._named(file), {"adviser": dates})
                continue
            profile = sealed.words_of(file, file)
            interviews = list(file.interviews.all())
            yield Record(
                self._named(file),
                {
                    "profile": {**profile, **dates},
                    "territory": {"department": file.department},
                    "limits": {**sealed.words_of(file, file, "limits"), "said_at": file.limits_said_at},
                    "adviser": {"account": file.adviser},
                    "interview": [
                        {"mode": one.mode, "opened_at": one.opened_at, **sealed.words_of(file, one)}
                        for one in interviews
                    ],
                    "opinion": [
                        {"made_at": advice.made_at, **sealed.words_of(file, advice)}
                        for one in interviews
                        for advice in one.advices.all()
                    ],
                    "plan": [
                        {"starts_on": step.starts_on, "ends_on": step.ends_on, **sealed.words_of(file, step)}
                        for step in file.steps.all()
                    ],
                },
            )

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase closed files whole; of an open one, the limits that the person consented to."""
        with self._whole():
            rows = self._about(person)
            if person.kind != "jobseeker":
                return Erased({}, {"adviser": PROVES_WORK} if rows.exists() else {})
            running_ones = rows.filter(state="open")
            told = running_ones.exclude(limits=None)
            limits = told.count()
            told.update(limits=None, limits_said_at=None)
            kept = dict.fromkeys((name for name in self.holds if name != "limits"), IS_OPEN)
            done = self._removed(rows.exclude(state="open"))
            if limits:
                done = {**done, "limits": done.get("limits", 0) + limits}
            return Erased(done, kept if running_ones.exists() else {})

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Erase limits a month, the rest a year after the closing; the row waits for the last word on it."""
        with self._whole():
            stated = past(File.objects.exclude(limits=None), "closed_at", KEPT_LIMITS, now)
            whole = past(File.objects.all(), "closed_at", KEPT_FILE, now)
            full = [row.pk for row in File.objects.filter(pk__in=whole).only("pk", "sealed") if row.sealed]
            if not dry_run:
                File.objects.filter(pk__in=stated).update(limits=None, limits_said_at=None)
                self._emptied(full)
                rows = File.objects.filter(pk__in=whole, words=None, links=None, prompts=None)
                File.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
        counts = {**dict.fromkeys(self.holds, len(full)), "limits": len(stated)}
        return Erased({name: count for name, count in counts.items() if count}, {})

    def _removed(self, rows: "QuerySet[Any]", dry_run: bool = False) -> dict[str, int]:
        keys = list(rows.values_list("pk", flat=True))
        if keys and not dry_run:
            with door():
                File.objects.filter(pk__in=keys).delete()
        return dict.fromkeys(self.holds, len(keys)) if keys else {}

    def _emptied(self, keys: list[int]) -> None:
        """Take all but the words on it from files: those have their own time."""
        with door():
            PlanStep.objects.filter(file__in=keys).delete()
            Interview.objects.filter(file__in=keys).delete()
            File.objects.filter(pk__in=keys).update(
                sealed=b"", limits=None, limits_said_at=None, department=""
            )

    def _rows(self) -> "QuerySet[Any]":
        return File.objects.all()

    def _about(self, person: Person) -> "QuerySet[Any]":
        account = account_of(person)
        if account is not None:
            return File.objects.filter(adviser=account).order_by("pk")
        return File.objects.filter(person__in=persons(person)).order_by("pk")

    def _opened(self, row: Any) -> dict[str, Any]:
        told: dict[str, Any] = {"file": sealed.words_of(row, row)}
        for interview in row.interviews.all():
            told[f"interview {interview.pk}"] = sealed.words_of(row, interview)
            for advice in interview.advices.all():
                told[f"opinion {advice.pk}"] = sealed.words_of(row, advice)
        for step in row.steps.all():
            told[f"step {step.pk}"] = sealed.words_of(row, step)
        return told


class PersonStore(SealedStore):
    """Who people are; they go with their last file."""

    holds: tuple[str, ...] = ("jobseeker", "refusal_of_the_tool")
    model = Row
    to_file = ""

    def export(self, person: Person) -> Iterator[Record]:
        """Yield who the person is, and whether they refused the tool."""
        for row in self._about(person):
            identity = sealed.identity_of(row)
            yield Record(
                self._named(row),
                {
                    "jobseeker": {
                        "name": identity.name,
                        "number": identity.number,
                        "reference": row.reference,
                        "opened_at": row.opened_at,
                        "closed_at": row.closed_at,
                    },
                    "refusal_of_the_tool": {"refused_tool_at": row.refused_tool_at},
                },
            )

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase who has no file left."""
        with self._whole():
            rows = self._about(person)
            kept = dict.fromkeys(self.holds, IS_OPEN) if rows.exclude(files=None).exists() else {}
            return Erased(self._removed(rows.filter(files=None)), kept)

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Erase who is past their time; where a word on their file is still kept, their name goes."""
        with self._whole():
            gone = [
                row
                for row in Row.objects.filter(pk__in=past(Row.objects.all(), "closed_at", KEPT_PERSON, now))
                if row.sealed
            ]
            if not dry_run:
                for row in gone:
                    Row.objects.filter(pk=row.pk).update(
                        sealed=b"", number_digest=None, reference=f"-{row.pk}", refused_tool_at=None
                    )
                Row.objects.filter(sealed=b"", files=None).delete()
        return Erased(dict.fromkeys(self.holds, len(gone)) if gone else {}, {})

    def _rows(self) -> "QuerySet[Any]":
        return Row.objects.all()

    def _about(self, person: Person) -> "QuerySet[Any]":
        return persons(person).order_by("pk")

    def _opened(self, row: Any) -> dict[str, Any]:
        if not row.sealed:
            return {}
        identity = sealed.identity_of(row)
        return {"identity": [identity.name, identity.number, row.reference]}
