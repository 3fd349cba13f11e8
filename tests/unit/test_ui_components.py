"""Components and forms: what a reader, a keyboard or a screen reader would miss."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from bacasable.ui.fields import DayMonthYearField, InstantField, LongTextField
from bacasable.ui.typography import spaced

EVIL = "<script>alert(1)</script>\"'"


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As written.")
    begins = DayMonthYearField(label="Start")
    choice = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    text = LongTextField(label="Text", max_length=10, required=False)


@pytest.mark.parametrize(
    "source",
    [
        "{% button evil %}",
        "{% button evil href=evil %}",
        "{% badge evil %}",
        "{% notice title=evil %}{{ evil }}{% endnotice %}",
        "{% details evil %}{{ evil }}{% enddetails %}",
        "{% summary_list rows %}",
        "{% task_list items %}",
        "{% data_table columns rows caption=evil %}",
        "{% data_table columns none empty=evil %}",
        "{% timeline items %}",
        "{% breadcrumbs pairs %}",
        "{% back_link evil evil %}",
        "{% file_upload 'f' evil hint=evil errors=many accept=evil tus_url=evil %}",
    ],
)
def test_what_people_typed_is_escaped(source: str) -> None:
    row = {"key": EVIL, "value": EVIL, "href": EVIL}
    item = {"title": EVIL, "status": EVIL, "hint": EVIL, "text": EVIL, "when": EVIL, "href": EVIL}
    drawn = draw(
        source,
        evil=EVIL,
        rows=[row],
        items=[item],
        many=[EVIL],
        none=[],
        pairs=[(EVIL, EVIL)],
        columns=[{"key": "key", "label": EVIL}, {"key": "value", "label": EVIL}],
    )
    assert "<script>" not in drawn
    assert 'href="<' not in drawn
    assert "alert(1)" in drawn


def test_unknown_colours_and_kinds_are_refused_with_the_known_ones() -> None:
    with pytest.raises(TemplateSyntaxError, match="teal"):
        draw("{% badge 'x' 'mauve' %}")
    with pytest.raises(TemplateSyntaxError, match="secondary"):
        draw("{% button 'x' kind='huge' %}")


def test_refused_field_says_so_to_assistive_technology() -> None:
    form = Form({"begins_day": "31", "begins_month": "2", "begins_year": "2027"})
    drawn = draw("{% error_summary form %}{{ form }}", form=form)
    for target in ("#id_name", "#id_begins_0", "#id_choice_0"):
        assert f'href="{target}"' in drawn
        assert f'id="{target[1:]}"' in drawn
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    for described in ("id_name_helptext", "id_name_error", "id_begins_error", "id_choice_error"):
        assert f'id="{described}"' in drawn
    assert drawn.count('aria-invalid="true"') >= 2
    assert 'name="begins_day" value="31"' in drawn


def test_form_without_errors_has_no_summary() -> None:
    assert draw("{% error_summary form %}", form=Form()).strip() == ""


def test_title_tells_that_the_form_was_refused() -> None:
    assert draw("{% title_prefix %}", form=Form()) == ""
    assert draw("{% title_prefix %}", form=Form({})) != ""


def test_pagination_keeps_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/", {"state": "draft", "page": "2"})
    drawn = draw("{% pagination page %}", request=request, page=Paginator(range(95), 10).page(2))
    assert 'href="?state=draft&amp;page=3"' in drawn
    assert drawn.count('aria-current="page"') == 1
    assert draw("{% pagination page %}", request=request, page=Paginator([], 10).page(1)).strip() == ""


def test_numeric_columns_and_row_headers() -> None:
    columns = [{"key": "a", "label": "A"}, {"key": "n", "label": "N", "numeric": True}]
    drawn = draw("{% data_table columns rows caption='C' %}", columns=columns, rows=[{"a": "x", "n": 0}])
    assert 'scope="row"' in drawn
    assert drawn.count("--numeric") == 2
    assert ">0<" in drawn
    assert 'tabindex="0"' in drawn


def test_line_ends_count_once() -> None:
    assert LongTextField(max_length=3).clean("a\r\nb") == "a\nb"
    with pytest.raises(forms.ValidationError):
        LongTextField(max_length=3).clean("a\r\nbc")


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_back(day: date) -> None:
    parts = [str(day.day), f"{day.month:02}", f"{day.year:04}"]
    assert DayMonthYearField().clean(parts) == day


@pytest.mark.parametrize(
    "typed", [["31", "2", "2027"], ["1", "", "2027"], ["1", "1", "27"], ["x", "1", "2027"]]
)
def test_days_that_do_not_exist_are_refused(typed: list[str]) -> None:
    with pytest.raises(forms.ValidationError):
        DayMonthYearField().clean(typed)


def test_instants_are_read_in_their_zone() -> None:
    field = InstantField(zone=ZoneInfo("Europe/Paris"))
    assert field.clean(["4", "6", "2026", "23", "59"]) == datetime(2026, 6, 4, 21, 59, tzinfo=UTC)
    with pytest.raises(forms.ValidationError):
        field.clean(["29", "3", "2026", "2", "30"])
    assert InstantField(required=False).clean(["", "", "", "", ""]) is None


def test_french_spacing() -> None:
    assert spaced("Quoi ? « Oui » : 5 %") == "Quoi\u202f? «\u00a0Oui\u00a0»\u00a0: 5\u00a0%"
    assert spaced("%(count)s de %(total)s, https://a.example") == "%(count)s de %(total)s, https://a.example"


def test_a_hint_written_by_people_is_text_and_one_of_ours_may_be_markup():
    class Hinted(forms.Form):
        theirs = forms.CharField(help_text=EVIL)
        ours = forms.CharField(help_text=format_html("<b>{}</b>", "bold"))

    drawn = draw("{% form_fields form %}", form=Hinted())
    assert "<script>" not in drawn
    assert "<b>bold</b>" in drawn


@pytest.mark.parametrize("widget", [forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_choices_that_people_typed_are_escaped(widget: type[forms.Widget]) -> None:
    class Chosen(forms.Form):
        one = forms.ChoiceField(
            choices=[(EVIL, EVIL), (EVIL, [("b", format_html("<em>{}</em>", EVIL))])], widget=widget
        )

    drawn = draw("{% form_fields form %}", form=Chosen(initial={"one": "b"}))
    assert "<script>" not in drawn
    assert f'value="{escape(EVIL)}"' in drawn
    assert drawn.count(f"<em>{escape(EVIL)}</em>") == 1, "markup of ours stays markup"
    assert drawn.count(" selected") + drawn.count(" checked") == 1
    assert ("<optgroup" in drawn) == (widget is forms.Select)


def test_cells_show_links_badges_dates_and_numbers_as_templates_do() -> None:
    at = datetime(2027, 1, 2, 23, 30, tzinfo=UTC)
    columns = [{"key": key, "label": key} for key in ("link", "badge", "at", "day", "none", "lazy", "markup")]
    row = {
        "link": {"text": EVIL, "href": EVIL},
        "badge": {"badge": EVIL, "colour": "red"},
        "at": at,
        "day": date(2027, 1, 2),
        "none": None,
        "lazy": gettext_lazy("Nothing to show yet."),
        "markup": format_html("<bdi>{}</bdi>", "x"),
    }
    with timezone.override(ZoneInfo("Europe/Paris")):
        drawn = draw("{% data_table columns rows %}", columns=columns, rows=[row])
        as_before = Template("{{ at }}|{{ day }}|{{ none }}").render(Context(row)).split("|")
    assert f'<a class="govuk-link" href="{escape(EVIL)}">{escape(EVIL)}</a>' in drawn
    assert f'<strong class="govuk-tag govuk-tag--red">{escape(EVIL)}</strong>' in drawn
    for shown in (*as_before, str(row["lazy"]), "<bdi>x</bdi>"):
        assert f">{escape(shown) if '<' not in shown else shown}<" in drawn
    with pytest.raises(TemplateSyntaxError, match="teal"):
        draw(
            "{% data_table columns rows %}",
            columns=columns,
            rows=[{"link": {"badge": "x", "colour": "mauve"}}],
        )


def test_a_timeline_says_instants_in_the_zone_of_the_page_and_paragraphs_apart() -> None:
    items = [
        {"when": datetime(2027, 1, 2, 23, 30, tzinfo=UTC), "title": "a", "text": "one\n\n" + EVIL},
        {"when": date(2027, 1, 2), "title": format_html("<b>{}</b>", "b"), "state": "current"},
    ]
    with timezone.override(ZoneInfo("Europe/Paris")):
        drawn = draw("{% timeline items heading_level=2 %}", items=items)
    assert '<time datetime="2027-01-03T00:30:00+01:00">' in drawn
    assert '<time datetime="2027-01-02">' in drawn
    assert f"<p>one</p>\n\n<p>{escape(EVIL)}</p>" in drawn
    assert '<h2 class="bac-timeline__title"><b>b</b><span' in drawn
    assert drawn.count('aria-current="step"') == 1
