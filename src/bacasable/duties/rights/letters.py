"""What a person receives by mail: the reference, the way to their page, the remedies after a refusal."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bacasable.duties.rights.models import RightsRequest
from bacasable.duties.rights.queries import link_to
from bacasable.people import instance, outgoing
from bacasable.people.outgoing import Mail


def remedies() -> tuple[str, ...]:
    """Return what a person can do who is not satisfied (art. 12(4), 77 and 79), in the reader's language."""
    return (
        _(
            "You may complain to the supervisory authority: in France, the CNIL, 3 place de Fontenoy, "
            "TSA 80715, 75334 Paris Cedex 07, www.cnil.fr."
        ),
        _("You may also bring the matter before a court."),
    )


def say(message: str, /, **values: object) -> str:
    """Say a marked message in the reader's language, as files made for a person are worded."""
    said = _(message) if message else ""
    return said % values if values else said


def received(asked: RightsRequest) -> Mail:
    """Return the mail that brings the link to the person's own page."""
    with translation.override(asked.language):
        return _mail(
            asked,
            _("We received a request about personal data from this address."),
            _("Open your page and press its button to confirm that the request is yours:"),
            _("If you did not ask for anything, do nothing: the request is then forgotten."),
        )


def receipt(asked: RightsRequest, headers: Mapping[str, str]) -> Mail:
    """Return the receipt of a request that came by mail; ``headers`` tie it to that mail."""
    with translation.override(asked.language):
        further = []
        if asked.attachments:
            further.append(
                _(
                    "What was attached to your mail was not kept. If it says what you ask, write it in the "
                    "text of a mail that names this request. Send no copy of an identity document."
                )
            )
        if asked.is_cut:
            further.append(_("Your mail was very long: only its beginning was kept."))
        return _mail(
            asked,
            _("We received your mail as a request about personal data."),
            _("Open your page and press its button to show that this address is yours:"),
            *further,
            _("If you did not write to us, do nothing."),
            headers=headers,
        )


def send(asked: RightsRequest, what: str) -> None:
    """Mail the person what happened; without an address the officer prints the letter."""
    if asked.email:
        outgoing.queue(told(asked, what), about=f"request:{asked.reference}")


def told(asked: RightsRequest, what: str) -> Mail:
    """Return the mail that says what happened; its page says the rest."""
    with translation.override(asked.language):
        line = {
            "received": _("We received your request. Your page says where it stands."),
            "identity": _("We need to be sure of who you are. Your page says what we ask."),
            "extended": _("We need more time to answer. Your page says why and until when."),
            "answered": _("The answer is on your page."),
            "refused": _("We cannot do what you ask. Your page says why."),
        }[what]
        further = remedies() if what == "refused" else ()
        return _mail(asked, line, _("Your page:"), *further)


def _mail(
    asked: RightsRequest,
    line: str,
    before_link: str,
    *further: str,
    headers: Mapping[str, str] | None = None,
) -> Mail:
    paragraphs = [line, f"{before_link}\n{link_to(asked)}"]
    if asked.closed_at is None:
        due = date_format(localtime(asked.clock.due), "DATE_FORMAT")
        paragraphs.append(_("We answer by %(due)s at the latest.") % {"due": due})
    paragraphs += [*further, instance.configuration().office_name]
    subject = _("Your request %(reference)s") % {"reference": asked.reference}
    return Mail(asked.email, subject, "\n\n".join(paragraphs) + "\n", headers=headers or {})
