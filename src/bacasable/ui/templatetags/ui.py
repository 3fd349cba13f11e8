"""The components of the pages: ``{% load ui %}``. The page /components/ shows each with its code.

Every argument that ends on the page is escaped; pass a ``SafeString`` (``format_html``) to give markup.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bacasable.ui import charts
from bacasable.ui.markup import escaped, local, shown
from bacasable.ui.typography import french

register = template.Library()
register.filter("typography", french)

#: Colours of badges: grey says nothing, green done or passed, blue in progress, yellow waits for someone,
#: orange late or to be measured again, red failed or refused, purple and teal tell kinds apart.
COLOURS = frozenset({"grey", "green", "blue", "yellow", "orange", "red", "purple", "teal"})
KINDS = frozenset({"primary", "secondary", "warning"})
NOTICES = frozenset({"info", "warning", "success", "error"})


def _one_of(value: str, known: frozenset[str], what: str) -> str:
    if value not in known:
        raise template.TemplateSyntaxError(
            f"{what}: '{value}' is not one of {', '.join(sorted(known))}; write one of these"
        )
    return value


@register.simple_tag
def button(
    text: str,
    kind: str = "primary",
    href: str | None = None,
    name: str | None = None,
    value: str | None = None,
    form: str | None = None,
    formaction: str | None = None,
) -> SafeString:
    """A submit button, or with ``href`` a link that looks like one. ``form``: id of a form elsewhere."""
    return mark_safe(  # noqa: S308 (rendered by an escaping template)
        render_to_string(
            "ui/components/button.html",
            {
                "text": text,
                "kind": _one_of(kind, KINDS, "button kind"),
                "href": href,
                "name": name,
                "value": value,
                "form": form,
                "formaction": formaction,
            },
        )
    )


@register.simple_tag
def badge(text: str, colour: str = "grey") -> SafeString:
    """A short state beside a thing. Colour is never the only sign: the text says it all."""
    _one_of(colour, COLOURS, "badge colour")
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, text)


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", role: str = "") -> SafeString:
    """``{% notice kind="warning" title="..." %}...{% endnotice %}``: something to know before going on.

    ``role="alert"`` for what has just happened; nothing otherwise.
    """
    return _notice(content, kind, title, role)


def _notice(content: str, kind: str, title: str, role: str) -> SafeString:
    return mark_safe(  # noqa: S308 (the content was rendered by an escaping template)
        render_to_string(
            "ui/components/notice.html",
            {
                "content": content,
                "kind": _one_of(kind, NOTICES, "notice kind"),
                "title": title,
                "role": role,
            },
        )
    )


@register.inclusion_tag("ui/components/messages.html", takes_context=True)
def message_notices(context: Context) -> dict[str, Any]:
    """What django.contrib.messages holds, each as a notice; the shell calls this once."""
    kinds = {"error": "error", "warning": "warning", "success": "success"}
    return {"items": [(kinds.get(m.level_tag, "info"), m) for m in context.get("messages") or ()]}


@register.simple_block_tag
def details(content: str, summary: str, open: bool = False) -> SafeString:
    """``{% details "What is a DPIA?" %}...{% enddetails %}``: help that most readers skip."""
    return mark_safe(  # noqa: S308 (the content was rendered by an escaping template)
        render_to_string("ui/components/details.html", {"content": content, "summary": summary, "open": open})
    )


@register.simple_tag
def summary_list(rows: Iterable[Mapping[str, Any]], bordered: bool = True) -> SafeString:
    """Facts, one a line. A row: ``key``, ``value``, and to change it ``action_href``, ``action_text``."""
    rows = list(rows)
    has_actions = any(row.get("action_href") for row in rows)
    lines = [
        '<dl class="govuk-summary-list">' if bordered else _DL_WITHOUT_BORDER,
        *(_fact(row, has_actions) for row in rows),
        "</dl>",
    ]
    return mark_safe("\n".join(lines))  # noqa: S308 (each fact escaped what it shows)


_DL_WITHOUT_BORDER = '<dl class="govuk-summary-list govuk-summary-list--no-border">'


def _fact(row: Mapping[str, Any], has_actions: bool) -> str:
    key, href = shown(row.get("key", "")), row.get("action_href")
    bare = " govuk-summary-list__row--no-actions" if has_actions and not href else ""
    said = (
        f'<div class="govuk-summary-list__row{bare}"><dt class="govuk-summary-list__key">{key}</dt>'
        f'<dd class="govuk-summary-list__value">{shown(row.get("value", ""))}</dd>'
    )
    if href:
        said += (
            f'<dd class="govuk-summary-list__actions"><a class="govuk-link" href="{escaped(href)}">'
            f'{shown(row.get("action_text", ""))}<span class="govuk-visually-hidden"> ({key})</span></a></dd>'
        )
    return said + "</div>"


@register.inclusion_tag("ui/components/task_list.html")
def task_list(items: Iterable[Mapping[str, Any]], id: str = "tasks") -> dict[str, Any]:
    """Steps and how far each is. An item: ``title``, ``status``; also ``hint``, ``href``, ``status_colour``.

    Without ``status_colour`` the status is plain text, as for what is done; without ``href`` no link.
    """
    return {"items": list(items), "id": id}


def _cell(value: Any, column: Mapping[str, Any], first: bool, href: Any) -> str:
    """Return one cell: written here because a table has hundreds, and a template asks of each what it is."""
    colour = ""
    text = value
    if isinstance(value, Mapping):
        text, href = value.get("text", value.get("badge", "")), href or value.get("href")
        if "badge" in value:
            colour = _one_of(value.get("colour", "grey"), COLOURS, "badge colour")
    inside = shown(text)
    if href:
        inside = f'<a class="govuk-link" href="{escaped(href)}">{inside}</a>'
    elif colour:
        inside = f'<strong class="govuk-tag govuk-tag--{colour}">{inside}</strong>'
    classes = "govuk-table__header bac-table__row-header" if first else "govuk-table__cell"
    if column.get("numeric"):
        classes += " govuk-table__cell--numeric"
    if column.get("nowrap"):
        classes += " bac-nowrap"
    return (
        f'<th scope="row" class="{classes}">{inside}</th>'
        if first
        else f'<td class="{classes}">{inside}</td>'
    )


def _body(columns: Sequence[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the rows of a table; every value is escaped by :func:`_cell`."""
    lines = []
    for row in rows:
        cells = [
            _cell(row.get(column["key"], ""), column, index == 0, row.get("href") if index == 0 else None)
            for index, column in enumerate(columns)
        ]
        lines.append('<tr class="govuk-table__row">' + "\n".join(cells) + "</tr>")
    return mark_safe("\n".join(lines))  # noqa: S308 (each cell escaped its value)


