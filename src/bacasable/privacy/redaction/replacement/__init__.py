"""Replace what was found, and undo it with the key only.

    redacted = redact(text, "tag", seal=key)
    restore(redacted.text, redacted.sealed(), key) == text

``Redactor`` does the same for texts that come one after another (records, chunks of a file).
"""

from bacasable.privacy.redaction.replacement.redacted import Redacted, Replacement, restore
from bacasable.privacy.redaction.replacement.redactor import MASK, Mode, Redactor, redact

__all__ = ["MASK", "Mode", "Redacted", "Redactor", "Replacement", "redact", "restore"]
