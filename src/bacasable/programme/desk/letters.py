"""The mails of the desk, queued in the transaction of the act that they tell of: references only."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.people.outgoing import Mail, queue
from bacasable.programme.desk.models import LawfulException
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.letters import address_of


def opened(exception: LawfulException) -> None:
    """Tell the inspector that a dossier is open, and until when."""
    inspector, dossier = exception.inspector, exception.dossier
    with translation.override(inspector.language):
        context = {
            "reference": dossier.reference,
            "until": wording.instant(exception.ends_at, dossier.call.zone),
            "page": address_of("desk:inspected", exception.public_id),
            "office": settings.BACASABLE.office_name,
        }
        subject = _("%(reference)s: opened to you by law") % {"reference": dossier.reference}
        text = render_to_string("programme/desk/mail/opened.txt", context).strip() + "\n"
        queue(Mail(to=inspector.email, subject=subject, text=text), about=f"user:{inspector.public_id}")
