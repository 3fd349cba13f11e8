"""What the form templates ask of a field; pages use ``{% load ui %}`` instead."""

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

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
    attributes = {
        name: value
        for name, value in widget["attrs"].items()
        if value is not False and name not in drop.split()
    }
    base = classes.split()[0] if classes else ""
    own = attributes.pop("class", "")
    error = f"{base}--error" if attributes.get("aria-invalid") == "true" and base else ""
    joined = " ".join(part for part in (classes, error, own) if part)
    ordered = {"class": joined, **attributes} if joined else attributes
    return format_html_join(
        "",
        "{}",
        (
            (format_html_join("", ' {}="{}"', [(name, value)]) if value is not True else f" {name}",)
            for name, value in ordered.items()
        ),
    )
