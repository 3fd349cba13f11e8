"""The words of conversations, sealed under the conversation's data key and bound to their row."""

import json
from typing import Any

from bacasable.exchange.sealing import open_bytes, seal_bytes
from bacasable.people import instance
from bacasable.services.assistant.web.models import Conversation, Draft, Turn


def new_key() -> bytes:
    """Return the data key of a new conversation, wrapped."""
    return instance.vault().new_data_key()


def seal_words(conversation: Conversation, row: Turn | Draft, words: dict[str, Any]) -> bytes:
    """Return ``words`` (plain values) sealed for ``row``."""
    key = instance.vault().keyring.unwrap(bytes(conversation.data_key))
    return seal_bytes(key, json.dumps(words, ensure_ascii=False).encode(), _context(row))


def words_of(conversation: Conversation, row: Turn | Draft) -> dict[str, Any]:
    """Return the words of ``row``.

    Raises:
        Altered: the row is not the one that was written.
        KeyringError: the key of the installation that wraps them is gone.
    """
    key = instance.vault().keyring.unwrap(bytes(conversation.data_key))
    opened: dict[str, Any] = json.loads(open_bytes(key, bytes(row.sealed), _context(row)))
    return opened


def _context(row: Turn | Draft) -> str:
    return f"assistant.{type(row).__name__}:{row.public_id}"
