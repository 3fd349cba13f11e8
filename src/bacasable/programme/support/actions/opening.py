"""A support file opens when its decision is notified; the public page of its project is linked later."""

from django.db import transaction

from bacasable.compliance import clock
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.call.models import SelectedProject
from bacasable.programme.committee.models import Decision
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.support import letters, rules, signals
from bacasable.programme.support.models import Side, SupportFile


@transaction.atomic
def open_file(
    *, dossier: Dossier, track: str, by: User | str, project: SelectedProject | None = None
) -> SupportFile:
    """Open the support of a dossier, and tell its authors; opened already, return it as it is.

    The sending of its letter calls this: who sends it was checked there, and ``by`` is noted only.

    Args:
        track: a key of ``rules.TRACKS``.

    Raises:
        KeyError: there is no such track.
    """
    first = rules.TRACKS[track].phases[0]
    Dossier.objects.select_for_update().get(pk=dossier.pk)
    file, opened = SupportFile.objects.get_or_create(
        dossier=dossier,
        defaults={"track": track, "phase": first, "opened_at": clock.now(), "project": project},
    )
    if not opened:
        return file
    letters.tell(file, Side.PROJECT, "opened", by=by)
    signals.opened.send(SupportFile, file=file, by=by)
    journal.record("support.opened", by=by, subject=f"dossier:{dossier.reference}", track=track)
    return file


def lock_files_of(decision: Decision) -> None:
    """Lock the support files that the decision opened, in one order, for the transaction that is open."""
    decided_on = decision.outcomes.values("examination__dossier_id")
    list(SupportFile.objects.select_for_update().filter(dossier_id__in=decided_on).order_by("pk"))


@transaction.atomic
def link_project(*, dossier: Dossier, project: SelectedProject, by: User | str) -> None:
    """Link the support file of ``dossier`` to the public page of its project; linked already, it stays so."""
    file = SupportFile.objects.select_for_update().filter(dossier=dossier).first()
    if file is None or file.project_id == project.pk:
        return
    file.project = project
    file.save(update_fields=["project"])
    journal.record(
        "support.project_linked",
        by=by,
        subject=f"dossier:{dossier.reference}",
        project=f"project:{project.slug}",
    )
