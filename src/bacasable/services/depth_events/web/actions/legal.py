"""What intervention rests on at a station: a text or the means to object, and its information panel."""

from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import N_, Refused
from bacasable.services.depth_events.web import panels, register
from bacasable.services.depth_events.web.actions.acts import act, of_station
from bacasable.services.depth_events.web.models import Station


def found(*, station: Station, set_aside_by: str, means: str, by: User | str) -> None:
    """Write the text that sets objection aside, or the means to object.

    Where it changes, the panel has to be generated again: it said something else.

    Raises:
        Refused: means to object are promised where no way avoids a sensor.
    """
    if by != "system":
        require(by, "depth_events.manage")
    set_aside_by, means = set_aside_by.strip(), means.strip()
    if means and not any(route.get("avoids") for route in station.avoidance):
        raise Refused(
            N_(
                "means to object need a way that avoids a sensor, and this station has none: draw one in the "
                "station's configuration, or name the text that sets objection aside"
            )
        )
    if (set_aside_by, means) == (station.objection_set_aside_by, station.objection_means):
        return
    with act("legal_basis_written", of_station(station), by, has_text=bool(set_aside_by)):
        station.objection_set_aside_by, station.objection_means = set_aside_by, means
        station.panel_generated_on = None
        station.save(update_fields=["objection_set_aside_by", "objection_means", "panel_generated_on"])


def generate_panel(*, station: Station, by: User | str) -> bytes:
    """Generate the panel, keep its day, and return the PDF.

    Raises:
        Refused: there is neither a text nor means to object to say on it.
        NotRendered: the template does not compile.
    """
    if by != "system":
        require(by, "depth_events.manage")
    if not (station.objection_set_aside_by or station.objection_means):
        raise Refused(
            N_("the panel says how to object, or which text sets objection aside: write one of them first")
        )
    made = panels.panel_pdf(station)
    with act("panel_generated", of_station(station), by):
        station.panel_generated_on = register.today()
        station.save(update_fields=["panel_generated_on"])
    return made
