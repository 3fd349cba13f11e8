"""Files: opened, told, closed; the person's choice about the tool; the way to their own page."""

import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web import linkage, running, sealed
from bacasable.services.job_advice.web.actions.acts import act, of_file
from bacasable.services.job_advice.web.models import AccessLink, File, Person

PERMISSION = "job_advice.advise"
#: Signs that nobody takes for others: no 0 and O, no 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_PERSON, _REFERENCE, _SECRET, _GROUP = 6, 6, 10, 4
#: Signs of the secret of a link, which nobody types.
_LINK_SECRET = 32


def open_file(*, identity: sealed.Identity, by: User) -> File:
    """Open the file of a person with this adviser; somebody known by their number stays the same person.

    Raises:
        PermissionDenied: ``by`` is no adviser.
        Refused: no name was given, or the person has an open file.
    """
    require(by, PERMISSION)
    name = " ".join(identity.name.split())
    if not name:
        raise Refused(N_("Write the name that the person gives."))
    identity = sealed.Identity(name, identity.number.strip())
    person = None
    if identity.number:
        digest = linkage.number_digest(identity.number)
        person = Person.objects.filter(number_digest=digest).first()
    if person and person.files.filter(state="open").exists():
        raise Refused(N_("This person has an open file. Ask who advises them, or have it closed first."))
    is_new = person is None
    person = person or Person(reference="D-" + _drawn(_PERSON))
    if is_new:
        sealed.seal_identity(person, identity)
    made = File(person=person, adviser=by.public_id)
    sealed.seal_profile(made, Profile())
    with act("file_opened", of_file(made), by, known=not is_new):
        if is_new:
            person.save()
        else:
            Person.objects.filter(pk=person.pk).update(closed_at=None)
        made.save()
    return made


def write_profile(*, file: File, profile: Profile, part: str, by: User) -> None:
    """Keep the profile as it was just told; ``part`` names what was told, for the journal."""
    _own(file, by)
    now = clock.now()
    before = sealed.profile_of(file)
    if before.limits != profile.limits:
        file.limits_said_at = now if profile.limits else None
    file.last_at = now
    sealed.seal_profile(file, profile)
    with act("profile_written", of_file(file), by, part=part):
        file.save(update_fields=["sealed", "limits", "limits_said_at", "department", "last_at"])


def refuse_tool(*, file: File, by: User) -> None:
    """Note that the person wants no suggestion from software: interviews go on without."""
    _own(file, by)
    with act("tool_refused", of_file(file), by):
        Person.objects.filter(pk=file.person_id, refused_tool_at=None).update(refused_tool_at=clock.now())
    file.person.refresh_from_db()


def accept_tool(*, file: File, by: User) -> None:
    """Note that the person wants suggestions after all."""
    _own(file, by)
    with act("tool_accepted", of_file(file), by):
        Person.objects.filter(pk=file.person_id).update(refused_tool_at=None)
    file.person.refresh_from_db()


def close_file(*, file: File, by: User) -> None:
    """Close a file: its retention runs from now, its links open nothing any more."""
    _own(file, by)
    now = clock.now()
    with act("file_closed", of_file(file), by):
        File.objects.filter(pk=file.pk).update(state="closed", closed_at=now)
        Person.objects.filter(pk=file.person_id).update(closed_at=now)
        file.interviews.filter(closed_at=None).update(closed_at=now)
        file.links.filter(ended_at=None).update(ended_at=now)
    file.refresh_from_db()


def make_link(*, file: File, kind: str, by: User) -> str:
    """Make a one-time link or a paper code to the person's own page and return it: it is kept nowhere.

    Those of the same kind made before end. A link is one word for an address; a code has groups of four
    signs, to be typed from paper.
    """
    _own(file, by)
    now = clock.now()
    reference = _drawn(_REFERENCE)
    secret = _drawn(_SECRET if kind == "paper" else _LINK_SECRET)
    made = AccessLink(
        file=file,
        kind=kind,
        reference=reference,
        digest=linkage.code_digest(reference + secret),
        made_at=now,
        made_by=by.public_id,
        expires_at=now + timedelta(days=running.settings().link_days),
    )
    with act("link_made", of_file(file), by, kind=kind):
        file.links.filter(kind=kind, ended_at=None).update(ended_at=now)
        made.save()
    code = reference + secret
    if kind == "link":
        return code
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def own(file: File, by: User) -> None:
    """Refuse who is not the adviser of the file.

    Raises:
        PermissionDenied: they are not.
    """
    require(by, PERMISSION)
    if file.adviser != by.public_id:
        raise PermissionDenied(PERMISSION)


def _own(file: File, by: User) -> None:
    """Refuse who is not the adviser of the file, and a file that is closed."""
    own(file, by)
    if file.state != "open":
        raise Refused(N_("This file is closed: nothing is written in it any more."))


def _drawn(signs: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(signs))
