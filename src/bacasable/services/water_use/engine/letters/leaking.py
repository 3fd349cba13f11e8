"""The early warning of a leak, and the notice of the law: two letters, of which the second starts a month."""

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.services.water_use.engine.letters.content import (
    LAW,
    RIGHTS,
    Block,
    Letter,
    Notice,
    Warned,
    Wording,
    heading,
    paragraph,
)


def compose_warning(told: Warned, wording: Wording) -> Letter:
    """Return the early warning of a leak: useful, and without any legal effect."""
    blocks = [
        paragraph(
            N_(
                "Since {since}, your meter has never stopped: about {litres} run each hour, day and night. "
                "This is what a leak looks like. It may also be a use of yours that never stops."
            ),
            since=wording.day(told.since),
            litres=_flow(told.litres_per_hour, wording),
        ),
        Block(
            "rows",
            rows=(
                (Said(N_("Seen until")), wording.day(told.last_seen)),
                (Said(N_("Volume so far, about")), wording.litres(told.litres)),
                (Said(N_("Cost so far, about")), wording.money(told.cents)),
            ),
        ),
    ]
    if told.sure_percent is not None:
        blocks.append(
            paragraph(
                N_(
                    "How sure is it? About {sure} of 100 such alerts were leaks in the synthetic city on "
                    "which the software was tried; yours is not judged."
                ),
                sure=told.sure_percent,
            )
        )
    blocks += [
        heading(N_("What to do now")),
        Block(
            "items",
            items=(
                Said(N_("Close all taps and look at the meter: does it still turn?")),
                Said(N_("Listen to the toilet, look at the water heater and at outside taps.")),
                Said(
                    N_(
                        "Close the valve after the meter for an hour: if the meter stops, the leak is in "
                        "your pipes or equipment; if it turns, call the water service."
                    )
                ),
                Said(N_("Tell the service what you found, on its pages or by telephone.")),
            ),
        ),
        heading(N_("What this letter is not")),
        paragraph(
            N_(
                "This warning has no legal effect: no deadline runs from it, and it replaces no notice. If a "
                "reading shows a volume above twice your average, another letter, the notice of the law "
                "({law}), will tell you of your rights and of the deadline."
            ),
            law=LAW,
        ),
    ]
    return Letter("warning", Said(N_("Water may be leaking at your home")), tuple(blocks), RIGHTS)


def compose_notice(told: Notice, wording: Wording) -> Letter:
    """Return the notice of the law: the volume, the rule, what to do and until when, what is excluded.

    Raises:
        Refused: the volume is not above twice the average: then the law makes no notice.
    """
    if told.litres <= 2 * told.average_litres:
        raise Refused(N_("the volume is not above twice the average: no notice of the law is due"))
    against = (
        N_(
            "The average is that of homes of comparable size and kind in your area, since there is no "
            "history of three years for yours."
        )
        if told.by_comparison
        else N_(
            "The average is that of your home over the same period of the three years before, earlier "
            "occupants included."
        )
    )
    blocks = [
        paragraph(
            N_(
                "A reading of your meter shows an abnormal increase of the volume of water, which a leak of "
                "a pipe after the meter may have caused. The law ({law}) makes us tell you without delay."
            ),
            law=LAW,
        ),
        Block(
            "rows",
            rows=(
                (
                    Said(
                        N_("Volume from {first} to {last}"),
                        first=wording.day(told.first),
                        last=wording.day(told.last),
                    ),
                    wording.litres(told.litres),
                ),
                (Said(N_("Average of such a period")), wording.litres(told.average_litres)),
                (Said(N_("Twice the average")), wording.litres(2 * told.average_litres)),
                (Said(N_("Beyond twice the average")), wording.litres(told.capped_litres)),
            ),
        ),
        paragraph(against),
        heading(N_("What you may do, until {day}"), day=wording.day(told.attestation_due)),
        Block(
            "items",
            items=(
                Said(
                    N_(
                        "Have the leak repaired and send us, within one month of this notice, the "
                        "attestation of a plumber that says where the leak was and on which day it was "
                        "repaired. You then do not owe the volume beyond twice the average."
                    )
                ),
                Said(
                    N_(
                        "Within the same month, ask us to check that the meter works. You owe the volume "
                        "beyond twice the average only once we have told you, after the check, that the "
                        "meter is not at fault."
                    )
                ),
            ),
        ),
        heading(N_("What the rule does not cover")),
        paragraph(
            N_(
                "Leaks of household appliances, of sanitary equipment (toilets, taps, showers) and of "
                "heating (water heater included): only leaks of the pipes after the meter count."
            )
        ),
        paragraph(
            N_(
                "We may check the repair. This notice is made on {day}; had you not been told, you would not "
                "owe the volume beyond twice the average."
            ),
            day=wording.day(told.notified_on),
        ),
    ]
    title = Said(N_("Abnormal volume of water: your rights, and until when"))
    return Letter("notice", title, tuple(blocks), RIGHTS)


def _flow(litres_per_hour: float, wording: Wording) -> str:
    """Return a flow; one of less than a litre an hour is said so."""
    if litres_per_hour < 1:
        return wording.say(Said(N_("less than one litre")))
    return wording.litres(litres_per_hour)
