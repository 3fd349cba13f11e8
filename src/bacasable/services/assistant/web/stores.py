"""Where the data of people lie: what rights and retention walk.

Conversations are sealed: they are opened to be exported to the agent who asked, and to be searched for a
person of the public whom they name.
"""

import uuid
from collections.abc import Container, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import router, transaction
from django.db.models import QuerySet

from bacasable.compliance.store import Erased, Person, Record, Store
from bacasable.people.rows import QuerysetStore
from bacasable.privacy.pseudonyms.canonical import fold
from bacasable.services.assistant.processing import KEPT_CONVERSATION, PROCESSING
from bacasable.services.assistant.web import sealed
from bacasable.services.assistant.web.models import (
    ApiKey,
    Conversation,
    Draft,
    Feedback,
    Import,
    Membership,
    Turn,
    Usage,
)

#: Agents are told by the public identifier of their account.
BY_ACCOUNT = {"agent": {"account": "person"}}
#: What names a person of the public in a conversation.
NAMED_BY = ("name", "email", "phone", "number")


class ConversationStore:
    """Conversations with their turns and drafts: whole, and opened by the key of the installation."""

    holds: tuple[str, ...] = ("asker", "conversation")

    def find(self, person: Person) -> Iterator[str]:
        """Yield the references of the conversations of an agent, or that name a person of the public."""
        for conversation in self._about(person):
            yield _named(conversation)

    def export(self, person: Person) -> Iterator[Record]:
        """Yield the conversations: whole for the agent, the turns that name them for somebody else."""
        for conversation in self._about(person):
            turns = [
                {"asked_at": turn.asked_at, **sealed.words_of(conversation, turn)}
                for turn in conversation.turns.all()
            ]
            drafts = [sealed.words_of(conversation, draft) for draft in _drafts(conversation)]
            if person.kind == "visitor":
                sought = _sought(person)
                turns = [turn for turn in turns if _names(turn, sought)]
                drafts = [draft for draft in drafts if _names(draft, sought)]
                yield Record(_named(conversation), {"conversation": {"turns": turns, "drafts": drafts}})
                continue
            asker = {
                "person": conversation.person,
                "opened_at": conversation.opened_at,
                "last_at": conversation.last_at,
            }
            yield Record(
                _named(conversation), {"asker": asker, "conversation": {"turns": turns, "drafts": drafts}}
            )

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase the conversations about ``person``, whole, in one transaction."""
        with transaction.atomic(using=router.db_for_write(Conversation)):
            found = [conversation.pk for conversation in self._about(person)]
            return self._removed(Conversation.objects.filter(pk__in=found))

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Erase the conversations whose last question is older than the retention."""
        with transaction.atomic(using=router.db_for_write(Conversation)):
            past = [
                row.pk
                for row in Conversation.objects.filter(last_at__lt=now).only("pk", "last_at")
                if KEPT_CONVERSATION.due_at(row.last_at) <= now
            ]
            return self._removed(Conversation.objects.filter(pk__in=past), dry_run)

    def search(self, text: str, *, limit: int = 100) -> Iterator[str]:
        """Yield the references of conversations that hold ``text``, case and accents aside."""
        sought = fold(text).strip()
        count = 0
        for conversation in Conversation.objects.iterator() if sought else ():
            if any(_names(words, (sought,)) for words in _all_words(conversation)):
                yield _named(conversation)
                count += 1
                if count >= limit:
                    return

    def _about(self, person: Person) -> Iterator[Conversation]:
        if person.kind == "agent" and (account := person.identifiers.get("account", "").strip()):
            yield from _of_account(account)
        elif person.kind == "visitor" and (sought := _sought(person)):
            for conversation in Conversation.objects.iterator():
                if any(_names(words, sought) for words in _all_words(conversation)):
                    yield conversation

    def _removed(self, rows: "QuerySet[Conversation]", dry_run: bool = False) -> Erased:
        conversations = rows.count()
        words = Turn.objects.filter(conversation__in=rows).count()
        words += Draft.objects.filter(turn__conversation__in=rows).count()
        if not dry_run:
            rows.delete()
        counts = {"asker": conversations, "conversation": words}
        return Erased({name: count for name, count in counts.items() if count}, {})


def _of_account(account: str) -> "QuerySet[Conversation]":
    try:
        return Conversation.objects.filter(person=uuid.UUID(account))
    except ValueError:
        return Conversation.objects.none()


def _drafts(conversation: Conversation) -> "QuerySet[Draft]":
    return Draft.objects.filter(turn__conversation=conversation)


def _all_words(conversation: Conversation) -> Iterator[dict[str, Any]]:
    for turn in conversation.turns.all():
        yield sealed.words_of(conversation, turn)
    for draft in _drafts(conversation):
        yield sealed.words_of(conversation, draft)


def _sought(person: Person) -> tuple[str, ...]:
    """Return what all must be found in one turn or draft, folded."""
    return tuple(
        fold(value).strip() for name in NAMED_BY if (value := person.identifiers.get(name, "").strip())
    )


def _names(words: Any, sought: tuple[str, ...]) -> bool:
    text = fold(" ".join(_texts(words)))
    return bool(sought) and all(one in text for one in sought)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _named(conversation: Conversation) -> str:
    return f"assistant.Conversation:{conversation.public_id}"


def stores() -> Mapping[str, Store]:
    """Return the stores by name."""
    return {
        "conversations": ConversationStore(),
        "opinions": QuerysetStore(
            Feedback, PROCESSING, persons={}, started={"feedback": "given_at"}, reference="public_id"
        ),
        "groups": QuerysetStore(
            Membership,
            PROCESSING,
            persons=BY_ACCOUNT,
            started={"assistant_access": "ended_at"},
            reference="public_id",
        ),
        "keys": QuerysetStore(
            ApiKey,
            PROCESSING,
            persons=BY_ACCOUNT,
            started={"assistant_access": "revoked_at"},
            reference="public_id",
        ),
        "usage": QuerysetStore(
            Usage, PROCESSING, persons={"agent": {"account": "key__person"}}, started={"usage": "day"}
        ),
        "imports": QuerysetStore(
            Import,
            PROCESSING,
            persons={"agent": {"account": "by"}},
            started={"assistant_access": "asked_at"},
            reference="public_id",
        ),
    }
