"""The list of selections, one selection step by step, the panel, and what experts sign and declare."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people.models import User
from bacasable.people.permissions import allow, may, roles_of, table
from bacasable.programme.call.jurisdictions import jurisdiction
from bacasable.programme.call.models import Call
from bacasable.programme.committee import actions, wording
from bacasable.programme.committee.forms.panel import (
    InviteForm,
    LinksForm,
    ProfileForm,
    UndertakingForm,
)
from bacasable.programme.committee.models import Assessment, PanelMember, Selection
from bacasable.programme.committee.queries import panel as queries
from bacasable.programme.committee.queries import steps
from bacasable.programme.dossiers import wording as dossier_wording
from bacasable.programme.dossiers.refusals import Refused

FORM = ["GET", "HEAD", "POST"]


def person(request: HttpRequest) -> User:
    """Return the person of the request: the middleware let nobody through who is not signed in."""
    return cast(User, request.user)


def selection_of(slug: str) -> Selection:
    """Return the selection of a call.

    Raises:
        Http404: there is no such call, or its selection is not open.
    """
    return get_object_or_404(Selection.objects.select_related("call"), call__slug=slug)


def tell(request: HttpRequest, refused: Refused, call: Call) -> None:
    """Say on the next page why an act was refused."""
    messages.error(request, dossier_wording.refusal(refused, call))


def address(name: str, *args: object) -> str:
    """Return the address of a page, or nothing where this installation does not serve it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@require_safe
@allow("committee.list")
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Selections for the office; for an expert, what is expected in each panel."""
    user = person(request)
    context: dict[str, Any] = {"office": may(user, "committee.ranking"), "expert": may(user, "committee.sit")}
    context["delegates"] = may(user, "committee.delegate")
    if context["office"]:
        context["rows"] = [_selection_row(call) for call in steps.calls()]
        context["columns"] = [
            {"key": "call", "label": _("Call")},
            {"key": "state", "label": _("Selection")},
            {"key": "dossiers", "label": _("Dossiers"), "numeric": True},
            {"key": "experts", "label": _("Experts"), "numeric": True},
        ]
    if context["expert"]:
        context["seats"] = [_seat(member) for member in queries.seats_of(user)]
    return render(request, "programme/committee/list.html", context)


def _selection_row(call: Any) -> dict[str, Any]:
    selection = getattr(call, "selection", None)
    return {
        "href": reverse("committee:selection", args=[call.slug]),
        "call": call.title,
        "state": wording.selection_badge(selection)
        if selection
        else {"badge": _("not open"), "colour": "grey"},
        "dossiers": call.dossier_count,
        "experts": call.expert_count,
    }


def _seat(member: PanelMember) -> dict[str, Any]:
    """Return what an expert is expected to do in one panel."""
    selection, call = member.selection, member.selection.call
    assignments = list(member.assignments.all())
    done = sum(one.assessment.state == Assessment.State.SUBMITTED for one in assignments)
    undeclared = queries.undeclared_count(member)
    signed = member.undertaking_signed_at is not None
    scoring = selection.state == Selection.State.SCORING
    due = selection.scores_due_at
    items = [
        {
            "title": _("Undertaking of confidentiality"),
            "href": reverse("committee:undertaking", args=[call.slug]),
            "status": _("signed") if signed else _("to sign"),
            "status_colour": "" if signed else "yellow",
        },
        {
            "title": _("Links with the bodies and projects"),
            "href": reverse("committee:conflicts", args=[call.slug]) if signed else "",
            "hint": _("You can change what you declared at any time."),
            "status": ngettext("%(count)s name to declare", "%(count)s names to declare", undeclared)
            % {"count": undeclared}
            if undeclared
            else _("declared"),
            "status_colour": "yellow" if undeclared else "",
        },
        {
            "title": _("Dossiers to score"),
            "href": address("committee:tasks", call.slug) if scoring and assignments else "",
            "hint": _("Until %(due)s") % {"due": dossier_wording.instant(due, call.zone)}
            if scoring and due
            else "",
            "status": _("%(done)s of %(all)s submitted") % {"done": done, "all": len(assignments)}
            if scoring
            else _("not open yet")
            if selection.state == Selection.State.PREPARING
            else _("closed"),
            "status_colour": "yellow" if scoring and done < len(assignments) else "",
        },
    ]
    return {
        "call": call,
        "badge": wording.selection_badge(selection),
        "tasks": items,
        "id": f"seat-{member.pk}",
    }


@require_safe
@allow("committee.ranking")
@never_cache
def selection(request: HttpRequest, slug: str) -> HttpResponse:
    """One selection as a list of steps, each with where it stands."""
    call = get_object_or_404(Call.objects.exclude(state=Call.State.DRAFT), slug=slug)
    found = Selection.objects.select_related("call").filter(call=call).first()
    user = person(request)
    manages = may(user, "committee.manage")
    context: dict[str, Any] = {"call": call, "selection": found, "manages": manages}
    if found is not None:
        held, allowed = roles_of(user, found), table()
        context["badge"] = wording.selection_badge(found)
        context["tasks"] = [
            {
                "title": step.title,
                "href": address(step.url_name, slug) if held & set(allowed[step.permission].roles) else "",
                "status": step.status,
                "status_colour": step.colour,
            }
            for step in steps.steps_of(found)
        ]
    else:
        context["may_open"] = manages and call.state in (Call.State.PUBLISHED, Call.State.CLOSED)
    return render(request, "programme/committee/selection.html", context)


@require_POST
@allow("committee.manage")
def open_selection(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the selection of a call, or take in what arrived since."""
    call = get_object_or_404(Call.objects.exclude(state=Call.State.DRAFT), slug=slug)
    try:
        actions.open_selection(call=call, by=person(request))
    except Refused as refused:
        tell(request, refused, call)
    else:
        messages.success(request, _("The selection is open and its dossiers are here."))
    return redirect("committee:selection", slug=slug)


