"""Compose the panel: invite experts, keep their profiles, have the undertaking signed."""

from collections.abc import Iterable

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.call.jurisdictions import jurisdiction
from bacasable.programme.committee import letters, rules
from bacasable.programme.committee.actions.assignments import end_all
from bacasable.programme.committee.actions.locking import (
    authorise,
    locked_selection,
    sitting,
    subject_of,
)
from bacasable.programme.committee.models import ExpertProfile, PanelMember, Selection
from bacasable.programme.committee.queries import panel
from bacasable.programme.dossiers.refusals import Refused


@transaction.atomic
def invite(*, selection: Selection, user: User, by: User) -> PanelMember:
    """Seat an expert on the panel and tell them; invited twice, they sit once. Who left may come back.

    Raises:
        PermissionDenied: ``by`` may not manage the committee.
        Refused: ``decided``; ``not_expert``: the account is not among :func:`queries.panel.experts`.
    """
    authorise(by, "committee.manage")
    taken = locked_selection(selection)
    if not panel.experts().filter(pk=user.pk).exists():
        raise Refused(
            "not_expert",
            N_(
                "This account cannot sit: it lacks the expert role, or reads every dossier by another role. "
                "An administrator grants roles; an expert needs an account of their own."
            ),
        )
    member, created = PanelMember.objects.get_or_create(
        selection=taken, user=user, defaults={"invited_by": by, "invited_at": clock.now()}
    )
    if not created and member.left_at is None:
        return member
    if not created:
        member.left_at, member.invited_by, member.invited_at = None, by, clock.now()
        member.save(update_fields=["left_at", "invited_by", "invited_at"])
    letters.invitation(member)
    journal.record("committee.invited", by=by, subject=subject_of(taken), expert=user.public_id)
    return member


@transaction.atomic
def remove_member(*, member: PanelMember, by: User) -> PanelMember:
    """Take an expert off the panel: what they have not scored is to assign again, what they scored counts.

    Raises:
        Refused: ``decided``; ``left``.
    """
    authorise(by, "committee.manage")
    selection = locked_selection(Selection(pk=member.selection_id))
    taken = sitting(member)
    taken.left_at = clock.now()
    taken.save(update_fields=["left_at"])
    ended = end_all(taken.assignments.filter(assessment__state="draft"), "left")
    selection.revision += 1
    selection.save(update_fields=["revision"])
    journal.record(
        "committee.member_removed",
        by=by,
        subject=subject_of(selection),
        expert=taken.user.public_id,
        assignments_ended=ended,
    )
    return taken


@transaction.atomic
def save_profile(
    *,
    user: User,
    organisation: str,
    skills: Iterable[str],
    sectors: Iterable[str],
    capacity: int,
    by: User | str,
) -> ExpertProfile:
    """Keep what an expert knows and how many dossiers they take.

    Raises:
        PermissionDenied: ``by`` may not manage the committee.
        ValueError: a skill, a sector or a capacity that ``rules`` does not know.
    """
    authorise(by, "committee.manage")
    kept_skills, kept_sectors = sorted(set(skills)), sorted(set(sectors))
    if not set(kept_skills) <= set(rules.SKILLS) or not set(kept_sectors) <= set(rules.SECTORS):
        raise ValueError(f"skills {kept_skills}, sectors {kept_sectors}: not all in rules.SKILLS and SECTORS")
    if not 0 <= capacity <= rules.MAXIMUM_CAPACITY:
        raise ValueError(f"capacity {capacity}: between 0 and {rules.MAXIMUM_CAPACITY}")
    profile, _created = ExpertProfile.objects.update_or_create(
        user=user,
        defaults={
            "organisation": organisation.strip()[:200],
            "skills": kept_skills,
            "sectors": kept_sectors,
            "capacity": capacity,
        },
    )
    journal.record(
        "committee.profile_saved", by=by, subject=f"user:{user.public_id}", skills=" ".join(kept_skills)
    )
    return profile


@transaction.atomic
def sign_undertaking(*, member: PanelMember, by: User) -> PanelMember:
    """Sign the undertaking of confidentiality, in the signer's language; its text is kept as signed.

    Signed twice, the first signature stands.

    Raises:
        PermissionDenied: ``by`` is not that expert.
        Refused: ``decided``; ``left``.
    """
    require(by, "committee.sit")
    selection = locked_selection(Selection(pk=member.selection_id))
    taken = sitting(member)
    if taken.user_id != by.pk:
        # One signs for oneself, whatever one's other roles.
        raise Refused("not_yours", N_("Only the expert signs their undertaking."))
    if taken.undertaking_signed_at is not None:
        return taken
    taken.undertaking = jurisdiction(selection.call.jurisdiction).clause("undertaking", by.language)
    taken.undertaking_signed_at = clock.now()
    taken.save(update_fields=["undertaking", "undertaking_signed_at"])
    journal.record("committee.undertaking_signed", by=by, subject=subject_of(selection), expert=by.public_id)
    return taken
