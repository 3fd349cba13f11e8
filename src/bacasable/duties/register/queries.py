"""What the register reads: declarations by address, promises with their last measurement, exports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from django.http import Http404
from django.utils.translation import get_language, gettext

from bacasable.compliance import clock, signing
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.control import Control
from bacasable.compliance.exports.installation import context_of
from bacasable.compliance.exports.interface import Context, Export, Measured, NotDue
from bacasable.compliance.exports.loading import available
from bacasable.compliance.exports.measurements import latest
from bacasable.compliance.processing import Processing
from bacasable.compliance.service import Service
from bacasable.duties.dpia.queries import RECORDED_DPIAS
from bacasable.people.instance import configuration

#: The installation itself among the services: told last, its pages are the site's.
OF_THE_SITE = ("platform", "instance")
#: How long before a measurement is too old the board tells it.
SOON = timedelta(days=14)

State = Literal["kept", "not_kept", "void", "never", "old", "changed"]
T = TypeVar("T")
Found = tuple[Mapping[str, Measured], tuple[str, ...]]


@dataclass(frozen=True)
class Entry:
    """One service: its key in addresses, what it is, what it declares."""

    service: Service
    declared: Processing

    @property
    def slug(self) -> str:
        return self.service.key.replace("_", "-")

    @property
    def pages(self) -> str:
        """Where its pages begin; empty where it has none."""
        if not self.service.urls:
            return ""
        return "/" if self.service.key in OF_THE_SITE else f"/services/{self.slug}/"


@dataclass(frozen=True)
class Promise:
    """One control of a service and its last measurement; ``state`` is what holds now.

    ``old``: measured longer ago than it holds; ``changed``: the declaration has changed since.
    """

    control: Control
    measured: Measured | None
    state: State

    @property
    def ends_at(self) -> datetime | None:
        """When the measurement is too old to be relied upon."""
        return self.measured.measured_at + self.control.maximum_age if self.measured else None


def entries() -> list[Entry]:
    """Return the services of this installation, those of the site last."""
    found = [Entry(service, processing_of(service)) for service in catalogue().values()]
    return sorted(found, key=lambda entry: entry.service.key in OF_THE_SITE)


def entry_of(slug: str) -> Entry:
    """Return the service at an address.

    Raises:
        Http404: there is none.
    """
    for entry in entries():
        if entry.slug == slug:
            return entry
    raise Http404


def measurements(declared: Processing) -> Found:
    """Return the latest measurement of each control, and the files that are not believed, with the reason."""
    home = configuration().home
    stamps = _stamp(home / "evidence", f"{declared.service}-*.json"), _stamp(home / "keys", "*")
    return _measured(declared.service, declared.digest(), home, stamps)


@lru_cache(maxsize=64)
def _measured(service: str, _digest: str, home: Path, _stamps: object) -> Found:
    """Verify signatures once for each state of the files: pages that everybody reads show them."""
    try:
        keyring = signing.keyring(home / "keys")
    except signing.KeyRefused as refused:
        return {}, (str(refused),)
    declared = processing_of(catalogue()[service])
    return latest(home / "evidence", declared, keyring, now=clock.now())


def _stamp(folder: Path, pattern: str) -> tuple[tuple[str, int, int], ...]:
    if not folder.is_dir():
        return ()
    seen = ((path.name, path.stat()) for path in sorted(folder.glob(pattern)))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in seen)


def promises(entry: Entry) -> list[Promise]:
    """Return each promise of a service with its last measurement."""
    if not entry.service.controls:
        return []
    measured, _refused = measurements(entry.declared)
    now = clock.now()
    return [
        Promise(control, measured.get(control.key), _state(control, measured.get(control.key), now))
        for control in entry.service.load("controls")
    ]


def _state(control: Control, measured: Measured | None, now: datetime) -> State:
    if measured is None:
        return "never"
    if measured.verdict == "failed":
        return "not_kept"
    if measured.verdict == "void":
        return "void"
    if not measured.is_current:
        return "changed"
    return "old" if now > measured.measured_at + control.maximum_age else "kept"


def context(declared: Processing) -> Context:
    """Return what the installation adds to a declaration, in the language of the page."""
    measured, refused = measurements(declared)
    told = context_of(None, configuration(), language=get_language() or "fr", translate=gettext)
    recorded = RECORDED_DPIAS.last(declared.service)
    return replace(told, measured=measured, refused=refused, dpia=recorded)


def export_of(key: str) -> Export:
    """Return the format of a key.

    Raises:
        Http404: there is none.
    """
    try:
        return available()[key]
    except KeyError:
        raise Http404 from None


def if_due(make: Callable[[Processing, Context], T], entry: Entry) -> tuple[T | None, str]:
    """Return what a format makes of a declaration, or why the format does not concern it."""
    try:
        return make(entry.declared, context(entry.declared)), ""
    except NotDue as reason:
        return None, str(reason)
