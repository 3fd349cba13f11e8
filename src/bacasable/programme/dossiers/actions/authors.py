"""Who writes a dossier: its author invites co-authors, who write and do not submit."""

import uuid
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal, links
from bacasable.people.models import OneTimeLink, User
from bacasable.people.permissions import is_walled, require
from bacasable.programme.dossiers import letters, queries, rules
from bacasable.programme.dossiers.actions.locking import locked
from bacasable.programme.dossiers.models import Dossier, Membership
from bacasable.programme.dossiers.refusals import Refused

#: Invitations that one address receives in a day, whoever sends them.
DAILY_INVITATIONS = 5


@transaction.atomic
def invite(*, dossier: Dossier, email: str, by: User) -> None:
    """Mail to ``email`` a link that makes its holder a co-author.

    Raises:
        Refused: the person writes the dossier already (``already``), there are too many co-authors
            (``too_many``), or too many invitations went to this address (``too_often``).
    """
    taken = locked(dossier, by, "dossier.submit")
    rules.next_state(taken.state, "write")
    email = email.strip().lower()
    if taken.memberships.filter(user__email=email).exists():
        raise Refused("already", N_("This person writes the dossier already."))
    waiting = queries.invitations(taken)
    if links.issued_since(email, clock.now() - timedelta(days=1)) >= DAILY_INVITATIONS:
        raise Refused("too_often", N_("Too many links were sent to this address today. Try again tomorrow."))
    waiting.filter(email=email).update(expires_at=clock.now())
    if taken.memberships.count() - 1 + waiting.count() >= rules.MAXIMUM_CO_AUTHORS:
        raise Refused(
            "too_many",
            N_("A dossier has at most %(limit)s co-authors, invitations included. Remove one first."),
            limit=rules.MAXIMUM_CO_AUTHORS,
        )
    address = links.issue(
        email=email,
        purpose=OneTimeLink.Purpose.JOIN,
        target=taken.reference,
        lifetime=rules.INVITATION_LIFETIME,
    )
    letters.invitation(taken, email, address, language=by.language)
    journal.record("dossier.co_author_invited", by=by, subject=f"dossier:{taken.reference}")


@transaction.atomic
def cancel_invitation(*, dossier: Dossier, invitation: uuid.UUID, by: User) -> None:
    """Close an invitation that nobody has accepted; one that is closed already stays so."""
    taken = locked(dossier, by, "dossier.submit")
    if queries.invitations(taken).filter(public_id=invitation).update(expires_at=clock.now()):
        journal.record("dossier.invitation_cancelled", by=by, subject=f"dossier:{taken.reference}")


@transaction.atomic
def accept_invitation(request: HttpRequest, link: OneTimeLink, user: User) -> str:
    """Make ``user`` a co-author: what spending a link of purpose JOIN does. Return where to go next.

    Raises:
        PermissionDenied: ``user`` stands behind the inspection wall.
    """
    if is_walled(user):
        raise PermissionDenied("dossier.join: an inspector takes no part in a dossier")
    dossier = Dossier.objects.select_for_update(of=("self",)).filter(reference=link.target).first()
    if dossier is None or dossier.state == Dossier.State.WITHDRAWN:
        return reverse("dossiers:list")
    _membership, joined = Membership.objects.get_or_create(
        dossier=dossier,
        user=user,
        defaults={"role": Membership.Role.CO_AUTHOR, "joined_at": clock.now()},
    )
    if joined:
        journal.record("dossier.co_author_joined", by=user, subject=f"dossier:{dossier.reference}")
    return reverse("dossiers:overview", args=[dossier.reference])


@transaction.atomic
def remove_co_author(*, dossier: Dossier, person: uuid.UUID, by: User) -> None:
    """Take a co-author off the dossier: the author takes anyone off, a co-author only leaves.

    What the person wrote stays. Links still waiting in that person's mail no longer open the dossier.
    """
    taken = locked(dossier, by, "dossier.write")
    membership = (
        taken.memberships.select_related("user")
        .filter(user__public_id=person, role=Membership.Role.CO_AUTHOR)
        .first()
    )
    if membership is None:
        return
    if membership.user_id != by.pk:
        require(by, "dossier.submit", taken)
    queries.invitations(taken).filter(email=membership.user.email).update(expires_at=clock.now())
    membership.delete()
    journal.record(
        "dossier.co_author_removed", by=by, subject=f"dossier:{taken.reference}", person=f"user:{person}"
    )
