"""What names a home, sealed under the contract's data key and bound to its row."""

import json
from dataclasses import asdict, dataclass

from bacasable.exchange.sealing import open_bytes, seal_bytes
from bacasable.people import instance
from bacasable.services.water_use.web import linkage
from bacasable.services.water_use.web.models import Contract


@dataclass(frozen=True)
class Names:
    """Numbers of the contract and of the meter, and whom letters go to; ``address`` line by line."""

    number: str
    serial: str
    name: str = ""
    address: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Names(...)"


def seal_names(contract: Contract, names: Names) -> None:
    """Write names into a contract that is not saved yet, under a data key of its own where it has none."""
    if not contract.data_key:
        contract.data_key = instance.vault().new_data_key()
    key = instance.vault().keyring.unwrap(bytes(contract.data_key))
    content = json.dumps(asdict(names), ensure_ascii=False).encode()
    contract.sealed = seal_bytes(key, content, _context(contract))
    contract.number_digest = linkage.number_digest(names.number)
    contract.serial_digest = linkage.serial_digest(names.serial)


def names_of(contract: Contract) -> Names:
    """Return the names of a contract.

    Raises:
        Altered: the row is not the one that was written.
        KeyringError: the key of the installation that wraps them is gone.
    """
    key = instance.vault().keyring.unwrap(bytes(contract.data_key))
    told = json.loads(open_bytes(key, bytes(contract.sealed), _context(contract)))
    return Names(told["number"], told["serial"], told["name"], tuple(told["address"]))


def meter_of(contract: Contract, purpose: str = "") -> str:
    """Return the pseudonym of a contract's meter; see :func:`.linkage.meter_of`."""
    return linkage.meter_of(names_of(contract).serial, purpose)


def _context(contract: Contract) -> str:
    return f"water_use.Contract:{contract.public_id}"
