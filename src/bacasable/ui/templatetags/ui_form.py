"""What the form templates ask of a field; pages use ``{% load ui %}`` instead."""

from collections.abc import Mapping
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe

from bacasable.ui.markup import escaped, shown

register = template.Library()


@register.filter
def kind_of(field: BoundField) -> str:
    """``checkbox`` (one alone), ``textarea``, ``file``, or ``other``: what the field's frame depends on."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "other"


@register.filter
def length_limit(field: BoundField) -> int | None:
    """The longest text that a textarea takes, in characters, for its counter."""
    return getattr(field.field, "max_length", None)


@register.simple_tag
def widget_attributes(widget: dict[str, Any], classes: str, drop: str = "") -> SafeString:
    """The attributes of an input, its ``class`` joined to ours and marked when the value was refused.

    ``drop`` names attributes, separated by spaces, that are not wanted.
    """
    return _attributes(widget["attrs"], classes, drop)


def _attributes(given: Mapping[str, Any], classes: str, drop: str = "") -> SafeString:
    unwanted = drop.split()
    attributes = {name: value for name, value in given.items() if value is not False and name not in unwanted}
    base = classes.split()[0] if classes else ""
    own = attributes.pop("class", "")
    error = f"{base}--error" if attributes.get("aria-invalid") == "true" and base else ""
    joined = " ".join(part for part in (classes, error, own) if part)
    ordered = {"class": joined, **attributes} if joined else attributes
    written = [
        f" {escaped(name)}" if value is True else f' {escaped(name)}="{escaped(value)}"'
        for name, value in ordered.items()
    ]
    return mark_safe("".join(written))  # noqa: S308 (names and values are escaped)


@register.simple_tag
def boxes(widget: Mapping[str, Any], kind: str) -> SafeString:
    """The boxes of a choice, each with its label; ``kind``: ``checkbox`` or ``radio``.

    Written here because a question may have fifty, and a template asks of each what it is.
    """
    block = {"checkbox": "govuk-checkboxes", "radio": "govuk-radios"}[kind]
    lines = [
        f'<div class="{block}__item"><input type="{kind}" name="{escaped(option["name"])}" '
        f'value="{escaped(str(option["value"]))}"{_attributes(option["attrs"], block + "__input")}>'
        f'<label class="govuk-label {block}__label" for="{escaped(option["attrs"].get("id", ""))}">'
        f"{shown(option['label'])}</label></div>"
        for _group, options, _index in widget["optgroups"]
        for option in options
    ]
    return mark_safe("\n".join(lines))  # noqa: S308 (names, values and labels are escaped)


@register.simple_tag
def options(widget: Mapping[str, Any]) -> SafeString:
    """The choices of a list to choose from, under their groups."""
    lines = []
    for group, choices, _index in widget["optgroups"]:
        if group:
            lines.append(f'<optgroup label="{escaped(group)}">')
        lines += [
            f'<option value="{escaped(str(option["value"]))}"{_attributes(option["attrs"], "")}>'
            f"{shown(option['label'])}</option>"
            for option in choices
        ]
        if group:
            lines.append("</optgroup>")
    return mark_safe("\n".join(lines))  # noqa: S308 (values and labels are escaped)
