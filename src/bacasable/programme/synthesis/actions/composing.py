"""Compose a synthesis: drawn from the file, then written by the editor, passage by passage."""

from collections.abc import Sequence
from typing import Literal

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support.models import SupportFile
from bacasable.programme.synthesis import drawing, rules
from bacasable.programme.synthesis.actions.locking import locked, stale, tidied, unchanged
from bacasable.programme.synthesis.models import ForesightCard, Passage, Synthesis

DETAILS = ("title", "summary", "theme", "keywords", "sector")
PASSAGE = ("heading", "body", "confidentiality", "why")
CARD = ("signal", "change", "horizon", "driving_force")


@transaction.atomic
def compose(*, file: SupportFile, by: User) -> Synthesis:
    """Begin the synthesis of a support, its first passages drawn from the file; return the one that is there.

    Raises:
        PermissionDenied: ``by`` is not an editor.
        Refused: the support has not come to its synthesis (code ``too_early``).
    """
    require(by, "synthesis.write")
    taken = SupportFile.objects.select_for_update().get(pk=file.pk)
    existing = Synthesis.objects.filter(file=taken).first()
    if existing is not None:
        return existing
    if not rules.may_begin(track=taken.track, phase=taken.phase, state=taken.state):
        raise Refused(
            "too_early",
            N_("The synthesis begins in the last phase of the support, or once it has ended."),
        )
    call = taken.dossier.call
    project = taken.project
    synthesis = Synthesis(
        call=call,
        file=taken,
        project=project,
        title=project.name if project and project.name else taken.dossier.reference,
        summary=project.summary if project else "",
        language=call.language,
        theme=call.theme,
        keywords=list(call.keywords),
        created_by=by,
        created_at=clock.now(),
        is_fictional=call.is_fictional or taken.dossier.is_fictional,
    )
    synthesis.slug = f"synthesis-{synthesis.public_id.hex}"  # until it is published under its title
    synthesis.save()
    passages = drawing.drawn(taken)
    for passage in passages:
        passage.synthesis = synthesis
    Passage.objects.bulk_create(passages)
    journal.record("synthesis.composed", by=by, subject=_subject(synthesis), passages=len(passages))
    return synthesis


def _subject(synthesis: Synthesis) -> str:
    return f"synthesis:{synthesis.public_id}"


def _written(synthesis: Synthesis, by: User, what: str) -> None:
    synthesis.save(update_fields=["revision"])
    journal.record(
        "synthesis.written", by=by, subject=_subject(synthesis), revision=synthesis.revision, part=what
    )


@transaction.atomic
def save_details(
    *,
    synthesis: Synthesis,
    title: str,
    summary: str,
    theme: str,
    keywords: Sequence[str],
    sector: str,
    seen: str,
    by: User,
) -> Synthesis:
    """Write what the public finds the synthesis by; all of it is public.

    Args:
        seen: fingerprint (:func:`locking.seen` of ``DETAILS``) of what the page was filled with.

    Raises:
        PermissionDenied, Refused: ``state``, ``stale``, ``too_long``, ``empty``, ``too_many``.
    """
    taken = locked(synthesis, by, "synthesis.write", "write")
    unchanged(taken, DETAILS, seen)
    taken.title = _needed(tidied(title, 200, lines=False))
    taken.summary = tidied(summary, 1000)
    taken.theme = tidied(theme, 200, lines=False)
    taken.sector = tidied(sector, 100, lines=False)
    taken.keywords = cleaned_keywords(keywords)
    taken.save(update_fields=[*DETAILS])
    _written(taken, by, "details")
    return taken


def cleaned_keywords(keywords: Sequence[str]) -> list[str]:
    """Return the keywords tidied, each once.

    Raises:
        Refused: there are too many (``too_many``), or one is too long (``too_long``).
    """
    cleaned = list(dict.fromkeys(filter(None, (tidied(word, 60, lines=False) for word in keywords))))
    if len(cleaned) > rules.MAXIMUM_KEYWORDS:
        raise Refused("too_many", N_("Keep at most %(limit)s keywords."), limit=rules.MAXIMUM_KEYWORDS)
    return cleaned


def _needed(value: str) -> str:
    if not value:
        raise Refused("empty", N_("Write a title: it cannot stay empty."))
    return value


def _checked(heading: str, body: str, confidentiality: str, why: str) -> tuple[str, str, str, str]:
    """Return the parts of a passage as they are stored; what is not public needs a reason."""
    if confidentiality not in rules.CONFIDENTIALITY:
        raise Refused("confidentiality", N_("Say who may read this passage."))
    why = tidied(why, 500, lines=False)
    if confidentiality != rules.PUBLIC_PASSAGE and not why:
        raise Refused("why", N_("Say why this passage is not public: the project reads the reason."))
    return _needed(tidied(heading, 200, lines=False)), tidied(body, 8000), confidentiality, why


