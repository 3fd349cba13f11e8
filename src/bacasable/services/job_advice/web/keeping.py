"""What a trial of retention keeps as pages do: reading times, closed files, links; of nobody, and cleared."""

import uuid
from datetime import timedelta

from bacasable.compliance import clock
from bacasable.compliance.processing import Period
from bacasable.services.job_advice.controls.subject import Kind
from bacasable.services.job_advice.processing.purposes import KEPT_FILE, KEPT_LINK
from bacasable.services.job_advice.web import linkage, nobody, running
from bacasable.services.job_advice.web.models import AccessLink, Act, File, Interview

#: Accounts that nobody has.
_NOBODY = uuid.UUID(int=0)


class Trial:
    """Implements :class:`bacasable.services.job_advice.controls.subject.Keeping` on the tables themselves."""

    def keep(self, kind: Kind, days_old: int) -> str:
        """Keep one ``kind`` of nobody, as if so many days ago; return its reference."""
        at = clock.now() - timedelta(days=days_old)
        file = nobody.file(_NOBODY)
        if kind == "file":
            File.objects.filter(pk=file.pk).update(state="closed", closed_at=at)
            return str(file.pk)
        if kind == "link":
            made = AccessLink.objects.create(
                file=file,
                kind="paper",
                reference=file.person.reference[len(nobody.MARK) :],
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
        nobody.clear()


def _days(period: Period) -> int:
    """Return how many days before now the start is of what is over just now."""
    now = clock.now()
    return next(days for days in range(1, 5000) if period.after(now - timedelta(days=days)) <= now)