@register.inclusion_tag("ui/components/data_table.html")
def data_table(
    columns: Sequence[Mapping[str, Any]],
    rows: Iterable[Mapping[str, Any]],
    caption: str = "",
    empty: str = "",
    caption_hidden: bool = False,
    id: str = "table",
) -> dict[str, Any]:
    """A table; where there are no rows, the sentence ``empty`` in its place.

    A column: ``key``, ``label``, ``numeric``, ``nowrap``. A row: a value for each key (text, or
    ``{"text", "href"}``, or ``{"badge", "colour"}``), and ``href`` to make its first cell, which heads the
    row, a link. ``id`` must differ where a page has two tables. Narrow screens scroll it sideways, by
    keyboard too.
    """
    head = list(columns)
    return {
        "columns": head,
        "body": _body(head, rows),
        "caption": caption or _("Table"),
        "caption_hidden": caption_hidden or not caption,
        "empty": empty or _("Nothing to show yet."),
        "id": id,
    }


@register.simple_tag
def timeline(items: Iterable[Mapping[str, Any]], heading_level: int = 3) -> SafeString:
    """Dated facts in order. An item: ``when`` (an instant, a date or text), ``title``, ``text``, ``state``.

    ``state`` is ``done``, ``current`` or ``future``.
    """
    lines = ['<ol class="bac-timeline">', *(_dated(item, int(heading_level)) for item in items), "</ol>"]
    return mark_safe("\n".join(lines))  # noqa: S308 (each item escaped what it shows)


def _dated(item: Mapping[str, Any], level: int) -> str:
    state, text = item.get("state", ""), item.get("text", "")
    known = f" bac-timeline__item--{escaped(state)}" if state else ""
    current, now = "", ""
    if state == "current":
        current = ' aria-current="step"'
        now = f'<span class="govuk-visually-hidden"> ({pgettext("timeline", "now")})</span>'
    said = f'<div class="bac-timeline__text">{_paragraphs(text)}</div>' if text else ""
    return (
        f'<li class="bac-timeline__item{known}"{current}>'
        f'<p class="bac-timeline__when">{_when(item.get("when", ""))}</p>'
        f'<h{level} class="bac-timeline__title">{shown(item.get("title", ""))}{now}</h{level}>{said}</li>'
    )


def _when(when: Any) -> str:
    if getattr(when, "tzinfo", None):
        at = local(when)
        words = escaped(date_format(at, "DATETIME_FORMAT"))
        return f'<time datetime="{escaped(date_format(at, "c"))}">{words}</time>'
    if getattr(when, "year", None):
        words = escaped(date_format(when, "DATE_FORMAT"))
        return f'<time datetime="{escaped(date_format(when, "Y-m-d"))}">{words}</time>'
    return shown(when)


def _paragraphs(text: Any) -> str:
    is_markup = hasattr(text, "__html__")
    return linebreaks(str(text), autoescape=not is_markup)


