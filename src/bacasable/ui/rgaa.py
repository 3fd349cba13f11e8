"""What was looked at of the RGAA 4.1 (106 criteria, 13 themes), how, and what was not."""

from dataclasses import dataclass

from bacasable.compliance.service import N_


@dataclass(frozen=True)
class Theme:
    """A theme of the RGAA. ``state``: ``tool`` (a program looks each time), ``partly``, ``not_tested``."""

    number: int
    title: str
    criteria: int
    state: str
    how: str


THEMES = (
    Theme(
        1,
        N_("Images"),
        9,
        "partly",
        N_("A tool checks that each image has a text; nobody has judged whether the texts are right."),
    ),
    Theme(2, N_("Frames"), 2, "tool", N_("There are none; the security headers forbid them.")),
    Theme(
        3,
        N_("Colours"),
        3,
        "partly",
        N_("A tool measures contrasts, light and dark; states are written, never shown by colour alone."),
    ),
    Theme(4, N_("Multimedia"), 13, "tool", N_("There is none.")),
    Theme(
        5,
        N_("Tables"),
        8,
        "partly",
        N_("A tool checks titles and headers; all tables come from one component."),
    ),
    Theme(
        6,
        N_("Links"),
        2,
        "partly",
        N_("A tool checks that each link has a text; nobody has judged whether it is clear."),
    ),
    Theme(
        7,
        N_("Scripts"),
        5,
        "partly",
        N_("Pages work without scripts, and by keyboard; they have not been tried with screen readers."),
    ),
    Theme(
        8,
        N_("Mandatory elements"),
        10,
        "partly",
        N_("A tool checks language, titles and validity of identifiers."),
    ),
    Theme(9, N_("Structure of information"), 4, "partly", N_("A tool checks headings, landmarks and lists.")),
    Theme(
        10,
        N_("Presentation of information"),
        14,
        "partly",
        N_("Pages are tried at a width of 320 pixels; enlarged text and spacing have not been tried."),
    ),
    Theme(
        11,
        N_("Forms"),
        13,
        "partly",
        N_("A tool checks labels and error messages; nobody has judged whether they help."),
    ),
    Theme(
        12,
        N_("Navigation"),
        11,
        "partly",
        N_("A program deposits a dossier by keyboard alone; there is no site map and no search."),
    ),
    Theme(
        13,
        N_("Consultation"),
        12,
        "not_tested",
        N_("The PDF receipts are tagged (PDF/UA); files that people deposit are outside our control."),
    ),
)


def grid() -> tuple[Theme, ...]:
    """Return the themes in their order."""
    return THEMES
