"""The notice of GDPR article 13 shown where an application collects data, read from the declaration."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bacasable.compliance import wording
from bacasable.compliance.processing import Controller, DataField
from bacasable.people import instance
from bacasable.programme.processing import PROCESSING

#: Where the pages of an application store what they collect.
_STORED = ("programme.Dossier.", "programme.Membership.", "programme.Attachment.")


@dataclass(frozen=True)
class Notice:
    """Article 13 in the reader's language: each line is a label and its sentences."""

    lines: tuple[tuple[str, tuple[str, ...]], ...]


def notice() -> Notice:
    """Return the notice of the application's forms: who, why, on what basis, how long, which rights."""
    collected = [item for item in PROCESSING.data if _is_collected(item)]
    keys = {key for item in collected for key in item.purposes}
    purposes = [purpose for purpose in PROCESSING.purposes if purpose.key in keys]
    retentions = {item.retention.key: item.retention for item in collected if item.retention}
    return Notice(
        (
            *_who(PROCESSING.controller),
            (
                _("Purposes and lawful basis"),
                tuple(
                    _("%(purpose)s (%(basis)s, GDPR %(article)s)")
                    % {
                        "purpose": _(purpose.label),
                        "basis": _(purpose.basis.label),
                        "article": purpose.basis.value,
                    }
                    for purpose in purposes
                    if purpose.basis is not None
                ),
            ),
            (_("Data"), tuple(_(item.label) for item in collected)),
            (
                _("Recipients"),
                tuple(_(r.name) for r in PROCESSING.recipients if keys & set(r.purposes)),
            ),
            (_("Kept for"), tuple(wording.retention(kept, _say) for kept in retentions.values())),
            (
                _("Transfers outside the Union"),
                tuple(f"{t.recipient} ({t.country})" for t in PROCESSING.transfers) or (_("none"),),
            ),
            (
                _("Automated decisions"),
                (
                    _("yes")
                    if PROCESSING.automated_decisions.taken
                    else pgettext("automated decisions", "none"),
                ),
            ),
            (
                _("What is required"),
                (
                    _("Questions without the word optional are needed to examine the application."),
                    _("Without the essential ones it cannot be submitted."),
                ),
            ),
            (
                _("Your rights"),
                (
                    _("Access, rectification, erasure, restriction and objection (GDPR 15 to 18 and 21)."),
                    _("Write to the office or to its data protection officer."),
                    _("You may complain to the supervisory authority (in France, the CNIL)."),
                ),
            ),
        )
    )


def _who(controller: Controller) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the controller and its data protection officer: those of the settings, else those declared.

    The declaration comes with the package and cannot know which body installs it.
    """
    told = instance.configuration()
    name, contact = told.controller_name or _(controller.name), told.controller_contact
    yield _("Controller"), (_contact(name, contact or (_(controller.contact) if controller.contact else "")),)
    if controller.dpo is not None:
        yield _("Data protection officer"), (_contact(_(controller.dpo.name), told.dpo_contact),)


def _is_collected(item: DataField) -> bool:
    return any(place.startswith(_STORED) for place in item.stored_in)


def _contact(name: str, contact: str) -> str:
    return f"{name}, {contact}" if contact else name


def _say(message: str, /, **values: object) -> str:
    return _(message) % values if values else _(message)
