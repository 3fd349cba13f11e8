"""An adviser and files that are nobody's: what trials on the running service act with, and take away."""

import uuid

from bacasable.people.models import User
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web import sealed
from bacasable.services.job_advice.web.append_only import door
from bacasable.services.job_advice.web.models import File, Person

#: What the references of a trial begin with; those of people begin with D.
MARK = "T-"


def adviser() -> User:
    """Return an adviser who is stored nowhere, as a request carries one after a second factor."""
    made = User(public_id=uuid.uuid4(), email="trial@invalid", name="-")
    made.session_is_verified = True  # type: ignore[attr-defined]
    made._granted_roles = {"job_adviser"}  # type: ignore[attr-defined]
    return made


def file(of: uuid.UUID) -> File:
    """Make the file of a person who has no name, with the adviser whose account is ``of``."""
    person = Person(reference=f"{MARK}{Person.objects.count():08d}")
    sealed.seal_identity(person, sealed.Identity("-"))
    person.save()
    made = File(person=person, adviser=of)
    sealed.seal_profile(made, Profile())
    made.save()
    return made


def clear() -> None:
    """Take away all files of trials."""
    with door():
        Person.objects.filter(reference__startswith=MARK).delete()
