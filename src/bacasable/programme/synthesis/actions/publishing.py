"""Publish a synthesis, for good; correct what was published by an erratum that shows what changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.recommendations import actions as recommendations
from bacasable.programme.synthesis import content as frozen
from bacasable.programme.synthesis import documents, letters, rules, signals
from bacasable.programme.synthesis.actions.composing import CARD, cleaned_keywords
from bacasable.programme.synthesis.actions.locking import locked, stale, tidied
from bacasable.programme.synthesis.models import Publication, Synthesis

#: what an erratum may change beside passages and late replies: name -> longest
TEXTS = {"title": 200, "summary": 1000, "theme": 200, "sector": 100}


@transaction.atomic
def publish(*, synthesis: Synthesis, by: User, revision: int | None = None) -> Publication:
    """Publish what the preview showed: content, PDF and words for the search are frozen, the address too.

    The recommendations whose passage is public, and the evidence that closed them, become public with it.

    Args:
        revision: of the preview that the editor read; any by default.

    Raises:
        PermissionDenied: ``by`` is not an editor.
        Refused: ``state``, ``stale``, ``nothing_public``, ``no_foresight``, or what
            :func:`rules.hindrance` says.
    """
    taken = locked(synthesis, by, "synthesis.write", "publish")
    if revision is not None and revision != taken.revision - 1:
        raise stale()
    at = clock.now()
    refuse_hindrance(taken, at)
    if taken.project is None and taken.file is not None:
        taken.project = taken.file.project
    taken.published_at, taken.published_by = at, by
    taken.slug = _free_slug(taken)
    taken.save(update_fields=["state", "revision", "project", "published_at", "published_by", "slug"])
    publication = _freeze(taken, frozen.of(taken, at=at), number=1, reason="", by=by, at=at)
    letters.published(taken)
    recommendations.publish(recommendations=frozen.published_recommendations(taken), at=at, by=by)
    signals.published.send(sender=Synthesis, synthesis=taken, publication=publication, by=by)
    journal.record(
        "synthesis.published",
        by=by,
        subject=f"synthesis:{taken.public_id}",
        publication=1,
        digest=publication.sha256,
    )
    return publication


def refuse_hindrance(synthesis: Synthesis, at: datetime) -> None:
    """Raise ``Refused`` with what keeps a synthesis from being published at ``at``, if anything does."""
    found = rules.hindrance(
        regime=synthesis.call.regime,
        agreed=synthesis.project_agreed_at is not None,
        reply_due_at=synthesis.reply_due_at,
        unanswered=synthesis.replies.filter(
            Q(is_late=False) | Q(asks_secret=True), responded_at=None
        ).count(),
        at=at,
    )
    if found:
        raise Refused(*found, deadline=synthesis.reply_due_at)
    refuse_incomplete(synthesis)


def refuse_incomplete(synthesis: Synthesis) -> None:
    """Raise ``Refused`` where a part that each publication has is missing.

    Codes: ``nothing_public`` (no summary, or no public passage with a text), ``no_foresight``.
    """
    if not synthesis.summary.strip() or not frozen.published_passages(synthesis):
        raise Refused(
            "nothing_public",
            N_("Write the summary and at least one public passage: they would be published."),
        )
    if frozen.foresight(synthesis) is None:
        raise Refused(
            "no_foresight",
            N_(
                "Fill the four parts of the foresight card: each published project has one. They can be "
                "written while the synthesis is being composed; take it back first if the project has it."
            ),
        )


def _free_slug(synthesis: Synthesis) -> str:
    """Return an address made of the title that no other synthesis has; it never changes again."""
    made = slugify(synthesis.title)[:70].strip("-") or "synthesis"
    taken = set(
        Synthesis.objects.exclude(pk=synthesis.pk)
        .filter(slug__startswith=made)
        .values_list("slug", flat=True)
    )
    if made not in taken:
        return made
    number = 2
    while f"{made}-{number}" in taken:
        number += 1
    return f"{made}-{number}"


def _freeze(
    synthesis: Synthesis, content: dict[str, Any], *, number: int, reason: str, by: User, at: datetime
) -> Publication:
    pdf = documents.render(synthesis, content, number=number, reason=reason, at=at)
    return Publication.objects.create(
        synthesis=synthesis,
        number=number,
        content=content,
        card=frozen.card(content),
        words=frozen.words(content),
        sha256=frozen.digest(content),
        pdf=pdf,
        reason=reason,
        by=by,
        at=at,
    )


@transaction.atomic
def correct(
    *,
    synthesis: Synthesis,
    changes: Mapping[str, Any],
    reason: str,
    by: User,
    late_replies: Iterable[int] = (),
    revision: int | None = None,
) -> Publication:
    """Publish an erratum: the next version, with its reason; the versions before stay readable.

    Only what was published can change, by ``changes``; what was not public never becomes so here, except the
    late replies that their author asked to publish and the editor chose.

    Args:
        changes: any of ``title``, ``summary``, ``theme``, ``sector``, ``keywords`` (list),
            ``passages`` (``{id: {"heading", "body"}}``; an empty body takes the passage out) and
            ``foresight`` (``{"signal", "change", "horizon", "driving_force"}``).
        late_replies: internal numbers of late replies to publish with it.

    Raises:
        PermissionDenied, Refused: ``state``, ``stale``, ``reason`` (none), ``same`` (nothing changes),
            ``empty``, ``too_long``, ``passage`` (unknown).
    """
    taken = locked(synthesis, by, "synthesis.write", "correct")
    if revision is not None and revision != taken.revision - 1:
        raise stale()
    reason = tidied(reason, 500, lines=False)
    if not reason:
        raise Refused("reason", N_("Say why the synthesis is corrected: readers see it."))
    before = taken.publications.select_for_update().get(superseded_at=None)
    content = corrected(before.content, changes)
    _add_replies(taken, content, late_replies)
    if content == before.content:
        raise Refused("same", N_("Nothing changes: correct at least one text."))
    at = clock.now()
    before.superseded_at = at
    before.save(update_fields=["superseded_at"])
    taken.title, taken.summary = content["title"], content["summary"]
    taken.theme, taken.sector = content["theme"], content["sector"]
    taken.keywords = content["keywords"]
    taken.save(update_fields=[*TEXTS, "keywords", "revision"])
    publication = _freeze(taken, content, number=before.number + 1, reason=reason, by=by, at=at)
    letters.corrected(taken)
    signals.published.send(sender=Synthesis, synthesis=taken, publication=publication, by=by)
    journal.record(
        "synthesis.corrected",
        by=by,
        subject=f"synthesis:{taken.public_id}",
        publication=publication.number,
        digest=publication.sha256,
    )
    return publication


def corrected(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a published content with ``changes`` (see :func:`correct`); the content given stays as it is."""
    made = dict(content)
    for name, limit in TEXTS.items():
        if name in changes:
            made[name] = tidied(changes[name], limit, lines=name == "summary")
    if not made["title"] or not made["summary"]:
        raise Refused("empty", N_("Title and summary cannot stay empty."))
    if "keywords" in changes:
        made["keywords"] = cleaned_keywords(changes["keywords"])
    wanted = dict(changes.get("passages") or {})
    passages = []
    for passage in content["passages"]:
        given = wanted.pop(passage["id"], passage)
        heading, body = tidied(given["heading"], 200, lines=False), tidied(given["body"], 8000)
        if not body:
            continue
        if not heading:
            raise Refused("empty", N_("A passage keeps a heading."))
        passages.append({**passage, "heading": heading, "body": body})
    if wanted:
        raise Refused("passage", N_("Only passages that were published can be corrected."))
    if not passages:
        raise Refused("empty", N_("Keep at least one passage."))
    made["passages"] = passages
    kept = {passage["id"]: passage["heading"] for passage in passages}
    made["recommendations"] = [
        {**one, "title": kept[one["passage"]]} for one in content["recommendations"] if one["passage"] in kept
    ]
    if "foresight" in changes:
        made["foresight"] = _foresight(changes["foresight"], content["foresight"])
    return made


