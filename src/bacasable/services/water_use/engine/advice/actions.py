"""What saves water in a home: litres of a use, uses by member or home and week, each with its source.

All sources are secondary (pages that quote the body named) and are shown as such.
"""

from dataclasses import dataclass

from bacasable.privacy.messages import N_

_WEEKS_A_MONTH = 365.25 / 7 / 12


@dataclass(frozen=True)
class Action:
    """Something that saves water. ``only_if`` names what the home must have; ``months`` when it counts."""

    key: str
    title: str
    why: str
    source: str
    litres_per_use: float
    uses_per_member_and_week: float = 0.0
    uses_per_home_and_week: float = 0.0
    only_if: str = ""
    months: tuple[int, ...] = tuple(range(1, 13))

    def litres_a_year(self, members: int) -> int:
        """Return the litres saved in a year by a home of so many members."""
        uses = self.uses_per_member_and_week * members + self.uses_per_home_and_week
        return round(self.litres_per_use * uses * _WEEKS_A_MONTH * len(self.months))


ACTIONS = (
    Action(
        "short_shower",
        N_("Take showers of five minutes instead of ten"),
        N_("A shower of ten minutes takes about 140 litres, one of three minutes about 60."),
        N_("ADEME, figures quoted by selectra.info (2024), between both lengths in a straight line"),
        litres_per_use=57,
        uses_per_member_and_week=4,
    ),
    Action(
        "shower_not_bath",
        N_("Replace a bath by a shower"),
        N_("A bath takes 150 to 200 litres, a shower of five minutes 60 to 80."),
        N_("Water service of Saint-Malo, page on saving water"),
        litres_per_use=100,
        uses_per_member_and_week=0.5,
    ),
    Action(
        "aerators",
        N_("Fit aerators on the taps"),
        N_("An aerator halves the flow of a tap for a few euros; half of that water is drawn to be carried."),
        N_("TF1, news of 2023 (flow divided by two); CIEau, 6 % for the kitchen: 10 litres a day by member"),
        litres_per_use=5,
        uses_per_member_and_week=7,
    ),
    Action(
        "double_flush",
        N_("Fit a double flush"),
        N_("A flush takes 6 to 12 litres; a double flush lets one choose 3 or 6."),
        N_("Water service of Saint-Malo, page on saving water; five flushes a day, three of them small"),
        litres_per_use=4,
        uses_per_member_and_week=21,
    ),
    Action(
        "full_dishwasher",
        N_("Fill the dishwasher instead of washing by hand"),
        N_("A dishwasher takes 12 to 20 litres, washing twelve places by hand about 50."),
        N_("Water service of Saint-Malo, page on saving water"),
        litres_per_use=34,
        uses_per_home_and_week=3,
        only_if="dishwasher",
    ),
    Action(
        "water_at_night",
        N_("Water the garden in the evening, with a mulch"),
        N_("Car and garden take 6 % of the water of a home in the mean, all in the warm months."),
        N_("CIEau, 6 % for car and garden, quoted by the urban community of Bordeaux; half of it saved"),
        litres_per_use=60,
        uses_per_home_and_week=2,
        only_if="garden",
        months=(5, 6, 7, 8, 9),
    ),
    Action(
        "rain_butt",
        N_("Collect rain for the garden"),
        N_("A butt of 300 litres fills in a shower of rain and spares as much from the tap."),
        N_("Volume of a common rain butt; refills counted every other week"),
        litres_per_use=300,
        uses_per_home_and_week=0.5,
        only_if="garden",
        months=(4, 5, 6, 7, 8, 9, 10),
    ),
    Action(
        "cover_pool",
        N_("Cover the pool"),
        N_("An open pool loses some millimetres a day to the air; a cover keeps most of it."),
        N_("4 millimetres a day on 32 square metres, 70 % kept by a cover: our reckoning, to be checked"),
        litres_per_use=90,
        uses_per_home_and_week=7,
        only_if="pool",
        months=(5, 6, 7, 8, 9),
    ),
    Action(
        "look_for_drips",
        N_("Read the meter at night and in the morning"),
        N_("A flush that leaks takes about 25 litres an hour: two readings eight hours apart show it."),
        N_("CIEau, quoted by TF1 (2023)"),
        litres_per_use=0,
        uses_per_home_and_week=0,
    ),
)
