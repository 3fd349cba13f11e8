"""The office's team of a support file: experts and officers, each for a skill, one of them leading."""

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import granted_roles, is_walled, lent_roles
from bacasable.programme.committee.rules import SKILLS
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import letters, rules
from bacasable.programme.support.actions.locking import locked
from bacasable.programme.support.models import Side, SupportFile, TeamMember


@transaction.atomic
def add_member(*, file: SupportFile, user: User, skill: str, by: User, is_lead: bool = False) -> TeamMember:
    """Put a person in the team, or change their skill and lead; a new lead takes the place of the former.

    Raises:
        PermissionDenied: ``by`` is not an officer of the office's side.
        Refused: ``skill``, ``not_staff`` (neither expert nor officer), ``author`` (writes the dossier),
            ``state`` (the support is over).
    """
    taken = _taken(file, by)
    if skill not in SKILLS:
        raise Refused("skill", N_("Choose one of the skills of the list."))
    roles = granted_roles(user)
    if not user.is_active or not {"expert", "officer"} & roles or is_walled(user):
        raise Refused("not_staff", N_("Only experts and officers can join a team. Ask for a role first."))
    if lent_roles(user, taken.dossier):
        raise Refused("author", N_("This person writes the dossier and cannot advise it."))
    if is_lead:
        taken.team.filter(is_lead=True).update(is_lead=False)
    before = taken.team.filter(user=user, left_at=None).exists()
    member, created = TeamMember.objects.get_or_create(
        file=taken, user=user, defaults={"skill": skill, "is_lead": is_lead}
    )
    if not created:
        member.skill, member.is_lead = skill, is_lead
        if member.left_at is not None:
            member.left_at, member.joined_at = None, clock.now()
        member.save(update_fields=["skill", "is_lead", "left_at", "joined_at"])
    if not before:
        letters.tell_person(taken, user, "joined", by=by)
    journal.record(
        "support.member_added",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        person=f"user:{user.public_id}",
        skill=skill,
        lead=is_lead,
    )
    return member


@transaction.atomic
def remove_member(*, member: TeamMember, by: User) -> None:
    """Take a person off the team: what they wrote stays, they no longer read the file as its member."""
    taken = _taken(member.file, by)
    stored = taken.team.filter(pk=member.pk, left_at=None).select_related("user").first()
    if stored is None:
        return
    stored.left_at, stored.is_lead = clock.now(), False
    stored.save(update_fields=["left_at", "is_lead"])
    letters.tell_person(taken, stored.user, "left", by=by)
    journal.record(
        "support.member_removed",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        person=f"user:{stored.user.public_id}",
    )


def _taken(file: SupportFile, by: User) -> SupportFile:
    taken = locked(file, by, "support.manage", side=Side.OFFICE, live=False)
    if rules.is_over(taken.state):
        rules.require_live(taken.state)
    return taken
