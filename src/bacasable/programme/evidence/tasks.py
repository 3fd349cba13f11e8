"""Work behind the pages: the office runs a measurement again, here, with the seed that it asked for."""

from django.db import transaction
from django_tasks import task

from bacasable.compliance import checking
from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.instance import configuration
from bacasable.people.models import Instance, User
from bacasable.people.permissions import require
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence import actions
from bacasable.programme.evidence.models import Challenge
from bacasable.programme.evidence.rules import CHALLENGE_TRANSITIONS


def runs_here(challenge: Challenge) -> bool:
    """Say whether this installation has the service, and the control, that a challenge names."""
    service = catalogue().get(challenge.service)
    if service is None or not service.probe:
        return False
    try:
        return bool(checking.controls_of(service, challenge.control))
    except checking.UnknownControl:
        return False


@transaction.atomic
def ask_replay(*, challenge: Challenge, by: User) -> None:
    """Queue a replay of a challenge by this installation; its evidence comes with the label "replayed".

    Raises:
        PermissionDenied: ``by`` is no officer.
        Refused: ``state`` (withdrawn), ``not_here`` (the service does not run here).
    """
    require(by, "evidence.replay", challenge.file)
    taken = Challenge.objects.select_for_update().get(pk=challenge.pk)
    if "replay" not in CHALLENGE_TRANSITIONS[taken.state()]:
        raise Refused("state", N_("This challenge was withdrawn."))
    if not runs_here(taken):
        raise Refused(
            "not_here", N_("This service does not run in this installation, so nothing can be replayed here.")
        )
    replay.enqueue(taken.pk)
    journal.record("evidence.replay_asked", by=by, subject=f"challenge:{taken.public_id}")


@task()
def replay(challenge_pk: int) -> str:
    """Run the control with the challenge's seed, sign with this installation's key, keep it; its verdict."""
    challenge = Challenge.objects.get(pk=challenge_pk)
    instance = Instance.objects.first()
    done = checking.answer(
        catalogue()[challenge.service],
        configuration().home,
        challenge.asked,
        instance=str(instance.public_id) if instance else "",
    )
    stored = actions.receive(envelope_bytes=done.envelope, by="system", challenge=challenge)
    return str(stored.verdict)
