"""What the columns of a utility's export mean: a mapping, written in TOML.

[file]
separator = ";"
encoding = "latin-1"
decimal = ","

[columns]
meter = "Compteur"
time = "Date"
index = "Index"            # or volume = "Volume"

[values]
unit = "m3"
time_format = "%d/%m/%Y %H:%M"
time_zone = "Europe/Paris"
district = "nord"
"""

import codecs
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.calendar import PARIS, zone

#: Millilitres of a unit.
UNITS = {"ml": 1.0, "l": 1e3, "dl": 1e2, "hl": 1e5, "m3": 1e6, "gal": 3785.411784, "ft3": 28316.846592}
_MINUTES = (5, 6, 10, 12, 15, 20, 30, 60, 1440)


@dataclass(frozen=True)
class Mapping:
    """How to read a file of readings.

    ``meter``, ``time`` and one of ``index`` and ``volume`` name columns; ``district`` and ``kind`` may.
    ``grain`` says what to make of an index: hours, days, or the two-a-year kind kept as it is. ``minutes`` is
    the length of a volume; ``stamped`` tells whether its time is that of its start or of its end.
    ``time_zone`` is the clock of the file, ``place`` the one that the households live by. ``dial_digits`` is
    how many numbers the dial has before it begins anew, in the file's unit. ``estimated`` lists the values of
    ``kind`` that mark an estimate.
    """

    meter: str
    time: str
    index: str = ""
    volume: str = ""
    district_column: str = ""
    kind: str = ""
    format: Literal["csv", "parquet", ""] = ""
    separator: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    unit: str = "l"
    time_format: str = ""
    time_zone: str = PARIS
    place: str = PARIS
    stamped: Literal["start", "end"] = "start"
    minutes: int = 60
    grain: Literal["hour", "day", "index"] = "hour"
    dial_digits: int = 0
    most_litres_per_hour: int = 10_000
    district: str = ""
    estimated: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be read by.

        Raises:
            Refused: a value is not one of those there are.
        """
        if bool(self.index) == bool(self.volume):
            raise Refused(N_("mapping: name the column of the index, or that of the volume, and not both"))
        if self.grain == "index" and not self.index:
            raise Refused(N_("mapping: grain 'index' needs the column of the index"))
        if bool(self.district) == bool(self.district_column):
            raise Refused(N_("mapping: give the district, or its column ([columns] district), and not both"))
        allowed: dict[str, tuple[Any, ...]] = {
            "unit": tuple(UNITS), "stamped": ("start", "end"), "minutes": _MINUTES, "decimal": (".", ","),
            "grain": ("hour", "day", "index"), "format": ("csv", "parquet", ""),
        }  # fmt: skip
        for name, values in allowed.items():
            if getattr(self, name) not in values:
                raise Refused(
                    N_("mapping: {name} is '{value}'; write one of {values}"),
                    name=name,
                    value=getattr(self, name),
                    values=", ".join(map(str, values)),
                )
        if len(self.separator) != 1 or self.separator in ('"', self.decimal if self.decimal == "," else ""):
            raise Refused(N_("mapping: the separator is one character, and not that of decimals"))
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            raise Refused(
                N_("mapping: encoding '{name}' is not known; write utf-8, latin-1..."), name=self.encoding
            ) from None
        if self.most_litres_per_hour < 1 or not 0 <= self.dial_digits <= 12:
            raise Refused(N_("mapping: most_litres_per_hour is above zero, dial_digits at most 12"))
        zone(self.time_zone)
        zone(self.place)

    @property
    def value(self) -> str:
        """The column of the index or volume."""
        return self.index or self.volume

    @property
    def per_day(self) -> int:
        """Slots of a day: of an index, its hours or its days; of a volume, as many as there are volumes."""
        if self.index:
            return 24 if self.grain == "hour" else 1
        return 1440 // self.minutes


#: Where each key of the file goes.
_SECTIONS = {
    "file": ("format", "separator", "encoding", "decimal"),
    "columns": ("meter", "time", "index", "volume", "district", "kind"),
    "values": (
        "unit", "time_format", "time_zone", "place", "stamped", "minutes", "grain", "dial_digits",
        "most_litres_per_hour", "district", "estimated",
    ),
}  # fmt: skip


def mapping_of(text: str) -> Mapping:
    """Return a mapping written in TOML.

    Raises:
        Refused: it is not TOML, a key is not known or missing, or has a value that it cannot have.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(N_("mapping: not TOML ({why})"), why=str(error)) from None
    given: dict[str, Any] = {}
    types = {one.name: one.type for one in fields(Mapping)}
    for section, values in content.items():
        if section not in _SECTIONS or not isinstance(values, dict):
            raise Refused(
                N_("mapping: [{name}] is not known; sections are {names}"),
                name=section,
                names=", ".join(_SECTIONS),
            )
        for key, value in values.items():
            if key not in _SECTIONS[section]:
                raise Refused(
                    N_("mapping: [{section}] has no '{key}'; it may have {names}"),
                    section=section,
                    key=key,
                    names=", ".join(_SECTIONS[section]),
                )
            name = "district_column" if (section, key) == ("columns", "district") else key
            value = tuple(map(str, value)) if isinstance(value, list) else value
            asked = int if types[name] is int else (tuple if name == "estimated" else str)
            if not isinstance(value, asked):
                raise Refused(N_("mapping: [{section}] {key}: not a value that it can have"),
                              section=section, key=key)  # fmt: skip
            given[name] = value
    missing = [key for key in ("meter", "time") if key not in given]
    if missing:
        raise Refused(N_("mapping: [columns] needs {names}"), names=", ".join(missing))
    return Mapping(**given)


def load_mapping(path: Path) -> Mapping:
    """Return the mapping of a file.

    Raises:
        Refused: the file is not there, or is no mapping.
    """
    try:
        return mapping_of(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Refused(N_("mapping {name}: cannot be read as UTF-8 text"), name=path.name) from None
