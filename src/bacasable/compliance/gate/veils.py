"""How a value leaves where it may not leave in clear: as a pseudonym, or with its personal data hidden."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bacasable.compliance.gate.sources import Veil
from bacasable.privacy.messages import Refused

if TYPE_CHECKING:
    from bacasable.privacy.pseudonyms import Keys, Pseudonyms
    from bacasable.privacy.redaction import Finder
    from bacasable.privacy.redaction.replacement import Redacted

#: Pseudonyms remembered for one column, so that a person who comes back costs one look-up (some 20 MB).
REMEMBERED = 1 << 17


class Pseudonymising:
    """Makes the veil that turns the values of a column into pseudonyms, as ``Pseudonyms.of`` writes them.

    None and blank text stay, since they name nobody. Texts, whole numbers, dates and UUIDs only: other values
    have no one writing. What it made is remembered as long as the key is the same.
    """

    def __init__(self, keys: "Keys", scope: str, kind: str) -> None:
        from bacasable.privacy.pseudonyms import Pseudonyms

        self._keys = keys
        self._pseudonyms = Pseudonyms(keys, scope)
        self._kind = kind
        self._key = keys.key(scope)
        self._known: dict[str, str] = {}

    def __call__(self) -> Veil:
        """Return the veil of one reading.

        Raises:
            Refused: the key of the scope was destroyed.
        """
        key = self._keys.key(self._pseudonyms.scope)
        if key != self._key:
            self._key, self._known = key, {}
        known, of, kind = self._known, self._pseudonyms.of, self._kind

        def veil(value: Any) -> Any:
            made = known.get(value) if isinstance(value, str) else None
            if made is not None or value is None:
                return made
            text = self._written(value)
            if not text.strip():
                return text
            made = of(text, kind)
            if len(known) >= REMEMBERED:
                known.clear()
            known[text] = made
            return made

        return veil

    def _written(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, int | UUID | date) and not isinstance(value, bool | datetime):
            return str(value)
        raise Refused(
            f"a {type(value).__name__} has no pseudonym as a {self._kind}: a column that leaves='pseudonym' "
            "may hold text, whole numbers, dates and UUIDs; store text, or declare leaves='redacted'"
        )


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
