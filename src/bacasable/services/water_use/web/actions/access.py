"""Who opens a home: paper codes, identities linked to a contract, the end of both at the move."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import router, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.web import linkage, running, sealed
from bacasable.services.water_use.web.actions.acts import act, of_contract
from bacasable.services.water_use.web.models import Access, Contract, Household, Identity, PaperCode

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.meters import Declared
    from bacasable.services.water_use.web.sealed import Names

#: Signs of a code that nobody takes for others: no 0 and O, no 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_REFERENCE, _SECRET, _GROUP = 6, 10, 4
#: Wrong attempts after which a code rests, how long, and how many end it for good.
ATTEMPTS, REST, MOST_ATTEMPTS = 5, timedelta(minutes=15), 20


def open_contract(
    *, names: "Names", home: "Declared", grain: str, opened_on: date, by: User | str
) -> Contract:
    """Open a contract with what the water service knows of it and what the household said of itself.

    Raises:
        Refused: the meter has a contract that runs, or the number is another's.
    """
    made = Contract(
        district=home.district,
        dwelling=home.dwelling or "",
        surface_m2=home.surface_m2,
        grain=grain,
        opened_on=opened_on,
    )
    sealed.seal_names(made, names)
    if Contract.objects.filter(serial_digest=made.serial_digest, closed_on=None).exists():
        raise Refused(N_("This meter has a contract that runs. End it on the day of the move first."))
    if Contract.objects.filter(number_digest=made.number_digest).exists():
        raise Refused(N_("Another contract has this number. Check it."))
    said = (home.members, home.garden, home.pool, home.dishwasher)
    with act("contract_opened", of_contract(made), by, district=made.district, grain=grain):
        made.save()
        if any(value is not None for value in said):
            members, garden, pool, dishwasher = said
            Household.objects.create(
                contract=made,
                members=members,
                garden=garden,
                pool=pool,
                dishwasher=dishwasher,
                source="survey",
                declared_on=clock.now().date(),
            )
    return made


def close_contract(*, contract: Contract, on: date, by: User | str) -> None:
    """End a contract on the day of the move: codes and accesses end, choices are kept to prove them."""
    now = clock.now()
    with act("contract_closed", of_contract(contract), by):
        Contract.objects.filter(pk=contract.pk).update(closed_on=on)
        contract.accesses.filter(ended_at=None).update(ended_at=now)
        contract.codes.filter(ended_at=None).update(ended_at=now)
        contract.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
        contract.objections.filter(withdrawn_at=None).update(withdrawn_at=now)


def make_code(*, contract: Contract, by: User | str) -> str:
    """Make a code for a letter and return it: it is kept nowhere else. Those before end."""
    now = clock.now()
    reference = "".join(secrets.choice(ALPHABET) for _ in range(_REFERENCE))
    secret = "".join(secrets.choice(ALPHABET) for _ in range(_SECRET))
    made = PaperCode(
        contract=contract,
        reference=reference,
        digest=linkage.code_digest(reference + secret),
        made_at=now,
        expires_at=now + timedelta(days=running.settings().code_days),
    )
    with act("code_made", of_contract(contract), by):
        contract.codes.filter(ended_at=None).update(ended_at=now)
        made.save()
    code = reference + secret
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def enter_code(*, typed: str) -> Contract:
    """Return the contract that a code opens.

    Raises:
        Refused: it opens nothing, expired, or rests after wrong attempts. Nothing says which contract it was.
    """
    wrong = Refused(N_("This code opens nothing. Read it again on your letter, or ask for a new one."))
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(code) != _REFERENCE + _SECRET:
        raise wrong
    now = clock.now()
    row = PaperCode.objects.select_related("contract").filter(reference=code[:_REFERENCE]).first()
    if row is None:
        linkage.code_digest(code)  # as long as for a reference that there is
        raise wrong
    if row.locked_until and row.locked_until > now:
        raise Refused(N_("Too many wrong attempts with this code. Try again in a quarter of an hour."))
    if not constant_time_compare(row.digest, linkage.code_digest(code)):
        _count_wrong(row, now)
        raise wrong
    if row.ended_at or row.expires_at <= now or not runs(row.contract, now.date()):
        raise Refused(N_("This code is over. Ask the water service for a new one."))
    with act("code_entered", of_contract(row.contract), None):
        PaperCode.objects.filter(pk=row.pk).update(used_at=now, attempts=0, locked_until=None)
    return row.contract


def sign_in(*, issuer: str, subject: str) -> Identity:
    """Return who the identity provider says it is, known by a digest; made at the first sign-in."""
    now = clock.now()
    using = router.db_for_write(Identity)
    with transaction.atomic(using=using):
        found, _made = Identity.objects.get_or_create(
            subject_digest=linkage.subject_digest(issuer, subject), defaults={"made_at": now}
        )
        Identity.objects.filter(pk=found.pk).update(last_at=now)
    return found


def link(*, contract: Contract, identity: uuid.UUID, names: Sequence[str]) -> None:
    """Let an identity open a contract whose code was just entered, where the names are those of the contract.

    Args:
        names: digests of the words of the identity's names (:func:`.linkage.word_digests`).

    Raises:
        Refused: the names are others; the water service adds who lives there too.
    """
    held = linkage.word_digests(sealed.names_of(contract).name)
    if len(held & frozenset(names)) < min(2, len(held)) or not held:
        raise Refused(
            N_(
                "The contract is in another name than your identity. Ask the water service to add you, with "
                "a proof that you live there."
            )
        )
    if Access.objects.filter(contract=contract, identity=identity, ended_at=None).exists():
        return
    with act("home_linked", of_contract(contract), f"household:{identity}"):
        Access.objects.create(contract=contract, identity=identity)


def unlink(*, contract: Contract, identity: uuid.UUID) -> None:
    """End one's own access to a contract."""
    with act("home_unlinked", of_contract(contract), f"household:{identity}"):
        contract.accesses.filter(identity=identity, ended_at=None).update(ended_at=clock.now())


def runs(contract: Contract, day: date) -> bool:
    """Say whether a contract's household lives there on a day: the day of the move still counts."""
    return contract.opened_on <= day and (contract.closed_on is None or day <= contract.closed_on)


def _count_wrong(row: PaperCode, now: datetime) -> None:
    """Count a wrong attempt; a code that was tried too often rests, then ends."""
    using = router.db_for_write(PaperCode)
    with transaction.atomic(using=using):
        PaperCode.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
        row.refresh_from_db(fields=["attempts"])
        changes: dict[str, datetime] = {}
        if row.attempts % ATTEMPTS == 0:
            changes["locked_until"] = now + REST
        if row.attempts >= MOST_ATTEMPTS:
            changes["ended_at"] = now
        if changes:
            PaperCode.objects.filter(pk=row.pk).update(**changes)