@transaction.atomic
def save_passage(
    *,
    passage: Passage,
    heading: str,
    body: str,
    confidentiality: str,
    why: str,
    seen: str,
    by: User,
) -> Passage:
    """Write a passage; other passages may be written by another editor meanwhile.

    Raises:
        PermissionDenied, Refused: ``state``, ``stale`` (changed or removed meanwhile), ``confidentiality``,
            ``why``, ``empty``, ``too_long``.
    """
    taken = locked(passage.synthesis, by, "synthesis.write", "write")
    stored = Passage.objects.filter(pk=passage.pk, synthesis=taken).first()
    if stored is None:
        raise stale()
    unchanged(stored, PASSAGE, seen)
    stored.heading, stored.body, stored.confidentiality, stored.why = _checked(
        heading, body, confidentiality, why
    )
    stored.save(update_fields=list(PASSAGE))
    _written(taken, by, "passage")
    return stored


@transaction.atomic
def add_passage(
    *, synthesis: Synthesis, heading: str, body: str, confidentiality: str, why: str, by: User
) -> Passage:
    """Add a passage at the end.

    Raises:
        PermissionDenied, Refused: as :func:`save_passage`, and ``too_many``.
    """
    taken = locked(synthesis, by, "synthesis.write", "write")
    orders = list(taken.passages.values_list("order", flat=True))
    if len(orders) >= rules.MAXIMUM_PASSAGES:
        raise Refused(
            "too_many", N_("A synthesis has at most %(limit)s passages."), limit=rules.MAXIMUM_PASSAGES
        )
    heading, body, confidentiality, why = _checked(heading, body, confidentiality, why)
    passage = Passage.objects.create(
        synthesis=taken,
        order=max(orders, default=-1) + 1,
        heading=heading,
        body=body,
        confidentiality=confidentiality,
        why=why,
        source="new",
    )
    _written(taken, by, "passage_added")
    return passage


@transaction.atomic
def remove_passage(*, passage: Passage, by: User) -> None:
    """Take a passage out; replies about it stay, about the whole.

    Replies on what was not public do not become public by it, and those on a secret stay withheld.

    Raises:
        PermissionDenied, Refused: ``state``.
    """
    taken = locked(passage.synthesis, by, "synthesis.write", "write")
    stored = Passage.objects.filter(pk=passage.pk, synthesis=taken).first()
    if stored is not None:
        if stored.confidentiality != rules.PUBLIC_PASSAGE:
            stored.replies.update(is_public=False)
        if stored.confidentiality == rules.SECRET:
            stored.replies.update(asks_secret=True)
        stored.delete()
    _written(taken, by, "passage_removed")


@transaction.atomic
def move(*, passage: Passage, direction: Literal["up", "down"], by: User) -> None:
    """Change places with the neighbour above or below; at the end of the list nothing changes.

    Raises:
        PermissionDenied, Refused: ``state``.
    """
    taken = locked(passage.synthesis, by, "synthesis.write", "write")
    passages = list(taken.passages.order_by("order", "pk"))
    place = next((index for index, one in enumerate(passages) if one.pk == passage.pk), None)
    if place is None:
        raise stale()
    other = place - 1 if direction == "up" else place + 1
    if not 0 <= other < len(passages):
        return
    passages[place], passages[other] = passages[other], passages[place]
    for order, one in enumerate(passages):
        one.order = order
    Passage.objects.bulk_update(passages, ["order"])
    _written(taken, by, "order")


@transaction.atomic
def save_card(
    *,
    synthesis: Synthesis,
    signal: str,
    change: str,
    horizon: str,
    driving_force: str,
    seen: str,
    by: User,
) -> ForesightCard:
    """Write the foresight card; a synthesis is sent and published once its four parts are filled.

    Raises:
        PermissionDenied, Refused: ``state``, ``stale``, ``too_long``.
    """
    taken = locked(synthesis, by, "synthesis.write", "write")
    card = ForesightCard.objects.filter(synthesis=taken).first() or ForesightCard(synthesis=taken)
    unchanged(card, CARD, seen)
    card.signal, card.change = tidied(signal, 1000), tidied(change, 1000)
    card.horizon, card.driving_force = tidied(horizon, 1000), tidied(driving_force, 300, lines=False)
    card.save()
    _written(taken, by, "foresight")
    return card
