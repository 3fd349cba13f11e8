"""The president's pages: decide, delegate one's signature; and the defence file of a decision."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bacasable.compliance import clock
from bacasable.people import reauthentication, sessions
from bacasable.people.models import User
from bacasable.people.permissions import allow, may, roles, walled_accounts
from bacasable.people.reauthentication import recent_sign_in_required
from bacasable.programme.call.models import Call
from bacasable.programme.committee import actions, defence, rules
from bacasable.programme.committee.actions.decisions import AlreadyDecided, Undecided
from bacasable.programme.committee.forms.decisions import DecisionForm, DelegationForm
from bacasable.programme.committee.models import Decision, Delegation, Examination, Selection
from bacasable.programme.committee.queries import decisions as queries
from bacasable.programme.committee.wording import examination_badge
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.exports import archive_response
from bacasable.programme.dossiers.refusals import Refused

#: A decision is signed by who proved who they are within this time.
PROOF_SECONDS = 15 * 60

OUTCOME_COLOURS = {"laureate": "green", "advised": "blue", "refused": "grey"}


@require_http_methods(["GET", "POST"])
@allow("committee.decide", by_object=True)
@never_cache
def decide(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Decide on every dossier of a call at once; afterwards, read what was decided."""
    selection = queries.selection_of(slug, request.user, "committee.decide")
    decision = queries.decision_of(selection)
    if request.method == "GET":
        if decision is not None:
            return _decided_page(request, selection, decision)
        if sessions.seconds_since_proof(request) > PROOF_SECONDS:
            return reauthentication.ask(request)
    signatory = queries.signatory_for(request.user, selection)
    if signatory is None:  # a delegation that ended between two lines
        raise Http404
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        examinations=queries.to_decide(selection),
        signatory=signatory,
        initial={"revision": selection.revision},
    )
    if request.method == "GET":
        return _decide_page(request, selection, form)
    if sessions.seconds_since_proof(request) > PROOF_SECONDS:
        asked = reauthentication.ask(request)
        if "people.held_form" in request.session:
            return asked
        return _decide_page(request, selection, form, proof_needed=True, status=403)
    return _take(request, selection, form)


def _take(request: HttpRequest, selection: Selection, form: DecisionForm) -> HttpResponse:
    if not form.is_valid():
        decision = queries.decision_of(selection)
        return _decide_page(request, selection, form, decision=decision, status=409 if decision else 422)
    cleaned = form.cleaned_data
    decision = None
    try:
        actions.decide(
            selection=selection,
            outcomes=form.outcomes(),
            signatory_name=cleaned["signatory_name"],
            signatory_capacity=cleaned["signatory_capacity"],
            number_reason=cleaned["number_reason"],
            revision=cleaned["revision"],
            by=request.user,  # type: ignore[arg-type]
        )
    except AlreadyDecided as refused:
        decision, status = refused.decision, 409
    except Undecided as refused:
        form.add_problems(refused.problems)
        status = 422
    except Refused as refused:
        field = refused.code if refused.code == "number_reason" else None
        form.add_error(field, wording.refusal(refused, selection.call))
        status = 409 if refused.code in ("state", "stale") else 422
        if refused.code == "stale":  # what is sent next was checked against what is stored now
            current = Selection.objects.only("revision").get(pk=selection.pk).revision
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["revision"] = str(current)  # type: ignore[index]
    else:
        messages.success(
            request, _("The decision is taken. The letters are drawn: sign them elsewhere, then send them.")
        )
        return redirect("committee:letters", slug=selection.call.slug)
    return _decide_page(request, selection, form, decision=decision, status=status)


def _decide_page(
    request: HttpRequest,
    selection: Selection,
    form: DecisionForm,
    *,
    decision: Decision | None = None,
    proof_needed: bool = False,
    status: int = 200,
) -> HttpResponse:
    standings = queries.standings(selection)
    has_minutes = queries.has_minutes(selection)
    unchecked = [e for e in form.examinations if "decide" not in rules.EXAMINATION[e.state]]
    context = {
        "selection": selection,
        "call": selection.call,
        "form": form,
        "lines": _lines(form, standings),
        "unchecked": unchecked,
        "can_decide": "decide" in rules.SELECTION[selection.state] and not unchecked and has_minutes,
        "lacks_minutes": not has_minutes,
        "is_early": selection.state in (Selection.State.PREPARING, Selection.State.SCORING),
        "decision": decision,
        "decided_at": wording.instant(decision.decided_at, selection.call.zone) if decision else "",
        "proof_needed": proof_needed,
        "again": reverse("people:again"),
        "signatory_fields": ["signatory_name", "signatory_capacity"],
    }
    return render(request, "programme/committee/decide.html", context, status=status)


def _lines(form: DecisionForm, standings: dict[int, queries.Standing]) -> list[dict[str, Any]]:
    """Return the dossiers in the order of the ranking, those without a mark after, by reference."""
    lines = [_line(form, examination, standings) for examination in form.examinations]
    return sorted(lines, key=lambda line: (line["rank"] is None, line["rank"] or 0, line["reference"]))


def _line(
    form: DecisionForm, examination: Examination, standings: dict[int, queries.Standing]
) -> dict[str, Any]:
    version = queries.examined_version(examination)
    standing = standings.get(examination.pk)
    return {
        "reference": examination.dossier.reference,
        "title": queries.project_title(version),
        "body": queries.body_name(version),
        "state": examination_badge(examination),
        "rank": standing.rank if standing else None,
        "mean": f"{standing.mean:.2f}" if standing else "",
        "kind": form[f"kind_{examination.pk}"],
        "reasons": form[f"reasons_{examination.pk}"],
    }


