"""Letters that are kept: printed and sealed in the vault, then noted as sent. Nothing is sent from here."""

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import instance
from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.letters import Letter as Composed
from bacasable.services.water_use.web import letters
from bacasable.services.water_use.web.actions.acts import act, of_contract
from bacasable.services.water_use.web.models import Contract, Incident, Letter


def keep(
    *,
    contract: Contract,
    letter: Composed,
    by: User | str,
    incident: Incident | None = None,
    period: str = "",
) -> Letter:
    """Print a letter and keep it, sealed under a key of its own."""
    vault = instance.vault()
    key = vault.new_data_key()
    blob = vault.write(key, letters.printed(contract, letter))
    made = Letter(
        contract=contract, incident=incident, kind=letter.kind, period=period, data_key=key, file=blob.name
    )
    try:
        with act("letter_made", of_contract(contract), by, kind=letter.kind):
            made.save()
    finally:
        if made.pk is None:
            vault.delete(blob.name)
    return made


def mark_sent(*, letter: Letter, by: User | str) -> None:
    """Note that a letter left, and on the leak that it is about that the household was told.

    Raises:
        Refused: it left before: a second sending is a second letter.
    """
    now = clock.now()
    with act("letter_sent", f"letter:{letter.public_id}", by, kind=letter.kind):
        sent_by = by.public_id if isinstance(by, User) else None
        changed = Letter.objects.filter(pk=letter.pk, sent_at=None).update(sent_at=now, sent_by=sent_by)
        if not changed:
            raise Refused(N_("This letter was sent before. Make another one to send it again."))
        told = {"warning": "warned_at", "notice": "notified_at"}.get(letter.kind)
        if told and letter.incident_id:
            Incident.objects.filter(pk=letter.incident_id, **{told: None}).update(**{told: now})
