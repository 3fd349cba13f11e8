"""Publish the laureates and the advised projects; a refused one is never named."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import instance, journal
from bacasable.people.models import User
from bacasable.programme.call import actions as call_actions
from bacasable.programme.call import refusals as call_refusals
from bacasable.programme.call.models import Call, Fact, Mark, SelectedProject
from bacasable.programme.committee import rules, signals
from bacasable.programme.committee.actions.locking import authorise
from bacasable.programme.committee.models import Decision, Letter, Outcome, Selection
from bacasable.programme.committee.queries.publication import presentation_of, publishable
from bacasable.programme.dossiers import answers
from bacasable.programme.dossiers.refusals import Refused

#: What may be written for the public, and its longest.
LENGTHS = {"name": 200, "body": 200, "summary": 1000}


@transaction.atomic
def publish(
    *, decision: Decision, by: User | str, presented: Mapping[int, Mapping[str, str]] | None = None
) -> Decision:
    """Make the laureates and the advised projects public at permanent addresses.

    Why there are more or fewer laureates than planned becomes a public fact of the call.

    Args:
        presented: ``{outcome id: {"name", "body", "summary"}}`` as the public reads them; by default the
            title, body and beginning of the summary of the dossier. A dossier withdrawn since is left out.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: ``state``, ``letters`` (candidates must learn it first, from their letter), ``name`` (one is
            missing), ``too_long``, ``call`` (the call is not closed).
    """
    selection = Selection.objects.select_for_update().get(pk=decision.selection_id)
    authorise(by, "committee.notify", selection)
    rules.next_state(rules.SELECTION, selection.state, "publish")
    # Locked before anything is journalled: who sends letters locks the decision, then the journal.
    taken = Decision.objects.select_for_update().get(pk=decision.pk)
    unsent = Letter.objects.filter(outcome__decision=decision, sent_at=None).count()
    if unsent:
        raise Refused(
            "letters",
            N_("%(count)s letters are not sent. Candidates learn the decision first: send the letters."),
            count=unsent,
        )
    signals.announcing.send(sender=Decision, decision=taken)
    outcomes = publishable(decision)
    lines = [_line(outcome, (presented or {}).get(outcome.pk)) for outcome in outcomes]
    call = Call.objects.get(pk=selection.call_id)
    try:
        call_actions.decide(call=call, projects=lines, by=by)
    except call_refusals.Refused as refused:
        raise Refused(
            "call", N_("The call must be closed, and not decided on by other means, before this.")
        ) from refused
    projects = SelectedProject.objects.filter(call=call).order_by("order")
    for outcome, project in zip(outcomes, projects, strict=True):
        Outcome.objects.filter(pk=outcome.pk).update(project=project)
    if taken.number_reason:
        Fact.objects.create(
            call=call,
            order=1 + (call.facts.aggregate(last=Max("order"))["last"] or 0),
            text=taken.number_reason,
            on=taken.decided_at.astimezone(call.zone).date(),
            mark=Mark.PRIMARY,
            source_name=instance.configuration().office_name,
        )
    taken.published_at = clock.now()
    taken.save(update_fields=["published_at"])
    selection.state = rules.next_state(rules.SELECTION, selection.state, "publish")
    selection.revision += 1
    selection.save(update_fields=["state", "revision"])
    signals.announced.send(sender=Decision, decision=taken, by=by)
    journal.record(
        "committee.published",
        by=by,
        subject=f"decision:{taken.public_id}",
        call=call.slug,
        projects=len(outcomes),
    )
    return taken


def _line(outcome: Outcome, presented: Mapping[str, str] | None) -> dict[str, Any]:
    shown = presentation_of(outcome) | dict(presented or {})
    line = {key: answers.tidy(str(shown[key]), lines=key == "summary") for key in LENGTHS}
    if not line["name"]:
        raise Refused("name", N_("A project has no name for the public. Write one for each."))
    for key, limit in LENGTHS.items():
        if len(line[key]) > limit:
            raise Refused(
                "too_long", N_("A text is longer than %(limit)s characters. Shorten it."), limit=limit
            )
    return {"track": outcome.kind, **line}
