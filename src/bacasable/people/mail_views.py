"""The administrator's page of mails that are not delivered: what each tells of and why it failed."""

import uuid
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bacasable.people import outgoing
from bacasable.people.models import OutgoingMail, User
from bacasable.people.permissions import allow

PER_PAGE = 50
_COLOURS = {
    OutgoingMail.State.WAITING: "yellow",
    OutgoingMail.State.SENDING: "blue",
    OutgoingMail.State.FAILED: "red",
}


@allow("people.manage")
@require_GET
@never_cache
def mails(request: HttpRequest) -> HttpResponseBase:
    """The mails still to deliver, those that failed for good first."""
    page = Paginator(outgoing.undelivered(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"mail": mail, "colour": _COLOURS[OutgoingMail.State(mail.state)], "failed": mail.state == "failed"}
        for mail in page
    ]
    failed = OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED).count()
    return render(request, "people/mails.html", {"page": page, "rows": rows, "failed": failed})


@allow("people.manage")
@require_POST
def mails_retry(request: HttpRequest) -> HttpResponseBase:
    """Try again the failed mail named by ``mail``, or all of them where none is named."""
    try:
        only = uuid.UUID(request.POST["mail"]) if request.POST.get("mail") else None
    except ValueError:
        only = uuid.UUID(int=0)  # the name of no mail
    count = outgoing.retry(only=only, by=cast(User, request.user))
    if count:
        messages.success(
            request,
            ngettext("%(count)s mail will be tried again.", "%(count)s mails will be tried again.", count)
            % {"count": count},
        )
    else:
        messages.info(request, _("No failed mail was left to try again."))
    return redirect("people:mails")
