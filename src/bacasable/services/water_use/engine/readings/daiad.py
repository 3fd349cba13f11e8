"""The meters and surveys of the DAIAD trial in Alicante (CC-BY-SA 4.0): 92 homes, hourly, 2016 and 2017.

``swm_trialA_clean.zip`` has ``user.key;datetime;meter.reading;diff`` (civil time of Madrid, litres on the
dial, some written 4e+05), ``swm_trialA_extended_clean.zip`` the same under ``V1;V2;V3;V4``. The surveys are
UTF-8 that was taken for Latin-1 and encoded again; their columns are told by their place.
"""

import io
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.engine.readings.day_rows import day_rows
from bacasable.services.water_use.engine.readings.series import (
    place_indexes,
    slots_of,
    volumes_of_indexes,
)

DISTRICT = "alicante"
#: Millilitres that a household's meter lets through in an hour, at most.
_MOST = 10_000_000
_PARTS = ("swm_trialA_clean.zip", "swm_trialA_extended_clean.zip")
#: Middle of the surveys' bands, in square metres.
_SURFACES = {"31 a 60": 45, "61 a 80": 70, "81 a 110": 95, "111": 130}


def is_daiad(folder: Path) -> bool:
    """Return whether a folder has the meters of the trial."""
    return all((folder / name).is_file() for name in _PARTS)


def read_daiad(folder: Path) -> tuple[pa.Table, list[Declared]]:
    """Return the days of all meters, as :meth:`Readings.put` takes them, and the homes with a survey.

    ``members``, ``dishwasher`` and ``surface_m2`` (the middle of a band) are known; the dwelling, the garden
    and the pool were not asked. A home may have few days: whoever needs more counts them.

    Raises:
        Refused: the files are not there.
    """
    frames = [_csv(folder / name) for name in _PARTS]
    rows = pl.concat(
        frame.select(
            pl.nth(0).alias("meter"),
            pl.nth(1).str.to_datetime("%d/%m/%Y %H:%M:%S").alias("at"),
            (pl.nth(2).cast(pl.Float64) * 1000).round().cast(pl.Int64).alias("millilitres"),
        )
        for frame in frames
    )
    meters = sorted(rows["meter"].unique())
    first, last = rows["at"].min(), rows["at"].max()
    slots = slots_of(first.date(), last.date(), "Europe/Madrid")  # type: ignore[union-attr]
    number = rows["meter"].cast(pl.Enum(meters)).to_physical().to_numpy().astype(np.int32)
    millilitres = rows["millilitres"].to_numpy()
    table = np.full((len(meters), slots.kinds.size + 1), -1, np.int32)
    verdict = np.zeros(rows.height, np.uint8)
    seconds = rows["at"].dt.epoch("s").to_numpy()
    place_indexes(number, seconds, millilitres, slots.base, slots.step, slots.kinds, table, verdict)
    litres = np.full((len(meters), slots.kinds.size), -1, np.int32)
    estimated = np.zeros(litres.shape, np.uint8)
    read, detail = np.zeros_like(verdict), np.zeros(rows.height, np.int64)
    volumes_of_indexes(table, millilitres, read, slots.kinds, _MOST, 0, litres, estimated, verdict, detail)
    days = day_rows(meters, [DISTRICT] * len(meters), slots, litres, estimated)
    return days, _homes(folder, set(meters))


def daiad_answers(folder: Path) -> dict[str, dict[str, float]]:
    """Return what each home of the surveys answered of its habits and equipment, by meter.

    ``members, minors, showers_a_week, shower_minutes, baths_a_week, flushes_a_day, washing_machine_a_week,
    dishwasher_a_week, hand_washing_minutes, other_minutes`` (a day), ``saving_device, saving_shower,
    dual_flush`` (1 yes, 0 no, absent: not known), ``owner``, ``showers`` (how many), ``surface_m2``.
    Income, age, education and opinions are not read.
    """
    found: dict[str, dict[str, float]] = {}
    numbers = {
        "members": 2, "showers_a_week": 9, "shower_minutes": 10, "baths_a_week": 11, "flushes_a_day": 12,
        "washing_machine_a_week": 13, "dishwasher_a_week": 14, "hand_washing_minutes": 15,
        "other_minutes": 16, "minors": 70,
    }  # fmt: skip
    flags = {"saving_device": (26, "Si"), "saving_shower": (27, "Si"), "dual_flush": (28, "Si"),
             "owner": (6, "Propietario")}  # fmt: skip
    for row in _csv(folder / "pre-trial-survey-a.zip").iter_rows():
        home = found.setdefault(row[0], {})
        for name, place in numbers.items():
            if (value := _number(row[place])) is not None:
                home[name] = value
        for name, (place, yes) in flags.items():
            if row[place] in (yes, "No", "Alquiler", "Otro"):
                home[name] = float(row[place] == yes)
    for row in _csv(folder / "registration-survey-a.zip").iter_rows():
        home = found.setdefault(row[0], {})
        if (count := _number(row[4].removeprefix("MÃ¡s de "))) is not None:
            home["showers"] = count
        for band, middle in _SURFACES.items():
            if band in row[14]:
                home["surface_m2"] = middle
    return found


def _homes(folder: Path, meters: set[str]) -> list[Declared]:
    homes = []
    for meter, said in sorted(daiad_answers(folder).items()):
        if meter in meters and "members" in said:
            machine = said.get("dishwasher_a_week")
            surface = said.get("surface_m2")
            homes.append(
                Declared(
                    meter,
                    DISTRICT,
                    members=int(said["members"]),
                    dishwasher=None if machine is None else machine > 0,
                    surface_m2=None if surface is None else int(surface),
                )
            )
    return homes


def _number(text: str | None) -> float | None:
    try:
        return float((text or "").replace(",", "."))
    except ValueError:
        return None


def _csv(path: Path) -> pl.DataFrame:
    try:
        with zipfile.ZipFile(path) as archive:
            name = next(one for one in archive.namelist() if "MACOSX" not in one and one.endswith(".csv"))
            content = archive.read(name)
    except (OSError, StopIteration, zipfile.BadZipFile):
        raise Refused(N_("{name}: not found; DIR is the folder of the DAIAD files"), name=path.name) from None
    return pl.read_csv(io.BytesIO(content), separator=";", infer_schema=False)
