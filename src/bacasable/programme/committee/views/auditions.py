"""Auditions, for the office and for the candidate, and the minutes of deliberations."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bacasable.compliance import clock
from bacasable.people import arrival
from bacasable.people.permissions import allow, may, require
from bacasable.programme.committee.actions import auditions as actions
from bacasable.programme.committee.actions.deliberations import record_deliberation
from bacasable.programme.committee.forms.auditions import DeliberationForm, GiveSlotForm, SlotForm
from bacasable.programme.committee.models import AuditionSlot, Deliberation, Examination, Selection
from bacasable.programme.committee.queries import scores as queries
from bacasable.programme.committee.views.spread import figure, percent
from bacasable.programme.dossiers import queries as dossiers
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused


@allow("committee.ranking")
@require_http_methods(["GET", "POST"])
@never_cache
def auditions(request: HttpRequest, slug: str) -> HttpResponse:
    """The times at which candidates are heard: add one, give it to a dossier, take it away."""
    selection = queries.selection_of(slug)
    zone = selection.call.zone
    slots = queries.slots_of(selection)
    shortlisted = queries.shortlisted(selection)
    free = [slot for slot in slots if slot.examination_id is None and slot.starts_at > clock.now()]
    heard = {slot.examination_id for slot in slots}
    first = sorted(shortlisted, key=lambda one: one.pk in heard)  # those without a slot come first
    options: dict[str, Any] = {"slots": free, "examinations": first, "zone": zone}
    add, give = SlotForm(zone=zone), GiveSlotForm(**options)
    if request.method == "POST":
        require(request.user, "committee.manage")
        user: Any = request.user
        verb = request.POST.get("verb", "")
        form: Any = None
        try:
            if verb == "add":
                form = add = SlotForm(request.POST, zone=zone)
                if add.is_valid():
                    actions.add_slot(selection=selection, by=user, **add.cleaned_data)
                    messages.success(request, _("The slot was added."))
                    return redirect("committee:auditions", slug=slug)
            elif verb == "give":
                form = give = GiveSlotForm(request.POST, **options)
                if give.is_valid():
                    actions.give_slot(
                        slot=give.slots[give.cleaned_data["slot"]],
                        examination=give.examinations[give.cleaned_data["examination"]],
                        by=user,
                    )
                    messages.success(request, _("The candidate was told of the audition by e-mail."))
                    return redirect("committee:auditions", slug=slug)
            elif verb == "remove":
                for slot in slots:
                    if str(slot.pk) == request.POST.get("slot"):
                        actions.remove_slot(slot=slot, by=user)
                        messages.success(request, _("The slot was removed."))
                return redirect("committee:auditions", slug=slug)
        except Refused as refused:
            text = wording.refusal(refused, selection.call)
            if form is None:
                messages.error(request, text)
                return redirect("committee:auditions", slug=slug)
            form.add_error(None, text)
    context = {
        "selection": selection,
        "call": selection.call,
        "slots": [_slot_line(slot, selection) for slot in slots],
        "without": [one for one in shortlisted if one.pk not in heard],
        "has_shortlist": bool(shortlisted),
        "has_free": bool(free),
        "add": add,
        "give": give,
        "may_manage": may(request.user, "committee.manage")
        and selection.state in (Selection.State.SCORING, Selection.State.DELIBERATING),
    }
    return render(
        request,
        "programme/committee/auditions.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


def _slot_line(slot: AuditionSlot, selection: Selection) -> dict[str, Any]:
    dossier = slot.examination.dossier if slot.examination else None
    stands = dossier is not None and dossier.state == Dossier.State.SUBMITTED
    if dossier is None:
        state, colour = _("free"), "grey"
    elif not stands:
        state, colour = _("dossier withdrawn"), "red"
    elif slot.confirmed_at is None:
        state, colour = _("waits for the candidate"), "yellow"
    else:
        state, colour = _("confirmed"), "green"
    return {
        "pk": slot.pk,
        "starts": wording.instant(slot.starts_at, selection.call.zone),
        "minutes": slot.minutes,
        "place": slot.place,
        "reference": dossier.reference if dossier else "",
        "title": dossier.title if dossier and stands else "",
        "state": state,
        "colour": colour,
    }


@allow("committee.attend", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def audition(request: HttpRequest, reference: str) -> HttpResponse:
    """When and where the committee hears the candidate, who confirms it here."""
    received_at = arrival.received_at(request)
    dossier = dossiers.own(reference, request.user, "committee.attend")
    status = 200
    refusal = ""
    if request.method == "POST":
        user: Any = request.user
        sent = request.POST.get("slot", "")
        slot = AuditionSlot(pk=int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 18 else 0)
        try:
            actions.confirm_slot(dossier=dossier, slot=slot, by=user, received_at=received_at)
            messages.success(request, _("You have confirmed the audition."))
            return redirect("committee:audition", reference=reference)
        except Refused as refused:
            refusal, status = wording.refusal(refused, dossier.call), 409
    own = AuditionSlot.objects.filter(examination__dossier=dossier).first()
    context = {
        "dossier": dossier,
        "call": dossier.call,
        "slot": own,
        "refusal": refusal,
        "is_past": own is not None and own.starts_at <= clock.now(),
        "facts": [
            {"key": _("Starts"), "value": wording.instant(own.starts_at, dossier.call.zone)},
            {"key": _("Length"), "value": _("%(minutes)s minutes") % {"minutes": own.minutes}},
            {"key": _("Place, or address of the video call"), "value": own.place},
        ]
        if own
        else [],
    }
    return render(request, "programme/committee/audition.html", context, status=status)


@allow("committee.ranking")
@require_http_methods(["GET", "POST"])
@never_cache
def deliberation(request: HttpRequest, slug: str) -> HttpResponse:
    """The minutes recorded so far, each with the ranking of its moment; an officer records the next."""
    selection = queries.selection_of(slug)
    zone = selection.call.zone
    form = DeliberationForm(zone=zone)
    if request.method == "POST":
        require(request.user, "committee.manage")
        user: Any = request.user
        form = DeliberationForm(request.POST, zone=zone)
        if form.is_valid():
            try:
                record_deliberation(selection=selection, by=user, **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, wording.refusal(refused, selection.call))
            else:
                messages.success(request, _("The minutes are recorded."))
                return redirect("committee:deliberation", slug=slug)
    found = selection.deliberations.select_related("recorded_by")
    context = {
        "selection": selection,
        "call": selection.call,
        "form": form,
        "columns": [
            {"key": "reference", "label": _("Dossier"), "nowrap": True},
            {"key": "rank", "label": _("Rank"), "numeric": True},
            {"key": "mark", "label": _("Weighted mean"), "numeric": True},
            {"key": "share", "label": _("Selected in draws"), "numeric": True},
            {"key": "state", "label": _("State")},
        ],
        "deliberations": [_minutes(one, selection) for one in found],
        "may_record": may(request.user, "committee.manage")
        and selection.state == Selection.State.DELIBERATING,
        "is_early": selection.state in (Selection.State.PREPARING, Selection.State.SCORING),
    }
    return render(
        request,
        "programme/committee/deliberation.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


def _minutes(one: Deliberation, selection: Selection) -> dict[str, Any]:
    states = dict(Examination.State.choices)
    frozen = one.ranking
    return {
        "pk": one.pk,
        "table": f"ranking-{one.pk}",
        "held": wording.instant(one.held_at, selection.call.zone),
        "recorded": wording.instant(one.recorded_at, selection.call.zone),
        "recorded_by": one.recorded_by.name,
        "present": one.present,
        "minutes": one.minutes,
        "places": frozen.get("places", ""),
        "draws": frozen.get("draws", ""),
        "seed": frozen.get("seed", ""),
        "rows": [
            {
                "reference": line["reference"],
                "rank": line["rank"] or "–",
                "mark": figure(line["mark"]),
                "share": percent(line["share"]) if line["rank"] else "–",
                "state": str(states.get(line["state"], line["state"])),
            }
            for line in frozen.get("dossiers", [])
        ],
    }