@require_http_methods(FORM)
@allow("committee.manage")
def panel(request: HttpRequest, slug: str) -> HttpResponse:
    """Who sits, what they signed and declared; invite others."""
    found = selection_of(slug)
    seated = list(queries.members_with_counts(found))
    seats = {member.user_id for member in seated}
    candidates = [user for user in queries.experts().select_related("expert_profile") if user.pk not in seats]
    form = InviteForm(request.POST if request.method == "POST" else None, users=candidates)
    if request.method == "POST" and form.is_valid():
        try:
            for user in form.chosen():
                actions.invite(selection=found, user=user, by=person(request))
        except Refused as refused:
            form.add_error(None, dossier_wording.refusal(refused, found.call))
        else:
            messages.success(request, _("The invitations are on their way."))
            return redirect("committee:panel", slug=slug)
    active = set(queries.active_members(found).values_list("pk", flat=True))
    total = queries.standing(found).filter(state__in=queries.DECLARABLE).count()
    context = {
        "call": found.call,
        "selection": found,
        "form": form,
        "candidates": candidates,
        "rows": [_member_row(member, active, total) for member in seated],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "programme/committee/panel.html", context, status=status)


def _member_row(member: Any, active: set[int], total: int) -> dict[str, Any]:
    profile = queries.profile_of(member.user)
    missing = total - member.declared_count
    if member.pk not in active:
        state = {"text": _("no longer an expert"), "colour": "red"}
    elif member.undertaking_signed_at is None:
        state = {"text": _("undertaking awaited"), "colour": "yellow"}
    elif missing > 0:
        state = {
            "text": ngettext("%(count)s link to declare", "%(count)s links to declare", missing)
            % {"count": missing},
            "colour": "yellow",
        }
    else:
        state = {"text": _("ready"), "colour": "green"}
    return {
        "member": member,
        "state": state,
        "skills": wording.skills(profile.skills) or _("no profile yet"),
        "organisation": profile.organisation,
        "capacity": profile.capacity,
        "assigned": member.assigned_count,
        "conflicts": member.conflict_count,
    }


@require_POST
@allow("committee.manage")
def remove(request: HttpRequest, slug: str, person: uuid.UUID) -> HttpResponse:
    """Take an expert off the panel."""
    found = selection_of(slug)
    member = get_object_or_404(queries.members(found), user__public_id=person)
    try:
        actions.remove_member(member=member, by=cast(User, request.user))
    except Refused as refused:
        tell(request, refused, found.call)
    else:
        messages.success(request, _("This expert no longer sits. What they had not scored is to assign."))
    return redirect("committee:panel", slug=slug)


