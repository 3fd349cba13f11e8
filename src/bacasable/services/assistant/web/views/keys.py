"""One's keys of the programming interface: made, shown once, revoked."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.web import saying
from bacasable.services.assistant.web.actions import keys as actions
from bacasable.services.assistant.web.forms import KeyForm
from bacasable.services.assistant.web.models import ApiKey


@allow("assistant.keys")
@require_http_methods(["GET", "POST"])
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """One's keys in use; a new one stands on the page that answers the form, and nowhere after."""
    user = cast(User, request.user)
    form = KeyForm(request.POST if request.method == "POST" else None)
    secret = ""
    if form.is_valid():
        try:
            _made, secret = actions.make_key(label=form.cleaned_data["label"], by=user)
        except Refused as refused:
            form.add_error(None, saying.spoken(refused.said))
        else:
            form = KeyForm()
    context = {
        "form": form,
        "secret": secret,
        "keys": ApiKey.objects.filter(person=user.public_id, revoked_at=None),
        "address": request.build_absolute_uri(reverse("assistant:ask")) + "v1",
    }
    return render(request, "assistant/keys.html", context, status=422 if form.errors else 200)


@allow("assistant.keys")
@require_POST
def revoke(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """End one of one's keys."""
    user = cast(User, request.user)
    found = get_object_or_404(ApiKey, public_id=public_id, person=user.public_id)
    actions.revoke(key=found, by=user)
    messages.success(request, _("The key is revoked. Programs that use it are refused from now on."))
    return redirect("assistant:keys")
