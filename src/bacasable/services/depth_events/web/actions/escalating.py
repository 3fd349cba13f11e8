"""What nobody took goes one step up: marked on the board, and told to those who manage, once each."""

from datetime import timedelta

from django.conf import settings as portal
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.compliance import clock
from bacasable.people import outgoing
from bacasable.people.models import User
from bacasable.services.depth_events.web import connecting
from bacasable.services.depth_events.web.actions.acts import act, of_sensor
from bacasable.services.depth_events.web.models import Incident, IncidentAct

#: What is older is no matter of minutes any more, and a listener that comes back may bring many.
_RECENT = timedelta(hours=12)
#: Who is told.
ROLE = "depth_manager"


def escalate() -> int:
    """Escalate incidents that nobody took in time; return how many.

    One whose outcome was said is known to somebody, taken or not.
    """
    now = clock.now()
    late = now - timedelta(seconds=connecting.settings().escalate_seconds)
    waiting = Incident.objects.filter(
        escalated_at=None, received_at__lte=late, received_at__gte=now - _RECENT
    ).exclude(acts__verb__in=("acknowledged", "outcome"))
    found = list(waiting.select_related("sensor__station"))
    for one in found:
        with act("incident_escalated", of_sensor(one.sensor), "system", incident=one.incident_key):
            Incident.objects.filter(pk=one.pk).update(escalated_at=now)
            IncidentAct.objects.create(incident=one, verb="escalated", at=now)
    if found:
        _tell(len(found))
    return len(found)


def _tell(count: int) -> None:
    """Write to those who manage: how many, and where to look; nothing of what or where."""
    address = portal.BACASABLE.public_url.rstrip("/") + reverse("depth_events:board")
    with translation.override("fr"), transaction.atomic():
        subject = ngettext("%(count)d alert waits", "%(count)d alerts wait", count) % {"count": count}
        text = _("Nobody took it within the time that was set. See the board:\n\n%(address)s\n") % {
            "address": address
        }
        for user in User.objects.filter(grants__role=ROLE, grants__ended_at=None, is_active=True).distinct():
            outgoing.queue(outgoing.Mail(user.email, subject, text), about="depth_events:escalation")
