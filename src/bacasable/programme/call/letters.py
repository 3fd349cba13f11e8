"""The mails that answer who wants to apply: the same words for everybody, in the site's languages.

The language of the call comes first. Nothing of the mail received is repeated: a forged sender must not make
us carry somebody's text to somebody else.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.people.outgoing import Mail
from bacasable.programme.call.calendar import calendar_words, instant_words
from bacasable.programme.call.models import Call

_SEPARATOR = "\n\n" + "-" * 40 + "\n\n"


def link(
    call: Call, to: str, address: str, expires_at: datetime, now: datetime, headers: Mapping[str, str]
) -> Mail:
    """Return the mail that brings the one-time link at ``address`` to ``to``."""

    def paragraphs() -> Iterator[str]:
        yield _("You asked to apply to this call for projects: %(call)s.") % {"call": call.title}
        yield _("Open this address, then press the button of the page:") + f"\n{address}"
        yield _("The address works once, until %(until)s. Do not pass it on: it opens your application.") % {
            "until": instant_words(expires_at, call.zone)
        }
        yield calendar_words(call, now)
        yield from _closing(call)

    return _mail(call, to, lambda: _("Your link to apply: %(call)s"), paragraphs, headers)


def dates(call: Call, to: str, now: datetime, headers: Mapping[str, str]) -> Mail:
    """Return the mail that says when applications are or were open, without a link to apply."""

    def paragraphs() -> Iterator[str]:
        yield _("You wrote to the address of this call for projects: %(call)s.") % {"call": call.title}
        yield _("It takes no applications at present, so this mail holds no link to apply.")
        yield calendar_words(call, now)
        yield from _closing(call)

    return _mail(call, to, lambda: _("No applications at present: %(call)s"), paragraphs, headers)


def _closing(call: Call) -> Iterator[str]:
    page = settings.BACASABLE.public_url.rstrip("/") + reverse("call:detail", args=[call.slug])
    yield _("The call and its calendar:") + f"\n{page}"
    yield _(
        "This answer is automatic. What you may have written or attached is not part of an application. "
        "If you did not ask for anything, do nothing."
    )
    yield settings.BACASABLE.office_name


def _mail(
    call: Call,
    to: str,
    subject: Callable[[], str],
    paragraphs: Callable[[], Iterator[str]],
    headers: Mapping[str, str],
) -> Mail:
    languages = sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != call.language)
    parts = []
    for language in languages:
        with translation.override(language):
            parts.append("\n\n".join(paragraphs()))
    with translation.override(languages[0]):
        line = subject() % {"call": call.title}
    answers = "In-Reply-To" in headers
    return Mail(to, f"Re: {line}" if answers else line, _SEPARATOR.join(parts) + "\n", headers=headers)
