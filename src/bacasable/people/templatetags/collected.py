"""``{% collected "app.Model" ... %}``: the notice of articles 13 and 14 under a form that collects data."""

from typing import Any

from django import template
from django.utils.translation import get_language, gettext

from bacasable.compliance import notices
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.exports.installation import context_of
from bacasable.people.instance import configuration

register = template.Library()


@register.inclusion_tag("people/collected.html")
def collected(*stored: str) -> dict[str, Any]:
    """Show the notice of a form that writes to the data sets ``stored``; a place nobody declares fails."""
    context = context_of(None, configuration(), language=get_language() or "fr", translate=gettext)
    for service in catalogue().values():
        declared = processing_of(service)
        if notices.collected(declared, stored):
            return {"notice": notices.notice(declared, stored, context), "service": declared.service}
    raise ValueError(f"no service declares anything in {', '.join(stored)}; declare it in its processing.py")
