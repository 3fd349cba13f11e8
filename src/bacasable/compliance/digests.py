"""The digests of a declaration: of all it says, to which evidence is bound, and of what bears risk."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, ClassVar, Protocol

from bacasable.compliance.canonical import digest
from bacasable.compliance.declaration import Dpia

#: Parts and fields of a declaration that say nothing of the risk: they may change under an assessment.
_BEARS_NO_RISK = frozenset({"title", "not_personal", "refused_uses"})
_WORDS = frozenset({"label", "contact", "class_reasons", "notice_to_persons", "rules_at", "source_at"})


class Declared(Protocol):
    """What is read by name of a :class:`Processing`; the rest by the fields that it has."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def dpia(self) -> Dpia: ...
    @property
    def persons(self) -> Mapping[str, str]: ...
    @property
    def refused_uses(self) -> Mapping[str, str]: ...


def digests_of(declared: Declared) -> tuple[str, str]:
    """Return the SHA-256 of the declaration's content, and of what an impact assessment of it rests on."""
    content = {f.name: _plain(getattr(declared, f.name)) for f in fields(declared) if f.name != "declared_at"}
    if not declared.refused_uses:  # declarations from before this field keep their digest
        del content["refused_uses"]
    risk = {name: value for name, value in content.items() if name not in _BEARS_NO_RISK}
    due = declared.dpia
    risk["persons"] = sorted(declared.persons)
    risk["dpia"] = [sorted(due.criteria), due.on_required_list, due.on_exempt_list]
    return digest(content), digest(_wordless(risk))


def _wordless(value: Any) -> Any:
    """Return what :func:`_plain` returned, without the words for people."""
    if isinstance(value, dict):
        return {name: _wordless(inner) for name, inner in value.items() if name not in _WORDS}
    return [_wordless(inner) for inner in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
