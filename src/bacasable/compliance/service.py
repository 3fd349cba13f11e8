"""What a service hands to the catalogue: the whole extension contract in one class."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from bacasable.privacy.messages import N_ as N_

#: Roles that an object lends to a person, or that everybody holds; they are never granted by hand.
PUBLIC = "public"
MEMBER = "member"

#: In a permission's roles: every granted staff role of the catalogue, or every walled one, of any service.
STAFF = "staff"
WALLED = "walled"


@dataclass(frozen=True)
class Role:
    """A role: ``key`` in code, ``label`` on pages.

    ``granted`` roles are given by an administrator (officer, expert...); the others come from the relation of
    a person to one object (a dossier's candidate) or belong to everybody (public). Who is granted a
    ``walled`` role holds no other but walled ones, whatever else they were given: the inspection firewall.
    ``description`` says what its holder does, for who grants it.
    """

    key: str
    label: str
    granted: bool = True
    staff: bool = False
    walled: bool = False
    description: str = ""


@dataclass(frozen=True)
class Permission:
    """One line of the "who may do what" table: ``key`` is ``room.verb``, ``roles`` are the keys of roles.

    ``STAFF`` and ``WALLED`` among them stand for all such roles of the installation: a service that brings a
    role of staff need not be known to who writes the line.
    """

    key: str
    label: str
    roles: tuple[str, ...]


def always() -> bool:
    """Return True: a process that every installation wants."""
    return True


@dataclass(frozen=True)
class Process:
    """A process that runs beside the portal's own while it is served: ``bacasable COMMAND...``.

    It is started with them, started again when it dies, ended with SIGTERM, and ends of itself when they do.
    One that is refused by its configuration (exit code 78) is left out, and said in the log.
    ``wanted`` is asked once, when the portal starts, with Django set up.
    """

    name: str
    command: tuple[str, ...]
    wanted: Callable[[], bool] = always


@dataclass(frozen=True)
class Service:
    """A service of the catalogue, named in the entry-point group ``bacasable.services``.

    Values that are strings with a colon are dotted paths ``package.module:NAME``, loaded when first needed:
    naming a service costs nothing and the command line of one service never imports another.

    ``processing`` names a :class:`~bacasable.compliance.processing.Processing`; ``controls`` a sequence of
    :class:`~bacasable.compliance.control.Control`; ``probe`` a function without arguments that returns the
    :class:`~bacasable.compliance.control.Probe` of the running service; ``stores`` a mapping of names to
    :class:`~bacasable.compliance.store.Store`. Declarations, controls and engines import no Django.
    ``letterbox`` names what receives mail for it (``bacasable.exchange.incoming.Letterbox``).
    ``demo`` is a function of the demonstration's people, by key, and of its first day, which returns what
    happened before: pairs of an instant and an act.
    ``settings`` names a class of :mod:`pydantic_settings`, cheap to import, whose values the installation
    gives in its environment or its file, under the prefix ``BACASABLE_<KEY>_``.
    ``processes`` names a sequence of :class:`Process`: what it runs beside the portal's web and worker.
    ``deployments`` says in which installations it runs: an authority's holds dossiers and runs no service.
    """

    key: str
    processing: str
    controls: str = ""
    stores: str = ""
    roles: Sequence[Role] = ()
    permissions: Sequence[Permission] = ()
    schedule: str = ""
    demo: str = ""
    cli: str = ""
    app: str = ""
    urls: str = ""
    probe: str = ""
    letterbox: str = ""
    deployments: tuple[str, ...] = ("service", "demo")
    settings: str = ""
    processes: str = ""

    def load(self, part: str) -> Any:
        """Return the object that the dotted path in ``part`` (``"controls"``...) names.

        Raises:
            LookupError: the service leaves this part empty.
            ImportError, AttributeError: the path names nothing.
        """
        path = getattr(self, part)
        if not path:
            raise LookupError(f"{self.key}: no {part}; name them in its Service as 'package.module:NAME'")
        return resolve(path)


def resolve(path: str) -> Any:
    """Return what ``package.module:NAME`` names.

    Raises:
        ValueError: the path has no colon.
        ImportError, AttributeError: there is no such module, or no such name in it.
    """
    module, colon, name = path.partition(":")
    if not colon or not name:
        raise ValueError(f"'{path}' is not a dotted path; write 'package.module:NAME'")
    return getattr(import_module(module), name)
