"""The tables of the labour market, out of the archives of the Dares: by family of occupations (FAP 2009)."""

import polars as pl

from bacasable.privacy.messages import N_
from bacasable.services.job_advice.engine.referential.lines import Frames, Refuse, only
from bacasable.services.job_advice.engine.referential.territories import departments, regions

#: Bands of age, and of wages with their bounds in euros a month (the last has no upper one).
AGES = ("15-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60 and over")
WAGES = ("under 1250", "1250-1500", "1500-2000", "2000-3000", "3000 and over")
WAGE_BOUNDS_EUR = (0.0, 1250.0, 1500.0, 2000.0, 3000.0)
UNUSUAL = ("saturday", "night", "sunday")
#: Marks of 1 (low) to 5 (high) that the Dares gives beside the index of tension.
MARKS = {
    "tension": "Catégorie Tension",
    "hiring": "Intensité d'embauches",
    "training_link": "Lien formation-emploi",
    "lack_of_workforce": "Manque de main-d'œuvre disponible",
    "instability": "Non-durabilité de l'emploi",
    "conditions": "Conditions de travail contraignantes",
    "mismatch": "Inadéquation géographique",
}
#: Tables and the families of archives they come from.
FROM = {
    "tensions": "tensions",
    "tension_history": "tensions",
    "women": "portraits",
    "ages": "portraits",
    "wages": "portraits",
    "diplomas": "portraits",
    "unusual_hours": "portraits",
    "family_labels": "portraits",
}
_AGES = (
    "15-24 ans",
    "25-29 ans",
    "30-34 ans",
    "35-39 ans",
    "40-44 ans",
    "45-49 ans",
    "50-54 ans",
    "55-59 ans",
    "60 ans ou plus",
)
_WAGES = (
    "Moins de 1250 €",
    "De 1250 € à moins de 1500 €",
    "De 1500 € à moins de 2000 €",
    "De 2000 € à moins de 3000 €",
    "3000 € ou plus",
)
_UNUSUAL = ("Travail le samedi", "Travail de nuit", "Travail le dimanche")
_LEVELS = {"dep": "department", "reg": "region", "nat": "country"}
_NO_NUMBER = N_("a value that is no number")
_NO_BAND = N_("a band or kind that these tables do not know")
_NO_TERRITORY = N_("a territory that is neither a region nor a department")


def built(read: Frames, refuse: Refuse) -> dict[str, pl.DataFrame]:
    """Return the tables by name; one whose archive is absent is empty."""
    return {
        "tensions": _tensions(read, refuse),
        "tension_history": _history(read, refuse),
        "women": _women(read, refuse),
        "ages": _banded(read, refuse, "ages", ("fap", "tr_age", "annee_2017_2019"), _AGES, AGES),
        "wages": _banded(read, refuse, "wages", ("Fap", "Salaire", "Pourcentage"), _WAGES, WAGES),
        "unusual_hours": _banded(
            read, refuse, "hours", ("Fap3", "Horaire_atypique", "Pourcentage"), _UNUSUAL, UNUSUAL
        ),
        "diplomas": _diplomas(read, refuse),
        "family_labels": _labels(read),
    }


def _tensions(read: Frames, refuse: Refuse) -> pl.DataFrame:
    schema = (
        {"family": pl.String, "level": pl.String, "territory": pl.String, "year": pl.Int16}
        | {"employment": pl.Float64, "index": pl.Float64}
        | dict.fromkeys(MARKS, pl.Int8)
    )
    if "tensions" not in read:
        return pl.DataFrame(schema=schema)
    raw = read["tensions"].with_columns(
        level=pl.col("niveau_geo").replace_strict(_LEVELS, default=None, return_dtype=pl.String),
        reg=pl.col("reg").cast(pl.Float64, strict=False).cast(pl.Int32).cast(pl.String).str.zfill(2),
    )
    raw = raw.with_columns(
        territory=pl.when(pl.col("level") == "department")
        .then("dep")
        .when(pl.col("level") == "region")
        .then("reg")
        .otherwise(pl.lit(""))
    )
    known = pl.concat([departments()["code"], regions()["code"], pl.Series([""])])
    has_place = pl.col("level").is_not_null() & pl.col("territory").is_in(known.implode())
    raw = only(raw, has_place, refuse, "tensions", _NO_TERRITORY)
    return raw.select(
        pl.col("fap").alias("family"),
        "level",
        "territory",
        pl.col("Année").cast(pl.Int16, strict=False).alias("year"),
        pl.col("Emploi moyen").cast(pl.Float64, strict=False).alias("employment"),
        pl.col("Tension").cast(pl.Float64, strict=False).alias("index"),
        *(
            pl.col(column).cast(pl.Float64, strict=False).cast(pl.Int8).alias(name)
            for name, column in MARKS.items()
        ),
    ).sort("family", "level", "territory")


