"""The life of a call: drafted, published, extended, closed, decided, archived; each act journalled with it.

Every function raises :class:`bacasable.programme.call.refusals.Refused` when the rules refuse the act, and
:class:`Conflict` when the draft changed since the person read it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.call import eligibility, rules, signals
from bacasable.programme.call.jurisdictions import jurisdictions
from bacasable.programme.call.models import (
    Call,
    CallExtension,
    Criterion,
    Phase,
    SelectedProject,
)
from bacasable.programme.call.refusals import Problem, Refused

#: fields of a draft that an officer writes
FIELDS = (
    "slug",
    "title",
    "theme",
    "keywords",
    "summary",
    "text",
    "language",
    "regime",
    "opens_at",
    "closes_at",
    "jurisdiction",
    "time_zone",
    "grace_minutes",
    "places_planned",
    "contact_address",
    "contact_is_live",
    "eligibility",
    "criteria_are_published",
)


class Conflict(Exception):
    """The draft was changed by somebody else since it was read; ``call`` is what is stored now."""

    def __init__(self, call: Call) -> None:
        super().__init__(f"call:{call.slug} is at revision {call.revision}")
        self.call = call


def reference_of(call: Call) -> str:
    """Return the subject under which the journal knows a call."""
    return f"call:{call.slug}"


def locked(call: Call, revision: int | None = None) -> Call:
    """Return the stored call, locked; ``revision`` is the one that the person read."""
    current = Call.objects.select_for_update().get(pk=call.pk)
    if revision is not None and current.revision != revision:
        raise Conflict(current)
    return current


def _move(call: Call, verb: str, **fields: object) -> None:
    """Walk the table of states, then store the new state with ``fields``."""
    call.state = rules.next_state(call.state, verb)
    for name, value in fields.items():
        setattr(call, name, value)
    call.revision += 1
    call.save(update_fields=["state", "revision", *fields])


def draft_problems(fields: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what not even a draft may hold: a zone that is none, dates in the wrong order, wrong rules."""
    try:
        rules.zone_named(fields["time_zone"])
    except Refused as refusal:
        yield from refusal.problems
    known = jurisdictions().get(fields["jurisdiction"])
    if known is None or fields["regime"] not in known.regimes:
        yield Problem(
            "jurisdiction",
            N_("'%(key)s' is not a jurisdiction that has this regime"),
            N_("choose among: %(known)s"),
            {"key": str(fields["jurisdiction"])[:20], "known": ", ".join(jurisdictions())},
        )
    if fields["closes_at"] <= fields["opens_at"]:
        yield Problem(
            "closes_at", N_("the call closes before it opens"), N_("write a closing time after the opening")
        )
    yield from eligibility.problems_of(fields["eligibility"])


def publication_problems(call: Call) -> list[Problem]:
    """Return what keeps a draft from being published, each with its remedy; empty when nothing does."""
    problems = list(draft_problems({name: getattr(call, name) for name in FIELDS}))
    if call.closes_at <= clock.now():
        problems.append(
            Problem("closes_at", N_("the closing time has passed"), N_("write a later closing time"))
        )
    if not call.eligibility:
        problems.append(
            Problem("eligibility", N_("the call has no eligibility rule"), N_("start from a set of rules"))
        )
    weights = list(call.criteria.values_list("weight", flat=True))
    if call.criteria_are_published and not weights:
        problems.append(
            Problem(
                "criteria",
                N_("the call has no criterion"),
                N_("write the criteria and their weights, or say that they are not communicated"),
            )
        )
    if any(weight < 1 for weight in weights):
        problems.append(
            Problem(
                "criteria", N_("a criterion weighs nothing"), N_("give each criterion a weight of 1 or more")
            )
        )
    if call.contact_is_live and not call.contact_address:
        problems.append(
            Problem(
                "contact_address",
                N_("the mailbox cannot answer without an address"),
                N_("write the address that receives applications, or say that the mailbox does not answer"),
            )
        )
    taken = Call.objects.filter(
        state=Call.State.PUBLISHED, contact_is_live=True, contact_address__iexact=call.contact_address
    ).exclude(pk=call.pk)
    if call.contact_is_live and call.contact_address and taken.exists():
        problems.append(
            Problem(
                "contact_address",
                N_("another open call receives applications at this address"),
                N_("give each call its own address"),
            )
        )
    return problems


def _write_lines(
    call: Call, criteria: Sequence[Mapping[str, Any]], phases: Sequence[Mapping[str, Any]]
) -> None:
    labels = [line["label"] for line in criteria]
    if len(set(labels)) < len(labels):
        raise Refused(Problem("criteria", N_("two criteria have the same name"), N_("rename one of them")))
    call.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(call=call, order=order, **line) for order, line in enumerate(criteria)
    )
    call.phases.all().delete()
    Phase.objects.bulk_create(Phase(call=call, order=order, **line) for order, line in enumerate(phases))


def _check_draft(fields: Mapping[str, Any], but: int | None = None) -> None:
    problems = list(draft_problems(fields))
    others = Call.objects.filter(slug=fields["slug"])
    if (others if but is None else others.exclude(pk=but)).exists():
        problems.append(
            Problem("slug", N_("another call has this identifier"), N_("choose another identifier"))
        )
    if problems:
        raise Refused(*problems)


