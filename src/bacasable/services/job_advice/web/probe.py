"""What the controls may touch of the running service."""

from django.template.loader import render_to_string

from bacasable.compliance.control import Probe
from bacasable.people.instance import configuration
from bacasable.services.job_advice.controls import Subject
from bacasable.services.job_advice.engine.indicators import Shown
from bacasable.services.job_advice.engine.indicators.pages import read_page
from bacasable.services.job_advice.engine.trace import Advice
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web import handing, keeping, noting, running
from bacasable.services.job_advice.web.forms import DecisionForm, OwnAdviceForm
from bacasable.services.job_advice.web.models import Interview, Item
from bacasable.services.job_advice.web.stores import stores


def probe() -> Probe:
    """Return the engine as it serves, on the synthetic tables so that a result can be replayed elsewhere."""
    asked = running.settings()
    return Probe(
        PROCESSING,
        configuration().home,
        engine=Subject(page=page_of, keeping=keeping.Trial(), noted=noting.noted, handing=handing.Trial()),
        stores=dict(stores()),
        settings={"view_first": asked.view_first, "reading_days": asked.reading_days},
    )


def page_of(advice: Advice) -> Shown:
    """Return what the adviser's page offers for an opinion, read from the page as it is drawn."""
    rows = []
    for place, one in enumerate(advice.suggestions, start=1):
        item = Item(position=place, rank=one.rank, kind=one.kind, key=one.key)
        form = DecisionForm(prefix=f"item-{place}", initial={"text": one.label})
        rows.append({"item": item, "suggestion": one, "kind": one.kind, "form": form})
    context = {
        "rows": rows,
        "is_open": True,
        "interview": Interview(),
        "own_form": OwnAdviceForm(prefix="own"),
    }
    names = ("_suggestions", "_own")
    return read_page("".join(render_to_string(f"job_advice/{name}.html", context) for name in names))