def _history(read: Frames, refuse: Refuse) -> pl.DataFrame:
    schema = {"family": pl.String, "year": pl.Int16, "index": pl.Float64}
    if "tension_history" not in read:
        return pl.DataFrame(schema=schema)
    raw = read["tension_history"].select(
        "line",
        family="fap",
        year=pl.col("Année").cast(pl.Int16, strict=False),
        index=pl.col("Tension").cast(pl.Float64, strict=False),
    )
    raw = only(raw, pl.col("index").is_not_null(), refuse, "tension_history", _NO_NUMBER)
    return raw.select(*schema).sort("family", "year")


def _women(read: Frames, refuse: Refuse) -> pl.DataFrame:
    """Return the share of women (0 to 1) of each family in the last period."""
    schema = {"family": pl.String, "period": pl.String, "share": pl.Float64}
    if "women" not in read:
        return pl.DataFrame(schema=schema)
    raw = read["women"].with_columns(share=pl.col("Part").cast(pl.Float64, strict=False) / 100)
    raw = only(raw, pl.col("share").is_between(0, 1), refuse, "women", _NO_NUMBER)
    last = raw.sort("Annee").group_by("Fap3", maintain_order=True).last()
    return last.select(family="Fap3", period="Annee", share="share").sort("family")


def _banded(
    read: Frames,
    refuse: Refuse,
    key: str,
    columns: tuple[str, str, str],
    written: tuple[str, ...],
    bands: tuple[str, ...],
) -> pl.DataFrame:
    """Return family, band, value: in thousands of people (ages), as a share of 0 to 1 (the others)."""
    schema = {"family": pl.String, "band": pl.String, "value": pl.Float64}
    if key not in read:
        return pl.DataFrame(schema=schema)
    family, band, value = columns
    told = dict(zip(written, bands, strict=True))
    raw = read[key].with_columns(
        band=pl.col(band).replace_strict(told, default=None, return_dtype=pl.String),
        value=pl.col(value).cast(pl.Float64, strict=False) / (100 if value == "Pourcentage" else 1),
    )
    raw = only(raw, pl.col("band").is_not_null(), refuse, key, _NO_BAND)
    raw = only(raw, pl.col("value") >= 0, refuse, key, _NO_NUMBER)
    return raw.select(family=family, band="band", value="value").unique(
        ["family", "band"], keep="first", maintain_order=True
    )


def highest_exchanged(wages: pl.DataFrame) -> bool:
    """Return whether the two highest bands of wages have each other's label, as in the archive of 2021.

    In most families where most people earn under 2,000 euros, there cannot be more above 3,000 than between
    2,000 and 3,000; in that archive two lorry drivers of five would be above 3,000, and fewer doctors.
    """
    wide = wages.pivot("band", index="family", values="value")
    if not set(WAGES) <= set(wide.columns):
        return False
    low = wide.filter(pl.sum_horizontal(WAGES[:3]) > 0.5)
    return low.filter(pl.col(WAGES[4]) > pl.col(WAGES[3])).height > low.height / 2


def with_highest_exchanged(wages: pl.DataFrame) -> pl.DataFrame:
    """Return the table with the labels of the two highest bands exchanged."""
    return wages.with_columns(pl.col("band").replace({WAGES[3]: WAGES[4], WAGES[4]: WAGES[3]}))


def _diplomas(read: Frames, refuse: Refuse) -> pl.DataFrame:
    schema = {"family": pl.String, "nsf": pl.String, "label": pl.String, "share": pl.Float64}
    if "diplomas" not in read:
        return pl.DataFrame(schema=schema)
    raw = read["diplomas"].with_columns(share=pl.col("Pourcentage").cast(pl.Float64, strict=False) / 100)
    raw = only(raw, pl.col("share").is_not_null(), refuse, "diplomas", _NO_NUMBER)
    return raw.select(family="Fap", nsf="Specialite", label="Label_spedipl", share="share").sort(
        "family", "share", descending=[False, True]
    )


def _labels(read: Frames) -> pl.DataFrame:
    """Return the label of each family."""
    if "women" not in read:
        return pl.DataFrame(schema={"family": pl.String, "label": pl.String})
    told = read["women"].select(family="Fap3", label="libelle").drop_nulls()
    return told.unique("family", keep="first").sort("family")
