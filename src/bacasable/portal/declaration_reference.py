"""The reference of the declaration: every part and field, from the types that code writes it with."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from enum import Enum
from inspect import getdoc
from typing import Any, get_args, get_origin, get_type_hints

#: The parts, in the order in which one writes them.
PARTS = (
    *("Processing", "Controller", "Contact", "Purpose", "DataField", "Retention", "Period", "NotPersonal"),
    *("Recipient", "Transfer", "Measure", "AutomatedDecisions", "Algorithm", "Dpia", "Oversight"),
    "AiActProfile",
)
_ROLE = re.compile(r":\w+:`~?(?:[\w.]+\.)?(\w+)`")
_SECTION = re.compile(r"\n(?:Raises|Args|Returns):\n")
_MODULE = re.compile(r"\b(?:\w+\.)+(?=[A-Z])")


def parts() -> Iterator[tuple[str, str, list[list[object]]]]:
    """Give each part: its name, what it says, and a line for each field (name, type, default)."""
    from bacasable.compliance import processing

    for name in PARTS:
        part = getattr(processing, name)
        hints = get_type_hints(part)
        lines: list[list[object]] = [
            [f"`{field.name}`", f"`{_type(hints[field.name])}`", _default(field)]
            for field in fields(part)
            if field.init and field.name != "declared_at"
        ]
        yield name, _said(part), lines


def lists() -> Iterator[tuple[str, list[list[object]]]]:
    """Give each closed list of the law: its title, and a line for each choice (key, what it is, article)."""
    from bacasable.compliance import law

    yield "Lawful bases (`Purpose.basis`)", [_choice(one) for one in law.LawfulBasis]
    yield "Special grounds (`Purpose.special_ground`)", [_choice(one) for one in law.SpecialGround]
    yield (
        "Categories of data (`DataField.category`)",
        [
            [f"`{one.key}`", one.label, f"GDPR {one.article}" if one.article else ""]
            for one in law.CATEGORIES.values()
        ],
    )
    yield "Criteria of an impact assessment (`Dpia.criteria`)", _mapping(law.DPIA_CRITERIA)
    yield "Guarantees of a transfer (`Transfer.guarantee`)", _mapping(law.TRANSFER_GUARANTEES)


def _choice(one: Any) -> list[object]:
    return [f"`{type(one).__name__}.{one.name}`", one.label, f"GDPR {one.value}"]


def _mapping(choices: Mapping[str, str]) -> list[list[object]]:
    return [[f"`{key}`", label, ""] for key, label in choices.items()]


def _said(part: type) -> str:
    text = _SECTION.split(getdoc(part) or "")[0].strip()
    return _ROLE.sub(r"`\1`", text).replace("``", "`")


def _type(hint: Any) -> str:
    if hint is type(None):
        return "None"
    origin, arguments = get_origin(hint), get_args(hint)
    if str(hint).startswith("typing.Literal"):
        return " | ".join(f'"{one}"' for one in arguments)
    if origin is tuple:
        return f"({_type(arguments[0])}, ...)"
    if origin is not None and issubclass(origin if isinstance(origin, type) else object, Mapping):
        return f"{{{_type(arguments[0])}: {_type(arguments[1])}}}"
    if arguments:
        return " | ".join(map(_type, arguments))
    return getattr(hint, "__name__", _MODULE.sub("", str(hint)))


def _default(field: "Field[Any]") -> str:
    if field.default is MISSING and field.default_factory is MISSING:
        return "to be given"
    if field.default is MISSING:
        return "empty"
    if field.default in ("", ()):
        return "empty"
    if isinstance(field.default, Enum | str | bool | int) or field.default is None:
        value = field.default
        return f"`{value!r}`".replace("'", '"')
    given = [
        f"{one.name}={getattr(field.default, one.name)!r}"
        for one in fields(field.default)
        if getattr(field.default, one.name) != one.default
    ]
    return f"`{type(field.default).__name__}({', '.join(given)})`"