def outcome_row(outcome: Any) -> dict[str, Any]:
    """Return the cells that name a dossier and its outcome in a table."""
    version = queries.examined_version(outcome.examination)
    return {
        "reference": outcome.examination.dossier.reference,
        "project": queries.project_title(version),
        "body": queries.body_name(version),
        "outcome": {"badge": outcome.get_kind_display(), "colour": OUTCOME_COLOURS[outcome.kind]},
    }


def _decided_page(request: HttpRequest, selection: Selection, decision: Decision) -> HttpResponse:
    slug = selection.call.slug
    may_defend = may(request.user, "committee.defend")
    rows = [
        outcome_row(outcome)
        | {
            "defence": {
                "text": _("Defence file (ZIP)"),
                "href": reverse("committee:defence", args=[slug, outcome.examination.dossier.reference]),
            }
        }
        for outcome in queries.outcomes_of(decision)
    ]
    columns = [
        {"key": "reference", "label": _("Dossier"), "nowrap": True},
        {"key": "project", "label": _("Project")},
        {"key": "body", "label": _("Body")},
        {"key": "outcome", "label": _("Outcome")},
    ]
    if may_defend:
        columns.append({"key": "defence", "label": _("Proof"), "nowrap": True})
    counts = queries.places_taken(decision)
    facts = [
        {"key": _("Decided"), "value": wording.instant(decision.decided_at, selection.call.zone)},
        {"key": _("By"), "value": decision.decided_by.name or decision.signatory_name},
        {
            "key": _("Signatory"),
            "value": f"{decision.signatory_name}, {decision.signatory_capacity}",
        },
        {"key": _("Laureates"), "value": _places(counts["laureate"], selection.call)},
        {"key": _("Advised"), "value": counts["advised"]},
        {"key": _("Refused"), "value": counts["refused"]},
    ]
    if decision.delegation:
        facts.insert(3, {"key": _("Act of delegation"), "value": decision.delegation.act_reference})
    if decision.number_reason:
        facts.append({"key": _("Why more or fewer laureates than planned"), "value": decision.number_reason})
    context = {
        "selection": selection,
        "call": selection.call,
        "decision": decision,
        "facts": facts,
        "columns": columns,
        "rows": rows,
    }
    return render(request, "programme/committee/decided.html", context)


def _places(count: int, call: Call) -> str:
    if call.places_planned is None:
        return str(count)
    return _("%(count)s (%(planned)s planned)") % {"count": count, "planned": call.places_planned}


@require_http_methods(["GET", "POST"])
@allow("committee.delegate")
@recent_sign_in_required()
def delegations(request: HttpRequest) -> HttpResponse:
    """The delegations of signature, and the form of a new one."""
    staff = {key for key, role in roles().items() if role.staff and not role.walled}
    people = (
        User.objects.filter(is_active=True, grants__role__in=staff)
        .exclude(pk__in=walled_accounts().values("pk"))
        .exclude(pk=request.user.pk or 0)
        .distinct()
        .order_by("name", "email")
    )
    calls = Call.objects.exclude(state__in=[Call.State.DRAFT, Call.State.ARCHIVED]).order_by("-opens_at")
    form = DelegationForm(request.POST if request.method == "POST" else None, people=people, calls=calls)
    if request.method == "POST" and form.is_valid():
        try:
            actions.delegate(**form.cleaned_data, by=request.user)  # type: ignore[arg-type]
        except Refused as refused:
            field = {"dates": "ends_at", "blank": "capacity"}.get(refused.code, "to")
            form.add_error(field, _(refused.message) % refused.values)
        else:
            messages.success(request, _("The delegation is given."))
            return redirect("committee:delegations")
    given = Delegation.objects.select_related("to", "call", "given_by").order_by("-given_at")[:100]
    context = {"form": form, "delegations": [_delegation(delegation) for delegation in given]}
    return render(
        request, "programme/committee/delegations.html", context, status=422 if form.errors else 200
    )


def _delegation(delegation: Delegation) -> dict[str, Any]:
    now = clock.now()
    if delegation.revoked_at:
        state = (_("revoked"), "grey")
    elif now < delegation.starts_at:
        state = (_("not begun"), "blue")
    elif now > delegation.ends_at:
        state = (_("over"), "grey")
    else:
        state = (_("in force"), "green")
    return {
        "pk": delegation.pk,
        "to": str(delegation.to),
        "capacity": delegation.capacity,
        "act": delegation.act_reference,
        "call": delegation.call.title if delegation.call else _("every call"),
        "starts": date_format(localtime(delegation.starts_at), "SHORT_DATETIME_FORMAT"),
        "ends": date_format(localtime(delegation.ends_at), "SHORT_DATETIME_FORMAT"),
        "state": {"text": state[0], "colour": state[1]},
        "may_revoke": delegation.revoked_at is None and now <= delegation.ends_at,
    }


@require_POST
@allow("committee.delegate")
@recent_sign_in_required()
def revoke(request: HttpRequest, delegation: int) -> HttpResponse:
    found = get_object_or_404(Delegation, pk=delegation)
    actions.revoke_delegation(delegation=found, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The delegation is revoked. What was signed under it stays."))
    return redirect("committee:delegations")


@require_GET
@allow("committee.defend")
def defence_file(request: HttpRequest, slug: str, reference: str) -> HttpResponseBase:
    """Send the defence file as it is made; the journal says so before the first byte leaves."""
    outcome = queries.outcome_to_defend(slug, reference)
    actions.record_defence(outcome=outcome, by=request.user)  # type: ignore[arg-type]
    return archive_response(request, defence.archive(outcome), f"defence-{reference}.zip")