@transaction.atomic
def create(
    *,
    fields: Mapping[str, Any],
    criteria: Sequence[Mapping[str, Any]] = (),
    phases: Sequence[Mapping[str, Any]] = (),
    by: User | str,
) -> Call:
    """Create a draft from ``fields`` (names of :data:`FIELDS`), lines of criteria and of phases, in order.

    A line of criteria holds ``label``, ``description``, ``weight``, and perhaps ``source`` and
    ``weight_is_ours``; one of phases ``title``, ``description``, ``duration_months``.
    """
    _check_draft(fields)
    call = Call.objects.create(**{name: fields[name] for name in FIELDS})
    _write_lines(call, criteria, phases)
    journal.record("call.created", by=by, subject=reference_of(call))
    return call


@transaction.atomic
def update(
    *,
    call: Call,
    fields: Mapping[str, Any],
    criteria: Sequence[Mapping[str, Any]],
    phases: Sequence[Mapping[str, Any]],
    revision: int,
    by: User | str,
) -> Call:
    """Replace a draft's fields and lines; ``revision`` is the one that the person read.

    Publication froze criteria with the rest: any later state refuses.
    """
    call = locked(call, revision)
    rules.next_state(call.state, "edit")
    _check_draft(fields, but=call.pk)
    changed = [name for name in FIELDS if getattr(call, name) != fields[name]]
    _move(call, "edit", **{name: fields[name] for name in FIELDS})
    _write_lines(call, criteria, phases)
    journal.record(
        "call.edited", by=by, subject=reference_of(call), changed=" ".join(changed), revision=call.revision
    )
    return call


@transaction.atomic
def publish(*, call: Call, by: User | str, revision: int | None = None) -> Call:
    """Make a draft public; from now on its text, rules and criteria are frozen."""
    call = locked(call, revision)
    rules.next_state(call.state, "publish")
    problems = publication_problems(call)
    if problems:
        raise Refused(*problems)
    now = clock.now()
    _move(call, "publish", published_at=now, criteria_frozen_at=now)
    signals.published.send(Call, call=call)
    journal.record(
        "call.published", by=by, subject=reference_of(call), opens_at=call.opens_at, closes_at=call.closes_at
    )
    return call


@transaction.atomic
def extend(*, call: Call, closes_at: datetime, reason: str, by: User) -> CallExtension:
    """Move the closing of a published call later, before its deadline passes, with a public reason."""
    call = locked(call)
    rules.next_state(call.state, "extend")
    if clock.now() > call.deadline:
        raise Refused(
            Problem(
                "closes_at",
                N_("the deadline has passed: those who missed it would be treated unequally"),
                N_("publish another call"),
            )
        )
    if closes_at <= call.closes_at:
        raise Refused(
            Problem(
                "closes_at",
                N_("a published deadline only moves later"),
                N_("write a time after the present closing"),
            )
        )
    if not reason.strip():
        raise Refused(Problem("reason", N_("the reason is missing"), N_("say why: the reason is published")))
    extension = CallExtension.objects.create(
        call=call,
        previous_closes_at=call.closes_at,
        closes_at=closes_at,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    _move(call, "extend", closes_at=closes_at)
    signals.extended.send(Call, call=call, extension=extension)
    journal.record(
        "call.extended",
        by=by,
        subject=reference_of(call),
        previous_closes_at=extension.previous_closes_at,
        closes_at=closes_at,
    )
    return extension


def _close(call: Call, by: User | str) -> None:
    _move(call, "close", closed_at=clock.now())
    signals.closed.send(Call, call=call)
    journal.record("call.closed", by=by, subject=reference_of(call))


@transaction.atomic
def close(*, call: Call, by: User | str) -> Call:
    """Close a call whose deadline has passed; before that it is refused: candidates count on the deadline."""
    call = locked(call)
    rules.next_state(call.state, "close")
    if clock.now() <= call.deadline:
        raise Refused(
            Problem(
                "closes_at",
                N_("the deadline has not passed, and candidates count on it"),
                N_("wait for the deadline; the call then closes by itself"),
            )
        )
    _close(call, by)
    return call


@transaction.atomic
def close_due(*, by: str = "system") -> list[str]:
    """Close every published call whose deadline has passed; return their slugs."""
    now = clock.now()
    published = Call.objects.select_for_update().filter(state=Call.State.PUBLISHED, closes_at__lt=now)
    due = [call for call in published if now > call.deadline]
    for call in due:
        _close(call, by)
    return [call.slug for call in due]


@transaction.atomic
def decide(*, call: Call, projects: Sequence[Mapping[str, Any]], by: User | str) -> Call:
    """Record the decision: the projects selected or advised, in the order in which they are shown.

    A line holds ``track`` and may hold ``name`` (empty: not communicated), ``body``, ``summary``,
    ``note``, ``source_name``, ``source_url``, ``service`` and ``mark``.
    """
    call = locked(call)
    _move(call, "decide", decided_at=clock.now())
    slugs: set[str] = set()
    rows = []
    for order, line in enumerate(projects):
        stem = slugify(line.get("name", ""))[:70] or f"project-{order + 1}"
        slug = stem if stem not in slugs else f"{stem}-{order + 1}"
        slugs.add(slug)
        rows.append(SelectedProject(call=call, slug=slug, order=order, **line))
    SelectedProject.objects.bulk_create(rows)
    signals.decided.send(Call, call=call)
    journal.record("call.decided", by=by, subject=reference_of(call), projects=len(rows))
    return call


@transaction.atomic
def archive(*, call: Call, by: User | str) -> Call:
    """Move a decided call to the archive: its page stays, out of the list of current calls."""
    call = locked(call)
    _move(call, "archive")
    journal.record("call.archived", by=by, subject=reference_of(call))
    return call
