"""The components page: each component drawn from the very code that it shows beside it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.loader import get_template

from bacasable.ui import charts
from bacasable.ui.fields import DayMonthYearField, InstantField, LongTextField


class ExampleForm(forms.Form):
    """One field of each kind; drawn empty, then refused."""

    body = forms.CharField(label="Name of the body", max_length=200)
    address = forms.EmailField(label="E-mail address", help_text="We answer at this address.")
    places = forms.IntegerField(
        label="Places", min_value=1, widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"})
    )
    stage = forms.ChoiceField(
        label="Stage of development",
        choices=[("", "Choose"), ("idea", "Idea"), ("trial", "Trial"), ("service", "In service")],
        required=False,
    )
    basis = forms.ChoiceField(
        label="Who decides the purposes?",
        choices=[("us", "Our body"), ("joint", "Our body with others"), ("other", "Another body")],
        widget=forms.RadioSelect,
    )
    techniques = forms.MultipleChoiceField(
        label="Techniques",
        help_text="Choose all that apply.",
        choices=[("llm", "Language models"), ("forecast", "Forecasting"), ("vision", "Image analysis")],
        widget=forms.CheckboxSelectMultiple,
    )
    begins = DayMonthYearField(label="Planned start", help_text="For example 27 3 2027.")
    closes = InstantField(label="Deadline", required=False)
    summary = LongTextField(label="The project and its public service", max_length=400, rows=4)
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    document = forms.FileField(label="Document", help_text="PDF or ODT, 20 MB at most.", required=False)
    agrees = forms.BooleanField(label="I may bind my body", help_text="By law, statute or delegation.")


@dataclass(frozen=True)
class Example:
    """A component: its name on the page, what calls it, and the code that draws it."""

    key: str
    title: str
    tag: str = ""
    note: str = ""

    @property
    def template(self) -> str:
        return f"ui/examples/{self.key}.html"

    @property
    def documentation(self) -> str:
        """What the tag's docstring says; a note where the component is not a tag."""
        if not self.tag:
            return self.note
        from bacasable.ui.templatetags import ui

        lines = (getattr(ui, self.tag).__doc__ or "").strip().splitlines()
        return " ".join(line.strip() for line in lines).replace("`", "").replace(":mod:", "")


EXAMPLES = (
    Example("button", "Button", "button"),
    Example("badge", "Badge", "badge"),
    Example("notice", "Notice", "notice"),
    Example("details", "Details", "details"),
    Example("breadcrumbs", "Breadcrumbs", "breadcrumbs"),
    Example("back-link", "Back link", "back_link"),
    Example("task-list", "Task list", "task_list"),
    Example("summary-list", "Summary list", "summary_list"),
    Example("table", "Table", "data_table"),
    Example("timeline", "Timeline", "timeline"),
    Example("bar-chart", "Bar chart", "chart"),
    Example("line-chart", "Line chart", "chart"),
    Example("pagination", "Pagination", "pagination"),
    Example("file-upload", "File upload", "file_upload"),
    Example("fields", "Form fields", "form_fields"),
    Example("errors", "Form refused, with its error summary", "error_summary"),
    Example(
        "phase-banner",
        "Phase banner",
        note="Drawn by the shell of a demonstration, unless a context processor gives phase_banner_template.",
    ),
    Example(
        "language-switch",
        "Language switch",
        note="In the header: a form of one button for each other language. French unless chosen.",
    ),
)


def _data() -> dict[str, Any]:
    typed = {"address": "nobody", "begins_day": "31", "begins_month": "2", "begins_year": "2027"}
    refused = ExampleForm({f"refused-{name}": text for name, text in typed.items()}, prefix="refused")
    return {
        "form": ExampleForm(),
        "refused": refused,
        "crumbs": [("Home", "/"), ("Components", "/components/")],
        "tasks": [
            {"title": "Organisation and partners", "href": "#task-list", "status": "Completed"},
            {
                "title": "Data",
                "hint": "Categories, sources, volumes, persons",
                "href": "#task-list",
                "status": "2 answers missing",
                "status_colour": "yellow",
            },
            {"title": "Techniques", "href": "#task-list", "status": "Not started", "status_colour": "grey"},
            {"title": "Submission", "status": "Cannot start yet"},
        ],
        "facts": [
            {"key": "Reference", "value": "BAS-2026-0001"},
            {"key": "Body", "value": "Example town", "action_href": "#summary-list", "action_text": "Change"},
        ],
        "columns": [
            {"key": "reference", "label": "Dossier"},
            {"key": "body", "label": "Body"},
            {"key": "state", "label": "State"},
            {"key": "files", "label": "Files", "numeric": True},
            {"key": "size", "label": "Size (kB)", "numeric": True},
        ],
        "rows": [
            {
                "reference": "BAS-2026-0001",
                "href": "#table",
                "body": "Example town",
                "state": {"badge": "Submitted", "colour": "green"},
                "files": 4,
                "size": "1,204",
            },
            {
                "reference": "BAS-2026-0002",
                "href": "#table",
                "body": "Water company of the Example valley",
                "state": {"badge": "Draft", "colour": "grey"},
                "files": 11,
                "size": "18,731",
            },
        ],
        "none": [],
        "dates": [
            {"when": datetime(2026, 3, 2, 8, 0, tzinfo=UTC), "title": "The call opens", "state": "done"},
            {"when": date(2026, 5, 4), "title": "Deposits", "text": "Until 4 June.", "state": "current"},
            {"when": "September 2026", "title": "Decision", "state": "future"},
        ],
        "bars": charts.BarChart(
            id="recall",
            title="Personal data found, by kind",
            description="Share of planted values that the filter found, with its interval at 95 %.",
            unit="%",
            decimals=1,
            values=[
                charts.Value("Names", 96.4, 95.1, 97.4),
                charts.Value("E-mail addresses", 99.8, 99.2, 100),
                charts.Value("Free-text addresses", 88.0, 85.7, 90.1),
            ],
            threshold=charts.Threshold(95, "expected"),
            label_heading="Kind",
            value_heading="Found",
            interval_heading="Interval at 95 %",
        ),
        "line": charts.LineChart(
            id="deposits",
            title="Deposits by day",
            values=[
                charts.Value(f"{day} May", n, n - 1 - n / 8, n + 1 + n / 8)
                for day, n in enumerate([2, 3, 3, 5, 4, 8, 13, 21, 34], 20)
            ],
            threshold=charts.Threshold(30, "capacity of a day"),
            label_heading="Day",
            value_heading="Deposits",
        ),
    }


def examples(request: HttpRequest) -> dict[str, Any]:
    """Render every example; returns the context of the page."""
    page = Paginator(range(200), 10).get_page(request.GET.get("page"))
    drawn = []
    for example in EXAMPLES:
        template = get_template(example.template)
        code = template.template.source.removeprefix("{% load ui %}\n").rstrip()  # type: ignore[attr-defined]
        drawn.append(
            {"example": example, "code": code, "html": template.render({**_data(), "page": page}, request)}
        )
    return {"examples": drawn}
