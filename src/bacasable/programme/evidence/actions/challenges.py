"""A measurement is asked for, and asked for no more."""

import re
import secrets
from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence import letters
from bacasable.programme.evidence.models import Challenge
from bacasable.programme.evidence.rules import (
    CHALLENGE_TRANSITIONS,
    LONGEST_DEADLINE,
    MOST_OPEN_CHALLENGES,
    SHORTEST_DEADLINE,
)
from bacasable.programme.support.models import SupportFile

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@transaction.atomic
def challenge(
    *, file: SupportFile | None, service: str, control: str, due_at: datetime, by: User | str
) -> Challenge:
    """Ask a project (or, without ``file``, this installation) to run a control before ``due_at``.

    The seed is drawn here, so that nobody measures many times and sends the best. ``by`` is a person of the
    office, or a name such as ``"system"`` where the platform asks again by itself.

    Raises:
        PermissionDenied: ``by`` may not ask this project.
        Refused: ``name``, ``deadline``, ``too_many_challenges``.
    """
    if not isinstance(by, str):
        require(by, "evidence.challenge", file)
    for name, longest in ((service, 40), (control, 80)):
        if len(name) > longest or not _NAME.fullmatch(name):
            raise Refused("name", N_("The key of a service or control has small letters, digits and _ only."))
    now = clock.now()
    if not now + SHORTEST_DEADLINE <= due_at <= now + LONGEST_DEADLINE:
        raise Refused("deadline", N_("Give a deadline in the future, within a year."))
    waiting = Challenge.objects.filter(file=file, withdrawn_at__isnull=True, due_at__gte=now)
    if waiting.count() >= MOST_OPEN_CHALLENGES:
        raise Refused(
            "too_many_challenges",
            N_("%(most)s challenges are open. Withdraw those that no longer serve first."),
            most=MOST_OPEN_CHALLENGES,
        )
    made = Challenge.objects.create(
        file=file,
        service=service,
        control=control,
        seed=secrets.randbelow(2**31),
        nonce=secrets.token_hex(32),
        issued_by=None if isinstance(by, str) else by,
        issued_at=now,
        due_at=due_at,
    )
    letters.measurement_asked(made)
    journal.record(
        "evidence.challenged",
        by=by,
        subject=f"challenge:{made.public_id}",
        service=service,
        control=control,
    )
    return made


@transaction.atomic
def withdraw_challenge(*, challenge: Challenge, by: User | str) -> Challenge:
    """Ask no more; what was answered stays.

    Raises:
        PermissionDenied: ``by`` may not ask this project.
        Refused: ``state``, it is not open.
    """
    taken = Challenge.objects.select_for_update().get(pk=challenge.pk)
    if not isinstance(by, str):
        require(by, "evidence.challenge", taken.file)
    if "withdraw" not in CHALLENGE_TRANSITIONS[taken.state()]:
        raise Refused("state", N_("This challenge is not open any more."))
    taken.withdrawn_at = clock.now()
    taken.save(update_fields=["withdrawn_at"])
    journal.record("evidence.challenge_withdrawn", by=by, subject=f"challenge:{taken.public_id}")
    return taken