@require_http_methods(FORM)
@allow("committee.manage")
def profile(request: HttpRequest, person: uuid.UUID) -> HttpResponse:
    """What an expert knows and how many dossiers they take."""
    user = get_object_or_404(queries.experts().select_related("expert_profile"), public_id=person)
    kept = queries.profile_of(user)
    form = ProfileForm(request.POST if request.method == "POST" else None, profile=kept)
    if request.method == "POST" and form.is_valid():
        actions.save_profile(user=user, **form.cleaned_data, by=cast(User, request.user))
        messages.success(request, _("The profile is saved."))
        return redirect("committee:profile", person=person)
    status = 422 if form.is_bound and form.errors else 200
    seats = [
        {
            "text": member.selection.call.title,
            "href": reverse("committee:panel", args=[member.selection.call.slug]),
        }
        for member in queries.seats_of(user)
    ]
    context = {"expert": user, "form": form, "seats": seats}
    return render(request, "programme/committee/profile.html", context, status=status)


def _language(call: Call, user: User) -> str:
    """Return the language in which the jurisdiction's texts are read to somebody."""
    known = jurisdiction(call.jurisdiction).languages
    return user.language if user.language in known else known[0]


def _own_seat(request: HttpRequest, slug: str) -> PanelMember:
    """Return the seat of the person of the request on that panel.

    Raises:
        Http404: they have none; that there is a selection is not said either.
    """
    return get_object_or_404(
        PanelMember.objects.select_related("selection__call", "user"),
        selection__call__slug=slug,
        user=person(request),
        left_at=None,
    )


@require_http_methods(FORM)
@allow("committee.sit")
@never_cache
def undertaking(request: HttpRequest, slug: str) -> HttpResponse:
    """Read the undertaking of confidentiality and sign it; later, read what was signed."""
    member = _own_seat(request, slug)
    call = member.selection.call
    form = UndertakingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.sign_undertaking(member=member, by=person(request))
        except Refused as refused:
            form.add_error(None, dossier_wording.refusal(refused, call))
        else:
            messages.success(request, _("The undertaking is signed. Now say with whom you have links."))
            return redirect("committee:conflicts", slug=slug)
    context = {
        "call": call,
        "member": member,
        "form": form,
        "text": member.undertaking
        or jurisdiction(call.jurisdiction).clause("undertaking", person(request).language),
        "text_language": "" if member.undertaking else _language(call, person(request)),
        "signed": date_format(localtime(member.undertaking_signed_at, call.zone), "DATETIME_FORMAT")
        if member.undertaking_signed_at
        else "",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "programme/committee/undertaking.html", context, status=status)


@require_http_methods(FORM)
@allow("committee.sit")
@never_cache
def conflicts(request: HttpRequest, slug: str) -> HttpResponse:
    """The names of the dossiers, and for each whether there is a link; nothing else of them is shown."""
    member = _own_seat(request, slug)
    if member.undertaking_signed_at is None:
        return redirect("committee:undertaking", slug=slug)
    found, call = member.selection, member.selection.call
    said = {
        examination: one
        for (examination, who), one in queries.declarations(found).items()
        if who == member.pk
    }
    form = LinksForm(
        request.POST if request.method == "POST" else None, names=queries.names(found), said=said
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.declare_many(member=member, said=form.said(), by=person(request))
        except Refused as refused:
            form.add_error(None, dossier_wording.refusal(refused, call))
        else:
            messages.success(
                request,
                ngettext("%(count)s declaration stored.", "%(count)s declarations stored.", len(made))
                % {"count": len(made)},
            )
            return redirect("committee:conflicts", slug=slug)
    context = {
        "call": call,
        "form": form,
        "said": len(said),
        "text_language": _language(call, person(request)),
        "definition": jurisdiction(call.jurisdiction).clause("conflict", person(request).language),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "programme/committee/conflicts.html", context, status=status)


def named(reference: str, found: Selection) -> Any:
    """Return a standing examination of the selection by the reference of its dossier, or 404."""
    examination = (
        queries.standing(found)
        .select_related("dossier__current_version", "version", "checked_by")
        .filter(dossier__reference=reference)
        .first()
    )
    if examination is None:
        raise Http404
    return examination
