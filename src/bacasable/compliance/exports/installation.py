"""What an installation tells the formats: its settings, and the latest measurement of each control."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from bacasable.compliance import clock, signing
from bacasable.compliance.dpia import DpiaRecords
from bacasable.compliance.exports.interface import Context, Measured
from bacasable.compliance.exports.measurements import latest
from bacasable.compliance.processing import Processing


class Settings(Protocol):
    """The settings that are read, as the portal's configuration has them."""

    home: Path
    office_name: str
    controller_name: str
    controller_contact: str
    dpo_contact: str


def context_of(
    declaration: Processing | None,
    settings: Settings,
    *,
    language: str,
    translate: Callable[[str], str],
    dpias: DpiaRecords | None = None,
) -> Context:
    """Return the context of an export here and now.

    Args:
        declaration: whose measurements are looked for; none, where a file is only read.
        translate: gives a marked message in ``language``.
        dpias: where this installation keeps what was recorded of impact assessments.

    Raises:
        KeyRefused: a file under ``HOME/keys`` that should be a public key is none.
    """
    now = clock.now()
    measured: dict[str, Measured] = {}
    refused: tuple[str, ...] = ()
    if declaration is not None:
        keyring = signing.keyring(settings.home / "keys")
        measured, refused = latest(settings.home / "evidence", declaration, keyring, now=now)
    return Context(
        language=language,
        at=now,
        controller=settings.controller_name,
        controller_contact=settings.controller_contact,
        dpo_contact=settings.dpo_contact,
        office=settings.office_name,
        measured=measured,
        refused=refused,
        dpia=dpias.last(declaration.service) if dpias is not None and declaration is not None else None,
        translate=translate,
    )
