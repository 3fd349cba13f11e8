"""Replies to the person: composed from an answer, then as a tagged PDF, an e-mail or text."""

from bacasable.services.assistant.web.replies.composing import compose
from bacasable.services.assistant.web.replies.files import as_email, as_pdf, as_text, mark_of, source_type_of

__all__ = ["as_email", "as_pdf", "as_text", "compose", "mark_of", "source_type_of"]
