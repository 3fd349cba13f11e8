"""Who opens a person's own page: one-time links and paper codes, tried a few times, for some days."""

from datetime import datetime, timedelta

from django.db import router, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.processing import ACCESS
from bacasable.services.job_advice.processing.purposes import LINK
from bacasable.services.job_advice.web import gates, linkage
from bacasable.services.job_advice.web.actions.acts import act, of_file
from bacasable.services.job_advice.web.models import AccessLink, File

#: Signs of the reference that a code begins with, and signs of a whole paper code and of a whole link.
_REFERENCE, _LONG = 6, {"paper": 16, "link": 38}
#: Wrong attempts after which a code rests, how long, and how many end it for good.
ATTEMPTS, REST, MOST_ATTEMPTS = 5, timedelta(minutes=15), 20


def enter(*, typed: str) -> AccessLink:
    """Return the code or link that was typed, whose file it opens; a link opens it once.

    Raises:
        Refused: it opens nothing, is over, or rests after wrong attempts. Nothing says whose it was.
    """
    wrong = Refused(N_("This code opens nothing. Read it again on your paper, or ask for a new one."))
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(code) not in _LONG.values():
        raise wrong
    now = clock.now()
    rows = AccessLink.objects.select_related("file__person")
    row = rows.filter(reference=code[:_REFERENCE]).first()
    if row is None:
        linkage.code_digest(code)  # as long as for a reference that there is
        raise wrong
    if row.locked_until and row.locked_until > now:
        raise Refused(N_("Too many wrong attempts with this code. Try again in a quarter of an hour."))
    if not constant_time_compare(row.digest, linkage.code_digest(code)):
        _count_wrong(row, now)
        raise wrong
    if row.ended_at or row.expires_at <= now or row.file.state != "open":
        raise Refused(N_("This code is over. Ask your employment office for a new one."))
    gates.gate().admit(purpose=ACCESS.key, data_set=LINK, fields=("reference", "digest"))
    with act("code_entered", of_file(row.file), None, kind=row.kind):
        used = {"used_at": now, "attempts": 0, "locked_until": None}
        if row.kind == "link":
            used["ended_at"] = now
        if not AccessLink.objects.filter(pk=row.pk, ended_at=None).update(**used):
            raise wrong  # the same link was used at the same instant
    row.refresh_from_db(fields=list(used))
    return row


def end(*, file: File) -> None:
    """End the links and codes of a file, for who lost their paper."""
    with act("codes_ended", of_file(file), None):
        file.links.filter(ended_at=None).update(ended_at=clock.now())


def _count_wrong(row: AccessLink, now: datetime) -> None:
    """Count a wrong attempt; a code that was tried too often rests, then ends."""
    with transaction.atomic(using=router.db_for_write(AccessLink)):
        AccessLink.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
        row.refresh_from_db(fields=["attempts"])
        changes: dict[str, datetime] = {}
        if row.attempts % ATTEMPTS == 0:
            changes["locked_until"] = now + REST
        if row.attempts >= MOST_ATTEMPTS:
            changes["ended_at"] = now
        if changes:
            AccessLink.objects.filter(pk=row.pk).update(**changes)
