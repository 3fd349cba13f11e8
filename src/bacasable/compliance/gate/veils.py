"""How a value leaves where it may not leave in clear: as a pseudonym, or with its personal data hidden."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bacasable.compliance.gate.sources import Veil
from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    from bacasable.privacy.pseudonyms import Pseudonyms
    from bacasable.privacy.redaction import Finder
    from bacasable.privacy.redaction.replacement import Redacted

#: Pseudonyms remembered in one scan, so that a person who comes back costs one look-up.
REMEMBERED = 65_536


def pseudonymising(pseudonyms: "Pseudonyms", kind: str) -> Veil:
    """Return what turns a value into its pseudonym as a ``kind``, for one reading.

    It is that of ``Pseudonyms.of``, whatever the writing. None and blank text stay, since they name nobody.
    Texts, whole numbers, dates and UUIDs only: other values have no one writing.
    """
    known: dict[Any, str] = {}

    def veil(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, str):
            text = value
        elif isinstance(value, int | UUID | date) and not isinstance(value, bool | datetime):
            text = str(value)
        else:
            raise Refused(
                f"a {type(value).__name__} has no pseudonym as a {kind}: a column that leaves='pseudonym' "
                "may hold text, whole numbers, dates and UUIDs; store text, or declare leaves='redacted'"
            )
        made = known.get(text)
        if made is None:
            if not text.strip():
                return text
            made = pseudonyms.of(text, kind)
            if len(known) >= REMEMBERED:
                known.clear()
            known[text] = made
        return made

    return veil


class Hiding:
    """Hides the personal data of texts: types in their place, or pseudonyms of the purpose's scope."""

    def __init__(self, finder: "Finder | None" = None, pseudonyms: "Pseudonyms | None" = None) -> None:
        from bacasable.privacy.redaction import Finder
        from bacasable.privacy.redaction.replacement import Redactor

        self._finder = finder or Finder()
        self._redactor = Redactor("pseudonym" if pseudonyms else "tag", pseudonyms=pseudonyms)

    def text(self, text: str) -> "Redacted":
        """Return the text as it may leave, with what was hidden beside: ``.replacements``."""
        return self._redactor.redact(text, self._finder.find(text))

    def value(self, value: Any) -> Any:
        """Return a value as it may leave: texts inside of lists and mappings too, other values as text."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        if isinstance(value, Mapping):
            return {self.value(key): self.value(item) for key, item in value.items()}
        return self.text(value if isinstance(value, str) else str(value)).text
