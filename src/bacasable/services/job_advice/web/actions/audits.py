"""Audits on synthetic people: asked for by the data protection officer, or made when what advises changes.

A result is kept as a file under ``HOME/job_advice/audits``: it is of people who do not exist.
"""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import router, transaction
from django_tasks import task

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.services.job_advice.engine.scoring import Weights
from bacasable.services.job_advice.web import running
from bacasable.services.job_advice.web.actions.acts import act
from bacasable.services.job_advice.web.models import File

PERMISSION = "job_advice.audits"
#: Age at which an audit is made again, though nothing has changed; audits that are kept.
AGE, KEPT = timedelta(days=30), 24


def ask(*, by: User) -> None:
    """Have the worker make an audit now.

    Raises:
        PermissionDenied: ``by`` may not.
    """
    require(by, PERMISSION)
    seed = secrets.randbelow(2**31)
    with act("audit_asked", "audit", by, seed=seed):
        transaction.on_commit(lambda: make_audit.enqueue(seed), using=router.db_for_write(File))


@task()
def make_audit(seed: int) -> None:
    """Make an audit in the worker."""
    make(seed)


def nightly() -> None:
    """Make an audit where tables or weights are others than the last one's, or where it is a month old."""
    last = next(iter(results()), None)
    if last is None or last["stamp"] != _stamp() or clock.now() - _made(last) > AGE:
        make(secrets.randbelow(2**31))


def make(seed: int, people: int | None = None) -> dict[str, Any]:
    """Advise synthetic people by the tables and weights of this installation, and keep what came of it."""
    from bacasable.services.job_advice.engine.audits import asked

    now = clock.now()
    people = people or running.settings().audit_people
    found = asked(running.referential(), people, seed, day=now.date())
    told = {"at": now.isoformat(), "stamp": _stamp(), **found.as_json()}
    folder = running.folder() / "audits"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{now:%Y%m%dT%H%M%S%f}.json"
    part = path.with_suffix(".part")
    part.write_text(json.dumps(told, ensure_ascii=False, default=str), encoding="utf-8")
    part.replace(path)
    for old in sorted(folder.glob("*.json"))[:-KEPT]:
        old.unlink(missing_ok=True)
    with act("audit_made", "audit", "system", seed=seed, people=people):
        pass
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def results() -> list[dict[str, Any]]:
    """Return the audits that were made here, the last first; a file that is none is left out."""
    found = []
    for path in sorted((running.folder() / "audits").glob("*.json"), reverse=True):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            _made(told), told["stamp"], told["ratios"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append(told)
    return found


def _made(told: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(told["at"])


def _stamp() -> str:
    """Return what an audit rests on: tables and weights."""
    return f"{running.referential().version} {Weights.standard().digest}"
