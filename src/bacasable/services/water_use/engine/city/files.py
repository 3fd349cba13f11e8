"""A city in a folder: the export that a utility would give, and beside it the truth that no utility has."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.city.faults import TrueLeak
from bacasable.services.water_use.engine.city.town import City

READINGS, LEAKS, ABSENCES, HOMES = "releves.csv", "fuites.csv", "absences.csv", "logements.csv"
CONTRACTS = "contrats.csv"


@dataclass(frozen=True)
class Kept:
    """What a folder says of a city: meters, their hours and estimated hours as in :class:`City`, leaks.

    ``members`` is 0 where it is not known.
    """

    first_day: date
    meters: tuple[str, ...]
    members: NDArray[np.int64]
    hourly: NDArray[np.int32]
    estimated: NDArray[np.int32]
    leaks: list[TrueLeak]


def write_readings(city: City, path: Path, meters: int | None = None) -> int:
    """Write the export that a utility would give, a line for each hour received; return the lines.

    Columns ``compteur``, ``horodatage`` (civil time at the start of the hour), ``volume_litres``, ``estime``
    (0 or 1) and ``secteur``, with semicolons; ``meters`` keeps the first ones only.
    """
    lines = 0
    hourly = city.hourly[:meters]
    with path.open("wb") as file:
        for start in range(0, len(hourly), 500):
            part = hourly[start : start + 500]
            of_meter, hour = np.nonzero(part >= 0)
            begins = np.datetime64(city.first_day, "h") + hour
            filled = (city.estimated[start + of_meter, hour // 24] >> (hour % 24)) & 1
            table = pl.DataFrame(
                {
                    "compteur": pl.Series(city.true_homes.meter).gather(start + of_meter),
                    "horodatage": pl.Series(begins.astype("datetime64[ms]")),
                    "volume_litres": part[of_meter, hour],
                    "estime": filled.astype(np.int8),
                    "secteur": pl.Series(city.true_homes.district).gather(start + of_meter),
                }
            )
            table.write_csv(
                file,
                separator=";",
                include_header=start == 0,
                datetime_format="%Y-%m-%d %H:%M",
                quote_style="never",
            )
            lines += len(table)
    return lines


def write_folder(city: City, folder: Path, meters: int | None = None) -> int:
    """Write readings, contracts and the truth beside them: leaks, absences, homes; return the readings."""
    folder.mkdir(parents=True, exist_ok=True)
    names = city.true_homes.meter
    kept = set(names[:meters])
    leaks = [asdict(leak) | {"meter": names[leak.meter]} for leak in city.leaks if names[leak.meter] in kept]
    away = [asdict(one) | {"meter": names[one.meter]} for one in city.absences if names[one.meter] in kept]
    pl.DataFrame(leaks, schema=_LEAK_SCHEMA).write_csv(folder / LEAKS, separator=";")
    pl.DataFrame(away, schema={"meter": pl.String, "first": pl.Int64, "last": pl.Int64}).write_csv(
        folder / ABSENCES, separator=";"
    )
    pl.DataFrame({"meter": names, "members": city.true_homes.members, "house": city.true_homes.house}).head(
        meters or len(names)
    ).write_csv(folder / HOMES, separator=";")
    _write_contracts(city, folder / CONTRACTS, meters)
    return write_readings(city, folder / READINGS, meters)


def _write_contracts(city: City, path: Path, meters: int | None) -> None:
    """Write the file of contracts that a utility would give: nobody's names, addresses of no town."""
    homes = city.homes[:meters]
    words = {True: "oui", False: "non", None: ""}
    pl.DataFrame(
        {
            "contrat": [f"SYN-{number + 1:06d}" for number in range(len(homes))],
            "compteur": list(city.true_homes.meter[:meters]),
            "nom": [f"Foyer fictif {number + 1:06d}" for number in range(len(homes))],
            "adresse": [f"{number % 90 + 1} rue des Fontaines fictives" for number in range(len(homes))],
            "commune": ["44999 Combelune"] * len(homes),
            "secteur": [home.district for home in homes],
            "logement": [
                {"flat": "appartement", "house": "maison"}.get(home.dwelling or "", "") for home in homes
            ],
            "surface_m2": [home.surface_m2 for home in homes],
            "releve": ["heure"] * len(homes),
            "debut": [city.first_day.isoformat()] * len(homes),
            "personnes": [home.members for home in homes],
            "jardin": [words[home.garden] for home in homes],
            "piscine": [words[home.pool] for home in homes],
            "lave_vaisselle": [words[home.dishwasher] for home in homes],
        }
    ).write_csv(path, separator=";", quote_style="never")


_LEAK_SCHEMA = {
    "meter": pl.String, "kind": pl.String, "first": pl.Int64, "last": pl.Int64, "litres_per_hour": pl.Float64,
    "grows_hours": pl.Int64, "stops": pl.Boolean,
}  # fmt: skip


def read_folder(folder: Path) -> Kept:
    """Read what :func:`write_folder` wrote: hours of leaks count from the first hour of the export.

    Raises:
        Refused: the export or the leaks are not there.
    """
    for name in (READINGS, LEAKS):
        if not (folder / name).is_file():
            raise Refused(N_("{folder} has no {name}; write both with 'bacasable water-use simulate'"),
                          folder=folder, name=name)  # fmt: skip
    rows = pl.read_csv(folder / READINGS, separator=";", schema_overrides={"compteur": pl.String})
    begins = rows["horodatage"].str.to_datetime("%Y-%m-%d %H:%M", time_unit="us")
    first_day: date = begins.dt.date().min()  # type: ignore[assignment]
    meters = tuple(rows["compteur"].unique().sort())
    row = rows["compteur"].cast(pl.Enum(meters)).to_physical().to_numpy()
    hour = ((begins.to_numpy() - np.datetime64(first_day, "us")) // np.timedelta64(1, "h")).astype(np.int64)
    days = int(hour.max()) // 24 + 1
    hourly = np.full((len(meters), days * 24), -1, dtype=np.int32)
    hourly[row, hour] = rows["volume_litres"].to_numpy()
    estimated = np.zeros((len(meters), days), dtype=np.int32)
    filled = rows["estime"].to_numpy() == 1
    np.bitwise_or.at(
        estimated, (row[filled], hour[filled] // 24), (1 << (hour[filled] % 24)).astype(np.int32)
    )
    place = {meter: number for number, meter in enumerate(meters)}
    members = np.zeros(len(meters), dtype=np.int64)
    if (folder / HOMES).is_file():
        for meter, count in pl.read_csv(
            folder / HOMES, separator=";", schema_overrides={"meter": pl.String}
        ).select("meter", "members").iter_rows():  # fmt: skip
            if meter in place:
                members[place[meter]] = count
    leaks = [
        TrueLeak(**(leak | {"meter": place[leak["meter"]]}))
        for leak in pl.read_csv(folder / LEAKS, separator=";", schema=_LEAK_SCHEMA).to_dicts()
        if leak["meter"] in place
    ]
    return Kept(first_day, meters, members, hourly, estimated, leaks)