@register.inclusion_tag("ui/components/chart.html")
def chart(chart: charts.BarChart | charts.LineChart, heading_level: int = 3) -> dict[str, Any]:
    """A figure made by :mod:`bacasable.ui.charts`: its drawing, then its table for who prefers numbers."""
    return {"chart": chart, "svg": mark_safe(chart.svg()), "heading_level": heading_level}  # noqa: S308


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page, parameter: str = "page") -> dict[str, Any]:
    """Links to the other pages of a Django ``Page``; the rest of the address's query is kept."""
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query[parameter] = str(number)
        return "?" + query.urlencode()

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "previous": address(page.previous_page_number()) if page.has_previous() else None,
        "next": address(page.next_page_number()) if page.has_next() else None,
        "items": [
            {"number": n, "href": address(n), "current": n == page.number} if isinstance(n, int) else None
            for n in numbers
        ],
    }


@register.inclusion_tag("ui/components/file_upload.html")
def file_upload(
    name: str,
    label: str,
    hint: str = "",
    errors: Iterable[str] = (),
    accept: str = "",
    multiple: bool = False,
    tus_url: str = "",
    max_bytes: int = 0,
    id: str = "",
) -> dict[str, Any]:
    """A field for files with a place to drop them; with ``tus_url`` its wrapper carries ``data-tus-url``.

    ``data-max-bytes`` stands beside it. Without JavaScript it is the browser's own field in the form.
    """
    return {
        "name": name,
        "label": label,
        "hint": hint,
        "errors": list(errors),
        "accept": accept,
        "multiple": multiple,
        "tus_url": tus_url,
        "max_bytes": max_bytes,
        "id": id or f"id_{name}",
    }


@register.inclusion_tag("ui/components/breadcrumbs.html")
def breadcrumbs(items: Iterable[Mapping[str, str] | Sequence[str]]) -> dict[str, Any]:
    """The way down to this page, without the page. An item: ``text`` and ``href``, or a pair of them."""
    listed = [item if isinstance(item, Mapping) else {"text": item[0], "href": item[1]} for item in items]
    return {"items": listed}


@register.inclusion_tag("ui/components/back_link.html")
def back_link(href: str, text: str = "") -> dict[str, str]:
    """A link to the step before; inside a journey, in place of breadcrumbs."""
    return {"href": href, "text": text or _("Back")}


@register.inclusion_tag("ui/components/error_summary.html")
def error_summary(*forms: BaseForm | None) -> dict[str, Any]:
    """What is wrong in the forms, first on the page, each a link to its field; nothing where all is well.

    It takes the focus. Call it above the page's heading, outside the form.
    """
    errors = []
    for form in forms:
        if form is None or not form.is_bound:
            continue
        errors += [{"href": "", "text": text} for text in form.non_field_errors()]
        for name in form.errors:
            if name in form.fields:
                field = form[name]
                # The label first: "This field is required" nine times would not say which nine.
                errors += [
                    {
                        "href": f"#{_first_input(field)}",
                        "text": _labelled(str(field.label), str(text)),
                    }
                    for text in field.errors
                ]
    return {"errors": errors}


@register.inclusion_tag("ui/components/error_summary.html")
def upload_error_summary(errors: Iterable[str], name: str) -> dict[str, Any]:
    """The same for the field ``name`` of a ``{% file_upload %}``, whose errors the view holds itself."""
    return {"errors": [{"href": f"#id_{name}", "text": error} for error in errors]}


def _labelled(label: str, error: str) -> str:
    if label.endswith(("?", "!", ".", ":", "…")):
        return f"{label} {error}"
    return _("%(label)s: %(error)s") % {"label": label, "error": error}


def _first_input(field: Any) -> str:
    """The id of what the reader must type in: the first part of a date, the first of the choices."""
    widget = field.field.widget
    first = field.id_for_label or f"{field.auto_id}_0"
    return getattr(widget, "first_input_id", lambda auto_id: first)(field.auto_id)


@register.inclusion_tag("ui/components/form_fields.html")
def form_fields(form: BaseForm, *names: str) -> dict[str, Any]:
    """The fields of a form, each with its label, hint and errors; with names, only these, in that order."""
    visible = [form[name] for name in names] if names else form.visible_fields()
    return {"fields": visible, "hidden": () if names else form.hidden_fields()}


@register.simple_tag(takes_context=True)
def title_prefix(context: Context) -> str:
    """``Error: `` before the title of a page whose ``form``, ``forms`` or files (``errors``) were refused."""
    if context.get("errors"):
        return _("Error:") + " "
    forms = [context.get("form"), *(context.get("forms") or ())]
    if any(isinstance(form, BaseForm) and form.is_bound and form.errors for form in forms):
        return _("Error:") + " "
    return ""
