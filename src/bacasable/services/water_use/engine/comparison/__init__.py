"""Similar homes: who is compared with whom, what is published of them, and where a home stands.

    >>> release = publish(homes, litres_a_day, period="2026-10")
    >>> found = similar(release, declared)
    >>> place(412, found.quantiles)

Only quantiles of at least ``k`` homes are published, so that a browser places a home among similar ones
without saying who lives there.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.comparison.ladder import Ladder, Step, shipped
    from bacasable.services.water_use.engine.comparison.placing import Place, Similar, place, similar
    from bacasable.services.water_use.engine.comparison.profiles import Profile, publish_profile
    from bacasable.services.water_use.engine.comparison.publishing import Release, Suppressed, publish

__all__ = [
    "Ladder",
    "Place",
    "Profile",
    "Release",
    "Similar",
    "Step",
    "Suppressed",
    "place",
    "publish",
    "publish_profile",
    "shipped",
    "similar",
]

_HOMES = {
    "Ladder": "ladder",
    "Place": "placing",
    "Profile": "profiles",
    "Release": "publishing",
    "Similar": "placing",
    "Step": "ladder",
    "Suppressed": "publishing",
    "place": "placing",
    "publish": "publishing",
    "publish_profile": "profiles",
    "shipped": "ladder",
    "similar": "placing",
}

__getattr__ = names_of(__name__, _HOMES, "water")
