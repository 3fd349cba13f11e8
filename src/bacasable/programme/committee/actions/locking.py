"""Take the committee's records for writing: locked until the transaction ends, by one who may.

Whoever locks several takes them in this order: selection, examination, assignment, assessment.
"""

from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import lent_roles, require
from bacasable.programme.committee.models import Examination, PanelMember, Selection
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused

#: The states of a selection in which dossiers are still examined.
WORKING = (Selection.State.PREPARING, Selection.State.SCORING, Selection.State.DELIBERATING)


def authorise(by: User | str, permission: str, subject: object = None) -> None:
    """Check that ``by`` holds ``permission``; the system itself (a name, not an account) may.

    Raises:
        PermissionDenied: ``by`` does not.
    """
    if not isinstance(by, str):
        require(by, permission, subject)  # type: ignore[arg-type]


def locked_selection(selection: Selection, *, working: bool = True) -> Selection:
    """Return the stored selection, locked.

    Raises:
        Refused: ``decided`` where ``working`` is asked and the decision was taken.
    """
    # Without joins: PostgreSQL reads again the row that it waited for, not what a join had found beside it.
    taken = Selection.objects.select_for_update().get(pk=selection.pk)
    if working and taken.state not in WORKING:
        raise Refused("decided", N_("The decision on this call was taken: the examination is over."))
    return taken


def locked_examination(examination: Examination) -> Examination:
    """Return the stored examination, locked after its selection, of a dossier that stands.

    Raises:
        Refused: ``decided``, or ``withdrawn``: the candidate took the dossier back.
    """
    locked_selection(Selection(pk=examination.selection_id))
    taken = Examination.objects.select_for_update().get(pk=examination.pk)
    if not Dossier.objects.filter(pk=taken.dossier_id, state=Dossier.State.SUBMITTED).exists():
        raise Refused("withdrawn", N_("The candidate has withdrawn this dossier: it is no longer examined."))
    return taken


def refuse_own(examination: Examination, by: User | str) -> None:
    """Keep who writes a dossier from examining it for the office.

    Raises:
        Refused: ``own``.
    """
    if not isinstance(by, str) and lent_roles(by, examination.dossier):
        raise Refused("own", N_("You write this dossier: another officer has to examine it."))


def reference_of(examination: Examination) -> str:
    """Return the journal's subject of an examination."""
    return f"dossier:{examination.dossier.reference}"


def subject_of(selection: Selection) -> str:
    """Return the journal's subject of a selection."""
    return f"selection:{selection.call.slug}"


def sitting(member: PanelMember) -> PanelMember:
    """Return the stored member, locked after the selection.

    Raises:
        Refused: ``left``: the person no longer sits.
    """
    taken = PanelMember.objects.select_for_update().get(pk=member.pk)
    if taken.left_at is not None:
        raise Refused("left", N_("This person no longer sits on the panel."))
    return taken
