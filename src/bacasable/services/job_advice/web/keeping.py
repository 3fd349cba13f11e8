"""What a trial of retention keeps as pages do: reading times, closed files, links; of nobody, and cleared."""

from datetime import timedelta

from bacasable.compliance import clock
from bacasable.compliance.processing import Period
from bacasable.services.job_advice.controls.subject import Kind
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.processing.purposes import KEPT_FILE, KEPT_LINK
from bacasable.services.job_advice.web import linkage, running, sealed
from bacasable.services.job_advice.web.append_only import door
from bacasable.services.job_advice.web.models import AccessLink, Act, File, Interview, Person

#: Accounts that nobody has.
_NOBODY = "00000000-0000-0000-0000-000000000000"
#: What the references of a trial begin with; those of people begin with D.
_MARK = "T-"


class Trial:
    """Implements :class:`bacasable.services.job_advice.controls.subject.Keeping` on the tables themselves."""

    def keep(self, kind: Kind, days_old: int) -> str:
        """Keep one ``kind`` of nobody, as if so many days ago; return its reference."""
        at = clock.now() - timedelta(days=days_old)
        file = self._file()
        if kind == "file":
            File.objects.filter(pk=file.pk).update(state="closed", closed_at=at)
            return str(file.pk)
        if kind == "link":
            made = AccessLink.objects.create(
                file=file,
                kind="paper",
                reference=file.person.reference[len(_MARK) :],
                digest=linkage.code_digest(file.person.reference),
                made_at=at,
                expires_at=at + timedelta(days=30),
            )
            return str(made.pk)
        interview = Interview.objects.create(file=file, adviser=_NOBODY, opened_at=at)
        act = Act.objects.create(
            interview=interview, verb="none_of_these", reading_ms=1000, at=at, adviser=_NOBODY
        )
        return str(act.pk)

    def left(self, kind: Kind, reference: str) -> bool:
        """Return whether it is still held, read from the tables."""
        if kind == "file":
            return File.objects.filter(pk=reference).exclude(sealed=b"").exists()
        if kind == "link":
            return AccessLink.objects.filter(pk=reference).exists()
        return Act.objects.filter(pk=reference).exclude(reading_ms=None).exists()

    def days(self, kind: Kind) -> int:
        """Return for how many days one is held, by the declaration and the settings of this installation."""
        if kind == "reading_time":
            return running.settings().reading_days
        return _days(KEPT_FILE.whole if kind == "file" else KEPT_LINK.whole)

    def clear(self) -> None:
        """Take away all that the trial kept."""
        with door():
            Person.objects.filter(reference__startswith=_MARK).delete()

    def _file(self) -> File:
        person = Person(reference=f"{_MARK}{Person.objects.count():08d}")
        sealed.seal_identity(person, sealed.Identity("-"))
        person.save()
        made = File(person=person, adviser=_NOBODY)
        sealed.seal_profile(made, Profile())
        made.save()
        return made


def _days(period: Period) -> int:
    """Return how many days before now the start is of what is over just now."""
    now = clock.now()
    return next(days for days in range(1, 5000) if period.after(now - timedelta(days=days)) <= now)