def _foresight(given: Mapping[str, str], before: Mapping[str, str] | None) -> dict[str, str] | None:
    """Return the card as corrected; only what was published without one stays without one."""
    limits = dict.fromkeys(CARD, 1000) | {"driving_force": 300}
    card = {name: tidied(given.get(name, ""), limits[name]) for name in CARD}
    if before is None and not any(card.values()):
        return None
    if not all(card.values()):
        raise Refused("empty", N_("Fill the four parts of the foresight card: none of them can be empty."))
    return card


def _add_replies(synthesis: Synthesis, content: dict[str, Any], chosen: Iterable[int]) -> None:
    """Put late replies that their author asked to publish into ``content``, each once."""
    ids = set(chosen)
    found = synthesis.replies.filter(pk__in=ids, is_late=True, is_public=True).select_related("passage")
    shown = {reply["id"] for passage in content["passages"] for reply in passage["replies"]}
    shown |= {reply["id"] for reply in content["replies"]}
    for reply in found:
        entry = frozen.as_published(reply)
        if entry["id"] in shown:
            continue
        about = str(reply.passage.public_id) if reply.passage else ""
        passages = {passage["id"]: passage for passage in content["passages"]}
        if about and about not in passages:  # its passage is not public: neither is what is said of it
            continue
        if about:
            index = content["passages"].index(passages[about])
            content["passages"][index] = {
                **passages[about],
                "replies": [*passages[about]["replies"], entry],
            }
        else:
            content["replies"] = [*content["replies"], entry]
