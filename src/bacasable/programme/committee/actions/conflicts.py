"""Declare links with a dossier, on names alone, at any time: the last declaration holds."""

from collections.abc import Mapping

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.committee import letters
from bacasable.programme.committee.actions.assignments import recuse
from bacasable.programme.committee.actions.locking import locked_selection, sitting, subject_of
from bacasable.programme.committee.models import (
    Assignment,
    ConflictDeclaration,
    Examination,
    PanelMember,
    Selection,
)
from bacasable.programme.committee.queries import panel
from bacasable.programme.dossiers.refusals import Refused


@transaction.atomic
def declare(
    *, member: PanelMember, examination: Examination, has_conflict: bool, nature: str = "", by: User
) -> ConflictDeclaration:
    """Declare a conflict with one dossier, or none; see :func:`declare_many`.

    Raises:
        Refused: also ``gone``: the dossier is not on the list of names.
    """
    made = declare_many(member=member, said={examination.pk: (has_conflict, nature)}, by=by)
    if not made:
        return panel.declarations(Selection(pk=member.selection_id))[examination.pk, member.pk]
    return made[0]


@transaction.atomic
def declare_many(
    *, member: PanelMember, said: Mapping[int, tuple[bool, str]], by: User
) -> list[ConflictDeclaration]:
    """Declare links with several dossiers and return what was new in it.

    A conflict ends at once the assignment that the expert may hold: the assessment, even submitted, is kept
    and counts no more, the dossier is to assign again, the officer is told. Saying later that there is no
    conflict does not give the dossier back.

    Args:
        said: by the primary key of the examination, whether there is a conflict, and its nature.

    Raises:
        PermissionDenied: ``by`` holds no expert role.
        Refused: ``undertaking``: not signed yet; ``nature``: a conflict without a word on it; ``gone``: a
            dossier that is not on the list of names; ``not_yours``; ``left``; ``decided``.
    """
    require(by, "committee.sit")
    selection = locked_selection(Selection(pk=member.selection_id))
    taken = sitting(member)
    if taken.user_id != by.pk:
        raise Refused("not_yours", N_("Only the expert declares their own links."))
    if taken.undertaking_signed_at is None:
        raise Refused("undertaking", N_("Sign the undertaking of confidentiality first."))
    on_the_list = set(
        panel.standing(selection).filter(pk__in=said, state__in=panel.DECLARABLE).values_list("pk", flat=True)
    )
    if set(said) - on_the_list:
        raise Refused("gone", N_("A dossier has left the list since you opened it. Read the list again."))
    if any(has_conflict and not nature.strip() for has_conflict, nature in said.values()):
        raise Refused("nature", N_("Say in a few words what the link is."))
    made = _store(taken, selection, said)
    conflicts = {one.examination_id for one in made if one.has_conflict}
    held = Assignment.objects.select_for_update().filter(
        member=taken, examination__in=conflicts, ended_at=None
    )
    recused = 0
    for assignment in held:
        recuse(assignment, "conflict")
        letters.recusal(assignment)
        recused += 1
    if made:
        journal.record(
            "committee.links_declared",
            by=by,
            subject=subject_of(selection),
            expert=by.public_id,
            conflicts=len(conflicts),
            clear=len(made) - len(conflicts),
            recused=recused,
        )
    return made


def _store(
    member: PanelMember, selection: Selection, said: Mapping[int, tuple[bool, str]]
) -> list[ConflictDeclaration]:
    """Store what differs from what holds."""
    known, now = panel.declarations(selection), clock.now()
    made = []
    for examination, (has_conflict, nature) in sorted(said.items()):
        words = nature.strip()[:1000] if has_conflict else ""
        before = known.get((examination, member.pk))
        if before is not None and (before.has_conflict, before.nature) == (has_conflict, words):
            continue
        made.append(
            ConflictDeclaration(
                member=member,
                examination_id=examination,
                has_conflict=has_conflict,
                nature=words,
                declared_at=now,
            )
        )
    ConflictDeclaration.objects.bulk_create(made)
    return made
