"""Give the president's signature to somebody, and take it back."""

from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import instance, journal, second_factor
from bacasable.people.models import User
from bacasable.people.permissions import granted_roles, is_walled, require, roles
from bacasable.programme.call.models import Call
from bacasable.programme.committee.models import Delegation
from bacasable.programme.dossiers import answers
from bacasable.programme.dossiers.refusals import Refused


@transaction.atomic
def delegate(
    *,
    to: User,
    call: Call | None,
    capacity: str,
    act_reference: str,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
) -> Delegation:
    """Let ``to`` decide on ``call`` (on every call with None) and sign its letters between two instants.

    ``capacity`` is how letters name the delegate's office, ``act_reference`` the published act of delegation.

    Raises:
        PermissionDenied: ``by`` is not the president.
        Refused: ``self``, ``inactive``, ``walled`` (an inspector), ``not_staff``, ``second_factor``,
            ``dates`` or ``blank``.
    """
    require(by, "committee.delegate")
    _check_delegate(to, by)
    if ends_at <= starts_at or ends_at <= clock.now():
        raise Refused(
            "dates", N_("The delegation ends before it begins, or is over already. Correct its dates.")
        )
    capacity = answers.tidy(capacity, lines=False)
    act_reference = answers.tidy(act_reference, lines=False)
    if not (capacity and act_reference):
        raise Refused(
            "blank", N_("Write the capacity of the delegate and the act of delegation: letters show both.")
        )
    made = Delegation.objects.create(
        given_by=by,
        to=to,
        call=call,
        capacity=capacity,
        act_reference=act_reference,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    journal.record(
        "committee.signature_delegated",
        by=by,
        subject=f"delegation:{made.pk}",
        to=f"user:{to.public_id}",
        call=call.slug if call else None,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return made


def _check_delegate(to: User, by: User) -> None:
    if to.pk == by.pk:
        raise Refused("self", N_("Nobody delegates their signature to themselves. Choose another person."))
    if not to.is_active:
        raise Refused("inactive", N_("This account is closed. Choose another person."))
    if is_walled(to):
        raise Refused(
            "walled",
            N_(
                "This person inspects: inspection services take no part in the support, so they cannot "
                "decide on it. Choose another person."
            ),
        )
    staff = {key for key, role in roles().items() if role.staff}
    if not staff & granted_roles(to):
        raise Refused("not_staff", N_("Only somebody of the office can sign. Choose a member of the staff."))
    configured = instance.configuration()
    signs_in_elsewhere = bool(configured.oidc_issuer) or configured.deployment == "demo"
    if not (signs_in_elsewhere or second_factor.is_set_up(to)):
        raise Refused(
            "second_factor",
            N_("This person has no second factor yet, so they could not sign. Ask them to set it up first."),
        )


@transaction.atomic
def revoke_delegation(*, delegation: Delegation, by: User) -> Delegation:
    """End a delegation now; revoked twice, it is revoked once. What was signed under it stays.

    Raises:
        PermissionDenied: ``by`` is not the president.
    """
    require(by, "committee.delegate")
    taken = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if taken.revoked_at is not None:
        return taken
    taken.revoked_at = clock.now()
    taken.save(update_fields=["revoked_at"])
    journal.record("committee.delegation_revoked", by=by, subject=f"delegation:{taken.pk}")
    return taken
