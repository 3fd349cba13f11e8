"""Who writes a dossier: co-authors and invitations."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bacasable.people.permissions import allow, require
from bacasable.programme.dossiers import actions, queries, wording
from bacasable.programme.dossiers.forms import InvitationForm
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.dossiers.views.drafts import frame


@allow("dossier.write", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def co_authors(request: HttpRequest, reference: str) -> HttpResponse:
    """Who writes the dossier, who is invited; the author invites here."""
    dossier = queries.own(reference, request.user, "dossier.write")
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.user, "dossier.submit", dossier)
        user: Any = request.user
        if form.is_valid():
            try:
                actions.invite(dossier=dossier, email=form.cleaned_data["email"], by=user)
            except Refused as refused:
                form.add_error("email", wording.refusal(refused, dossier.call))
            else:
                messages.success(request, _("The invitation is on its way."))
                return redirect("dossiers:co_authors", reference=reference)
    context = {
        **frame(request, dossier, queries.window_of(dossier)),
        "form": form,
        "members": dossier.memberships.select_related("user").order_by("role", "joined_at"),
        "invitations": queries.invitations(dossier),
    }
    return render(request, "programme/dossiers/co_authors.html", context, status=422 if form.errors else 200)


@allow("dossier.write", by_object=True)
@require_POST
def remove_co_author(request: HttpRequest, reference: str, person: uuid.UUID) -> HttpResponse:
    """Take a co-author off the dossier, or leave it."""
    dossier = queries.own(reference, request.user, "dossier.write")
    user: Any = request.user
    actions.remove_co_author(dossier=dossier, person=person, by=user)
    messages.success(request, _("This person no longer writes the dossier."))
    if person == user.public_id:
        return redirect("dossiers:list")
    return redirect("dossiers:co_authors", reference=reference)


@allow("dossier.submit", by_object=True)
@require_POST
def cancel_invitation(request: HttpRequest, reference: str, invitation: uuid.UUID) -> HttpResponse:
    """Close an invitation that nobody has accepted."""
    dossier = queries.own(reference, request.user, "dossier.submit")
    user: Any = request.user
    actions.cancel_invitation(dossier=dossier, invitation=invitation, by=user)
    messages.success(request, _("The invitation no longer opens the dossier."))
    return redirect("dossiers:co_authors", reference=reference)
